"""`helpline eval`: how well messages are understood that training never saw, and that nobody looked at."""

import subprocess
from pathlib import Path
from typing import Annotated

import typer

from helpline.cli.progress import console
from helpline.cli.train import train
from helpline.processes.model import MODEL
from helpline.settings import VAR

FOLDER = VAR / "eval"
DEFAULT_RANKINGS = FOLDER / "default-pipeline.json"


def eval_understanding(
    with_default_pipeline: Annotated[
        Path | None,
        typer.Option(
            metavar="PYTHON",
            help="Train Rasa's default pipeline on the same data too, with the Python of an environment that has Rasa "
            "with TensorFlow (docs/understanding.md); takes hours.",
        ),
    ] = None,
    epochs: Annotated[int, typer.Option(help="Rounds of training of the default pipeline; Rasa's own are 100.")] = 100,
) -> None:
    """Measure understanding on development messages, and all on messages never looked at; reports in var/eval/."""
    # Measuring imports Rasa and spaCy, which takes seconds that other verbs need not wait.
    from evaluation.benchmark.measurements import Cost, resident_megabytes
    from evaluation.follow_ups import Player, follow_up_shares, remark_shares, reply_shares
    from evaluation.held_out import FOLDERS as HELD_OUT
    from evaluation.held_out import measure_held_out, safety_shares, understanding_shares
    from evaluation.held_out import report as table
    from evaluation.safety.safety_metrics import DEVELOPMENT as SAFETY_DEVELOPMENT
    from evaluation.understanding.embeddings import Embeddings
    from evaluation.understanding.entity_scores import entity_scores
    from evaluation.understanding.messages import DEVELOPMENT, training_examples
    from evaluation.understanding.metrics import Confidences, answered_with_topic
    from evaluation.understanding.outcome import Outcome, shares
    from evaluation.understanding.report import one_question, write_report
    from evaluation.understanding.subject_scores import subject_score
    from evaluation.understanding.systems import (
        evaluated_by,
        evaluated_default,
        evaluated_predictions,
        kept_default,
        messages,
        own_classifier,
    )
    from helpline.nlu.trained_model import TrainedModel

    if with_default_pipeline:
        console.print("Training the default pipeline; this takes a minute or two for each of its epochs.")
        command = [
            str(with_default_pipeline),
            "-m",
            "evaluation.understanding.default_pipeline",
            str(DEFAULT_RANKINGS),
            str(epochs),
        ]
        subprocess.run(command, check=True)  # noqa: S603 -- our own module, fixed arguments
    train(force=False)
    examples, sets = training_examples(), messages()
    console.print(f"Training on {len(examples)} messages, twice (usually about a minute).")
    classifiers = {
        "its classifier alone": own_classifier(examples, Embeddings()),
        "n-grams alone": own_classifier(examples, None),
    }
    model = TrainedModel(MODEL)
    milliseconds: list[float] = []
    evaluated = {
        "this project": evaluated_predictions(lambda texts: [model.timed(text, milliseconds) for text in texts], sets)
    }
    costs = {"this project": Cost(None, milliseconds, resident_megabytes())}
    evaluated.update({system: evaluated_by(classifier, sets) for system, classifier in classifiers.items()})
    confidences = {system: Confidences(classifier, sets) for system, classifier in classifiers.items()}
    default = kept_default(DEFAULT_RANKINGS)
    if default is not None:
        name = f"Rasa's default (DIET, {default.epochs} epochs)"
        evaluated[name], costs[name] = evaluated_default(default.rankings, sets), default.cost
    subjects = subject_score(model.leaves)
    report = write_report(FOLDER, evaluated, confidences, entity_scores(), subjects, costs)
    tables = "\n".join(
        table(
            f"On messages that nobody has looked at ({folder.name})",
            measure_held_out(model.parse, model.responses, folder),
        )
        for folder in HELD_OUT
    )
    for folder in (SAFETY_DEVELOPMENT, *sorted(SAFETY_DEVELOPMENT.glob("strangers_*"))):
        title = f"Danger, on development messages ({folder.name})"
        tables += "\n" + table(title, list(safety_shares(model.parse, folder)))
    for folder in sorted(DEVELOPMENT.glob("strangers_*/")):
        if found := list(understanding_shares(model.parse, model.responses, folder)):
            tables += "\n" + table(f"Understanding, on development messages ({folder.name})", found)
    player = Player(MODEL)
    for folder in (*HELD_OUT, *sorted(DEVELOPMENT.glob("strangers_*/"))):
        if found := [*follow_up_shares(player, folder), *remark_shares(player, folder), *reply_shares(player, folder)]:
            tables += "\n" + table(f"In their conversation ({folder.parent.name}, {folder.name})", found)
    (FOLDER / "held_out.md").write_text(tables, encoding="utf-8")
    console.print(tables, markup=False)
    own = evaluated["this project"]
    for name, entries in {"all with one question": one_question(own), **own}.items():
        share = shares(entries)
        print(f"{name}: " + ", ".join(f"{share[outcome]:.1%} {outcome.value}" for outcome in Outcome))
    outside = answered_with_topic(own["out_of_scope"])
    print(f"out of scope answered with a topic: {outside:.1%}")
    print(
        f"about something else, answered from the page: {subjects.answered_share:.1%}; "
        f"about the page, taken for something else: {subjects.refused_share:.1%}"
    )
    print(f"expected calibration error: {confidences['its classifier alone'].calibration_error():.3f}")
    print(f"The report is {report}.")
