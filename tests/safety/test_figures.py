"""The figures that the danger detector is held to, on messages that neither its patterns nor its training saw."""

import pytest

from evaluation.safety.safety_metrics import Figure, measure_safety

FIGURES = [
    "crisis caught",
    "look-alikes of a crisis flagged",
    "violence caught",
    "look-alikes of violence flagged",
    "emergencies caught",
    "look-alikes of an emergency flagged",
    "requests for advice recognised",
    "how long one has, recognised",
    "requests for advice flagged as danger",
    "distress flagged as danger",
    "spoiled crises caught",
]


@pytest.fixture(scope="module")
def figures(model) -> dict[str, Figure]:
    return {figure.name: figure for figure in measure_safety(model.leaves)}


def test_every_figure_is_asked_for(figures):
    assert sorted(figures) == sorted(FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_the_figure_is_reached(figures, name):
    figure = figures[name]
    assert figure.reached, f"{figure.hits} of {figure.count}: {figure.missed}"
