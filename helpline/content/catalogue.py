"""All wording of a project, read once and again when a file has changed; and what the check says of a draft.

For whoever shows wording and lets somebody change it. What is drafted is written into the text of its file, in memory,
and checked there: by the same rules and in the same words as `helpline check`.
"""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from helpline.content.check import destinations, project_problems, response_problems
from helpline.content.grounding import grounded_figures, name_problems, ordinary_words
from helpline.content.project import DOMAIN, Project, read_project, with_wording
from helpline.content.readability import FEWEST_WORDS, reading_grade
from helpline.content.responses import TOPICS, Response
from helpline.content.source import Problem, as_typed
from helpline.content.style import most_words
from helpline.content.typing_mistakes import mistakes_in
from helpline.content.wording import Wording, with_changed
from helpline.errors import ContentError

# Wording that changes only together with its tests (CONTRIBUTING.md): a crisis, violence, an emergency, advice.
SAFETY_FILES = frozenset({"data/responses/safety.yml", "data/responses/advice.yml"})


@dataclass(frozen=True)
class Answer:
    """A response as it stands in the repository, with all its variations.

    Attributes:
        name: Its key, such as ``utter_faq/ned``.
        file: Path below the project's root.
        responses: Its variations, in their order.
        title: What it is about, in words: the title of its topic, or its key without what all keys begin with.
    """

    name: str
    file: str
    responses: tuple[Response, ...]
    title: str

    @property
    def wording(self) -> tuple[Wording, ...]:
        """What its variations say."""
        return tuple(Wording(one.text, tuple(button.title for button in one.buttons)) for one in self.responses)

    @property
    def is_safety(self) -> bool:
        """Whether it changes only together with its tests."""
        return self.file in SAFETY_FILES

    @property
    def is_topic(self) -> bool:
        """Whether it belongs to a topic of the page."""
        return self.file.startswith(f"{TOPICS}/")


@dataclass(frozen=True)
class CheckedResponse:
    """One variation of a draft.

    Attributes:
        response: It.
        grade: Its reading grade; None for too few words.
        words: How many it has, and may have.
        figures: Its numbers, each with the fact that it stands for and that fact's place.
    """

    response: Response
    grade: float | None
    words: tuple[int, int]
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CheckedDraft:
    """What the content check says of a draft.

    Attributes:
        text: The text of its file, with it.
        problems: What is to be mended, in the words of ``helpline check``.
        variations: What stands in it.
    """

    text: str
    problems: tuple[Problem, ...]
    variations: tuple[CheckedResponse, ...]


@dataclass(frozen=True)
class Snapshot:
    """All wording at one time.

    Attributes:
        project: What the check looks at.
        texts: The text of each file that holds wording.
        answers: Each response, by its name.
    """

    project: Project
    texts: Mapping[str, str]
    answers: Mapping[str, Answer] = field(default_factory=dict)

    @cached_property
    def standing_problems(self) -> tuple[Problem, ...]:
        """What the check finds in the repository as it stands."""
        return tuple(project_problems(self.project))

    @cached_property
    def known_problems(self) -> frozenset[tuple[str, str, str]]:
        """The same without lines: no draft is to be blamed for it."""
        return frozenset(map(_key, self.standing_problems))

    @cached_property
    def ordinary(self) -> set[str]:
        """Words, in lower case, that are no names when they begin a sentence."""
        return ordinary_words(self.project.responses, self.project.ledger)

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of the wording, in lower case."""
        return frozenset(word for one in self.project.responses for shown in one.shown for word in words_of(shown))

    def check(self, answer: Answer, wording: Sequence[Wording]) -> CheckedDraft:
        """Return what the check says of a draft; as there, mistakes of typing come first and alone."""
        standing = self.texts[answer.file]
        try:
            text = with_changed(answer.file, standing, answer.name, wording)
        except ContentError as error:
            return CheckedDraft(standing, (Problem(answer.file, 0, answer.name, str(error)),), ())
        changed = with_wording(self.project, {answer.file: text})
        found = tuple(response for response in changed.responses if response.name == answer.name)
        ledger = self.project.ledger
        variations = tuple(
            CheckedResponse(
                response,
                reading_grade(response.text) if len(response.text.split()) >= FEWEST_WORDS else None,
                (len(response.text.split()), most_words(response.name)),
                tuple(grounded_figures(response, ledger)),
            )
            for response in found
        )
        return CheckedDraft(text, tuple(self._problems(answer, text, changed)), variations)

    def texts_with(self, drafts: Mapping[str, Sequence[Wording]]) -> dict[str, str]:
        """Return the text of each file that changes with some drafts, by the names of their answers.

        Raises:
            ContentError: A draft does not fit its file any more.
        """
        texts: dict[str, str] = {}
        for name, wording in drafts.items():
            file = self.answers[name].file
            texts[file] = with_changed(file, texts.get(file, self.texts[file]), name, wording)
        return texts

    def problems_with(self, texts: Mapping[str, str]) -> list[Problem]:
        """Return what the check finds once some files have another text, and did not find before."""
        mistyped = [problem for file, text in texts.items() for problem in mistakes_in(file, text)]
        found = mistyped or project_problems(with_wording(self.project, texts))
        return [problem for problem in found if _key(problem) not in self.known_problems]

    def _problems(self, answer: Answer, text: str, changed: Project) -> list[Problem]:
        if mistyped := mistakes_in(answer.file, text):
            return mistyped
        ordinary = ordinary_words(changed.responses, changed.ledger)
        elsewhere = self._problems_elsewhere(answer, changed, ordinary)
        return sorted({*self._own_problems(answer, changed, ordinary), *elsewhere})

    def _own_problems(self, answer: Answer, changed: Project, ordinary: set[str]) -> Iterator[Problem]:
        """Yield what is wrong with the draft, and what is told of its answer beside its wording, such as no use."""
        ledger, known = changed.ledger, destinations(changed)
        of_wording = {
            _key(one) for each in answer.responses for one in response_problems(each, ledger, known, self.ordinary)
        }
        yield from (one for one in self.standing_problems if one.key == answer.name and _key(one) not in of_wording)
        for response in changed.responses:
            if response.name == answer.name:
                yield from response_problems(response, ledger, known, ordinary)

    def _problems_elsewhere(self, answer: Answer, changed: Project, ordinary: set[str]) -> Iterator[Problem]:
        """Yield what is wrong elsewhere by the draft alone: the one use of a word goes by which it was known as one."""
        if self.ordinary <= ordinary:
            return
        for response in changed.responses:
            if response.name != answer.name:
                found = name_problems(response, changed.ledger, ordinary)
                yield from (one for one in found if _key(one) not in self.known_problems)


class Catalogue:
    """Gives the newest snapshot of a project's wording; several threads may ask.

    Args:
        root: The project.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._state: tuple[tuple[str, int, int], ...] = ()
        self._snapshot: Snapshot | None = None

    def snapshot(self) -> Snapshot:
        """Return all wording as the files hold it now."""
        with self._lock:
            state = tuple(self._files())
            if self._snapshot is None or state != self._state:
                self._snapshot, self._state = read_snapshot(self._root), state
            return self._snapshot

    def _files(self) -> list[tuple[str, int, int]]:
        paths = [self._root / DOMAIN, *(self._root / "content").glob("*.yml"), *(self._root / "data").rglob("*.yml")]
        found = ((path, path.stat()) for path in sorted(paths) if path.is_file())
        return [(path.as_posix(), stat.st_mtime_ns, stat.st_size) for path, stat in found]


def words_of(text: str) -> list[str]:
    """Return the words and numbers of a text, in lower case."""
    return re.findall(r"\w+", text.lower())


def read_snapshot(root: Path) -> Snapshot:
    """Read all wording of the project at `root`."""
    project = read_project(root)
    files = dict.fromkeys(response.file for response in project.responses)
    texts = {file: as_typed(root / file) for file in files}
    found: dict[str, list[Response]] = {}
    for response in project.responses:
        found.setdefault(response.name, []).append(response)
    titles = {response.topic: str(response.metadata.get("title") or "") for response in project.responses}
    answers = {
        name: Answer(name, responses[0].file, tuple(responses), _title(responses[0], titles))
        for name, responses in found.items()
        # One that is defined in two files is the check's to tell, and nobody's to edit.
        if len({response.file for response in responses}) == 1
    }
    return Snapshot(project, texts, answers)


def _title(response: Response, titles: Mapping[str | None, str]) -> str:
    topic = response.about if response.file.startswith(f"{TOPICS}/") else None
    title = titles.get(topic, "") if topic else ""
    if title and response.topic is None:
        part = response.name.removeprefix("utter_").removeprefix(f"{topic}_")
        return f"{title}: {part.replace('_', ' ')}"
    if title:
        return title
    words = response.name.removeprefix("utter_").replace("_", " ").replace("/", ": ")
    return words[:1].upper() + words[1:]


def _key(problem: Problem) -> tuple[str, str, str]:
    return problem.file, problem.key, problem.message
