"""The content check: whether all wording is right before a visitor sees it.

It reads files only, no model and no server. Rasa's own validation is another step of `make check`.
"""

from pathlib import Path

from helpline.content.grounding import (
    contact_problems,
    fact_problems,
    name_problems,
    number_problems,
    ordinary_words,
)
from helpline.content.project import Project, read_project
from helpline.content.references import reference_problems
from helpline.content.source import Problem
from helpline.content.style import Destinations, button_problems, metadata_problems, tone_problems


def check_content(root: Path) -> list[Problem]:
    """Return all that is wrong with the content of the project at `root`, by file and line.

    Args:
        root: Folder that holds ``domain.yml``, ``data/`` and ``content/``.
    """
    project = read_project(root)
    problems = [*project.problems, *reference_problems(project)]
    ordinary = ordinary_words(project.responses, project.ledger)
    known = _destinations(project)
    for response in project.responses:
        problems += tone_problems(response)
        problems += button_problems(response, known)
        problems += metadata_problems(response, project.ledger)
        problems += number_problems(response, project.ledger)
        problems += name_problems(response, project.ledger, ordinary)
        problems += fact_problems(response, project.ledger)
        problems += contact_problems(response, project.ledger)
    return sorted(set(problems))


def _destinations(project: Project) -> Destinations:
    slots = set(project.domain.get("slots") or {})
    return Destinations(
        intents=frozenset(project.intents),
        topics=frozenset(project.topics),
        entities=frozenset(project.entities),
        placeholders=frozenset(slots | project.given),
    )
