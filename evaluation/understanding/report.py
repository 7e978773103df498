"""The report on understanding: Markdown, with pictures beside it."""

from pathlib import Path

from evaluation.benchmark.measurements import Cost
from evaluation.understanding.charts import draw_calibration, draw_curve
from evaluation.understanding.entity_scores import EntityScore
from evaluation.understanding.metrics import Confidences, answered_with_topic, by_intent, confusions
from evaluation.understanding.outcome import Evaluated, Outcome, shares
from evaluation.understanding.subject_scores import SubjectScore

CURVE = "wrong-answers.png"
CALIBRATION = "calibration.png"
ONE_QUESTION = ("topics", "conversation", "noisy", "out_of_scope")


def one_question(evaluated: dict[str, list[Evaluated]]) -> list[Evaluated]:
    """Return the decisions on all messages with one question."""
    return [one for name in ONE_QUESTION for one in evaluated[name]]


def write_report(
    folder: Path,
    evaluated: dict[str, dict[str, list[Evaluated]]],
    confidences: dict[str, Confidences],
    entities: list[EntityScore],
    subjects: SubjectScore,
    costs: dict[str, Cost],
) -> Path:
    """Write report and pictures into a folder.

    Args:
        folder: Where to.
        evaluated: For each system its decisions, by development set; the project's own first.
        confidences: For each system whose confidences are compared.
        entities: Scores of entities.
        subjects: Both errors on questions about something else.
        costs: What systems cost, where it was measured.

    Returns:
        The report's path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    draw_curve(confidences, folder / CURVE)
    draw_calibration(confidences, folder / CALIBRATION)
    own = next(iter(evaluated.values()))
    everything = [one for entries in own.values() for one in entries]
    parts = [
        "# Understanding, on development messages",
        _sets(evaluated),
        _calibration(confidences),
        _costs(costs),
        f"![Wrong answers against answers given]({CURVE})\n\n![Calibration]({CALIBRATION})",
        _intents(everything),
        _confusions(everything),
        _subjects(subjects),
        _entities(entities),
    ]
    path = folder / "understanding.md"
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return path


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows])


def _sets(evaluated: dict[str, dict[str, list[Evaluated]]]) -> str:
    rows = []
    for system, sets in evaluated.items():
        for name, entries in {"all with one question": one_question(sets), **sets}.items():
            share = shares(entries)
            outcomes = [f"{share[outcome]:.1%}" for outcome in Outcome]
            topic = f"{answered_with_topic(entries):.1%}" if name == "out_of_scope" else ""
            rows.append([system, name, str(len(entries)), *outcomes, topic])
    return _table(["system", "set", "messages", *(outcome.value for outcome in Outcome), "answered with a topic"], rows)


def _calibration(confidences: dict[str, Confidences]) -> str:
    rows = [[system, f"{one.right_first:.1%}", f"{one.calibration_error():.3f}"] for system, one in confidences.items()]
    return _table(["system", "right at first place, all answered", "expected calibration error"], rows)


def _costs(costs: dict[str, Cost]) -> str:
    rows = [
        [
            system,
            "" if one.training is None else f"{one.training:.0f}",
            f"{one.at(0.5):.1f}",
            f"{one.at(0.95):.1f}",
            f"{one.megabytes:.0f}",
        ]
        for system, one in costs.items()
    ]
    head = ["system", "training, CPU s", "reading a message, ms at p50", "at p95", "memory, MB"]
    return _table(head, rows)


def _intents(evaluated: list[Evaluated]) -> str:
    rows = [
        [intent, *(str(counted[outcome] or "") for outcome in Outcome)]
        for intent, counted in by_intent(evaluated).items()
    ]
    return "## By intent\n\n" + _table(["intent", *(outcome.value for outcome in Outcome)], rows)


def _confusions(evaluated: list[Evaluated]) -> str:
    rows = [[expected, got, str(count)] for expected, got, count in confusions(evaluated)]
    return "## Wrong answers\n\n" + _table(["asked", "answered", "messages"], rows)


def _subjects(subjects: SubjectScore) -> str:
    rows = [
        ["about something else", str(subjects.others), "answered from the page", f"{subjects.answered_share:.1%}"],
        ["", "", "answer of its own family", f"{subjects.families / subjects.others:.1%}"],
        [
            "about metastatic breast cancer",
            str(subjects.pages),
            "taken for something else",
            f"{subjects.refused_share:.1%}",
        ],
    ]
    return "## Other subjects, on development messages\n\n" + _table(["messages", "", "what they get", "share"], rows)


def _entities(entities: list[EntityScore]) -> str:
    rows = [[one.entity, str(one.wanted), f"{one.precision:.1%}", f"{one.recall:.1%}"] for one in entities]
    return "## Entities\n\n" + _table(["entity", "in the messages", "precision", "recall"], rows)
