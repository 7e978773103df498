"""Keys that digests are made with since a rotation, counts by day, and indexes by which staff find conversations."""

import sqlalchemy as sa
from alembic import op

from helpline.errors import StartError

revision = "0008"
down_revision = "0007"

_TIME = sa.DateTime(timezone=True)
_BY_CHANNEL = "ix_conversations_ended_at_channel_last_active_at"


def upgrade() -> None:
    op.create_table(
        "digest_keys",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("chain", sa.Text, nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
    )
    op.create_table(
        "day_counts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("measure", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.UniqueConstraint("day", "measure", "kind", "channel", "language", name="uq_day_counts_day_measure_kind"),
    )
    op.create_index(_BY_CHANNEL, "conversations", ["ended_at", "channel", "last_active_at"])


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM digest_keys")).scalar():
        raise StartError(
            "The keys were rotated, or a backup was restored: the version before would not find what is stored. "
            "Restore a backup that it made."
        )
    op.drop_index(_BY_CHANNEL, "conversations")
    op.drop_table("day_counts")
    op.drop_table("digest_keys")
