"""HINT3: real visitors' messages to three live bots, and what other systems made of them.

Arora et al. 2020, "HINT3: Raising the bar for Intent Detection in the Wild". The folder holds a train and a test
file for each bot and a table for each published system; the label NO_NODES_DETECTED is out of scope. Nothing here is
tuned on the test files: the classifier has the options of config.yml.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import matthews_corrcoef

from evaluation.understanding.classifier import Classifier
from evaluation.understanding.embeddings import Embeddings

BOTS = ("curekart", "sofmattress")
OUTSIDE = "NO_NODES_DETECTED"
# The thresholds of the published tables.
THRESHOLDS = tuple(round(0.1 * step, 1) for step in range(1, 10))


@dataclass(frozen=True)
class Score:
    """What a system reaches on a bot's messages.

    Attributes:
        system: Its name.
        right_first: Share of messages in scope whose first intent is right, no threshold applied.
        correlation: The best Matthews correlation over the thresholds, out of scope being a label like others.
        threshold: Where it is reached.
        right_inside: Share of messages in scope answered rightly there.
        found_outside: Share of messages out of scope not answered there.
    """

    system: str
    right_first: float
    correlation: float
    threshold: float
    right_inside: float
    found_outside: float


def own_score(folder: Path, bot: str, options: dict[str, Any], embeddings: Embeddings) -> Score:
    """Train on a bot's training file and measure on its test file."""
    train, test = _messages(folder / f"{bot}_train.csv"), _messages(folder / f"{bot}_test.csv")
    classifier = Classifier.trained([text for text, _ in train], [label for _, label in train], options, embeddings)
    rankings = classifier.rankings([text for text, _ in test])
    right = np.array([label for _, label in test])
    first = np.array([ranking[0][0] for ranking in rankings])
    sure = np.array([ranking[0][1] for ranking in rankings])
    inside = right != OUTSIDE
    scores = []
    for threshold in THRESHOLDS:
        decided = np.where(sure >= threshold, first, OUTSIDE)
        scores.append(
            Score(
                "this project",
                float((first == right)[inside].mean()),
                float(matthews_corrcoef(right, decided)),
                threshold,
                float((decided == right)[inside].mean()),
                float((decided == right)[~inside].mean()),
            )
        )
    return max(scores, key=lambda score: score.correlation)


def published_scores(folder: Path, bot: str) -> list[Score]:
    """Return what the published systems reached, from their tables."""
    scores = []
    for path in sorted(folder.glob(f"results_*_{bot}.csv")):
        with path.open(encoding="utf-8") as lines:
            rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(lines)]
        best = max(rows, key=lambda row: row["MCC"])
        scores.append(
            Score(
                path.stem.removeprefix("results_").removesuffix(f"_{bot}"),
                max(row["Inscope Accuracy"] for row in rows),
                best["MCC"],
                best["Threshold"],
                best["Inscope Accuracy"],
                best["OOS Recall"],
            )
        )
    return scores


def _messages(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return [(row["sentence"], row["label"]) for row in csv.DictReader(lines)]
