"""The words that code recognises, one file a language: content/lexicon/<language>.yml.

Code asks the lexicon for a group of words and says where in a message they may stand; the words themselves are in no
Python file. The file's head tells editors how to write an entry.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, Extra, StrictInt, StrictStr, ValidationError, validator

from helpline.errors import ContentError
from helpline.settings import ROOT

FOLDER = ROOT / "content" / "lexicon"
# The language that visitors write in.
LANGUAGE = "en"
_NEVER = "(?!)"


class Patterns:
    """Regular expressions, any of which may be found. Upper and lower case are the same.

    Attributes:
        expression: All of them as one, to be built into a longer expression.
    """

    def __init__(self, entries: Sequence[str] = ()) -> None:
        self.expression = f"(?:{'|'.join(entries)})" if entries else _NEVER

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.expression, re.IGNORECASE)

    def within(self, text: str) -> re.Match[str] | None:
        """Return where any of them is found first."""
        return self._pattern.search(text)

    def at_start(self, text: str) -> re.Match[str] | None:
        """Return the match if the text begins with any of them."""
        return self._pattern.match(text)

    @classmethod
    def __get_validators__(cls) -> Iterator[Callable[[Any], Any]]:
        """Tell pydantic how a list of the file becomes an object of this class."""
        yield cls._validate

    @classmethod
    def _validate(cls, value: Any) -> "Patterns":
        entries = [value] if isinstance(value, str) else value
        if not isinstance(entries, list) or not entries:
            raise ValueError("must be a list with at least one entry")
        for entry in entries:
            if not isinstance(entry, str) or not entry:
                raise ValueError(f"the entry {entry!r} is no text; write it in quotes")
            try:
                re.compile(entry)
            except re.error as error:
                raise ValueError(f"the entry {entry!r} is no regular expression: {error}") from None
        return cls(entries)


class Phrases(Patterns):
    """Words and short phrases. They are found as whole words only: "text" is not in "context"."""

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(rf"\b{self.expression}(?!\w)", re.IGNORECASE)


class _Section(BaseModel):
    class Config:
        """Every key must be there, and no other; what is compiled is kept beside the fields."""

        extra = Extra.forbid
        keep_untouched = (cached_property,)


class Command(_Section):
    """A wish that is the whole message: maybe some of ``before``, one of ``phrases``, any of ``after``."""

    before: Phrases = Phrases()
    phrases: Phrases
    after: Phrases = Phrases()

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        before, after = self.before.expression, self.after.expression
        return re.compile(rf"(?:{before} )?{self.phrases.expression}(?: {after})*(?P<end>[.!?]*)", re.IGNORECASE)

    def matches(self, text: str, *, also_asked: bool = False) -> bool:
        """Tell whether the text is this command.

        Args:
            text: The message, without white space at its ends.
            also_asked: Whether it is the command with a question mark too.
        """
        match = self._pattern.fullmatch(text)
        return match is not None and (also_asked or "?" not in match["end"])


class Commands(_Section):
    """What a visitor wants with the question that a form asked."""

    cancel: Command
    skip: Command
    go_back: Command
    unsure: Command


class Question(_Section):
    """What a question begins with."""

    before: Phrases
    phrases: Phrases
    unless_followed_by: Phrases

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        before, exception = self.before.expression, self.unless_followed_by.expression
        return re.compile(rf"(?:{before} )*{self.phrases.expression}\s+(?!{exception}\b)\S+", re.IGNORECASE)

    def at_start(self, text: str) -> bool:
        """Tell whether the text begins like a question."""
        return self._pattern.match(text) is not None


class Names(_Section):
    """What tells a first name from other words; used by `helpline.forms.answers`."""

    introductions: Phrases
    requests: Phrases
    statements: Phrases
    fillers: Phrases
    of_oneself: Phrases
    afterwards: Phrases
    not_names: frozenset[StrictStr]

    @cached_property
    def introduced(self) -> re.Pattern[str]:
        """Find "my name is Grace"; group ``name``."""
        return re.compile(rf"\b{self.introductions.expression}\s+(?P<name>.+)", re.IGNORECASE)

    @cached_property
    def requested(self) -> re.Pattern[str]:
        """Find "call me Grace"; group ``name``."""
        return re.compile(rf"\b{self.requests.expression}\s+(?P<name>.+)", re.IGNORECASE)

    @cached_property
    def capitalised(self) -> re.Pattern[str]:
        """Find "I'm Grace", with its capital letter; group ``name``."""
        stated = f"{self.statements.expression}|{self.fillers.expression}"
        return re.compile(rf"\b(?i:{stated})\s+(?P<name>[A-Z].*)")

    @cached_property
    def sentence(self) -> re.Pattern[str]:
        """Find what begins a sentence, so that the whole text is no name."""
        return re.compile(rf"(?:{self.statements.expression}|{self.requests.expression})\b", re.IGNORECASE)

    @cached_property
    def rest(self) -> re.Pattern[str]:
        """Find what stands after a name."""
        return re.compile(rf"\s+{self.afterwards.expression}\b.*$|[,.;!?(].*$", re.IGNORECASE)


class Denial(_Section):
    """What takes an option away: "not in the liver"."""

    words: Phrases
    between: Phrases

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Find a denial together with the word that is denied."""
        between = self.between.expression
        return re.compile(rf"\b{self.words.expression}\s+(?:{between}\s+)*[\w-]+", re.IGNORECASE)


class Age(_Section):
    """Ages in words; ``decades`` gives an age in the middle of each."""

    over: Phrases
    and_over: Phrases
    decades: dict[str, StrictInt]


class Correction(_Section):
    """What shows that a message corrects an answer, and where its new value stands."""

    patterns: Patterns
    restatement: Patterns
    links: Phrases
    suffixes: Phrases
    instead: Phrases
    old_value: Phrases

    @cached_property
    def link(self) -> re.Pattern[str]:
        """Find what stands between the name of an answer and its new value."""
        words = rf"\b{self.links.expression}\b|{self.suffixes.expression}\b"
        return re.compile(rf"^(?:\s|[,:;]|{words})+", re.IGNORECASE)

    @cached_property
    def replacement(self) -> re.Pattern[str]:
        """Find a new value where no answer is named; group ``value``."""
        return re.compile(rf"\b{self.instead.expression}\s+(?P<value>.+)$", re.IGNORECASE | re.DOTALL)

    @cached_property
    def old(self) -> re.Pattern[str]:
        """Find the old value at the end: ", not 6am"."""
        return re.compile(rf"\s*,?\s*\b{self.old_value.expression}\b.*$", re.IGNORECASE)


class Segments(_Section):
    """What parts a message into questions; used by `helpline.nlu.intent.segments`."""

    asking: Phrases
    filler: Phrases
    joint: Phrases

    @cached_property
    def question(self) -> re.Pattern[str]:
        """Match what begins a question or a request, at the start of a text."""
        fillers = rf"(?:{self.filler.expression}\b[\s,:.-]*)*"
        return re.compile(rf"^\W*{fillers}{self.asking.expression}\b", re.IGNORECASE)

    @cached_property
    def any_joint(self) -> re.Pattern[str]:
        """Find where something may be joined to what stands before it."""
        joint = self.joint.expression
        expression = rf"(?<=[?!.;])\s+|\s*,\s*(?:{joint}\b)?|\s+(?:{joint}|&|\+)\s+"
        return re.compile(expression, re.IGNORECASE)

    @cached_property
    def joint_before_question(self) -> re.Pattern[str]:
        """Find what joins a new question to what stands before it, in one sentence."""
        joint, asking = self.joint.expression, self.asking.expression
        expression = rf"(?:\s*,\s*|\s+)(?:{joint}\b[\s,]*)+(?={asking}\b)|\s*,\s*(?={asking}\b)"
        return re.compile(expression, re.IGNORECASE)


class SpellingWords(_Section):
    """What hurried people write otherwise; used by `helpline.text.mending`."""

    short_forms: dict[str, StrictStr]
    key_words: frozenset[str]

    @validator("key_words")
    def _in_small_letters(cls, words: frozenset[str]) -> frozenset[str]:
        return frozenset(word.lower() for word in words)


class Choices(_Section):
    """How a choice is meant without its words; used by `helpline.text.choices`. Patterns are for whole messages."""

    before: Phrases
    after: Phrases
    both: Phrases
    first: Phrases
    second: Phrases
    third: Phrases
    last: Phrases

    def _whole(self, expression: str) -> re.Pattern[str]:
        before, after = self.before.expression, self.after.expression
        return re.compile(rf"(?:{before}\s*)*{expression}(?:\W+{after})*\W*", re.IGNORECASE)

    @cached_property
    def number(self) -> re.Pattern[str]:
        """Match a number, or two."""
        return self._whole(r"[1-9](?:\s*(?:,|&|\+|and)\s*[1-9])?[.)]?")

    @cached_property
    def both_of_them(self) -> re.Pattern[str]:
        """Match "both"."""
        return self._whole(self.both.expression)

    @cached_property
    def places(self) -> tuple[re.Pattern[str], ...]:
        """Match "the first one", "the second", "the third", in this order."""
        return tuple(self._whole(place.expression) for place in (self.first, self.second, self.third))

    @cached_property
    def last_one(self) -> re.Pattern[str]:
        """Match "the last one"."""
        return self._whole(self.last.expression)


class ThreadWords(_Section):
    """What turns a message to something earlier, or leans on it; used by `helpline.nlu.intent.context`."""

    to_first: Patterns
    to_earlier: Patterns
    correction: Patterns
    filler: Phrases
    leaning: Phrases
    joining: Phrases
    comparing: Phrases

    def _opening(self, patterns: Patterns) -> re.Pattern[str]:
        filler = self.filler.expression
        return re.compile(rf"^\W*(?:{filler}\b[\s,.:]*)*{patterns.expression}(?!\w)[\s,.:;-]*", re.IGNORECASE)

    @cached_property
    def opening_to_first(self) -> re.Pattern[str]:
        """Find what turns to the first subject, at the start of a text."""
        return self._opening(self.to_first)

    @cached_property
    def opening_to_earlier(self) -> re.Pattern[str]:
        """Find what turns to the subject before, at the start of a text."""
        return self._opening(self.to_earlier)

    @cached_property
    def opening_correction(self) -> re.Pattern[str]:
        """Find what corrects, at the start of a text."""
        return self._opening(self.correction)


class Lexicon(_Section):
    """All words of one language. The file's comments say what each group is for."""

    commands: Commands
    asks_why: Patterns
    agreement: Phrases
    refusal: Phrases
    question: Question
    of_oneself: Phrases
    names: Names
    options: dict[str, dict[str, Phrases]]
    denial: Denial
    age: Age
    times: Phrases
    around_times: Phrases
    correction: Correction
    answers: dict[str, Phrases]
    segments: Segments
    feeling_pictures: Patterns
    spelling: SpellingWords
    choices: Choices
    thread: ThreadWords

    @classmethod
    def load(cls, language: str = LANGUAGE) -> "Lexicon":
        """Return the lexicon of a language, such as ``en``. Its file is read once in a process.

        Raises:
            ContentError: There is no such file, or it has a part that cannot be used; names file and key.
        """
        return _load(FOLDER / f"{language}.yml")


def read_lexicon(path: Path) -> Lexicon:
    """Read and check the file of a language.

    Raises:
        ContentError: The file is missing or has a part that cannot be used; names file and key.
    """
    try:
        return Lexicon.parse_obj(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ContentError(f"There is no lexicon {path}; write one with the keys of en.yml.") from None
    except yaml.YAMLError as error:
        raise ContentError(f"{path} cannot be read: {error}") from None
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise ContentError("\n".join([f"{path} has parts that cannot be used:", *lines])) from None


@cache
def _load(path: Path) -> Lexicon:
    return read_lexicon(path)
