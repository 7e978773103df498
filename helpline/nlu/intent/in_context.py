"""Reads a message once more with what was asked and answered before it.

"Does everyone get there" means nothing alone. After an answer on NED it is read a second time behind the subject of
that answer, "NED, no evidence of disease: does everyone get there". Where the message alone is not sure, both readings
are weighed together. A follow-up intent needs less confidence when there is something to follow up. Measured in
docs/understanding.md. Knows nothing of Rasa.
"""

from collections import Counter
from dataclasses import replace

from helpline.nlu.intent.context import Context, Opening, leans, length_of, opening_of, topic_of_leaf
from helpline.nlu.intent.decision import Prediction, Rank, Ranking, Thresholds, decide_intent
from helpline.nlu.intent.segments import asks
from helpline.nlu.intents import (
    ALIKE_GROUPS,
    FALLBACK_INTENT,
    FOLLOW_UPS,
    FORM_INTENTS,
    TOPIC_GROUP,
    TWO_QUESTIONS_INTENT,
    group_of,
    is_danger,
)
from helpline.nlu.message_text import MessageText

# Longer messages say themselves what they are about.
LONGEST = 24
# Confidence that a follow-up needs in its conversation, and from which on it needs no second reading.
FOLLOW_UP_SHARE = 0.4
SURE_FOLLOW_UP = 0.6
# From here on a topic is understood from the message alone.
SURE_TOPIC = 0.9
# What the second reading weighs beside the message alone, and what both together must give a leaf intent.
SECOND = 0.7
BOTH = 0.4
# So much of a feeling, or of advice asked for, is met as that where nothing is sure.
FELT = 0.3
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
    if thresholds.fallback <= 0 or is_danger(ranking[0][0]) or length_of(text.text) > LONGEST:
        return alone
    opening = opening_of(text.text)
    if opening.kind is not None and (returned := _returned(opening, rank, thresholds, context)) is not None:
        return returned
    if context.topic is None or alone.intent == TWO_QUESTIONS_INTENT:
        return alone
    return _followed_up(text.text, alone, rank, thresholds, context)


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
    if is_danger(ranking[0][0]):
        return None
    if context.topic is None or alone.intent == TWO_QUESTIONS_INTENT:
        return alone
    if opening.kind == "correction" and topic_of_leaf(alone.intent) is not None:
        return alone
    return _followed_up(rest.text, alone, rank, thresholds, context)


def _followed_up(text: str, alone: Prediction, rank: Rank, thresholds: Thresholds, context: Context) -> Prediction:
    """Return the decision on a message about the context's topic, given the one on the message alone."""
    leaf, share = alone.ranking[0]
    if leaf in FOLLOW_UPS and share >= SURE_FOLLOW_UP:
        return _as_follow_up(alone, leaf, share, context)
    if _stands_alone(text, alone, context):
        return alone
    second = rank([f"{context.subject}: {text}"])[0] if context.subject else []
    both = Counter({leaf: (1 - SECOND) * share for leaf, share in alone.ranking})
    both.update({leaf: SECOND * share for leaf, share in second})
    ((likeliest, weighed),) = both.most_common(1)
    if weighed >= BOTH and _may_be_taken(likeliest, weighed, thresholds, context):
        leaf, share = likeliest, weighed
    elif leaf not in FOLLOW_UPS or share < FOLLOW_UP_SHARE:
        return alone
    if leaf in FOLLOW_UPS:
        return _as_follow_up(alone, leaf, share, context)
    return alone if leaf == alone.intent else _decided(alone, leaf, share)


def _may_be_taken(leaf: str, share: float, thresholds: Thresholds, context: Context) -> bool:
    """Whether a leaf intent may be what a message means in its conversation.

    Danger is the detector's to tell, and an answer needs a form that asks. What is hard to hear for who did not ask for
    it must be as sure as without a conversation, unless it was told already.
    """
    if is_danger(leaf) or (leaf in FORM_INTENTS and not context.in_form):
        return False
    topic = topic_of_leaf(leaf)
    hard = topic != context.topic and context.follow_ups.is_only_when_sure(topic)
    return share >= thresholds.fallback or not hard


def _stands_alone(text: str, alone: Prediction, context: Context) -> bool:
    """Whether a message is understood without what was said before it.

    What calls for advice or tells a feeling is met as that, and what answers a form's question stays its answer.
    """
    intent = alone.intent
    if alone.also_feels is not None or (context.in_form and (intent in FORM_INTENTS or not asks(text))):
        return True
    if group_of(intent) == TOPIC_GROUP:
        return alone.confidence >= SURE_TOPIC
    if intent != FALLBACK_INTENT and intent not in FORM_INTENTS:
        return intent not in FOLLOW_UPS
    for group in ALIKE_GROUPS:
        if sum(share for leaf, share in alone.ranking if group_of(leaf) == group) >= FELT:
            return True
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
