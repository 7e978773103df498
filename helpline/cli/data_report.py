"""`helpline data report`: what is weak in the training messages."""

from typing import Annotated

import typer


def data_report(
    longest: Annotated[int, typer.Option("--show", help="How many of each kind to list.")] = 40,
) -> None:
    """List near-duplicates within an intent, messages nearer to another intent, and intents with little variety."""
    # Measuring loads the sentence encoder, which other verbs need not wait for.
    from evaluation.understanding.embeddings import Embeddings
    from evaluation.understanding.messages import training_examples
    from evaluation.understanding.training_report import training_report

    report = training_report(training_examples(), Embeddings())
    print(f"{len(report.twins)} pairs of near-duplicates within an intent")
    for one, other in report.twins[:longest]:
        print(f"  {one.path}: {one.intent}: {one.text!r} and {other.text!r}")
    print(f"{len(report.strays)} messages nearer to another intent than to their own")
    for stray in report.strays[:longest]:
        example = stray.example
        print(
            f"  {example.path}: {example.intent}, nearer to {stray.nearer_to} by {stray.margin:.2f}: {example.text!r}"
        )
    print(f"{len(report.alike)} intents with little variety")
    for intent, likeness in report.alike[:longest]:
        print(f"  {intent}: likeness {likeness:.2f}")
    print(f"{len(report.small)} intents with few messages")
    for intent, count in report.small[:longest]:
        print(f"  {intent}: {count}")
