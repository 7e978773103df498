"""The content check: whether all wording is right before a visitor sees it.

It reads files only, no model and no server. Rasa's own validation is another step of `make check`.
"""

from collections.abc import Iterator
from pathlib import Path

from helpline.content.grounding import (
    contact_problems,
    fact_problems,
    name_problems,
    number_problems,
    ordinary_words,
    simpler_wording_problems,
)
from helpline.content.ledger import Ledger
from helpline.content.project import Project, read_project
from helpline.content.references import reference_problems
from helpline.content.responses import Response
from helpline.content.source import Problem
from helpline.content.style import Destinations, button_problems, metadata_problems, tone_problems
from helpline.content.typing_mistakes import typing_mistakes
from helpline.errors import ContentError
from helpline.text.lexicon import read_lexicon

_LEXICON = "content/lexicon/en.yml"


def check_content(root: Path) -> list[Problem]:
    """Return all that is wrong with the content of the project at `root`, by file and line.

    Typing mistakes come first and alone: much of what else would be told only follows from them.

    Args:
        root: Folder that holds ``domain.yml``, ``data/`` and ``content/``.
    """
    if mistyped := [*typing_mistakes(root), *_lexicon_problems(root)]:
        return mistyped
    return project_problems(read_project(root))


def _lexicon_problems(root: Path) -> Iterator[Problem]:
    """Yield a problem where the words of the forms and of the conversation cannot be read, if they are there."""
    path = root / _LEXICON
    try:
        if path.is_file():
            read_lexicon(path)
    except ContentError as error:
        yield Problem(_LEXICON, 0, "lexicon", str(error))


def project_problems(project: Project) -> list[Problem]:
    """Return all that is wrong with the content of a project that was read, but for typing mistakes."""
    problems = [*project.problems, *reference_problems(project)]
    problems += simpler_wording_problems(project.responses, project.ledger)
    ordinary = ordinary_words(project.responses, project.ledger)
    known = destinations(project)
    for response in project.responses:
        problems += response_problems(response, project.ledger, known, ordinary)
    return sorted(set(problems))


def response_problems(response: Response, ledger: Ledger, known: Destinations, ordinary: set[str]) -> Iterator[Problem]:
    """Yield all that is wrong with the wording of one response.

    Args:
        response: The response.
        ledger: The ledger.
        known: What its buttons and placeholders may refer to.
        ordinary: Words, in lower case, that are no names when they begin a sentence.
    """
    yield from tone_problems(response)
    yield from button_problems(response, known)
    yield from metadata_problems(response, ledger)
    yield from number_problems(response, ledger)
    yield from name_problems(response, ledger, ordinary)
    yield from fact_problems(response, ledger)
    yield from contact_problems(response, ledger)


def destinations(project: Project) -> Destinations:
    """Return what the buttons and placeholders of a project may refer to."""
    slots = set(project.domain.get("slots") or {})
    return Destinations(
        intents=frozenset(project.intents),
        topics=frozenset(project.topics),
        entities=frozenset(project.entities),
        placeholders=frozenset(slots | project.given),
    )
