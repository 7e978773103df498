"""Messaging channels: contacts, messages that came in, messages that go out."""

import sqlalchemy as sa
from alembic import op

from helpline.errors import StartError

revision = "0009"
down_revision = "0008"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "messaging_contacts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address_digest", sa.String(64), nullable=False, unique=True),
        sa.Column("sender_digest", sa.String(64), nullable=False),
        sa.Column("contact_digest", sa.String(64)),
        sa.Column("sender_id", sa.Text),
        sa.Column("address", sa.Text),
        sa.Column("opted_out_at", _TIME),
        sa.Column("introduced_at", _TIME),
        sa.Column("form_open", sa.Boolean, nullable=False),
        sa.Column("more", sa.Text),
        sa.Column("leaving", sa.Boolean, nullable=False),
        sa.Column("last_message_at", _TIME, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
    )
    for name in ("sender_digest", "contact_digest", "last_message_at"):
        op.create_index(f"ix_messaging_contacts_{name}", "messaging_contacts", [name])
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer, primary_key=True),
        _of_contact(),
        sa.Column("message_digest", sa.String(64), nullable=False, unique=True),
        sa.Column("content", sa.Text),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("told_at", _TIME),
        sa.Column("received_at", _TIME, nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'done')", name="ck_inbox_state"),
    )
    op.create_index("ix_inbox_contact_id", "inbox", ["contact_id"])
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
    op.create_index("ix_inbox_state_contact_id", "inbox", ["state", "contact_id"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        _of_contact(),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content", sa.Text),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("key", sa.String(36), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try_at", _TIME, nullable=False),
        sa.Column("tried_at", _TIME),
        sa.Column("provider_digest", sa.String(64)),
        sa.Column("error", sa.String(64)),
        sa.Column("possibly_double", sa.Boolean, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.UniqueConstraint("contact_id", "number", name="uq_outbox_contact_id_number"),
        sa.CheckConstraint("state IN ('waiting', 'sending', 'sent', 'delivered', 'failed')", name="ck_outbox_state"),
    )
    op.create_index("ix_outbox_created_at", "outbox", ["created_at"])
    op.create_index("ix_outbox_provider_digest", "outbox", ["provider_digest"])
    op.create_index("ix_outbox_state_next_try_at", "outbox", ["state", "next_try_at"])


def downgrade() -> None:
    # SQLite keeps what is dropped before a later step refuses: refuse at the first one.
    if _number("digest_keys"):
        raise StartError(
            "The keys were rotated, or a backup was restored: the version before would not find what is stored. "
            "Restore a backup that it made."
        )
    if _number("messaging_contacts WHERE opted_out_at IS NOT NULL"):
        raise StartError(
            "Somebody wants no messages, and the version before cannot remember that. Restore a backup that it made, "
            "and keep the messaging channels off."
        )
    op.drop_table("outbox")
    op.drop_table("inbox")
    op.drop_table("messaging_contacts")


def _number(rows: str) -> int:
    return int(op.get_bind().execute(sa.text(f"SELECT count(*) FROM {rows}")).scalar() or 0)  # noqa: S608


def _of_contact() -> sa.Column:
    return sa.Column(
        "contact_id", sa.Integer, sa.ForeignKey("messaging_contacts.id", ondelete="CASCADE"), nullable=False
    )
