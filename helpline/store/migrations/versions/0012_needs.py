"""What staff set of the needs of somebody who waits for a volunteer."""

import sqlalchemy as sa
from alembic import context, op

from helpline.errors import StartError

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("volunteer_requests", sa.Column("set_by_staff", sa.Text))


def downgrade() -> None:
    # SQLite keeps what is dropped before a later step refuses: refuse at the first one what the next would.
    if _goes_below("0011") and _number("mail_refusals"):
        raise StartError(
            "Somebody wants no mail, and a version so old cannot remember that. Restore a backup that it made, and "
            "keep e-mail off."
        )
    if _goes_below("0009") and (_number("digest_keys") or _number("messaging_contacts WHERE opted_out_at IS NOT NULL")):
        raise StartError(
            "The keys were rotated, or somebody wants no messages, and that version knows of neither. Restore a backup "
            "that it made."
        )
    # Not by a new table in place of the old one: SQLite would delete the matches with it.
    op.execute("ALTER TABLE volunteer_requests DROP COLUMN set_by_staff")


def _number(rows: str) -> int:
    return int(op.get_bind().execute(sa.text(f"SELECT count(*) FROM {rows}")).scalar() or 0)  # noqa: S608


def _goes_below(revision: str) -> bool:
    wanted = context.get_revision_argument()
    return not isinstance(wanted, str) or wanted < revision
