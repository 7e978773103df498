"""Answers: what the assistant says, drafts of what it shall say, and drafts as a change for the repository.

Nothing here changes what visitors read: a draft is in the store, and whoever keeps the repository takes the change in.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from helpline.console.answer_export import change_of, standing_of
from helpline.console.answer_form import AnswerForm, digest, from_store, personal_details, stored
from helpline.console.desk import Visit
from helpline.console.engine_calls import EngineCalls
from helpline.console.pages import go_to, page, problem
from helpline.console.paging import number_of, paging_of
from helpline.console.permissions import Permission
from helpline.console.preview import Preview, Previews, changed_words
from helpline.console.routes import StaffRoute
from helpline.content.catalogue import Answer, CheckedDraft, CheckedResponse, Snapshot
from helpline.content.readability import MAX_AVERAGE_GRADE
from helpline.content.wording import Wording
from helpline.conversations.span import Span
from helpline.store.drafts import (
    AnswerDraft,
    DraftConflictError,
    discard_draft,
    list_drafts,
    read_draft,
    save_draft,
)

_PAGE_SIZE = 50
_LONGEST_SEARCH = 100
SHOWN = {"": "All answers", "topics": "Of topics", "rest": "The rest", "drafts": "Drafts"}


@dataclass(frozen=True)
class ShownVariation:
    """One variation of what is looked at: what the check says, how it looks, what differs from what stands now."""

    checked: CheckedResponse
    preview: Preview
    changes: list[tuple[str, str]]


@dataclass(frozen=True)
class Look:
    """What is said of the wording in the form.

    Attributes:
        checked: What the content check says.
        variations: How each text looks.
        personal: What in it tells who somebody is.
        differs: Whether it is something else than what stands now.
    """

    checked: CheckedDraft
    variations: list[ShownVariation]
    personal: str | None
    differs: bool


async def show_answers(visit: Visit) -> Response:
    """Show the answers, or those that are searched for, with what is drafted."""
    snapshot, drafts = await _snapshot(visit), await visit.desk.store(list_drafts)
    given = visit.request.query_params
    asked, shown = given.get("q", "").strip()[:_LONGEST_SEARCH], given.get("show", "")
    by_name = {draft.name: draft for draft in drafts}
    in_order = sorted(snapshot.answers.values(), key=lambda one: not one.is_topic)
    found = [one for one in in_order if _is_shown(one, shown, by_name) and _says(one, asked)]
    paging = paging_of(visit, _PAGE_SIZE)
    return page(
        visit,
        "answers.html",
        answers=found[paging.first : paging.first + paging.size],
        total=len(found),
        drafts=by_name,
        standing={draft.name: standing_of(snapshot, draft) for draft in drafts},
        gone=[draft for draft in drafts if draft.name not in snapshot.answers],
        asked=asked,
        shown=shown if shown in SHOWN else "",
        kinds=SHOWN,
        paging=paging,
        address=address,
    )


async def show_answer(visit: Visit) -> Response:
    """Show one answer: its draft where there is one."""
    snapshot, name = await _snapshot(visit), _name(visit)
    draft = await visit.desk.store(read_draft, name)
    answer = snapshot.answers.get(name)
    if answer is None:
        return _gone(visit)
    wording = from_store(draft.wording) if draft else answer.wording
    return await _page(visit, snapshot, answer, draft, AnswerForm(answer, wording=wording))


async def look(visit: Visit) -> Response:
    """Say what the check says of what is in the form, and how it looks; nothing is saved."""
    snapshot = await _snapshot(visit)
    answer = snapshot.answers.get(_name(visit))
    if answer is None:
        return _gone(visit)
    draft = await visit.desk.store(read_draft, answer.name)
    form = AnswerForm(answer, visit.form)
    return await _page(visit, snapshot, answer, draft, form, version=_version(visit), seen=_seen(visit), block="look")


async def save(visit: Visit) -> Response:
    """Save the draft, unless it tells who somebody is, or somebody else changed draft or answer in the meantime."""
    snapshot = await _snapshot(visit)
    answer = snapshot.answers.get(_name(visit))
    if answer is None:
        return _gone(visit)
    form = AnswerForm(answer, visit.form)
    valid = form.validate(snapshot, await _spans(visit, form))
    draft = await visit.desk.store(read_draft, answer.name)
    if not valid:
        return await _page(
            visit, snapshot, answer, draft, form, 422, version=_version(visit), seen=_seen(visit), block=None
        )
    if _seen(visit) != digest(answer.wording):
        text = (
            "The answer changed in the repository while you wrote. Nothing is saved, and your words are still here. "
            "Look at what it says now, below; then save once more."
        )
        return await _page(visit, snapshot, answer, draft, form, 409, wrong=text, version=_version(visit))
    try:
        await visit.desk.store(
            save_draft, visit.account.actor, answer.name, stored(form.wording), stored(answer.wording), _version(visit)
        )
    except DraftConflictError:
        theirs = await visit.desk.store(read_draft, answer.name)
        text = (
            f"{theirs.changed_by or 'Somebody else'} saved another draft of this answer while you wrote. Nothing of "
            "yours is saved, and your words are still here. Look at that draft, below; then save once more to replace "
            "it."
            if theirs
            else "The draft was discarded while you wrote. Your words are still here: save once more to keep them."
        )
        return await _page(visit, snapshot, answer, theirs, form, 409, wrong=text, theirs=theirs)
    return go_to(address(answer.name), "draft")


async def discard(visit: Visit) -> Response:
    """Delete a draft, if it is still the one that was read."""
    name = _name(visit)
    try:
        await visit.desk.store(discard_draft, visit.account.actor, name, _version(visit))
    except DraftConflictError:
        text = "Somebody else changed or discarded this draft. Go back, look at what is new, and try once more."
        return problem(visit, 409, "Nothing was changed", text)
    return go_to("/answers?show=drafts", "draft-gone")


async def export(visit: Visit) -> Response:
    """Send drafts as a change that ``git apply`` takes: one, or all that can be taken."""
    snapshot, drafts = await _snapshot(visit), await visit.desk.store(list_drafts)
    name = _name(visit) if "name" in visit.request.path_params else None
    drafts = [draft for draft in drafts if name in (None, draft.name)]
    change = await asyncio.to_thread(change_of, snapshot, drafts)
    if not change.text:
        reasons = " ".join(dict.fromkeys(change.left_out.values())) or "There is no draft. Write one first."
        return problem(visit, 409, "There is nothing to take out", reasons)
    file = f"{name.replace('/', '.')}.diff" if name else "answers.diff"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(change.text, media_type="text/x-diff", headers=headers)


async def _page(
    visit: Visit,
    snapshot: Snapshot,
    answer: Answer,
    draft: AnswerDraft | None,
    form: AnswerForm,
    status: int = 200,
    version: int | None = None,
    seen: str | None = None,
    theirs: AnswerDraft | None = None,
    **values: Any,
) -> Response:
    """Return the page of an answer.

    Args:
        visit: Who asks.
        snapshot: All wording.
        answer: The answer.
        draft: Its draft, as it is in the store.
        form: What is written.
        status: Of the answer.
        version: The version of the draft that the form was begun with; by default the one in the store.
        seen: What stands for the wording that the form was begun beside; by default that of now.
        theirs: The draft of somebody else that a save would replace.
        **values: What else the template is given.
    """
    # What was not typed just now was looked through when it was saved.
    spans = await _spans(visit, form) if visit.form else [()] * len(form.texts)
    looked = await asyncio.to_thread(_look, visit, snapshot, answer, form, spans) if form.is_short else None
    return page(
        visit,
        "answer.html",
        status,
        values.pop("block", None),
        answer=answer,
        draft=draft,
        standing=standing_of(snapshot, draft) if draft else None,
        goes_at=draft.changed_at + timedelta(days=visit.desk.settings.draft_days) if draft else None,
        moved=_compared(from_store(draft.base), answer.wording) if draft else [],
        theirs=_compared(from_store(theirs.wording), form.wording) if theirs else [],
        form=form,
        version=version if version is not None else draft.version if draft else 0,
        seen=seen or digest(answer.wording),
        look=looked,
        most_grade=MAX_AVERAGE_GRADE,
        address=address(answer.name),
        wrong=values.pop("wrong", None),
        **values,
    )


async def _spans(visit: Visit, form: AnswerForm) -> Sequence[Sequence[Span]]:
    """Return what in each text of a form tells who somebody is; what is far too long is refused without a look."""
    engine: EngineCalls = visit.request.app.state.engine
    return await engine.personal_details(form.texts) if form.is_short else [()] * len(form.texts)


def _look(visit: Visit, snapshot: Snapshot, answer: Answer, form: AnswerForm, spans: Sequence[Sequence[Span]]) -> Look:
    wording = form.wording
    checked = snapshot.check(answer, wording)
    previews: Previews = visit.request.app.state.previews
    changes = _compared(answer.wording, wording)
    variations = [
        ShownVariation(one, previews.of(one.response), parts)
        for one, parts in zip(checked.variations, changes, strict=False)
    ]
    found = (personal_details(text, one, snapshot) for text, one in zip(form.texts, spans, strict=True))
    personal = " and ".join(dict.fromkeys(filter(None, found))) or None
    return Look(checked, variations, personal, wording != answer.wording)


def _compared(before: Sequence[Wording], after: Sequence[Wording]) -> list[list[tuple[str, str]]]:
    """Return of each variation its words with what differs, the titles of buttons in lines below."""
    return [
        changed_words("\n".join((old.text, *old.titles)), "\n".join((new.text, *new.titles)))
        for old, new in zip(before, after, strict=False)
    ]


def address(name: str) -> str:
    """Return the address of an answer's page: a stroke in the name is a full stop there."""
    return f"/answers/{name.replace('/', '.')}"


def _name(visit: Visit) -> str:
    return str(visit.request.path_params["name"]).replace(".", "/")


def _is_shown(answer: Answer, shown: str, drafts: dict[str, AnswerDraft]) -> bool:
    return {"topics": answer.is_topic, "rest": not answer.is_topic, "drafts": answer.name in drafts}.get(shown, True)


def _says(answer: Answer, asked: str) -> bool:
    """Tell whether all words that are searched for stand in an answer."""
    where = " ".join([answer.name, answer.title, *(text for one in answer.responses for text in one.shown)]).lower()
    return all(word in where for word in asked.lower().split())


async def _snapshot(visit: Visit) -> Snapshot:
    return await asyncio.to_thread(visit.request.app.state.catalogue.snapshot)


def _version(visit: Visit) -> int:
    return number_of(str(visit.form.get("version") or "")) or 0


def _seen(visit: Visit) -> str:
    return str(visit.form.get("seen") or "none")[:40]


def _gone(visit: Visit) -> Response:
    return problem(visit, 404, "There is no such answer", "It was renamed or removed. Look for it among the answers.")


ROUTES = [
    StaffRoute("/answers", show_answers, Permission.VIEW_ANSWERS),
    StaffRoute("/answers/change.diff", export, Permission.DRAFT_ANSWERS, name="export_answers"),
    StaffRoute("/answers/{name}", show_answer, Permission.VIEW_ANSWERS),
    StaffRoute("/answers/{name}", save, Permission.DRAFT_ANSWERS, "POST", name="save_draft"),
    StaffRoute("/answers/{name}/look", look, Permission.DRAFT_ANSWERS, "POST"),
    StaffRoute("/answers/{name}/discard", discard, Permission.DRAFT_ANSWERS, "POST"),
    StaffRoute("/answers/{name}/change.diff", export, Permission.DRAFT_ANSWERS, name="export_answer"),
]
