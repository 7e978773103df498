"""What no older version of the store can remember, and whoever goes back to one must therefore not lose unseen."""

import sqlalchemy as sa
from alembic import context, op

from helpline.errors import StartError


def refuse_what_is_forgotten() -> None:
    """Called first by each step down: SQLite keeps what a step dropped although a later one refuses.

    Raises:
        StartError: There is something that the wanted version does not know of.
    """
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


def _number(rows: str) -> int:
    return int(op.get_bind().execute(sa.text(f"SELECT count(*) FROM {rows}")).scalar() or 0)  # noqa: S608


def _goes_below(revision: str) -> bool:
    wanted = context.get_revision_argument()
    return not isinstance(wanted, str) or wanted < revision
