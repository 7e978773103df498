"""Reads a message once more with what was asked and answered before it.

"Does everyone get there" means nothing alone. After an answer on NED it is read a second time behind the subject of
that answer, "NED, no evidence of disease: does everyone get there". That reading leans towards its own subject; so it
decides where the message alone is unclear, and where it leads to a neighbour of the topic. A follow-up intent needs
less confidence when there is something to follow up. Measured in docs/understanding.md. Knows nothing of Rasa.
"""

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
    is_outside,
)
from helpline.nlu.message_text import MessageText

# Longer messages say themselves what they are about.
LONGEST = 24
# So short a message leans on what was said before, whatever its words.
SHORT = 4
# Confidence that a follow-up needs in its conversation; under the second a sure second reading is taken in its place.
FOLLOW_UP_SHARE = 0.4
SURE_FOLLOW_UP = 0.9
# Confidence that a neighbour of the topic needs, where the message alone names it.
NEIGHBOUR_SHARE = 0.25
# Confidence that some topic needs after a single word: less has a name, or a slip of the finger.
HINT = 0.03
# Confidence that the second reading needs.
SECOND_READING = 0.65
# Under it a topic is not sure where the message points to what was said before; from `CERTAIN` on it is in any case.
SURE = 0.8
CERTAIN = 0.95


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
    if thresholds.fallback <= 0 or is_danger(alone.intent) or length_of(text.text) > LONGEST:
        return alone
    opening = opening_of(text.text)
    if opening.kind is not None and (returned := _returned(opening, rank, thresholds, context)) is not None:
        return returned
    if context.topic is None or alone.intent == TWO_QUESTIONS_INTENT:
        return alone
    return _followed_up(text.text, alone, rank, context)


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
    if is_danger(alone.intent):
        return None
    if context.topic is None or alone.intent == TWO_QUESTIONS_INTENT:
        return alone
    if opening.kind == "correction" and topic_of_leaf(alone.intent) is not None:
        return alone
    return _followed_up(rest.text, alone, rank, context)


def _followed_up(text: str, alone: Prediction, rank: Rank, context: Context) -> Prediction:
    """Return the decision on a message about the context's topic, given the one on the message alone."""
    leaf, share = alone.ranking[0]
    follows = leaf in FOLLOW_UPS and share >= FOLLOW_UP_SHARE
    if follows and share >= SURE_FOLLOW_UP:
        return _as_follow_up(alone, leaf, share, context)
    unsure = alone.intent == FALLBACK_INTENT or (alone.intent in FORM_INTENTS and not context.in_form)
    pointing = group_of(alone.intent) == TOPIC_GROUP and leans(text) and alone.confidence < CERTAIN
    if not (follows or unsure or pointing):
        return alone
    (second,) = rank([f"{context.subject}: {text}"]) if context.subject else ([],)
    topic, sure = (topic_of_leaf(second[0][0]), second[0][1] >= SECOND_READING) if second else (None, False)
    if follows:
        leads_on = sure and topic not in (None, context.topic)
        return _decided(alone, *second[0]) if leads_on else _as_follow_up(alone, leaf, share, context)
    neighbours = context.follow_ups.neighbours(context.topic) - {context.topic}
    if pointing and not unsure:
        found = sure and (topic in neighbours or (topic == context.topic and alone.confidence < SURE))
        return _decided(alone, *second[0]) if found else alone
    near = topic_of_leaf(leaf) in neighbours and share >= NEIGHBOUR_SHARE
    if near and not (sure and topic in neighbours):
        return _decided(alone, leaf, share)
    if not sure or topic is None or not _may_mean(text, alone):
        return alone
    return _decided(alone, *second[0])


def _may_mean(text: str, alone: Prediction) -> bool:
    """Whether a message that is unclear alone may be about the topic: it asks or leans, and tells no other thing."""
    other = sum(share for leaf, share in alone.ranking if is_outside(leaf) or group_of(leaf) in ALIKE_GROUPS)
    if other >= SECOND_READING / 2:
        return False
    if asks(text) or leans(text):
        return True
    hinted = any(share >= HINT for leaf, share in alone.ranking if topic_of_leaf(leaf) is not None)
    return length_of(text) <= SHORT and (hinted or length_of(text) > 1)


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
