"""Reads a message once more with what was asked and answered before it.

"Does everyone get there" means nothing alone. After an answer on NED it is read a second time behind the subject of
that answer, "NED, no evidence of disease: does everyone get there". Where the message alone is not sure, both readings
are weighed together (helpline/nlu/intent/both_readings.py). A follow-up intent needs less confidence when there is
something to follow up. Measured in docs/understanding.md. Knows nothing of Rasa.
"""

from dataclasses import replace

from helpline.nlu.intent.both_readings import likeliest_meaning
from helpline.nlu.intent.context import Context, Opening, leans, length_of, opening_of, topic_of_leaf
from helpline.nlu.intent.courtesy import asked_beside_courtesy
from helpline.nlu.intent.decision import decide_intent
from helpline.nlu.intent.prediction import Prediction, Rank, Ranking, Thresholds, may_be_danger
from helpline.nlu.intent.segments import asks
from helpline.nlu.intents import (
    ADVICE_GROUP,
    FALLBACK_INTENT,
    FEELING_GROUP,
    FOLLOW_UPS,
    FORM_INTENTS,
    LEADING_IN,
    TWO_QUESTIONS_INTENT,
    can_be_question,
    group_of,
    is_danger,
    is_outside,
)
from helpline.nlu.message_text import MessageText
from helpline.safety.dangers import DESPAIR_LEAF

# Longer messages say themselves what they are about.
LONGEST = 48
# Confidence that a follow-up needs in its conversation.
FOLLOW_UP_SHARE = 0.4
# From here on a message is understood without a second reading.
SURE = 0.95
SURE_WISH = 0.65
# What both readings together must give a meaning.
BOTH = 0.6
# What they must give what is hard to hear for who did not ask for it, and what the second of them must alone.
BOTH_WHERE_HARD = 0.85
SECOND_WHERE_HARD = 0.5
# So much of a feeling is met as that where nothing is sure, unless both readings are so sure of something else.
FELT = 0.3
SURE_BESIDE_FEELING = 0.9
# From here on a feeling is met as that, whatever was said before; and so is a smaller one in what asks nothing.
CLEARLY_FELT = 0.75
# What has the form of a question and is none: "do take care", "will do", "what a relief".
_NO_QUESTION = LEADING_IN | FORM_INTENTS
# Confidence that some topic needs after a single word: less has a name, or a slip of the finger.
HINT = 0.03


def decide_in_context(
    text: MessageText, ranking: Ranking, rank: Rank, thresholds: Thresholds, context: Context
) -> Prediction:
    """Return the decision on a message in its conversation.

    Args:
        text: The message's text.
        ranking: Leaf intents of the message alone, the likeliest first.
        rank: Returns such a ranking for each of some texts.
        thresholds: Where the decision turns.
        context: The conversation before.
    """
    alone = decide_intent(text, ranking, rank, thresholds, context)
    if thresholds.fallback <= 0 or may_be_danger(ranking):
        return alone
    asked = _beside_courtesy(text, alone, rank, thresholds, context)
    return asked if asked is not None else _in_thread(text, alone, rank, thresholds, context)


def _in_thread(
    text: MessageText, alone: Prediction, rank: Rank, thresholds: Thresholds, context: Context
) -> Prediction:
    """Return the decision on a message after what was said, given the one on the message alone."""
    if length_of(text.text) > LONGEST:
        return alone
    opening = opening_of(text.text)
    if opening.kind is not None and (returned := _returned(opening, rank, thresholds, context)) is not None:
        return returned
    if context.topic is None or alone.intent == TWO_QUESTIONS_INTENT:
        return alone
    return _followed_up(text.text, alone, rank, context)


def _beside_courtesy(
    text: MessageText, alone: Prediction, rank: Rank, thresholds: Thresholds, context: Context
) -> Prediction | None:
    """Return the decision on what is asked beside a courtesy, or None. What is surely more than that has no such."""
    if alone.intent == TWO_QUESTIONS_INTENT or (alone.intent not in LEADING_IN and alone.confidence >= SURE):
        return None
    if opening_of(text.text).kind is not None:  # "no, I meant" corrects
        return None
    rest = asked_beside_courtesy(text.text, rank, thresholds)
    if rest is None:
        return None
    (ranking,) = rank([rest])
    if ranking[0][0] in _NO_QUESTION or may_be_danger(ranking):
        return None
    words = MessageText(rest)
    asked = _in_thread(words, decide_intent(words, ranking, rank, thresholds, context), rank, thresholds, context)
    heard = asked.intent == TWO_QUESTIONS_INTENT or can_be_question(asked.intent) or is_outside(asked.intent)
    return asked if heard or (asked.intent == FALLBACK_INTENT and "?" in rest) else None


def _returned(opening: Opening, rank: Rank, thresholds: Thresholds, context: Context) -> Prediction | None:
    """Return the decision on what comes after "going back to the first thing" or "no, I meant", or None."""
    topics = context.thread.topics
    if opening.kind != "correction":
        earlier = [topic for topic in topics if topic != context.topic]
        if not topics:
            return None
        topic = topics[0] if opening.kind == "first" else (earlier or topics)[-1]
        context = context.about(topic)
    rest = MessageText(opening.rest)
    (ranking,) = rank([rest.text])
    alone = decide_intent(rest, ranking, rank, thresholds, context)
    if may_be_danger(ranking):
        return None
    if context.topic is None or alone.intent == TWO_QUESTIONS_INTENT:
        return alone
    if opening.kind == "correction" and topic_of_leaf(alone.intent) is not None:
        return alone
    return _followed_up(rest.text, alone, rank, context)


def _followed_up(text: str, alone: Prediction, rank: Rank, context: Context) -> Prediction:
    """Return the decision on a message about the context's topic, given the one on the message alone."""
    leaf, share = alone.ranking[0]
    if leaf in FOLLOW_UPS and share >= _sure_follow_up(context.follow_ups.own(leaf, context.topic)):
        return _as_follow_up(alone, leaf, share, context)
    feeling, felt = _feeling(alone.ranking)
    if _stands_alone(text, alone, feeling, felt, context):
        return alone
    meant = _behind_subject(text, alone, rank, context)
    if feeling is not None and (meant is None or meant[1] < SURE_BESIDE_FEELING):
        return alone
    if meant is None and leaf in FOLLOW_UPS and share >= FOLLOW_UP_SHARE:
        meant = leaf, share
    if meant is None:
        return alone
    leaf, share = meant
    told = None if feeling is None or group_of(leaf) == FEELING_GROUP else _likeliest_feeling(alone.ranking)
    alone = replace(alone, also_feels=told)
    if leaf in FOLLOW_UPS:
        return _as_follow_up(alone, leaf, share, context)
    return alone if leaf == alone.intent else _decided(alone, leaf, share)


def _sure_follow_up(own: str | None) -> float:
    """Return the confidence from which on a follow-up needs no second reading, given what stands with its topic.

    "I'd like to do that" after the peer volunteers asks for one, whatever that subject's answer could say again.
    """
    if own is None:
        return 1.0
    return SURE_WISH if own.startswith("/") else SURE


def _behind_subject(text: str, alone: Prediction, rank: Rank, context: Context) -> tuple[str, float] | None:
    """Return the leaf intent that a message means behind the subject before it, and how sure that is, or None."""
    if context.subject is None:
        return None
    (second,) = rank([f"{context.subject}: {text}"])
    leaf, share = likeliest_meaning(alone.ranking, second, context)
    is_sure = share >= BOTH_WHERE_HARD and dict(second).get(leaf, 0.0) >= SECOND_WHERE_HARD
    return (leaf, share) if share >= BOTH and _may_be_taken(leaf, context, is_sure=is_sure) else None


def _may_be_taken(leaf: str, context: Context, *, is_sure: bool) -> bool:
    """Whether a leaf intent may be what a message means in its conversation.

    Danger is the detector's to tell, and an answer needs a form that asks. What is hard to hear for who did not ask for
    it must be surer, unless it was told already; and so must anything within a form, where most is said to that.
    """
    if is_danger(leaf) or (leaf in FORM_INTENTS and not context.in_form):
        return False
    topic = topic_of_leaf(leaf)
    hard = topic != context.topic and context.follow_ups.is_only_when_sure(topic)
    return is_sure or not (hard or context.in_form)


def _feeling(ranking: Ranking) -> tuple[str | None, float]:
    """Return the likeliest feeling, or what sounds like danger, where there is enough; and how much there is."""
    feelings = [(leaf, share) for leaf, share in ranking if group_of(leaf) == FEELING_GROUP or is_danger(leaf)]
    felt = sum(share for _, share in feelings)
    return (feelings[0][0] if felt >= FELT else None), felt


def _likeliest_feeling(ranking: Ranking) -> str | None:
    return next((leaf for leaf, _ in ranking if group_of(leaf) == FEELING_GROUP), None)


def _stands_alone(text: str, alone: Prediction, feeling: str | None, felt: float, context: Context) -> bool:
    """Whether a message is understood without what was said before it.

    What calls for advice is met as that; so is a feeling that is clear or beside which nothing is asked, despair from
    little of it on. What answers a form's question stays its answer.
    """
    intent = alone.intent
    if alone.also_feels is not None or (context.in_form and (intent in FORM_INTENTS or not asks(text))):
        return True
    if group_of(intent) == ADVICE_GROUP:
        return True
    if feeling is not None and felt >= CLEARLY_FELT:
        return True
    if not asks(text) and (group_of(intent) == FEELING_GROUP or feeling == DESPAIR_LEAF):
        return True
    if intent in FOLLOW_UPS:
        return False
    if intent != FALLBACK_INTENT and intent not in FORM_INTENTS:
        return alone.confidence >= SURE
    hinted = any(share >= HINT for leaf, share in alone.ranking if topic_of_leaf(leaf) is not None)
    return not (hinted or length_of(text) > 1 or asks(text) or leans(text))


def _as_follow_up(alone: Prediction, leaf: str, share: float, context: Context) -> Prediction:
    meant = context.follow_ups.meant(leaf, context.topic)
    if meant is not None and meant.startswith("/"):
        return _decided(alone, meant.removeprefix("/"), share)
    about = context.topic if context.topic != context.kept_topic else None
    return replace(alone, intent=leaf, confidence=share, about=about)


def _decided(alone: Prediction, leaf: str, share: float) -> Prediction:
    """Return the decision for a leaf; what else is likely stays as the message alone ranks it."""
    rest = [entry for entry in alone.ranking if entry[0] != leaf]
    return replace(alone, ranking=[(leaf, share), *rest], intent=leaf, confidence=share)
