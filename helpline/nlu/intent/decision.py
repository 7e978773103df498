"""From confidences to a decision: one intent, two questions, or the fallback.

What is asked wins over what is told. The assistant asks back when the likeliest intent is not likely enough; a topic
that is nearly so it answers beside that question. Knows nothing of Rasa.
"""

from dataclasses import replace

from helpline.nlu.intent.context import Context
from helpline.nlu.intent.prediction import Prediction, Rank, Ranking, Thresholds, may_be_danger
from helpline.nlu.intent.segments import asks
from helpline.nlu.intent.two_questions import Reading, two_questions
from helpline.nlu.intents import (
    ALIKE_GROUPS,
    FALLBACK_INTENT,
    FEELING_GROUP,
    FOLLOW_UPS,
    OTHER_LANGUAGE_INTENT,
    REMARK_GROUP,
    TOPIC_GROUP,
    group_of,
    is_answerable,
    is_danger,
    is_outside,
)
from helpline.nlu.message_text import MessageText
from helpline.text.lexicon import Lexicon
from helpline.text.mending import is_hardly_english
from helpline.text.normalising import in_another_script, normalised, says_something

NO_CONTEXT = Context()
# Beside what is only told a question wins, where there is one.
_TELLING_GROUPS = (FEELING_GROUP, REMARK_GROUP)


def decide_intent(
    text: MessageText, ranking: Ranking, rank: Rank, thresholds: Thresholds, context: Context = NO_CONTEXT
) -> Prediction:
    """Return the decision on a message.

    Args:
        text: The message's text.
        ranking: Leaf intents of the message as a whole, the likeliest first.
        rank: Returns such a ranking for each part of a message; called only where a message may have parts.
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
    decided = _of_whole_and_parts(text, whole, rank, thresholds, context)
    unclear = decided.intent == FALLBACK_INTENT and not context.in_form  # within a form names are answers
    if can_be_other and unclear and is_hardly_english(text.typed):
        return Prediction(ranking, OTHER_LANGUAGE_INTENT, 1.0)
    return decided


def _of_whole_and_parts(
    text: MessageText, whole: Prediction, rank: Rank, thresholds: Thresholds, context: Context
) -> Prediction:
    """Return the decision on a message, given the one on it as a whole: the parts that ask may say more."""
    ranking = whole.ranking
    asking = [part for part in text.segments if asks(part)]
    feels, tells = group_of(ranking[0][0]) == FEELING_GROUP, group_of(ranking[0][0]) in _TELLING_GROUPS
    rankings = rank(asking) if len(asking) > 1 or (asking and (tells or whole.intent == FALLBACK_INTENT)) else []
    if any(may_be_danger(part) for part in rankings):
        return whole
    two = two_questions(Reading(text, asking, ranking, rankings, rank, thresholds, context))
    if two is not None:
        return replace(two, also_feels=ranking[0][0]) if feels else two
    if not rankings or (whole.intent != FALLBACK_INTENT and not tells):
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


def _asked(ranking: Ranking, rankings: list[Ranking], thresholds: Thresholds, context: Context) -> Prediction | None:
    """Return the question in a long message, or in one that tells something, or None when no part is clear enough."""
    best = max(rankings, key=lambda part: part[0][1])
    if best[0][0] in FOLLOW_UPS and context.topic is not None and best[0][1] >= thresholds.part:
        return Prediction(best, *best[0])
    if not is_answerable(best[0][0]):
        return None
    likely = dict(ranking)
    mixed = sorted(((leaf, (share + likely[leaf]) / 2) for leaf, share in best), key=lambda pair: -pair[1])
    if group_of(ranking[0][0]) in _TELLING_GROUPS:
        return _single(best, thresholds) if best[0][1] >= thresholds.part else None
    prediction = _single(mixed, thresholds)
    return None if prediction.intent == FALLBACK_INTENT else prediction
