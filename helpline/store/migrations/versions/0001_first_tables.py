"""Requests, feedback and flagged conversations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("reference", sa.String(8), nullable=False, unique=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("sender_digest", sa.String(64), nullable=False),
        sa.Column("content_digest", sa.String(64), unique=True),
        sa.Column("first_name", sa.Text, nullable=False),
        sa.Column("phone_number", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.CheckConstraint("status IN ('new', 'in_progress', 'done', 'withdrawn')", name="ck_requests_status"),
    )
    op.create_index("ix_requests_sender_digest", "requests", ["sender_digest"])
    op.create_index("ix_requests_status_created_at", "requests", ["status", "created_at"])
    op.create_table(
        "callback_requests",
        sa.Column("id", sa.Integer, sa.ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("best_time", sa.Text),
        sa.Column("callback_topic", sa.Text),
    )
    op.create_table(
        "volunteer_requests",
        sa.Column("id", sa.Integer, sa.ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("for_whom", sa.String(16), nullable=False),
        sa.Column("contact_method", sa.String(16), nullable=False),
        sa.Column("diagnosis_type", sa.String(16)),
        sa.Column("cancer_subtype", sa.Text),
        sa.Column("spread_sites", sa.Text),
        sa.Column("age_range", sa.String(16)),
        sa.Column("main_concern", sa.Text),
        sa.Column("preferred_times", sa.Text),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("sender_digest", sa.String(64), nullable=False),
        sa.Column("topic", sa.String(64)),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_index("ix_feedback_sender_digest", "feedback", ["sender_digest"])
    op.create_table(
        "flagged_conversations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("sender_digest", sa.String(64), nullable=False),
        sa.Column("sender_id", sa.Text, nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_index("ix_flagged_conversations_sender_digest", "flagged_conversations", ["sender_digest"])
    op.create_index("ix_flagged_conversations_created_at", "flagged_conversations", ["created_at"])


def downgrade() -> None:
    for table in ("flagged_conversations", "feedback", "volunteer_requests", "callback_requests", "requests"):
        op.drop_table(table)
