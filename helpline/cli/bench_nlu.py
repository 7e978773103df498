"""`helpline bench-nlu`: the classifier on published messages, beside published systems."""

from pathlib import Path
from typing import Annotated

import typer


def bench_nlu(data: Annotated[Path, typer.Argument(help="Folder with HINT3's files.")]) -> None:
    """Train and measure the classifier on HINT3's bots, and print it beside the published systems."""
    # Measuring imports Rasa, which takes seconds that other verbs need not wait.
    from evaluation.understanding import hint3
    from evaluation.understanding.classifier import classifier_options
    from evaluation.understanding.embeddings import Embeddings

    missing = [bot for bot in hint3.BOTS if not (data / f"{bot}_train.csv").is_file()]
    if missing:
        print(f"{data} holds no training file of {', '.join(missing)}.")
        raise typer.Exit(2)
    options, embeddings = classifier_options(), Embeddings()
    for bot in hint3.BOTS:
        scores = [hint3.own_score(data, bot, options, embeddings), *hint3.published_scores(data, bot)]
        print(f"{bot}: right first | best correlation | at | in scope right | out of scope found")
        for score in sorted(scores, key=lambda score: -score.correlation):
            print(
                f"  {score.system:14} {score.right_first:6.1%} | {score.correlation:.3f} | {score.threshold:.1f} | "
                f"{score.right_inside:6.1%} | {score.found_outside:6.1%}"
            )
