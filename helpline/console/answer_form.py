"""The form in which an answer is written anew: a field for each text and each button of its variations."""

import hashlib
import json
from collections.abc import Iterable, Sequence

from starlette.datastructures import FormData
from wtforms import Field, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from helpline.console import words
from helpline.console.form import StaffForm
from helpline.content.catalogue import Answer, Snapshot, words_of
from helpline.content.wording import Wording, cleaned
from helpline.conversations.span import Span
from helpline.store.drafts import DraftedWording

LONGEST_TEXT = 3000
LONGEST_TITLE = 100
# What such a part may be without telling who somebody is: a word that the assistant says already, such as "may".
_MAY_BE_ORDINARY = frozenset({"name", "address"})


class AnswerForm:
    """The fields of an answer.

    Args:
        answer: The answer as it stands.
        sent: What somebody typed; without it the fields hold ``wording``.
        wording: What to begin with: of a draft, or what stands now.
    """

    def __init__(self, answer: Answer, sent: FormData | None = None, wording: Sequence[Wording] | None = None) -> None:
        several = len(answer.responses) > 1
        fields: dict[str, Field] = {}
        for number, one in enumerate(answer.wording):
            name = f"Text {number + 1}" if several else "Text"
            fields[_text(number)] = TextAreaField(name, [InputRequired("Write the text."), Length(max=LONGEST_TEXT)])
            for place in range(len(one.titles)):
                name = f"Button {place + 1}" + (f" of text {number + 1}" if several else "")
                checks = [InputRequired("Write what the button says."), Length(max=LONGEST_TITLE)]
                fields[_title(number, place)] = StringField(name, checks)
        self._shape = [len(one.titles) for one in answer.wording]
        self.fields: StaffForm = type("FieldsOfAnswer", (StaffForm,), fields)(sent, data=self._data(wording or ()))

    @property
    def variations(self) -> list[tuple[Field, list[Field]]]:
        """The field of each text, with those of its buttons."""
        of = self.fields
        return [
            (of[_text(number)], [of[_title(number, place)] for place in range(titles)])
            for number, titles in enumerate(self._shape)
        ]

    @property
    def wording(self) -> tuple[Wording, ...]:
        """What the fields say."""
        return tuple(
            cleaned(Wording(str(text.data or ""), tuple(str(title.data or "") for title in titles)))
            for text, titles in self.variations
        )

    @property
    def is_short(self) -> bool:
        """Whether it can be looked at: what is far too long is only refused."""
        return all(
            len(one.text) <= LONGEST_TEXT and max(map(len, one.titles), default=0) <= LONGEST_TITLE
            for one in self.wording
        )

    @property
    def texts(self) -> list[str]:
        """All that its fields say, in their order: of each variation the text, then the titles of its buttons."""
        return [part for one in self.wording for part in (one.text, *one.titles)]

    def validate(self, snapshot: Snapshot, spans: Sequence[Sequence[Span]]) -> bool:
        """Tell whether it can be saved; what is wrong stands at its field then.

        Args:
            snapshot: All wording.
            spans: What in each of its ``texts`` tells who somebody is.
        """
        valid = self.fields.validate()
        if not self.is_short:
            return False
        fields = [field for text, titles in self.variations for field in (text, *titles)]
        for field, said, found in zip(fields, self.texts, spans, strict=True):
            if not said and not field.errors:
                field.errors = ["Write something that can be read."]
            if personal := personal_details(said, found, snapshot):
                field.errors = [*field.errors, f"It seems to hold {personal}. Word it without, then save it again."]
            valid = valid and not field.errors
        return valid

    def _data(self, wording: Sequence[Wording]) -> dict[str, str]:
        """Return the data of the fields; where a draft has fewer parts than the answer has now, they are empty."""
        data = {}
        for number, one in enumerate(wording):
            data[_text(number)] = one.text
            data |= {_title(number, place): title for place, title in enumerate(one.titles)}
        return data


def personal_details(text: str, spans: Iterable[Span], snapshot: Snapshot) -> str | None:
    """Say what in a text tells who somebody is, of what the redaction found in it; None for nothing."""
    found = dict.fromkeys(
        words.PERSONAL[span.kind]
        for span in spans
        if span.kind not in _MAY_BE_ORDINARY or not set(words_of(text[span.start : span.end])) <= snapshot.words
    )
    return " and ".join(found) or None


def stored(wording: Sequence[Wording]) -> DraftedWording:
    """Return wording as the store keeps it."""
    return tuple((one.text, one.titles) for one in wording)


def from_store(kept: DraftedWording) -> tuple[Wording, ...]:
    """Return wording that the store kept."""
    return tuple(Wording(text, tuple(titles)) for text, titles in kept)


def digest(wording: Sequence[Wording]) -> str:
    """Return what stands for wording in a form, by which it is known whether it has changed since."""
    return hashlib.sha256(json.dumps(stored(wording)).encode()).hexdigest()[:20]


def _text(number: int) -> str:
    return f"text_{number}"


def _title(number: int, place: int) -> str:
    return f"title_{number}_{place}"
