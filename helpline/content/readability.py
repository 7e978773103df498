"""How hard the answers are to read, as a school grade of the United States."""

from dataclasses import dataclass
from pathlib import Path

import textstat

from helpline.content.project import read_project


@dataclass(frozen=True)
class Readability:
    """Flesch-Kincaid grades of the answers, by topic, and how many words each has."""

    grades: dict[str, float]
    words: dict[str, int]

    @property
    def average(self) -> float:
        """The mean of the grades; 0 where there is no answer."""
        return sum(self.grades.values()) / len(self.grades) if self.grades else 0.0

    @property
    def hardest(self) -> str:
        """The topic with the highest grade."""
        return max(self.grades, key=lambda topic: self.grades[topic], default="none")


def measure_readability(root: Path) -> Readability:
    """Return the reading grades of the topics' answers in the project at `root`."""
    answers = {response.topic: response.text for response in read_project(root).responses if response.topic}
    return Readability(
        {topic: float(textstat.flesch_kincaid_grade(text)) for topic, text in sorted(answers.items())},
        {topic: len(text.split()) for topic, text in sorted(answers.items())},
    )
