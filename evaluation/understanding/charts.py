"""Pictures of the report: the curve of wrong answers, and calibration."""

from pathlib import Path

from evaluation.understanding.metrics import Confidences


def draw_curve(systems: dict[str, Confidences], path: Path) -> None:
    """Draw the share of wrong answers against the share answered, a line for each system, to a PNG file."""
    figure, axes = _axes("messages answered at once", "answered wrongly")
    for name, confidences in systems.items():
        answered, wrong = zip(*confidences.curve(), strict=True)
        axes.plot(answered, wrong, label=name)
    axes.legend()
    figure.savefig(path, dpi=120)


def draw_calibration(systems: dict[str, Confidences], path: Path) -> None:
    """Draw the share right against the confidence, a line for each system, to a PNG file."""
    figure, axes = _axes("confidence", "right at first place")
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    for name, confidences in systems.items():
        sure, right, _ = zip(*confidences.calibration(), strict=True)
        axes.plot(sure, right, marker="o", label=name)
    axes.legend()
    figure.savefig(path, dpi=120)


def _axes(below: str, beside: str):  # type: ignore[no-untyped-def]
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_xlabel(below)
    axes.set_ylabel(beside)
    axes.grid(visible=True, linewidth=0.3)
    return figure, axes
