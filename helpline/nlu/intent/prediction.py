"""What is decided on a message, and where the decision turns.

The thresholds were chosen on cross-validated training messages, the one for likely topics and those for halves on
development messages (docs/understanding.md). Knows nothing of Rasa.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from helpline.nlu.intents import is_danger

Ranking = list[tuple[str, float]]
Rank = Callable[[list[str]], list[Ranking]]

# With so much of a danger the likeliest, nothing else is looked for.
_MAY_BE_DANGER = 0.5


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
        half: Confidence that a question needs together with what is told before it.
        two: From here on halves of a message are two questions (`helpline.nlu.intent.chance_of_two`).
        whole: From here the message as a whole is one question, if it means something else than its parts.
    """

    fallback: float
    likely: float
    outside: float
    part: float
    half: float
    two: float
    whole: float

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Thresholds":
        """Take them from among the options of the classifier."""
        return cls(**{field.name: options[f"{field.name}_threshold"] for field in fields(cls)})


def may_be_danger(ranking: Ranking) -> bool:
    """Whether a message, or a part of it, is likeliest a danger, and so likely that nothing else is looked for."""
    leaf, share = ranking[0]
    return is_danger(leaf) and share >= _MAY_BE_DANGER
