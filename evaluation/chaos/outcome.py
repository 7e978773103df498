"""What an experiment found: counted from what visitors noted and what the store holds in the end."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from evaluation.benchmark.report import markdown
from evaluation.chaos.visitors import SentMessage, Talk
from evaluation.product.visitor import NO_ANSWER, Reply

_TIMED_OUT = {"TimeoutError", "ServerTimeoutError", "SocketTimeoutError", "ConnectionTimeoutError"}


@dataclass(frozen=True)
class StoredRequest:
    """A request as the store holds it: its code, and the digits of its phone number without the country."""

    reference: str
    phone: str


@dataclass(frozen=True)
class Outcome:
    """What visitors noticed of one fault.

    Attributes:
        crises: Crisis messages.
        crisis_wait: Longest time until the whole reply to one, in seconds, all tries together.
        number_wait: Longest time until 988 could be read, if only in the words of an error.
        crises_unanswered: Crisis messages that never got the whole reply.
        flags_lost: Crisis messages that were answered and are not flagged for staff.
        turns: Messages that were sent, of all kinds.
        silent: Tries with an answer that says nothing, or with none in half a minute.
        errors: Tries that were answered with an error and its words.
        unreached: Tries whose connection was refused or broke off.
        unanswered: Messages that were given up.
        answers_changed: Messages that got another answer when they were sent again with the same id.
        turns_doubled: Messages that stand twice in the conversation.
        turns_lost: Messages that were answered and do not stand in it.
        unread: Conversations that could not be read in the end.
        confirmed: Requests for which the visitor was told a code.
        requests_lost: Of these, how many are not in the store.
        requests_doubled: Requests that are in the store more than once.
        requests_untold: Requests in the store whose visitor was told no code.
        well_after: Seconds until questions and forms worked again, from the end of the fault; None: not in time. Where
            the console failed, until it answered again too.
        texts: Text messages that were written, where the delivery failed.
        texts_unanswered: Of these, how many were not answered in time.
        texts_doubled: Of these, how many got a message of the answer twice.
    """

    crises: int
    crisis_wait: float
    number_wait: float
    crises_unanswered: int
    flags_lost: int
    turns: int
    silent: int
    errors: int
    unreached: int
    unanswered: int
    answers_changed: int
    turns_doubled: int
    turns_lost: int
    unread: int
    confirmed: int
    requests_lost: int
    requests_doubled: int
    requests_untold: int
    well_after: float | None
    texts: int = 0
    texts_unanswered: int = 0
    texts_doubled: int = 0


def count_outcome(
    talks: Sequence[Talk],
    conversations: Mapping[int, Reply],
    stored: Sequence[StoredRequest],
    flags: int,
    well_after: float | None,
    texts: tuple[int, int, int] = (0, 0, 0),
) -> Outcome:
    """Count what happened.

    Args:
        talks: What the visitors noted.
        conversations: The conversation of each talk as it was read in the end, by the talk's place in the list.
        stored: The requests in the store.
        flags: How many conversations are flagged there.
        well_after: As in `Outcome`.
        texts: Text messages, and how many of them were not answered or doubled.
    """
    sent = [message for talk in talks for message in talk.sent]
    crises = [message for message in sent if message.kind == "crisis"]
    answered_crises = [message for message in crises if message.answer is not None]
    tries = [reply for message in sent for reply in message.tries]
    codes = {request.reference for request in stored}
    by_phone = Counter(request.phone for request in stored)
    told = [talk for talk in talks if talk.code is not None]
    told_phones = {digits(talk.phone) for talk in told}
    read = {place: reply for place, reply in conversations.items() if reply.is_answer}
    return Outcome(
        crises=len(crises),
        crisis_wait=max((message.ended - message.began for message in crises), default=0.0),
        number_wait=max(((m.heard_number or m.ended) - m.began for m in crises), default=0.0),
        crises_unanswered=len(crises) - len(answered_crises),
        flags_lost=max(0, len(answered_crises) - flags),
        turns=len(sent),
        silent=sum(is_silent(reply) for reply in tries),
        errors=sum(not reply.is_answer and bool(reply.text) for reply in tries),
        unreached=sum(reply.status == NO_ANSWER and reply.problem not in _TIMED_OUT for reply in tries),
        unanswered=sum(message.answer is None for message in sent),
        answers_changed=sum(was_changed(message) for message in sent),
        turns_doubled=sum(max(0, _said(reply) - len(talks[place].sent)) for place, reply in read.items()),
        turns_lost=sum(max(0, _answered(talks[place].sent) - _said(reply)) for place, reply in read.items()),
        unread=len(conversations) - len(read),
        confirmed=len(told),
        requests_lost=sum(talk.code not in codes for talk in told),
        requests_doubled=sum(count - 1 for count in by_phone.values()),
        requests_untold=sum(phone not in told_phones for phone in by_phone),
        well_after=well_after,
        texts=texts[0],
        texts_unanswered=texts[1],
        texts_doubled=texts[2],
    )


def is_silent(reply: Reply) -> bool:
    """Whether a visitor had nothing to read: an empty answer, or none at all in all the time that there was."""
    if reply.status == NO_ANSWER:
        return reply.problem in _TIMED_OUT
    return not reply.text


def was_changed(message: SentMessage) -> bool:
    """Whether a message that was sent again got another answer than at first.

    Late replies to an earlier message may stand before the first answer, and are not told again.
    """
    if message.again is None or message.answer is None:
        return False
    first, again = (_parts(reply) for reply in (message.answer, message.again))
    return not again or first[-len(again) :] != again


def digits(phone: str | None) -> str:
    """Return the last ten digits of a phone number."""
    return "".join(character for character in phone or "" if character.isdigit())[-10:]


def table(outcomes: Mapping[str, Mapping[str, Outcome]]) -> str:
    """Return a Markdown table: a row for each fault and checkout.

    Args:
        outcomes: By fault, then by the checkout's name.
    """
    header = [
        "fault", "of", "crisis reply, longest wait (s)", "988 read (s)", "crises without", "flags lost", "turns",
        "silent", "unreached", "given up", "answers changed", "turns doubled", "turns lost", "confirmed", "lost",
        "doubled", "untold", "texts", "texts lost", "texts doubled", "well after (s)",
    ]  # fmt: skip
    rows = []
    for fault, by_checkout in outcomes.items():
        for checkout, found in by_checkout.items():
            counts: Iterable[int] = (
                found.crises_unanswered, found.flags_lost, found.turns, found.silent, found.unreached,
                found.unanswered, found.answers_changed, found.turns_doubled, found.turns_lost, found.confirmed,
                found.requests_lost, found.requests_doubled, found.requests_untold,
                found.texts, found.texts_unanswered, found.texts_doubled,
            )  # fmt: skip
            well = "not in time" if found.well_after is None else f"{found.well_after:.1f}"
            waits = [f"{found.crisis_wait:.1f}", f"{found.number_wait:.1f}"]
            rows.append([fault, checkout, *waits, *map(str, counts), well])
    return markdown(header, rows)


def as_json(outcomes: Mapping[str, Mapping[str, Outcome]]) -> dict[str, dict[str, dict[str, object]]]:
    """Return the outcomes as plain values."""
    return {fault: {name: asdict(found) for name, found in each.items()} for fault, each in outcomes.items()}


def _parts(reply: Reply) -> list[str]:
    return [str(message["text"]) for message in reply.messages]


def _said(conversation: Reply) -> int:
    return sum(message["from"] == "visitor" for message in conversation.messages)


def _answered(sent: Sequence[SentMessage]) -> int:
    return sum(message.answer is not None for message in sent)
