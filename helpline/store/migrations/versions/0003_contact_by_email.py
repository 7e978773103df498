"""A call back whose visitor must not be phoned: how to be reached, and the address beside the number."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("callback_requests") as callbacks:
        callbacks.add_column(sa.Column("contact_method", sa.String(16), nullable=False, server_default="phone"))


def downgrade() -> None:
    with op.batch_alter_table("callback_requests") as callbacks:
        callbacks.drop_column("contact_method")
