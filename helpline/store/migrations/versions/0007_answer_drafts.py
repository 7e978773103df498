"""Drafts of answers."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "answer_drafts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(120), nullable=False, unique=True),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("base", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        _by("started_by"),
        sa.Column("started_at", _TIME, nullable=False),
        _by("changed_by"),
        sa.Column("changed_at", _TIME, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("answer_drafts")


def _by(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer, sa.ForeignKey("staff.id", ondelete="SET NULL"), index=True)
