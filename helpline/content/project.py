"""What the content check looks at, read once: wording, examples, flows, domain, ledger."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from helpline.content.ledger import Ledger, read_ledger
from helpline.content.response_names import ResponseName, names_in_python, names_in_yaml
from helpline.content.responses import Response, responses_in
from helpline.content.source import Problem, line_of, parse_source, read_source

DOMAIN = "domain.yml"


@dataclass
class Project:
    """The content of one project.

    Attributes:
        responses: All wording under data/.
        examples: File and line of each leaf intent that has training examples.
        response_names: Where responses are named.
        actions: Actions that rules and stories run or the domain lists.
        given: Values that Python hands to responses.
        domain: domain.yml.
        ledger: Facts and contacts.
        problems: What could not be read.
    """

    root: Path
    responses: list[Response] = field(default_factory=list)
    examples: dict[str, tuple[str, int]] = field(default_factory=dict)
    response_names: list[ResponseName] = field(default_factory=list)
    actions: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    domain: dict[str, Any] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    problems: list[Problem] = field(default_factory=list)

    @property
    def intents(self) -> set[str]:
        """Intents of the domain, by base name."""
        return {name for entry in self.domain.get("intents") or [] for name in _names(entry)}

    @property
    def entities(self) -> set[str]:
        """Entities of the domain."""
        return {name for entry in self.domain.get("entities") or [] for name in _names(entry)}

    @property
    def topics(self) -> set[str]:
        """Topics that have an answer."""
        return {response.topic for response in self.responses if response.topic}

    @property
    def form_slots(self) -> list[tuple[str, str]]:
        """Pairs of form and required slot."""
        forms = self.domain.get("forms") or {}
        return [(form, slot) for form, body in forms.items() for slot in (body or {}).get("required_slots") or []]


def read_project(root: Path) -> Project:
    """Read the content of the project at `root`; what cannot be read is a problem, not an error."""
    project = Project(root)
    domain, project.problems = read_source(root, root / DOMAIN)
    project.domain = domain or {}
    project.response_names += names_in_yaml(project.domain, DOMAIN)
    project.actions |= {name for entry in project.domain.get("actions") or [] for name in _names(entry)}
    for path in sorted((root / "data").rglob("*.yml")):
        file = path.relative_to(root).as_posix()
        content, problems = read_source(root, path)
        project.problems += problems
        project.responses += responses_in(content, file)
        project.examples |= _examples_in(content, file)
        project.response_names += names_in_yaml(content, file)
        project.actions |= set(_actions_in(content))
    names, project.given = names_in_python(root)
    project.response_names += names
    project.ledger, problems = read_ledger(root)
    project.problems += problems
    return project


def with_wording(project: Project, texts: Mapping[str, str]) -> Project:
    """Return a project with other wording in some of its files; their examples and flows stay as they are.

    Args:
        project: The project as it was read.
        texts: The whole text of each changed file, by its path below the root.
    """
    kept = [response for response in project.responses if response.file not in texts]
    changed = replace(project, responses=kept, problems=list(project.problems))
    for file, text in texts.items():
        content, problems = parse_source(file, text)
        changed.problems += problems
        changed.responses += responses_in(content, file)
    # In the order of the files, in which the check reads them.
    changed.responses.sort(key=lambda response: (response.file, response.line))
    return changed


def _examples_in(content: Any, file: str) -> dict[str, tuple[str, int]]:
    entries = content.get("nlu") if isinstance(content, dict) else None
    groups = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return {str(entry["intent"]): (file, line_of(entry, "intent")) for entry in groups if entry.get("intent")}


def _actions_in(content: Any) -> Iterator[str]:
    if isinstance(content, dict):
        if isinstance(content.get("action"), str):
            yield content["action"]
        for value in content.values():
            yield from _actions_in(value)
    elif isinstance(content, list):
        for value in content:
            yield from _actions_in(value)


def _names(entry: Any) -> list[str]:
    return list(entry) if isinstance(entry, dict) else [str(entry)]
