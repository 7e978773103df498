"""Reviews of conversations, proposals of examples, whether a turn asked back; indexes by which staff find turns."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_TIME = sa.DateTime(timezone=True)
_FOUND_BY = ("intent", "danger", "asked_back")


def upgrade() -> None:
    op.add_column("turns", sa.Column("asked_back", sa.Boolean, nullable=False, server_default=sa.false()))
    for column in _FOUND_BY:
        op.create_index(f"ix_turns_{column}_conversation_id", "turns", [column, "conversation_id"])
    op.create_index("ix_turns_created_at_intent", "turns", ["created_at", "intent"])
    op.create_index("ix_conversations_started_at_channel", "conversations", ["started_at", "channel"])
    op.create_index("ix_conversations_ended_at_last_active_at", "conversations", ["ended_at", "last_active_at"])
    op.create_table(
        "conversation_reviews",
        sa.Column("id", sa.Integer, primary_key=True),
        _hangs_on("conversations", "conversation_id"),
        _hangs_on("turns", "turn_id"),
        _by("staff_id", index=True),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("at", _TIME, nullable=False),
        sa.UniqueConstraint("conversation_id", "staff_id", name="uq_conversation_reviews_conversation_id_staff_id"),
        sa.CheckConstraint("verdict IN ('right', 'wrong', 'unsure')", name="ck_conversation_reviews_verdict"),
    )
    op.create_index("ix_conversation_reviews_turn_id", "conversation_reviews", ["turn_id"])
    op.create_table(
        "example_proposals",
        sa.Column("id", sa.Integer, primary_key=True),
        _hangs_on("turns", "turn_id"),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("intent", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False, index=True),
        _by("proposed_by"),
        sa.Column("proposed_at", _TIME, nullable=False),
        _by("decided_by"),
        sa.Column("decided_at", _TIME),
        sa.CheckConstraint("kind IN ('training', 'development')", name="ck_example_proposals_kind"),
        sa.CheckConstraint("status IN ('proposed', 'accepted', 'refused')", name="ck_example_proposals_status"),
    )
    op.create_index("ix_example_proposals_turn_id", "example_proposals", ["turn_id"])


def downgrade() -> None:
    op.drop_table("example_proposals")
    op.drop_table("conversation_reviews")
    op.drop_index("ix_conversations_started_at_channel", "conversations")
    op.drop_index("ix_conversations_ended_at_last_active_at", "conversations")
    op.drop_index("ix_turns_created_at_intent", "turns")
    for column in _FOUND_BY:
        op.drop_index(f"ix_turns_{column}_conversation_id", "turns")
    op.drop_column("turns", "asked_back")


def _hangs_on(table: str, name: str) -> sa.Column:
    return sa.Column(name, sa.Integer, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False)


def _by(name: str, index: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer, sa.ForeignKey("staff.id", ondelete="SET NULL"), index=index)
