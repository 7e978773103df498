"""The systems that are measured side by side on the same development messages."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evaluation.benchmark.measurements import Cost
from evaluation.understanding.classifier import Classifier, classifier_options
from evaluation.understanding.embeddings import Embeddings
from evaluation.understanding.messages import DEVELOPMENT, Example, LabelledMessage, labelled
from evaluation.understanding.outcome import Evaluated, evaluate
from helpline.nlu.intent.prediction import Prediction, Ranking
from helpline.nlu.intents import FALLBACK_INTENT

SETS = ("topics", "conversation", "noisy", "out_of_scope", "two_questions")
# Rasa's own border: FallbackClassifier's threshold in the configuration that `rasa init` writes.
DEFAULT_UNSURE_BELOW = 0.3


def messages() -> dict[str, list[LabelledMessage]]:
    """Return the development messages of each set."""
    return {name: labelled(DEVELOPMENT / f"{name}.jsonl") for name in SETS}


def own_classifier(examples: list[Example], embeddings: Embeddings | None) -> Classifier:
    """Return the project's classifier, trained; without embeddings on n-grams alone."""
    return Classifier.trained(
        [example.text for example in examples],
        [example.intent for example in examples],
        classifier_options(),
        embeddings,
    )


def evaluated_by(classifier: Classifier, sets: dict[str, list[LabelledMessage]]) -> dict[str, list[Evaluated]]:
    """Return what the classifier's decisions are to the visitors of each set."""
    return evaluated_predictions(classifier.predict, sets)


def evaluated_predictions(
    read: Callable[[list[str]], list[Prediction]], sets: dict[str, list[LabelledMessage]]
) -> dict[str, list[Evaluated]]:
    """Return what decisions on texts are to the visitors of each set."""
    return {
        name: [
            evaluate(message, prediction)
            for message, prediction in zip(entries, read([one.text for one in entries]), strict=True)
        ]
        for name, entries in sets.items()
    }


def evaluated_default(
    rankings: dict[str, Ranking], sets: dict[str, list[LabelledMessage]]
) -> dict[str, list[Evaluated]]:
    """Return what the decisions of Rasa's default pipeline are, from its ranking of each text."""
    result: dict[str, list[Evaluated]] = {}
    for name, entries in sets.items():
        result[name] = []
        for message in entries:
            ranking = rankings[message.text]
            intent = ranking[0][0] if ranking[0][1] >= DEFAULT_UNSURE_BELOW else FALLBACK_INTENT
            result[name].append(evaluate(message, Prediction(ranking, intent, ranking[0][1])))
    return result


@dataclass(frozen=True)
class Default:
    """What `default_pipeline` beside this module kept: its rounds of training, its cost, its ranking of each text."""

    epochs: int
    cost: Cost
    rankings: dict[str, Ranking]


def kept_default(path: Path) -> Default | None:
    """Return what `evaluation.understanding.default_pipeline` wrote, or None when there is nothing."""
    if not path.exists():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    rankings = {text: [(leaf, share) for leaf, share in ranking] for text, ranking in kept["rankings"].items()}
    return Default(kept["epochs"], Cost(**kept["cost"]), rankings)
