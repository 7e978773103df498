"""What staff set of the needs of somebody who waits for a volunteer."""

import sqlalchemy as sa
from alembic import op

from helpline.store.downgrades import refuse_what_is_forgotten

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("volunteer_requests", sa.Column("set_by_staff", sa.Text))


def downgrade() -> None:
    refuse_what_is_forgotten()
    # Not by a new table in place of the old one: SQLite would delete the matches with it.
    op.execute("ALTER TABLE volunteer_requests DROP COLUMN set_by_staff")
