"""How hard wording is to read, as a school grade of the United States (Flesch and Kincaid).

The grade is computed here and not by a library: staff see it while they write, on servers that have none of the
developers' tools. A test holds it against textstat's.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from helpline.content.project import read_project

# Of fewer words a grade says nothing.
FEWEST_WORDS = 5
# How hard all answers, and all wording, may read on average.
MAX_AVERAGE_GRADE = 7.0

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.?!:](?=\s|$)|\n\s*\n|\n(?=- )")
_VOWELS = re.compile(r"[aeiouy]+")
# Endings that are written and not spoken: "live", "bones", "learned"; not "little", "changes", "wanted".
_SILENT = re.compile(r"(?:(?<=[^aeiouyl])|(?<=[aeiouy]l))e$|(?<=[^aeiouysxzcgh])(?<![^aeiouy]l)es$|(?<=[^aeiouytd])ed$")
# Two vowels in a row that are two syllables, "diagnosis", "being", "area"; and such as look so, "patient", "social".
_APART = re.compile(r"i[ao](?!u)|[^aeiouq]ua|eo(?!p)|[aeiou]ing|ie(?=t)|iu|rea$")
_TOGETHER = re.compile(r"[cst]io|[ct]ia|geo")


@dataclass(frozen=True)
class Readability:
    """Flesch-Kincaid grades of the answers, by topic, and how many words each has; and of all wording, by response."""

    grades: dict[str, float]
    words: dict[str, int]
    wording: dict[str, float]

    @property
    def average(self) -> float:
        """The mean of the grades; 0 where there is no answer."""
        return sum(self.grades.values()) / len(self.grades) if self.grades else 0.0

    @property
    def average_of_wording(self) -> float:
        """The mean of all responses' grades; 0 where there is none."""
        return sum(self.wording.values()) / len(self.wording) if self.wording else 0.0

    @property
    def hardest(self) -> str:
        """The topic with the highest grade."""
        return max(self.grades, key=lambda topic: self.grades[topic], default="none")


def measure_readability(root: Path) -> Readability:
    """Return the reading grades of the topics' answers, and of all wording, in the project at `root`."""
    responses = read_project(root).responses
    answers = {response.topic: response.text for response in responses if response.topic}
    texts = {response.name: response.text for response in responses if len(response.text.split()) >= FEWEST_WORDS}
    return Readability(
        {topic: reading_grade(text) for topic, text in sorted(answers.items())},
        {topic: len(text.split()) for topic, text in sorted(answers.items())},
        {name: reading_grade(text) for name, text in sorted(texts.items())},
    )


def reading_grade(text: str) -> float:
    """Return the grade of a text, to one decimal place; 0 for one without words.

    A line of a list, and what stands before an empty line, is a sentence too.
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part))
    syllables = sum(map(count_syllables, words))
    return round(0.39 * len(words) / max(1, sentences) + 11.8 * syllables / len(words) - 15.59, 1)


def count_syllables(word: str) -> int:
    """Return how many syllables an English word has, by its letters; at least one."""
    letters = re.sub("[^a-z]", "", word.lower())
    spoken = _SILENT.sub("", letters)
    apart = len(_APART.findall(letters)) - len(_TOGETHER.findall(letters))
    return max(1, len(_VOWELS.findall(spoken)) + apart)
