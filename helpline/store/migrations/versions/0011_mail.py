"""E-mail: what goes out, its links, what was answered about a match, who wants no mail."""

import sqlalchemy as sa
from alembic import op

from helpline.store.downgrades import refuse_what_is_forgotten

revision = "0011"
down_revision = "0010"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "mail_outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("request_id", sa.Integer, sa.ForeignKey("requests.id", ondelete="CASCADE")),
        sa.Column("template", sa.String(32), nullable=False),
        sa.Column("receiver", sa.String(16), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("address", sa.Text),
        sa.Column("content", sa.Text),
        sa.Column("contact_digest", sa.String(64), nullable=False),
        sa.Column("once", sa.String(64), unique=True),
        sa.Column("key", sa.String(36), nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try_at", _TIME),
        sa.Column("give_up_at", _TIME, nullable=False),
        sa.Column("error", sa.String(64)),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'uncertain', 'sent', 'failed')", name="ck_mail_outbox_state"
        ),
        sa.CheckConstraint("receiver IN ('visitor', 'volunteer', 'staff')", name="ck_mail_outbox_receiver"),
    )
    for name in ("request_id", "contact_digest", "created_at"):
        op.create_index(f"ix_mail_outbox_{name}", "mail_outbox", [name])
    op.create_index("ix_mail_outbox_state_next_try_at", "mail_outbox", ["state", "next_try_at"])
    op.create_table(
        "mail_links",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("mail_id", sa.Integer, sa.ForeignKey("mail_outbox.id", ondelete="CASCADE"), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("subject_id", sa.Integer),
        sa.Column("contact_digest", sa.String(64), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("answer", sa.String(32)),
        sa.Column("answered_at", _TIME),
        sa.Column("revoked_at", _TIME),
        sa.Column("created_at", _TIME, nullable=False),
    )
    for name in ("mail_id", "subject_id", "contact_digest"):
        op.create_index(f"ix_mail_links_{name}", "mail_links", [name])
    op.create_table(
        "outcome_answers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("request_id", sa.Integer, sa.ForeignKey("requests.id", ondelete="CASCADE"), nullable=False),
        sa.Column("match_id", sa.Integer, nullable=False),
        sa.Column("side", sa.String(16), nullable=False),
        sa.Column("answer", sa.String(16), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.UniqueConstraint("match_id", "side", name="uq_outcome_answers_match_id_side"),
        sa.CheckConstraint("side IN ('visitor', 'volunteer')", name="ck_outcome_answers_side"),
        sa.CheckConstraint(
            "answer IN ('helped', 'a_little', 'not_for_me', 'did_not_meet')", name="ck_outcome_answers_answer"
        ),
    )
    op.create_index("ix_outcome_answers_request_id", "outcome_answers", ["request_id"])
    op.create_table(
        "mail_refusals",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("contact_digest", sa.String(64), nullable=False, unique=True),
        sa.Column("refused_at", _TIME, nullable=False),
    )


def downgrade() -> None:
    refuse_what_is_forgotten()
    op.drop_table("mail_refusals")
    op.drop_table("outcome_answers")
    op.drop_table("mail_links")
    op.drop_table("mail_outbox")
