"""Conversations with their state and turns, the keys that rows were written with, and one request a message."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("sender_digest", sa.String(64), nullable=False, unique=True),
        sa.Column("sender_id", sa.Text, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.LargeBinary),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("last_active_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
    )
    op.create_index("ix_conversations_last_active_at", "conversations", ["last_active_at"])
    op.create_table(
        "turns",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("message_digest", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("intent", sa.String(64)),
        sa.Column("confidence", sa.Float),
        sa.Column("danger", sa.String(64)),
        sa.Column("created_at", _TIME, nullable=False),
        sa.UniqueConstraint("conversation_id", "message_digest", name="uq_turns_conversation_id_message_digest"),
    )
    op.create_index("ix_turns_created_at", "turns", ["created_at"])
    op.create_table(
        "encryption_keys",
        sa.Column("key_id", sa.String(16), primary_key=True),
        sa.Column("first_used_at", _TIME, nullable=False),
    )
    with _details_kept(), op.batch_alter_table("requests") as requests:
        requests.add_column(sa.Column("message_digest", sa.String(64)))
        requests.create_unique_constraint("uq_requests_message_digest", ["message_digest"])
    with op.batch_alter_table("flagged_conversations") as flags:
        flags.add_column(sa.Column("message_digest", sa.String(64)))
        flags.create_unique_constraint("uq_flagged_conversations_message_digest", ["message_digest"])


def downgrade() -> None:
    with op.batch_alter_table("flagged_conversations") as flags:
        flags.drop_constraint("uq_flagged_conversations_message_digest", type_="unique")
        flags.drop_column("message_digest")
    with _details_kept(), op.batch_alter_table("requests") as requests:
        requests.drop_constraint("uq_requests_message_digest", type_="unique")
        requests.drop_column("message_digest")
    for table in ("encryption_keys", "turns", "conversations"):
        op.drop_table(table)


@contextmanager
def _details_kept() -> Iterator[None]:
    """Put the details of requests back: SQLite makes the table anew, and the old one takes with it what hangs on it."""
    connection, kept = op.get_bind(), {}
    if connection.dialect.name == "sqlite":
        for name in ("callback_requests", "volunteer_requests"):
            table = sa.Table(name, sa.MetaData(), autoload_with=connection, resolve_fks=False)
            kept[name] = table, [dict(row) for row in connection.execute(sa.select(table)).mappings()]
    yield
    for table, rows in kept.values():
        connection.execute(sa.delete(table))
        if rows:
            connection.execute(sa.insert(table), rows)
