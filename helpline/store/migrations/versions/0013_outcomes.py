"""What both sides said of a match is kept once, as their answers."""

import sqlalchemy as sa
from alembic import op

from helpline.store.downgrades import refuse_what_is_forgotten

revision = "0013"
down_revision = "0012"
# Of a version that nobody else ever ran.
CONTRACTS = ("volunteer_matches.volunteer_helpful", "volunteer_matches.visitor_helpful")
_SIDES = ("volunteer", "visitor")
_SAID = (
    "SELECT answer IN ('helped', 'a_little') FROM outcome_answers "
    "WHERE match_id = volunteer_matches.id AND side = '{side}' AND answer <> 'did_not_meet'"
)


def upgrade() -> None:
    for side in _SIDES:
        # Not by a new table in place of the old one: SQLite would delete what refers to it.
        op.execute(f"ALTER TABLE volunteer_matches DROP COLUMN {side}_helpful")


def downgrade() -> None:
    refuse_what_is_forgotten()
    for side in _SIDES:
        op.add_column("volunteer_matches", sa.Column(f"{side}_helpful", sa.Boolean))
        op.execute(f"UPDATE volunteer_matches SET {side}_helpful = ({_SAID.format(side=side)})")  # noqa: S608
