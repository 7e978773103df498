"""The systems that are measured side by side on the same held-out messages."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from helpline.evaluation.classifier import Classifier, classifier_options
from helpline.evaluation.cost import Cost
from helpline.evaluation.embeddings import Embeddings
from helpline.evaluation.messages import HELD_OUT, Example, HeldOut, held_out
from helpline.evaluation.outcome import Judged, judge
from helpline.nlu.decision import FALLBACK_INTENT, Ranking, Reading

SETS = ("topics", "conversation", "noisy", "out_of_scope", "two_questions")
# Rasa's own border: FallbackClassifier's threshold in the configuration that `rasa init` writes.
DEFAULT_UNSURE_BELOW = 0.3


def messages() -> dict[str, list[HeldOut]]:
    """Return the held-out messages of each set."""
    return {name: held_out(HELD_OUT / f"{name}.jsonl") for name in SETS}


def own_classifier(examples: list[Example], embeddings: Embeddings | None) -> Classifier:
    """Return the project's classifier, trained; without embeddings on n-grams alone."""
    return Classifier.trained(
        [example.text for example in examples],
        [example.intent for example in examples],
        classifier_options(),
        embeddings,
    )


def judged_by(classifier: Classifier, sets: dict[str, list[HeldOut]]) -> dict[str, list[Judged]]:
    """Return what the classifier's decisions are to the visitors of each set."""
    return judged_readings(classifier.read, sets)


def judged_readings(
    read: Callable[[list[str]], list[Reading]], sets: dict[str, list[HeldOut]]
) -> dict[str, list[Judged]]:
    """Return what decisions on texts are to the visitors of each set."""
    return {
        name: [
            judge(message, reading)
            for message, reading in zip(entries, read([one.text for one in entries]), strict=True)
        ]
        for name, entries in sets.items()
    }


def judged_by_default(rankings: dict[str, Ranking], sets: dict[str, list[HeldOut]]) -> dict[str, list[Judged]]:
    """Return what the decisions of Rasa's default pipeline are, from its ranking of each text."""
    result: dict[str, list[Judged]] = {}
    for name, entries in sets.items():
        result[name] = []
        for message in entries:
            ranking = rankings[message.text]
            intent = ranking[0][0] if ranking[0][1] >= DEFAULT_UNSURE_BELOW else FALLBACK_INTENT
            result[name].append(judge(message, Reading(ranking, intent, ranking[0][1])))
    return result


@dataclass(frozen=True)
class Default:
    """What `helpline.evaluation.default_pipeline` kept: its rounds of training, its cost, its ranking of each text."""

    epochs: int
    cost: Cost
    rankings: dict[str, Ranking]


def kept_default(path: Path) -> Default | None:
    """Return what `helpline.evaluation.default_pipeline` wrote, or None when there is nothing."""
    if not path.exists():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    rankings = {text: [(leaf, share) for leaf, share in ranking] for text, ranking in kept["rankings"].items()}
    return Default(kept["epochs"], Cost(**kept["cost"]), rankings)
