"""From confidences to a decision: one intent, two questions, or the fallback.

What is asked wins over what is told. The assistant asks back when the likeliest intent is not likely enough; a topic
that is nearly so it answers beside that question. The thresholds were chosen on cross-validated training messages, the
one for likely topics on development messages (docs/understanding.md).
Knows nothing of Rasa.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from itertools import takewhile
from typing import Any

from helpline.nlu.intent.context import Context, compares, leans, length_of, topic_of_leaf
from helpline.nlu.intent.segments import asks
from helpline.nlu.intents import (
    ABOUT_ASSISTANT,
    ALIKE_GROUPS,
    DELIMITER,
    FALLBACK_INTENT,
    FEELING_GROUP,
    FOLLOW_UPS,
    OTHER_LANGUAGE_INTENT,
    OTHER_SUBJECT_GROUP,
    TOPIC_GROUP,
    TWO_QUESTIONS_INTENT,
    can_be_question,
    group_of,
    is_answerable,
    is_danger,
    is_outside,
)
from helpline.nlu.message_text import MessageText
from helpline.text.lexicon import Lexicon
from helpline.text.normalising import in_another_script, normalised, says_something

Ranking = list[tuple[str, float]]
Rank = Callable[[list[str]], list[Ranking]]
NO_CONTEXT = Context()
# The name of a topic has at most so many words, with what may stand around it.
LONGEST_NAME = 6
# Confidence of a follow-up to a question in the same message, where nothing stands with that question's topic.
_SURE_FOLLOW_UP = 0.8
# Confidence that the whole must leave to another subject which one of two questions is about.
_OTHER_SUBJECT_IN_WHOLE = 0.15


@dataclass(frozen=True)
class Prediction:
    """What is decided on one message.

    Attributes:
        ranking: Leaf intents ("faq/ned", "greet") and confidences, the likeliest first.
        intent: The leaf intent decided for, the fallback intent or "two_questions".
        confidence: How sure the decision is.
        questions: What two questions stand for, in their order, as `Context.resolved` gives it; empty otherwise.
        also_feels: The feeling told beside the question, such as "distress/fear".
        about: The topic that a follow-up is about, where it is not the one that the conversation has now.
        likely: For the fallback intent, the topic that is answered beside the question back, such as "faq/ned".
    """

    ranking: Ranking
    intent: str
    confidence: float
    questions: tuple[str, ...] = ()
    also_feels: str | None = None
    about: str | None = None
    likely: str | None = None


@dataclass(frozen=True)
class Thresholds:
    """Confidences at which a decision turns; as options of the classifier each ends in ``_threshold``.

    Attributes:
        fallback: Under it nothing is answered alone; 0 answers always.
        likely: From here to there a topic is answered, and others are offered beside it.
        outside: With this much confidence outside the page, a topic is not answered.
        part: From here a part of a message counts as a question of its own.
        trace: Confidence that the whole must leave to a second question which has no form of its own.
        half: Confidence that such a question needs by itself.
        whole: From here the message as a whole is one question, if it means something else than its parts.
    """

    fallback: float
    likely: float
    outside: float
    part: float
    trace: float
    half: float
    whole: float

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Thresholds":
        """Take them from among the options of the classifier."""
        return cls(**{field.name: options[f"{field.name}_threshold"] for field in fields(cls)})


def decide_intent(
    text: MessageText, ranking: Ranking, rank: Rank, thresholds: Thresholds, context: Context = NO_CONTEXT
) -> Prediction:
    """Return the decision on a message.

    Args:
        text: The message's text.
        ranking: Leaf intents of the message as a whole, the likeliest first.
        rank: Returns such a ranking for each part of a message; called only when there are parts that ask.
        thresholds: Where the decision turns.
        context: The conversation before, for follow-ups among two questions.
    """
    if not says_something(text.text):
        return Prediction(ranking, FALLBACK_INTENT, 1.0)
    can_be_other = any(leaf == OTHER_LANGUAGE_INTENT for leaf, _ in ranking)
    if can_be_other and in_another_script(text.text):
        return Prediction(ranking, OTHER_LANGUAGE_INTENT, 1.0)
    whole = _single(ranking, thresholds)
    if thresholds.fallback <= 0 or is_danger(ranking[0][0]):
        return whole
    if can_be_other and Lexicon.load().other_languages.tell(normalised(text.typed)):
        return Prediction(ranking, OTHER_LANGUAGE_INTENT, 1.0)
    asking = [part for part in text.segments if asks(part)]
    feels = group_of(ranking[0][0]) == FEELING_GROUP
    rankings = rank(asking) if len(asking) > 1 or (asking and (feels or whole.intent == FALLBACK_INTENT)) else []
    if any(is_danger(part[0][0]) for part in rankings):
        return whole
    two = (
        _two_questions(text, asking, ranking, rankings, rank, thresholds, context)
        or _two_halves(text, ranking, rank, thresholds)
        or _half_and_what_follows(text, ranking, rank, thresholds, context)
    )
    if two is not None:
        return two
    if not rankings or (whole.intent != FALLBACK_INTENT and not feels):
        return whole
    asked = _asked(ranking, rankings, thresholds, context)
    if asked is None:
        return whole
    return replace(asked, also_feels=ranking[0][0]) if feels else asked


def _single(ranking: Ranking, thresholds: Thresholds) -> Prediction:
    leaf, confidence = _likeliest(ranking, thresholds)
    outside = sum(share for other, share in ranking if is_outside(other))
    lost = group_of(leaf) == TOPIC_GROUP and outside > thresholds.outside
    if confidence < thresholds.fallback or lost:
        likely = confidence >= thresholds.likely and group_of(leaf) == TOPIC_GROUP and not lost
        return Prediction(ranking, FALLBACK_INTENT, 1 - confidence, likely=leaf if likely else None)
    return Prediction(ranking, leaf, confidence)


def _likeliest(ranking: Ranking, thresholds: Thresholds) -> tuple[str, float]:
    """Return the likeliest leaf, or that of a group of like leaves which is sure enough where no leaf is."""
    leaf, confidence = ranking[0]
    sums = {group: sum(share for other, share in ranking if group_of(other) == group) for group in ALIKE_GROUPS}
    group = max(sums, key=lambda name: sums[name])
    if group_of(leaf) == group or (confidence < thresholds.fallback <= sums[group]):
        best = next(other for other, _ in ranking if group_of(other) == group)
        return best, sums[group]
    return leaf, confidence


def _two_questions(
    text: MessageText,
    asking: list[str],
    ranking: Ranking,
    rankings: list[Ranking],
    rank: Rank,
    thresholds: Thresholds,
    context: Context,
) -> Prediction | None:
    if len(rankings) < 2:
        return None
    likely = dict(ranking)
    found: dict[str, float] = {}
    leaves = set()
    told = _told_topic(text, asking[0], ranking, rank, thresholds) if rankings[0][0][0] in FOLLOW_UPS else None
    topic = told or context.topic
    for words, part in zip(asking, rankings, strict=True):
        leaf, confidence = part[0] if topic is not None else _without_follow_ups(part)
        # Of two questions each leaves its trace in the whole.
        if confidence + likely[leaf] < thresholds.part and topic is not None and leans(words):
            leaf, confidence = _behind_subject(words, rank, context.about(topic)) or (leaf, confidence)
        # "What is it good for", after another question, asks on about that.
        if leaf in ABOUT_ASSISTANT and topic is not None and leans(words):
            confidence = 0.0
        if part[0][0] in FOLLOW_UPS or confidence < thresholds.part:
            leaf, confidence = _behind_what_is_told(text, words, rank, thresholds) or (leaf, confidence)
        if confidence + likely[leaf] < thresholds.part or not can_be_question(leaf):
            continue
        # "Can I walk my dog in chemo, is exercise ok": a name makes no other subject that the whole knows nothing of.
        if group_of(leaf) == OTHER_SUBJECT_GROUP and likely[leaf] < _OTHER_SUBJECT_IN_WHOLE:
            continue
        # "What is that, and how common is it": what follows up the first question, or what was told before both.
        meant = context.resolved(leaf, topic)
        if leaf in FOLLOW_UPS and meant is not None and told is not None and context.says_part_of(meant, told):
            meant = f"{TOPIC_GROUP}{DELIMITER}{told}"  # Not answered yet: the whole answer comes before a part of it.
        elif meant is None or (leaf in FOLLOW_UPS and not _counts(leaf, confidence, topic, context)):
            continue
        topic = topic_of_leaf(leaf) or topic
        leaves.add(leaf)
        found.setdefault(meant, confidence)
    if len(found) < 2:
        return None
    leaf, confidence = ranking[0]
    if confidence >= thresholds.whole and leaf not in leaves and leaf not in found:
        return None
    questions = tuple(found)[:2]
    return Prediction(ranking, TWO_QUESTIONS_INTENT, min(found[one] for one in questions), questions)


def _told_topic(text: MessageText, first: str, ranking: Ranking, rank: Rank, thresholds: Thresholds) -> str | None:
    """Return the topic of what is told right before the first question: "They call it NED. What does that mean"."""
    before = text.segments[: text.segments.index(first)]
    if not before:
        return None
    told = (leaf for leaf, share in (rank(before[-1:])[0][0], ranking[0]) if share >= thresholds.part)
    return next(filter(None, map(topic_of_leaf, told)), None)


def _behind_what_is_told(
    text: MessageText, question: str, rank: Rank, thresholds: Thresholds
) -> tuple[str, float] | None:
    """Return the topic of a question together with what is told right before it, and its confidence, or None.

    "Hers was hormone positive and now it is not, how come": the question alone asks nothing that can be answered.
    """
    before = text.segments[: text.segments.index(question)]
    told = list(takewhile(lambda part: not asks(part), reversed(before)))[::-1]
    if not told:
        return None
    leaf, confidence = rank([", ".join((*told, question))])[0][0]
    return (leaf, confidence) if topic_of_leaf(leaf) is not None and confidence >= thresholds.half else None


def _without_follow_ups(part: Ranking) -> tuple[str, float]:
    """Return the likeliest of a part that nothing stands before: there is nothing to follow up."""
    rest = [(leaf, share) for leaf, share in part if leaf not in FOLLOW_UPS]
    leaf, share = rest[0]
    return leaf, share / sum(other for _, other in rest)


def _counts(leaf: str, confidence: float, topic: str | None, context: Context) -> bool:
    """Whether a follow-up is a question of its own.

    "Mets means spread? Is that all it means" asks once; and so it does where nothing stands with the first topic,
    unless the follow-up is a sure one.
    """
    return topic == context.topic or context.stands_with(leaf, topic) or confidence >= _SURE_FOLLOW_UP


def _behind_subject(text: str, rank: Rank, context: Context) -> tuple[str, float] | None:
    """Return the topic of a part that leans on the subject before it, and its confidence, or None."""
    if context.subject is None:
        return None
    leaf, confidence = rank([f"{context.subject}: {text}"])[0][0]
    return (leaf, confidence) if topic_of_leaf(leaf) is not None else None


def _two_halves(text: MessageText, ranking: Ranking, rank: Rank, thresholds: Thresholds) -> Prediction | None:
    """Return two questions that nothing in the form tells apart ("the fact sheet and where to sign up").

    A cut must part them, and both are topics. The whole must hold a trace of each; or a question of a few words is
    followed by the name of another topic ("what is NED, and stable"), and the whole is one of the two.
    """
    (first, _), (_, second) = ranking[:2]
    if not is_answerable(first) or is_outside(first):
        return None
    likely = dict(ranking)
    for pair in text.halves:
        short = max(map(length_of, pair)) <= LONGEST_NAME and not compares(text.text)
        named = short and asks(pair[0]) and not asks(pair[1])
        if not named and second < thresholds.trace:
            continue
        (left, left_share), (right, right_share) = (part[0] for part in rank(list(pair)))
        topics = left != right and topic_of_leaf(left) and topic_of_leaf(right)
        if not topics or min(left_share, right_share) < thresholds.half:
            continue
        in_whole = min(likely[left], likely[right]) >= thresholds.trace
        if in_whole or (named and first in (left, right)):
            return Prediction(ranking, TWO_QUESTIONS_INTENT, min(left_share, right_share), (left, right))
    return None


def _half_and_what_follows(
    text: MessageText, ranking: Ranking, rank: Rank, thresholds: Thresholds, context: Context
) -> Prediction | None:
    """Return two questions of which the second leans on the first ("what is LMD, is it common"), or None.

    Both halves have the form of a question. Behind the subject of the first, the second asks for another topic. The
    whole is one of the two, and holds a trace of the second.
    """
    if topic_of_leaf(ranking[0][0]) is None:
        return None
    likely = dict(ranking)
    for first, second in text.halves:
        if not (asks(first) and asks(second)):
            continue
        left, left_share = rank([first])[0][0]
        topic = topic_of_leaf(left)
        if topic is None or left_share < thresholds.half:
            continue
        right, right_share = _behind_subject(second, rank, context.about(topic)) or (left, 0.0)
        if right == left or right_share < thresholds.half or likely[right] < thresholds.trace:
            continue
        if ranking[0][0] in (left, right):
            return Prediction(ranking, TWO_QUESTIONS_INTENT, min(left_share, right_share), (left, right))
    return None


def _asked(ranking: Ranking, rankings: list[Ranking], thresholds: Thresholds, context: Context) -> Prediction | None:
    """Return the question in a long or emotional message, or None when no part is clear enough."""
    best = max(rankings, key=lambda part: part[0][1])
    if best[0][0] in FOLLOW_UPS and context.topic is not None and best[0][1] >= thresholds.part:
        return Prediction(best, *best[0])
    if not is_answerable(best[0][0]):
        return None
    likely = dict(ranking)
    mixed = sorted(((leaf, (share + likely[leaf]) / 2) for leaf, share in best), key=lambda pair: -pair[1])
    if group_of(ranking[0][0]) == FEELING_GROUP:
        return _single(best, thresholds) if best[0][1] >= thresholds.part else None
    prediction = _single(mixed, thresholds)
    return None if prediction.intent == FALLBACK_INTENT else prediction
