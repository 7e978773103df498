"""What a decision is to the visitor: right, offered, asked back or wrong."""

from dataclasses import dataclass
from enum import Enum

from helpline.evaluation.messages import HeldOut
from helpline.nlu.decision import FALLBACK_INTENT, TOPIC_GROUP, TWO_QUESTIONS_INTENT, Reading, group_of

OFFERED_TOPICS = 3


class Outcome(Enum):
    """What the visitor gets."""

    RIGHT = "right"
    OFFERED = "offered"
    ASKED_BACK = "asked back"
    WRONG = "wrong"


@dataclass(frozen=True)
class Judged:
    """A held-out message, the decision on it, and what that is to the visitor."""

    message: HeldOut
    reading: Reading
    outcome: Outcome


def judge(message: HeldOut, reading: Reading) -> Judged:
    """Return what a decision is to the visitor.

    A message with two questions is right when both are answered, in their order, and offered or asked back or wrong
    as its first decision is. For other messages a second answer that was not asked for makes the answer wrong.
    """
    return Judged(message, reading, _outcome(message, reading))


def _outcome(message: HeldOut, reading: Reading) -> Outcome:
    if reading.intent == FALLBACK_INTENT:
        topics = [leaf for leaf, _ in reading.ranking if group_of(leaf) == TOPIC_GROUP][:OFFERED_TOPICS]
        return Outcome.OFFERED if message.right & set(topics) else Outcome.ASKED_BACK
    if len(message.expect) > 1:
        both = reading.intent == TWO_QUESTIONS_INTENT and reading.questions == message.expect
        return Outcome.RIGHT if both else Outcome.WRONG
    if reading.intent == TWO_QUESTIONS_INTENT:
        return Outcome.RIGHT if set(reading.questions) <= message.right else Outcome.WRONG
    return Outcome.RIGHT if reading.intent in message.right else Outcome.WRONG


def shares(judged: list[Judged]) -> dict[Outcome, float]:
    """Return the share of each outcome."""
    return {outcome: sum(one.outcome is outcome for one in judged) / max(len(judged), 1) for outcome in Outcome}
