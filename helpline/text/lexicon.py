"""The words that code recognises, one file a language: content/lexicon/<language>.yml.

Code asks the lexicon for a group of words and says where in a message they may stand; the words themselves are in no
Python file. The file's head tells editors how to write an entry.
"""

import re
from functools import cache, cached_property
from pathlib import Path

import yaml
from pydantic import StrictStr, ValidationError, validator

from helpline.errors import ContentError
from helpline.settings import ROOT
from helpline.text.form_words import (
    Age,
    Commands,
    Correction,
    Decision,
    Denial,
    Emails,
    Names,
    Numbers,
    Phones,
    Question,
    RequestWords,
    WhoseIllness,
)
from helpline.text.matching_words import MatchingWords
from helpline.text.word_groups import Patterns, Phrases, Section

__all__ = ["FOLDER", "LANGUAGE", "Commands", "Lexicon", "Names", "Patterns", "read_lexicon"]

FOLDER = ROOT / "content" / "lexicon"
# The language that visitors write in.
LANGUAGE = "en"


class Segments(Section):
    """What parts a message into questions; used by `helpline.nlu.intent.segments` and `halves`."""

    asking: Phrases
    run_on: Phrases
    filler: Phrases
    joint: Phrases
    joint_of_halves: Phrases
    joint_of_choice: Phrases
    asking_within: Phrases
    telling: Phrases
    thanks: Phrases

    @cached_property
    def question(self) -> re.Pattern[str]:
        """Match what begins a question or a request, at the start of a text."""
        return re.compile(rf"^\W*{self._fillers}*{self.asking.expression}\b", re.IGNORECASE)

    @cached_property
    def before_asking(self) -> re.Pattern[str]:
        """Match the small words before a question or a request, at the start of a text: "hi do you"."""
        return re.compile(rf"^\W*{self._fillers}+(?={self.asking.expression}\b)", re.IGNORECASE)

    @cached_property
    def before_thanks(self) -> re.Pattern[str]:
        """Find where thanks begin behind something else, with a sign between them or without."""
        return re.compile(rf"[\s,;:-]+(?={self.thanks.expression}\b)", re.IGNORECASE)

    @property
    def _fillers(self) -> str:
        return rf"(?:{self.filler.expression}\b[\s,:.-]*)"

    @cached_property
    def joint_of_two(self) -> re.Pattern[str]:
        """Find where something may be joined to what stands before it, with a sign between them or without."""
        joints = (self.joint, self.joint_of_halves, self.joint_of_choice)
        joint = f"(?:{'|'.join(each.expression for each in joints)})"
        run_on = rf"\s+(?={self.run_on.expression}\b)"
        # A sign between digits or within a word joins nothing: "2.5 cm", "24/7", "HER2+", "Q&A".
        signs = r"(?<=[?!;])|(?<=\.)(?=\s)|\s*,(?!\d)\s*|\s[/&+]\s+|\s+[-\u2013\u2014]+\s+"
        expression = rf"(?:{signs})\s*(?:{joint}\b[\s,]*)*|\s+(?:{joint}\s+)+|{run_on}"
        return re.compile(expression, re.IGNORECASE)

    @cached_property
    def joint_before_question(self) -> re.Pattern[str]:
        """Find what joins a new question to what stands before it, in one sentence."""
        joint, asking = self.joint.expression, self.asking.expression
        expression = rf"(?:\s*,\s*|\s+)(?:{joint}\b[\s,]*)+(?={asking}\b)|\s*,\s*(?={asking}\b)"
        return re.compile(expression, re.IGNORECASE)


class ShortForm(Section):
    """A short form that means two things, and the words beside which it means the first."""

    beside: StrictStr
    elsewhere: StrictStr
    after: frozenset[StrictStr]
    before: frozenset[StrictStr]
    never_before: frozenset[StrictStr]

    def meaning(self, previous: str, following: str) -> str:
        """Return what it means between two words, in small letters; where there is none the word is empty."""
        is_beside = (previous in self.after or following in self.before) and following not in self.never_before
        return self.beside if is_beside else self.elsewhere


class SpellingWords(Section):
    """What hurried people write otherwise; used by `helpline.text.mending`."""

    short_forms: dict[str, StrictStr]
    short_forms_by_place: dict[str, ShortForm]
    key_words: frozenset[str]
    not_misspelt: frozenset[str]
    run_together: frozenset[str]

    @validator("key_words", "not_misspelt")
    def _in_small_letters(cls, words: frozenset[str]) -> frozenset[str]:
        return frozenset(word.lower() for word in words)


class Choices(Section):
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
        """Match a number, or several."""
        return self._whole(r"[1-9](?:(?:\s*(?:,|&|\+|and)\s*)+[1-9])*[.)]?")

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


class ChannelWords(Section):
    """Whole messages that ask something of the channel itself; used by `helpline.channels.handling`.

    Attributes:
        leaving_form: What the assistant is told in place of such a message, so that an open form ends.
    """

    stop: Phrases
    start: Phrases
    help: Phrases
    more: Phrases
    cancel: Phrases
    leaving_form: StrictStr


class ThreadWords(Section):
    """What turns a message to something earlier, or leans on it; used by `helpline.nlu.intent.context`."""

    to_first: Patterns
    to_earlier: Patterns
    correction: Patterns
    filler: Phrases
    leaning: Phrases
    pointing: Phrases
    joining: Phrases

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


class OtherLanguages(Section):
    """Words of other languages; used by `helpline.nlu.intent.decision`."""

    greetings: Phrases
    marks: Phrases

    def tell(self, text: str) -> bool:
        """Tell whether a text is nothing but greetings, or two words and a third of it are of other languages."""
        words = re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", text)
        left = self.greetings.without(text)
        if words and not re.search(r"\w", left):
            return True
        marks = [word for word in words if self.marks.fullmatch(word)]
        return len({mark.lower() for mark in marks}) > 1 and 3 * len(marks) >= len(words)


class Lexicon(Section):
    """All words of one language. The file's comments say what each group is for."""

    commands: Commands
    asks_why: Patterns
    agreement: Phrases
    refusal: Phrases
    decision: Decision
    question: Question
    of_oneself: Phrases
    whose_illness: WhoseIllness
    names: Names
    options: dict[str, dict[str, Phrases]]
    denial: Denial
    numbers: Numbers
    age: Age
    phones: Phones
    emails: Emails
    times: Phrases
    around_times: Phrases
    time_like: Phrases
    around_options: Phrases
    correction: Correction
    answers: dict[str, Phrases]
    segments: Segments
    feeling_pictures: Patterns
    said_by_pictures: StrictStr
    said_outright: dict[str, Patterns]
    other_languages: OtherLanguages
    asks_opening: Patterns
    spelling: SpellingWords
    requests: RequestWords
    matching: MatchingWords
    choices: Choices
    channel: ChannelWords
    thread: ThreadWords

    @classmethod
    def load(cls, language: str = LANGUAGE) -> "Lexicon":
        """Return the lexicon of a language, such as ``en``. Its file is read once in a process.

        Raises:
            ContentError: There is no such file, or it has a part that cannot be used; names file and key.
        """
        return _load(FOLDER / f"{language}.yml")

    @cached_property
    def timed(self) -> re.Pattern[str]:
        """Find times with the words and hours beside them: "thursday after 3", "between 2 and 4"."""
        around, hour = rf"(?:{self.around_times.expression}\s+)", r"\d{1,2}(?::\d\d)?(?:\s?ish)?(?![\d:%/-])"
        one = rf"(?:{around}*{self.times.expression}|{around}+{hour})(?!\w)"
        return re.compile(rf"\b{one}(?:[\s,]+{one})*", re.IGNORECASE)


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
