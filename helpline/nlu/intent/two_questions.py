"""Two questions in one message: in parts whose form tells them apart, or in two halves that each ask for a topic.

Knows nothing of Rasa.
"""

from dataclasses import dataclass
from itertools import takewhile

from helpline.nlu.intent.chance_of_two import LEAST_OF_FIRST_HALF, SURELY_TWO, chance_of_two
from helpline.nlu.intent.context import Context, leans, points_back, topic_of_leaf
from helpline.nlu.intent.prediction import Prediction, Rank, Ranking, Thresholds
from helpline.nlu.intent.segments import asks
from helpline.nlu.intents import (
    ABOUT_ASSISTANT,
    ALIKE_GROUPS,
    DELIMITER,
    FOLLOW_UPS,
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

# Confidence of a follow-up to a question in the same message, where nothing stands with that question's topic.
_SURE_FOLLOW_UP = 0.8
# Confidence that the whole must leave to another subject which one of two questions is about.
_OTHER_SUBJECT_IN_WHOLE = 0.15


@dataclass(frozen=True)
class Reading:
    """A message as it was read, and what reads more of it.

    Attributes:
        text: The message's text.
        asking: Its parts that ask.
        ranking: Leaf intents of the whole, the likeliest first.
        rankings: Those of each part that asks, where they were needed.
        rank: Returns such rankings.
        thresholds: Where the decision turns.
        context: The conversation before.
    """

    text: MessageText
    asking: list[str]
    ranking: Ranking
    rankings: list[Ranking]
    rank: Rank
    thresholds: Thresholds
    context: Context

    def likeliest(self, words: str) -> tuple[str, float]:
        """Return the likeliest leaf intent of some words, and its confidence."""
        return self.rank([words])[0][0]

    def behind_subject(self, words: str, topic: str) -> tuple[str, float] | None:
        """Return the topic of some words behind the subject of another topic, and its confidence, or None."""
        subject = self.context.about(topic).subject
        if subject is None:
            return None
        leaf, confidence = self.likeliest(f"{subject}: {words}")
        return (leaf, confidence) if topic_of_leaf(leaf) is not None else None

    def before(self, part: str) -> list[str]:
        """Return the parts before one that asks."""
        return self.text.segments[: self.text.segments.index(part)]


def two_questions(reading: Reading) -> Prediction | None:
    """Return two questions that a message asks, or None.

    Halves that may be two topics are weighed, and what the parts say counts only where there are none.
    """
    in_parts = _in_parts(reading)
    if in_parts is not None and any(map(_is_never_given_up, in_parts.questions)):
        return in_parts
    in_halves = _in_halves(reading)
    if in_halves is None:
        return in_parts
    chance, questions = in_halves
    if chance < reading.thresholds.two:
        return None
    return Prediction(reading.ranking, TWO_QUESTIONS_INTENT, chance, questions)


def _is_never_given_up(leaf: str) -> bool:
    """Whether a question stands, however sure two topics are: such as advice, or the wish for a person."""
    return is_answerable(leaf) and topic_of_leaf(leaf) is None and leaf not in ABOUT_ASSISTANT


def _in_parts(reading: Reading) -> Prediction | None:
    if len(reading.rankings) < 2:
        return None
    thresholds, context = reading.thresholds, reading.context
    likely = dict(reading.ranking)
    found: dict[str, float] = {}
    leaves, beside = set(), False
    told = _told_topic(reading) if reading.rankings[0][0][0] in FOLLOW_UPS else None
    topic = told or context.topic
    for words, part in zip(reading.asking, reading.rankings, strict=True):
        leaf, confidence = part[0] if topic is not None else _without_follow_ups(part)
        # Of two questions each leaves its trace in the whole.
        if confidence + likely[leaf] < thresholds.part and topic is not None and leans(words):
            leaf, confidence = reading.behind_subject(words, topic) or (leaf, confidence)
        # "What is it good for", after another question, asks on about that.
        if leaf in ABOUT_ASSISTANT and topic is not None and leans(words):
            confidence = 0.0
        if part[0][0] in FOLLOW_UPS or confidence < thresholds.part:
            leaf, confidence = _behind_what_is_told(reading, words) or (leaf, confidence)
        if confidence + likely[leaf] < thresholds.part or not can_be_question(leaf):
            continue
        # "Can I walk my dog in chemo, is exercise ok": a name makes no other subject that the whole knows nothing of.
        if group_of(leaf) == OTHER_SUBJECT_GROUP and likely[leaf] < _OTHER_SUBJECT_IN_WHOLE:
            continue
        # "What is LCIS, and does it turn into anything" asks on about LCIS.
        if beside and topic_of_leaf(leaf) is not None and points_back(words):
            continue
        beside = beside or group_of(leaf) == OTHER_SUBJECT_GROUP
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
    leaf, confidence = reading.ranking[0]
    if confidence >= thresholds.whole and leaf not in leaves and leaf not in found:
        return None
    questions = tuple(found)[:2]
    return Prediction(reading.ranking, TWO_QUESTIONS_INTENT, min(found[one] for one in questions), questions)


def _told_topic(reading: Reading) -> str | None:
    """Return the topic of what is told right before the first question: "They call it NED. What does that mean"."""
    before = reading.before(reading.asking[0])
    if not before:
        return None
    likeliest = (reading.likeliest(before[-1]), reading.ranking[0])
    told = (leaf for leaf, share in likeliest if share >= reading.thresholds.part)
    return next(filter(None, map(topic_of_leaf, told)), None)


def _behind_what_is_told(reading: Reading, question: str) -> tuple[str, float] | None:
    """Return the topic of a question together with what is told right before it, and its confidence, or None.

    "Hers was hormone positive and now it is not, how come": the question alone asks nothing that can be answered.
    """
    told = list(takewhile(lambda part: not asks(part), reversed(reading.before(question))))[::-1]
    if not told:
        return None
    leaf, confidence = reading.likeliest(", ".join((*told, question)))
    return (leaf, confidence) if topic_of_leaf(leaf) is not None and confidence >= reading.thresholds.half else None


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


def _in_halves(reading: Reading) -> tuple[float, tuple[str, str]] | None:
    """Return the two topics that halves of a message may ask for ("fact sheet n phone number"), and how likely that is.

    The second half is read alone and behind the topic of the first: "what is LMD, common or rare". None where no cut
    leaves a topic on either side.
    """
    sure = reading.ranking[0][0]
    if is_outside(sure):
        return None
    likely, found = dict(reading.ranking), list[tuple[float, tuple[str, str]]]()
    for first, second in reading.text.halves:
        (of_first,) = reading.rank([first])
        # "What are the signs" after an answer asks on about that.
        if reading.context.topic is not None and of_first[0][0] in FOLLOW_UPS:
            continue
        left, left_share = _without_follow_ups(of_first)
        topic = topic_of_leaf(left)
        if topic is None or left_share < LEAST_OF_FIRST_HALF:
            continue
        for right, right_share in _topics_of_second(reading, second, topic):
            if right != left:
                trace = min(likely.get(left, 0.0), likely.get(right, 0.0))
                chance = chance_of_two(left_share, right_share, trace, is_third=sure not in (left, right))
                found.append((chance, (left, right)))
        if found and max(found)[0] >= SURELY_TWO:
            break
    return max(found, default=None)


def _topics_of_second(reading: Reading, half: str, first: str) -> list[tuple[str, float]]:
    """Return the topics that a second half asks for, alone and behind the subject of the first, with confidences."""
    alone = reading.likeliest(half)
    # "What is LMD, im terrified" asks once; a judgement that is asked for is no topic.
    if is_danger(alone[0]) or is_outside(alone[0]) or group_of(alone[0]) in ALIKE_GROUPS:
        return []
    behind = reading.behind_subject(half, first)
    return [(leaf, share) for leaf, share in filter(None, (alone, behind)) if topic_of_leaf(leaf) is not None]
