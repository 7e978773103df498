"""How well questions about something else are told from those about metastatic breast cancer.

Measured on development messages: they were written apart from the training messages, and looked at while the weights
were chosen.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpline.nlu.intents import FOLLOW_UPS, OTHER_SUBJECT_GROUP, TOPIC_GROUP, group_of
from helpline.settings import ROOT

DEVELOPMENT = ROOT / "tests" / "nlu" / "development" / "subject.jsonl"
# What a message expects whose question is the page's.
PAGE = "page"


@dataclass(frozen=True)
class SubjectScore:
    """Both errors.

    Attributes:
        others: How many messages ask about something else.
        answered: Those of them that are answered as if they were about metastatic breast cancer.
        families: Those of them that get the answer of their own family.
        pages: How many messages ask about metastatic breast cancer.
        refused: Those of them that are told that it is about something else.
    """

    others: int
    answered: Sequence[str]
    families: int
    pages: int
    refused: Sequence[str]

    @property
    def answered_share(self) -> float:
        """The share of questions about something else that are answered from the page."""
        return len(self.answered) / self.others

    @property
    def refused_share(self) -> float:
        """The share of the page's questions that are refused."""
        return len(self.refused) / self.pages


def subject_score(leaves: Callable[[str], Sequence[str]], path: Path = DEVELOPMENT) -> SubjectScore:
    """Return both errors on the development messages.

    Args:
        leaves: Returns the leaf intents that a message is answered as; usually one.
        path: The messages, a JSON object a line: ``text`` and ``expect``, a leaf intent of other subjects or "page".
    """
    messages = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    others = [(one["text"], one["expect"], leaves(one["text"])) for one in messages if one["expect"] != PAGE]
    pages = [(one["text"], leaves(one["text"])) for one in messages if one["expect"] == PAGE]
    return SubjectScore(
        len(others),
        [text for text, _, answers in others if any(map(_from_the_page, answers))],
        sum(expected in answers for _, expected, answers in others),
        len(pages),
        [text for text, answers in pages if any(group_of(leaf) == OTHER_SUBJECT_GROUP for leaf in answers)],
    )


def _from_the_page(leaf: str) -> bool:
    return group_of(leaf) == TOPIC_GROUP or leaf in FOLLOW_UPS
