"""Conversations that staff saved as tests, and what came of them when they were run."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "saved_flows",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("turns", sa.Text, nullable=False),
        _by("saved_by"),
        sa.Column("saved_at", _TIME, nullable=False),
    )
    op.create_table(
        "flow_runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("total", sa.Integer, nullable=False),
        _by("started_by"),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
    )
    op.create_table(
        "flow_results",
        sa.Column("id", sa.Integer, primary_key=True),
        _hangs_on("flow_runs", "run_id"),
        _hangs_on("saved_flows", "flow_id"),
        sa.Column("turns", sa.Text),
        sa.UniqueConstraint("run_id", "flow_id", name="uq_flow_results_run_id_flow_id"),
    )
    op.create_index("ix_flow_results_flow_id", "flow_results", ["flow_id"])


def downgrade() -> None:
    op.drop_table("flow_results")
    op.drop_table("flow_runs")
    op.drop_table("saved_flows")


def _hangs_on(table: str, name: str) -> sa.Column:
    return sa.Column(name, sa.Integer, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False)


def _by(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer, sa.ForeignKey("staff.id", ondelete="SET NULL"))
