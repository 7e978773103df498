"""Conversations: found by what went badly or by lot, read with what was understood, reviewed by two people."""

import asyncio
from dataclasses import replace
from typing import Any

from starlette.responses import Response
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from helpline.console import words
from helpline.console.desk import Visit
from helpline.console.engine_calls import EngineCalls
from helpline.console.examples import LONGEST_EXAMPLE, leaf_intents, one_line, reason_to_refuse
from helpline.console.form import StaffForm
from helpline.console.pages import go_to, page, problem
from helpline.console.paging import in_pages, number_of, paging_of, path_number, said_in
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute
from helpline.console.titles import titles_of
from helpline.store import conversation_reviews as reviews
from helpline.store.conversation_reviews import DRAWS, ConversationGoneError, WantedConversations
from helpline.store.proposals import ProposalError, proposals_of, propose

PAGE_SIZE = 50
# How many bytes of a page the turns may make, beside what was understood at each.
_TURNS = 32_000


class ConversationFilterForm(StaffForm):
    """What the list shall hold."""

    sign = SelectField("What happened", choices=[("", "Anything"), *words.SIGNS.items()], default="")
    channel = SelectField("Channel", default="")
    review = SelectField("Reviews", choices=[("", "Any"), *words.REVIEW_STATES.items()], default="")
    sample = IntegerField("Sample, in %", [Optional(), NumberRange(1, 100, "Write a number from 1 to 100.")])
    draw = IntegerField("Which sample", [Optional(), NumberRange(1, DRAWS, f"Write a number from 1 to {DRAWS}.")])


class ReviewForm(StaffForm):
    """What somebody thinks of a conversation."""

    verdict = RadioField("How the assistant did", [InputRequired("Choose one.")], choices=list(words.VERDICTS.items()))
    note = TextAreaField("Why", [Length(max=2000)])


class ProposalForm(StaffForm):
    """What a message should have been."""

    intent = StringField("It should have been", [InputRequired("Choose an intent of the list."), Length(max=64)])
    text = TextAreaField("In these words", [Length(max=2 * LONGEST_EXAMPLE)])
    kind = SelectField("Use it as", choices=list(words.PROPOSAL_KINDS.items()))


async def show_conversations(visit: Visit) -> Response:
    """Show the conversations that are asked for."""
    given, store = visit.request.query_params, visit.desk.store
    form = ConversationFilterForm(given if given else None)
    form.channel.choices = [("", "All channels"), *((name, name) for name in await store(reviews.list_channels))]
    form.validate()
    wanted, paging = _wanted(form), paging_of(visit, PAGE_SIZE)
    listed = await store(reviews.list_conversations, wanted, visit.account.id, paging.first, paging.size)
    return page(
        visit,
        "conversations.html",
        form=form,
        listed=listed,
        wanted=wanted,
        paging=paging,
        is_filtered=bool(paging.query),
    )


async def show_conversation(visit: Visit) -> Response:
    """Show one conversation; the form of a proposal beside the turn that is asked for."""
    return await _page(visit, turn=number_of(visit.request.query_params.get("turn")))


async def review(visit: Visit) -> Response:
    """Save a review."""
    form = ReviewForm(visit.form)
    if not form.validate():
        return await _page(visit, 422, review=form)
    note = str(form.note.data or "").strip() or None
    try:
        await visit.desk.store(reviews.save_review, visit.account.actor, _number(visit), form.verdict.data, note)
    except ConversationGoneError:
        return _gone(visit)
    return go_to(f"/conversations/{_number(visit)}", "review")


async def propose_example(visit: Visit) -> Response:
    """Save what a message should have been, unless it holds a personal detail."""
    form, turn = ProposalForm(visit.form), number_of(str(visit.form.get("turn") or ""))
    if turn is None:
        return _gone(visit)
    text = one_line(str(form.text.data or ""))
    valid = form.validate()
    if form.intent.data not in await _intents(visit):
        form.intent.errors = ["Choose an intent of the list."]
        valid = False
    engine: EngineCalls = visit.request.app.state.engine
    spans = (await engine.personal_details([text[: LONGEST_EXAMPLE + 1]]))[0]
    reason = reason_to_refuse(text, spans)
    if reason is not None:
        form.text.errors = [reason]
        valid = False
    if not valid:
        return await _page(visit, 422, turn=turn, proposal=form)
    arguments = (_number(visit), turn, text, form.intent.data, form.kind.data)
    try:
        await visit.desk.store(propose, visit.account.actor, *arguments)
    except ProposalError as error:
        form.text.errors = [str(error)]
        return await _page(visit, 422, turn=turn, proposal=form)
    return go_to(f"/conversations/{_number(visit)}", "proposed")


async def _page(visit: Visit, status: int = 200, turn: int | None = None, **forms: Any) -> Response:
    store, number = visit.desk.store, _number(visit)
    before = number_of(visit.request.query_params.get("before"))
    transcript = await store(reviews.read_transcript, number, before)
    if transcript is None:
        return _gone(visit)
    shown = in_pages(transcript.turns[::-1], lambda one: said_in(one[1]), _TURNS)
    transcript = replace(transcript, turns=shown[0][::-1], has_earlier=transcript.has_earlier or len(shown) > 1)
    mine = next((one for one in transcript.reviews if one.staff_id == visit.account.id), None)
    kept = {"verdict": mine.verdict, "note": mine.note} if mine else None
    said = next((one.said for key, one in transcript.turns if key == turn), None)
    return page(
        visit,
        "conversation.html",
        status,
        transcript=transcript,
        mine=mine,
        others=[one for one in transcript.reviews if one is not mine],
        differ=len({one.verdict for one in transcript.reviews}) > 1,
        review=forms.get("review") or ReviewForm(data=kept),
        proposal=forms.get("proposal") or ProposalForm(data={"text": said}),
        proposed=await store(proposals_of, number),
        turn=turn,
        before=before,
        titles=await titles_of(visit),
        intents=await _intents(visit) if turn is not None else (),
    )


async def _intents(visit: Visit) -> tuple[str, ...]:
    return await asyncio.to_thread(leaf_intents, visit.request.app.state.root)


def _wanted(form: ConversationFilterForm) -> WantedConversations:
    """Read the filters; one that makes no sense is left out."""

    def one(field: SelectField) -> str | None:
        return str(field.data) if field.data and field.data in dict(field.choices) else None

    sample = form.sample.data if not form.sample.errors else None
    draw = form.draw.data if not form.draw.errors and form.draw.data else 1
    return WantedConversations(one(form.sign), one(form.channel), one(form.review), sample, draw)


def _number(visit: Visit) -> int:
    return path_number(visit, "number")


def _gone(visit: Visit) -> Response:
    text = "It was deleted by its visitor, or its time is over. Go to the conversations and choose another."
    return problem(visit, 404, "This conversation is not kept any more", text)


ROUTES = [
    StaffRoute("/conversations", show_conversations, Permission.VIEW_CONVERSATIONS),
    StaffRoute("/conversations/{number:int}", show_conversation, Permission.VIEW_CONVERSATIONS),
    StaffRoute("/conversations/{number:int}/review", review, Permission.REVIEW_CONVERSATIONS, "POST"),
    StaffRoute("/conversations/{number:int}/proposals", propose_example, Permission.REVIEW_CONVERSATIONS, "POST"),
]
