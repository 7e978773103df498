"""The project's intent classifier without Rasa: the same model, options and decision as `LeafIntentClassifier`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from evaluation.understanding.embeddings import Embeddings
from helpline.nlu.intent.decision import decide_intent
from helpline.nlu.intent.leaf_model import LeafModel, LeafModelOptions, fit_leaf_model
from helpline.nlu.intent.ngrams import NgramVectorizer
from helpline.nlu.intent.prediction import Prediction, Ranking, Thresholds
from helpline.nlu.message_text import MessageText
from helpline.nlu.sentence_encoder import Vectors
from helpline.settings import ROOT
from helpline.text.normalising import normalised

CLASSIFIER = "helpline.nlu.intent.intent_classifier.LeafIntentClassifier"


def classifier_options(root: Path = ROOT) -> dict[str, Any]:
    """Return the classifier's options: what config.yml sets, and the defaults for the rest."""
    from helpline.nlu.intent.intent_classifier import LeafIntentClassifier

    pipeline = yaml.safe_load((root / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    (own,) = (component for component in pipeline if component["name"] == CLASSIFIER)
    return {**LeafIntentClassifier.get_default_config(), **own}


@dataclass
class Classifier:
    """A trained classifier.

    Attributes:
        ngrams: Its n-grams.
        model: Its model.
        thresholds: Where its decisions turn.
        embeddings: Where sentence vectors come from; None leaves them out.
    """

    ngrams: NgramVectorizer
    model: LeafModel
    thresholds: Thresholds
    embeddings: Embeddings | None

    @classmethod
    def trained(
        cls, texts: list[str], labels: list[str], options: dict[str, Any], embeddings: Embeddings | None
    ) -> "Classifier":
        """Return a classifier trained on messages and their leaf intents; without embeddings on n-grams alone."""
        pairs = sorted(set(zip(labels, texts, strict=True)))
        texts = [normalised(text) for _, text in pairs]
        ngrams, rows = NgramVectorizer.fitted(texts, options["min_df"])
        model = fit_leaf_model(
            _vectors(embeddings, texts), rows, [label for label, _ in pairs], LeafModelOptions.of(options)
        )
        return cls(ngrams, model, Thresholds.of(options), embeddings)

    def rankings(self, texts: list[str]) -> list[Ranking]:
        """Return the ranking of leaf intents for each text."""
        texts = [normalised(text) for text in texts]
        vectors = _vectors(self.embeddings, texts)
        rows = self.model.probabilities(vectors, self.ngrams.rows(texts)).tolist()
        return [sorted(zip(self.model.labels, row, strict=True), key=lambda pair: -pair[1]) for row in rows]

    def predict(self, texts: list[str], thresholds: Thresholds | None = None) -> list[Prediction]:
        """Return the decision on each text, at other thresholds where given."""
        rankings = self.rankings(texts)
        return [
            decide_intent(MessageText(text), ranking, self.rankings, thresholds or self.thresholds)
            for text, ranking in zip(texts, rankings, strict=True)
        ]


def _vectors(embeddings: Embeddings | None, texts: list[str]) -> Vectors:
    if embeddings is None:
        return np.zeros((len(texts), 1), np.float32)
    return embeddings.encode(texts)
