"""Drafts of answers: saved with what stood in the repository then, changed by one person at a time, discarded."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from helpline.errors import HelplineError
from helpline.store.audit import Actor, record
from helpline.store.database import Database
from helpline.store.draft_tables import AnswerDraftRow
from helpline.store.staff_tables import StaffRow

_DRAFTS = AnswerDraftRow.__table__
_CONFLICT = "Somebody else changed or discarded this draft."

# Of each variation: its text, and the titles of its buttons.
DraftedWording = Sequence[tuple[str, Sequence[str]]]


class DraftConflictError(HelplineError):
    """Somebody else changed or discarded the draft since it was read; nothing was changed."""


@dataclass(frozen=True)
class AnswerDraft:
    """A draft.

    Attributes:
        name: The response's name.
        wording: What it shall say.
        base: What it said when the draft was saved last.
        version: Grows with each change.
        started_by: Who began it; None once the account is gone.
        started_at: When.
        changed_by: Who changed it last.
        changed_at: When.
    """

    name: str
    wording: tuple[tuple[str, tuple[str, ...]], ...]
    base: tuple[tuple[str, tuple[str, ...]], ...]
    version: int
    started_by: str | None
    started_at: datetime
    changed_by: str | None
    changed_at: datetime


def save_draft(
    database: Database, actor: Actor, name: str, wording: DraftedWording, base: DraftedWording, version: int
) -> None:
    """Save a draft. That it holds no personal detail is the caller's to see to.

    Args:
        database: The store.
        actor: Who saves it.
        name: The response's name.
        wording: What it shall say.
        base: What it says now.
        version: The version of the draft that was read; 0 for none.

    Raises:
        DraftConflictError: There is another version now, or none any more.
        StoreError: It was not saved.
    """
    now = database.now()
    values = {"wording": _json(wording), "base": _json(base), "changed_by": actor.id, "changed_at": now}
    try:
        with database.transaction(expected=IntegrityError) as session:
            if version:
                its_own = (_DRAFTS.c.name == name, _DRAFTS.c.version == version)
                saved = session.execute(update(_DRAFTS).where(*its_own).values(**values, version=version + 1))
                if saved.rowcount != 1:
                    raise DraftConflictError(_CONFLICT)
            else:
                begun = {"name": name, "version": 1, "started_by": actor.id, "started_at": now}
                session.execute(insert(_DRAFTS).values(**values, **begun))
            record(session, actor, now, "draft changed" if version else "draft begun", name)
    except IntegrityError:
        raise DraftConflictError(_CONFLICT) from None


def read_draft(database: Database, name: str) -> AnswerDraft | None:
    """Return the draft of an answer, if there is one."""
    with database.transaction() as session:
        row = session.execute(_query().where(_DRAFTS.c.name == name)).first()
    return _draft(row) if row is not None else None


def list_drafts(database: Database) -> list[AnswerDraft]:
    """Return all drafts, the one that was changed last first."""
    with database.transaction() as session:
        rows = session.execute(_query().order_by(_DRAFTS.c.changed_at.desc(), _DRAFTS.c.id)).all()
    return [_draft(row) for row in rows]


def discard_draft(database: Database, actor: Actor, name: str, version: int) -> None:
    """Delete a draft.

    Raises:
        DraftConflictError: There is another version now, or none any more.
        StoreError: Nothing was changed.
    """
    now = database.now()
    with database.transaction() as session:
        gone = session.execute(delete(_DRAFTS).where(_DRAFTS.c.name == name, _DRAFTS.c.version == version))
        if gone.rowcount != 1:
            raise DraftConflictError(_CONFLICT)
        record(session, actor, now, "draft discarded", name)


def _query() -> Any:
    began, changed = aliased(StaffRow), aliased(StaffRow)
    return (
        select(_DRAFTS, began.display_name.label("began"), changed.display_name.label("changed"))
        .select_from(_DRAFTS)
        .outerjoin(began, began.id == _DRAFTS.c.started_by)
        .outerjoin(changed, changed.id == _DRAFTS.c.changed_by)
    )


def _json(wording: DraftedWording) -> str:
    return json.dumps([[text, list(titles)] for text, titles in wording], ensure_ascii=False)


def _draft(row: Any) -> AnswerDraft:
    wording, base = (
        tuple((text, tuple(titles)) for text, titles in json.loads(written)) for written in (row.wording, row.base)
    )
    return AnswerDraft(row.name, wording, base, row.version, row.began, row.started_at, row.changed, row.changed_at)
