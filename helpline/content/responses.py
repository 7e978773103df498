"""The wording of the assistant as it stands under data/: responses, their buttons and metadata."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from helpline.content.source import line_of

# Folder of the topics, below the project's root.
TOPICS = "data/topics"


@dataclass(frozen=True)
class Button:
    """A choice under a response: what it says and what it sends."""

    title: str
    payload: str


@dataclass(frozen=True)
class Response:
    """One variation of a response.

    Attributes:
        name: Its key, such as ``utter_faq/ned``.
        file: Path below the project's root.
        line: Line of the key.
        text: What the visitor reads.
        buttons: The quick replies under it.
        metadata: Title, section and date of review, for an answer of a topic; what follow-ups mean after it.
    """

    name: str
    file: str
    line: int
    text: str
    buttons: tuple[Button, ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def topic(self) -> str | None:
        """The topic that this is the answer of, or None for other wording."""
        prefix, slash, key = self.name.partition("/")
        return key if slash and prefix == "utter_faq" else None

    @property
    def about(self) -> str | None:
        """The topic whose facts it may use: that of its answer, or of the file that it stands in."""
        folder, _, file = self.file.rpartition("/")
        return self.topic or (file.removesuffix(".yml") if folder == TOPICS else None)

    @property
    def follow_ups(self) -> dict[str, str]:
        """What follow-ups mean after this one, by intent: a response, or another intent such as ``/affirm``."""
        table = self.metadata.get("follow_ups") or {}
        return {
            intent: meant if meant.startswith(("utter_", "/")) else f"utter_faq/{meant}"
            for intent, meant in table.items()
        }

    @property
    def shown(self) -> tuple[str, ...]:
        """All that a visitor may read of it: the text, the buttons, the title as a choice."""
        titles = [button.title for button in self.buttons]
        if self.metadata.get("title"):
            titles.append(str(self.metadata["title"]))
        return (self.text, *titles)


def responses_in(content: Any, file: str) -> Iterator[Response]:
    """Yield the responses of one file's content, as `read_source` returned it.

    Args:
        content: The whole file; its responses stand under the key ``responses``.
        file: The file's name for problems.
    """
    section = content.get("responses") if isinstance(content, dict) else None
    if not isinstance(section, dict):
        return
    for name, variations in section.items():
        line = line_of(section, name)
        for variation in variations if isinstance(variations, list) else []:
            if isinstance(variation, dict):
                yield _response(str(name), file, line, variation)


def _response(name: str, file: str, line: int, variation: dict[str, Any]) -> Response:
    listed, metadata = variation.get("buttons"), variation.get("metadata")
    buttons = tuple(
        Button(str(button.get("title", "")), str(button.get("payload", "")))
        for button in (listed if isinstance(listed, list) else [])
        if isinstance(button, dict)
    )
    known = dict(metadata) if isinstance(metadata, dict) else {}
    return Response(name, file, line, str(variation.get("text") or ""), buttons, known)
