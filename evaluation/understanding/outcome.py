"""What a decision is to the visitor: right, offered, asked back or wrong."""

from dataclasses import dataclass
from enum import Enum

from evaluation.understanding.messages import LabelledMessage
from helpline.nlu.intent.prediction import Prediction
from helpline.nlu.intents import FALLBACK_INTENT, TOPIC_GROUP, TWO_QUESTIONS_INTENT, group_of

OFFERED_TOPICS = 3


class Outcome(Enum):
    """What the visitor gets."""

    RIGHT = "right"
    OFFERED = "offered"
    ASKED_BACK = "asked back"
    WRONG = "wrong"


@dataclass(frozen=True)
class Evaluated:
    """A development message, the decision on it, and what that is to the visitor."""

    message: LabelledMessage
    prediction: Prediction
    outcome: Outcome


def evaluate(message: LabelledMessage, prediction: Prediction) -> Evaluated:
    """Return what a decision is to the visitor.

    A message with two questions is right when both are answered, in their order, and offered or asked back or wrong
    as its first decision is. For other messages a second answer that was not asked for makes the answer wrong. A likely
    answer beside a question back counts as offered at the most, and as wrong where the right one is not offered.
    """
    return Evaluated(message, prediction, _outcome(message, prediction))


def _outcome(message: LabelledMessage, prediction: Prediction) -> Outcome:
    if prediction.intent == FALLBACK_INTENT:
        topics = [leaf for leaf, _ in prediction.ranking if group_of(leaf) == TOPIC_GROUP][:OFFERED_TOPICS]
        if message.right & set(topics):
            return Outcome.OFFERED
        return Outcome.ASKED_BACK if prediction.likely is None else Outcome.WRONG
    if len(message.expect) > 1:
        both = prediction.intent == TWO_QUESTIONS_INTENT and prediction.questions == message.expect
        return Outcome.RIGHT if both else Outcome.WRONG
    if prediction.intent == TWO_QUESTIONS_INTENT:
        return Outcome.RIGHT if set(prediction.questions) <= message.right else Outcome.WRONG
    return Outcome.RIGHT if prediction.intent in message.right else Outcome.WRONG


def shares(evaluated: list[Evaluated]) -> dict[Outcome, float]:
    """Return the share of each outcome."""
    return {outcome: sum(one.outcome is outcome for one in evaluated) / max(len(evaluated), 1) for outcome in Outcome}
