"""Figures of understanding: calibration, the curve of wrong answers, confusions, topics."""

from collections import Counter

import numpy as np

from evaluation.understanding.classifier import Classifier
from evaluation.understanding.messages import LabelledMessage
from evaluation.understanding.outcome import Evaluated, Outcome
from helpline.nlu.intents import TOPIC_GROUP, TWO_QUESTIONS_INTENT, group_of

BINS = 10


class Confidences:
    """Confidences of first places, and whether each first place is right, for messages with one question."""

    def __init__(self, classifier: Classifier, sets: dict[str, list[LabelledMessage]]) -> None:
        messages = [one for entries in sets.values() for one in entries if len(one.expect) == 1]
        firsts = [ranking[0] for ranking in classifier.rankings([one.text for one in messages])]
        self.sure = np.array([share for _, share in firsts])
        self.right = np.array([leaf in one.right for one, (leaf, _) in zip(messages, firsts, strict=True)])

    @property
    def right_first(self) -> float:
        """Return the share of messages whose first place is right."""
        return float(self.right.mean())

    def calibration(self) -> list[tuple[float, float, int]]:
        """Return mean confidence, share right and count, for each tenth of confidence that holds messages."""
        bins = np.minimum((self.sure * BINS).astype(int), BINS - 1)
        return [
            (float(self.sure[inside].mean()), float(self.right[inside].mean()), int(inside.sum()))
            for inside in (bins == number for number in range(BINS))
            if inside.any()
        ]

    def calibration_error(self) -> float:
        """Return the expected calibration error: how far confidence and share right lie apart, on average."""
        return sum(abs(sure - right) * count for sure, right, count in self.calibration()) / len(self.sure)

    def curve(self) -> list[tuple[float, float]]:
        """Return share answered and share of all answered wrongly, as the border moves from sure to unsure."""
        order = np.argsort(-self.sure, kind="stable")
        wrong = np.cumsum(~self.right[order]) / len(order)
        return [((place + 1) / len(order), float(share)) for place, share in enumerate(wrong)]


def answered_with_topic(evaluated: list[Evaluated]) -> float:
    """Return the share of messages answered with a topic of the page."""
    topics = [
        group_of(one.prediction.intent) == TOPIC_GROUP or one.prediction.intent == TWO_QUESTIONS_INTENT
        for one in evaluated
    ]
    return sum(topics) / max(len(topics), 1)


def confusions(evaluated: list[Evaluated]) -> list[tuple[str, str, int]]:
    """Return expected intent, decision and count, for decisions that are neither right nor a question back."""
    wrong = (one for one in evaluated if one.outcome is Outcome.WRONG)
    counted = Counter((" + ".join(one.message.expect), one.prediction.intent) for one in wrong)
    return [(expected, got, count) for (expected, got), count in counted.most_common()]


def by_intent(evaluated: list[Evaluated]) -> dict[str, Counter[Outcome]]:
    """Return the outcomes of each intent."""
    counted: dict[str, Counter[Outcome]] = {}
    for one in evaluated:
        if len(one.message.expect) == 1:
            counted.setdefault(one.message.expect[0], Counter())[one.outcome] += 1
    return dict(sorted(counted.items()))
