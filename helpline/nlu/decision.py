"""From confidences to a decision: one intent, two questions, or unsure.

What is asked wins over what is told, and nobody is answered on a guess: the assistant asks back when the likeliest
intent is not likely enough. Where the borders lie was chosen on cross-validated training messages
(docs/understanding.md). Knows nothing of Rasa.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from helpline.nlu.segments import asks, halves, segments
from helpline.text.normalising import says_something

Ranking = list[tuple[str, float]]
Read = Callable[[list[str]], list[Ranking]]

FALLBACK_INTENT = "nlu_fallback"
TWO_QUESTIONS_INTENT = "two_questions"
DELIMITER = "/"
TOPIC_GROUP = "faq"
FEELING_GROUP = "distress"
# Kinds of one such group are answered so much alike that the group's confidence decides, not one kind's.
ALIKE_GROUPS = ("advice", FEELING_GROUP)
SAFETY_GROUPS = {"crisis", "violence", "emergency"}
# What the page does not answer: near it or far from it.
OUTSIDE = ("out_of_scope", "not_on_page")
# What can be one of two questions: it has an answer that can stand beside another.
ANSWERABLE_GROUPS = {TOPIC_GROUP, "advice"}
ANSWERABLE = {
    "talk_to_person",
    "request_callback",
    "request_volunteer",
    "ask_privacy",
    "bot_challenge",
    "ask_capabilities",
    "delete_my_data",
    "not_on_page",
    "other_language",
}


@dataclass(frozen=True)
class Reading:
    """What was made of one message.

    Attributes:
        ranking: Leaf intents ("faq/ned", "greet") and confidences, the likeliest first.
        intent: The leaf intent decided for, the fallback intent or "two_questions".
        confidence: How sure the decision is.
        questions: The leaf intents of two questions, in their order; empty otherwise.
        also_feels: The feeling told beside the question, such as "distress/fear".
    """

    ranking: Ranking
    intent: str
    confidence: float
    questions: tuple[str, ...] = ()
    also_feels: str | None = None


@dataclass(frozen=True)
class Borders:
    """Confidences at which a decision turns.

    Attributes:
        unsure_below: Under it nothing is answered; 0 answers always.
        outside_above: With this much confidence outside the page, a topic is not answered.
        part_above: A part of a message counts as a question of its own from here.
        trace_above: Confidence that the whole must leave to a second question which has no form of its own.
        half_above: Confidence that such a question needs by itself.
        whole_above: From here the message as a whole is one question, if it means something else than its parts.
    """

    unsure_below: float
    outside_above: float
    part_above: float
    trace_above: float
    half_above: float
    whole_above: float


def group_of(leaf: str) -> str:
    """Return the intent a leaf belongs to: "faq" for "faq/ned", "greet" for "greet"."""
    return leaf.partition(DELIMITER)[0]


def decide(text: str, ranking: Ranking, read: Read, borders: Borders) -> Reading:
    """Return the decision on a message.

    Args:
        text: The message.
        ranking: Leaf intents of the message as a whole, the likeliest first.
        read: Returns such a ranking for each part of a message; called only when there are parts that ask.
        borders: Where decisions turn.
    """
    if not says_something(text):
        return Reading(ranking, FALLBACK_INTENT, 1.0)
    whole = _single(ranking, borders)
    if borders.unsure_below <= 0 or _is_safety(ranking[0][0]):
        return whole
    asking = [part for part in segments(text) if asks(part)]
    feels = group_of(ranking[0][0]) == FEELING_GROUP
    rankings = read(asking) if len(asking) > 1 or (asking and (feels or whole.intent == FALLBACK_INTENT)) else []
    if any(_is_safety(part[0][0]) for part in rankings):
        return whole
    two = _two_questions(ranking, rankings, borders) or _two_halves(text, ranking, read, borders)
    if two is not None:
        return two
    if not rankings or (whole.intent != FALLBACK_INTENT and not feels):
        return whole
    asked = _asked(ranking, rankings, borders)
    if asked is None:
        return whole
    return replace(asked, also_feels=ranking[0][0]) if feels else asked


def _single(ranking: Ranking, borders: Borders) -> Reading:
    leaf, confidence = _likeliest(ranking, borders)
    outside = sum(share for other, share in ranking if other in OUTSIDE)
    lost = group_of(leaf) == TOPIC_GROUP and outside > borders.outside_above
    if confidence < borders.unsure_below or lost:
        return Reading(ranking, FALLBACK_INTENT, 1 - confidence)
    return Reading(ranking, leaf, confidence)


def _likeliest(ranking: Ranking, borders: Borders) -> tuple[str, float]:
    """Return the likeliest leaf, or that of a group of like kinds which is sure enough where no leaf is."""
    leaf, confidence = ranking[0]
    masses = {group: sum(share for other, share in ranking if group_of(other) == group) for group in ALIKE_GROUPS}
    group = max(masses, key=lambda name: masses[name])
    if group_of(leaf) == group or (confidence < borders.unsure_below <= masses[group]):
        best = next(other for other, _ in ranking if group_of(other) == group)
        return best, masses[group]
    return leaf, confidence


def _two_questions(ranking: Ranking, rankings: list[Ranking], borders: Borders) -> Reading | None:
    likely = dict(ranking)
    found: dict[str, float] = {}
    for part in rankings:
        leaf, confidence = part[0]
        # Of two questions each leaves its trace in the whole.
        if confidence + likely[leaf] >= borders.part_above and _is_answerable(leaf):
            found.setdefault(leaf, confidence)
    if len(found) < 2:
        return None
    leaf, confidence = ranking[0]
    if confidence >= borders.whole_above and leaf not in found:
        return None
    questions = tuple(found)[:2]
    return Reading(ranking, TWO_QUESTIONS_INTENT, min(found[one] for one in questions), questions)


def _two_halves(text: str, ranking: Ranking, read: Read, borders: Borders) -> Reading | None:
    """Return two questions that nothing in the form tells apart ("the fact sheet and where to sign up").

    The whole must hold both already, as its two likeliest intents, and a cut must part them.
    """
    (first, _), (second, trace) = ranking[:2]
    both_answerable = all(_is_answerable(leaf) and leaf not in OUTSIDE for leaf in (first, second))
    if trace < borders.trace_above or not both_answerable:
        return None
    for pair in halves(text):
        (left, left_share), (right, right_share) = (part[0] for part in read(list(pair)))
        if {left, right} == {first, second} and min(left_share, right_share) >= borders.half_above:
            return Reading(ranking, TWO_QUESTIONS_INTENT, min(left_share, right_share), (left, right))
    return None


def _asked(ranking: Ranking, rankings: list[Ranking], borders: Borders) -> Reading | None:
    """Return the question in a long or emotional message, or None when no part is clear enough."""
    best = max(rankings, key=lambda part: part[0][1])
    if not _is_answerable(best[0][0]):
        return None
    likely = dict(ranking)
    mixed = sorted(((leaf, (share + likely[leaf]) / 2) for leaf, share in best), key=lambda pair: -pair[1])
    if group_of(ranking[0][0]) == FEELING_GROUP:
        return _single(best, borders) if best[0][1] >= borders.part_above else None
    reading = _single(mixed, borders)
    return None if reading.intent == FALLBACK_INTENT else reading


def _is_answerable(leaf: str) -> bool:
    return group_of(leaf) in ANSWERABLE_GROUPS or leaf in ANSWERABLE


def _is_safety(leaf: str) -> bool:
    return group_of(leaf) in SAFETY_GROUPS
