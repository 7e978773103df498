"""Reads a message for danger by the patterns alone: from what was typed to plain words and what stands in them.

The front door asks `PatternDetector.danger` before anything else; the engine takes the words and the matches, and
weighs them together with learned scores (`helpline.nlu.danger`).
"""

import json
import tarfile
from collections.abc import Collection, Sequence
from itertools import chain, compress
from pathlib import Path

from helpline.errors import ModelFileError
from helpline.safety.dangers import CRISIS, CRISIS_SELF, DANGERS, EMERGENCY, THREAT, URGENT, VIOLENCE
from helpline.safety.matching import SOURCE, Expression, PatternMatcher, PatternMatches, listed, read_patterns
from helpline.safety.spelling import Spelling
from helpline.safety.words import frequent_words, split, written_out
from helpline.text.encoder_files import ranked_english_words

# File within a trained model: words of the domain that training keeps for the detector.
KNOWN_WORDS_FILE = "known_words.json"
# What a match means whose words do not tell more: the visitor is meant, and nothing is a threat to life yet.
_LEAST = {CRISIS: CRISIS_SELF, VIOLENCE: VIOLENCE, THREAT: THREAT, EMERGENCY: URGENT}
# From this length on a short form can be misspelt.
_SHORT = 3


class PatternDetector:
    """Brings messages to plain words and finds the safety patterns in them.

    Args:
        known_words: Words of the domain that are no slip of the finger, beside plain English.
        source: The folder of the patterns.
    """

    def __init__(self, known_words: Collection[str] = (), source: Path = SOURCE) -> None:
        content = read_patterns(source)
        self._matcher = PatternMatcher(content)
        self._short_forms: dict[str, str] = content["short_forms"]
        self._spelling = Spelling(
            key_words=self._matcher.key_words
            | {form for form in self._short_forms if form.isalpha() and len(form) > _SHORT},
            known=chain(ranked_english_words(), self._matcher.other_words, self._matcher.foreign_words, known_words),
            short={*listed(content["known_short_words"]), *self._matcher.foreign_words},
        )

    @classmethod
    def load(cls, known_words: Collection[str]) -> "PatternDetector":
        """Return a detector with the patterns under ``content/safety/``."""
        return cls(known_words)

    @classmethod
    def from_model(cls, model: Path) -> "PatternDetector":
        """Return a detector with the words of the domain that training kept in a model, which is not loaded.

        Args:
            model: The trained model's file, ``.tar.gz``.

        Raises:
            ModelFileError: The file cannot be read, or keeps no such words.
        """
        try:
            with tarfile.open(model) as archive:
                for member in archive:
                    file = archive.extractfile(member) if Path(member.name).name == KNOWN_WORDS_FILE else None
                    if file is not None:
                        return cls.load(json.load(file))
        except (OSError, tarfile.TarError, EOFError, ValueError) as error:
            raise ModelFileError(f"{model.name} cannot be read ({type(error).__name__}). Train it again.") from error
        raise ModelFileError(f"{model.name} keeps no words for the safety patterns. Train it again.")

    @property
    def expressions(self) -> list[Expression]:
        """Return all classes of expression, in the order of the files."""
        return self._matcher.expressions

    def words(self, text: str) -> list[str]:
        """Return the plain words of a message, short forms written out and key words mended."""
        return written_out(self._spelling.mend(split(text)), self._short_forms)

    def matches(self, words: list[str]) -> PatternMatches:
        """Return what the patterns find in plain words."""
        return self._matcher.match(words)

    def danger(self, text: str) -> str | None:
        """Return the leaf intent of the danger that a message says outright, such as ``crisis/self``, or None.

        Of several kinds a crisis goes first, then violence, then a threat: what the engine decides too where it has
        learned nothing.
        """
        matches = self.matches(self.words(text))
        for danger in DANGERS:
            if matches.alone(danger):
                return matches.leaf(danger) or _LEAST[danger]
        return None


def words_of(texts: Sequence[str], harmless: Sequence[bool], source: Path) -> tuple[list[str], list[list[str]]]:
    """Read the training messages; for a process of its own, beside one that fits models.

    Args:
        texts: The messages, as they were typed.
        harmless: Which of them are no danger. What is frequent there is no slip of the finger.
        source: The folder of the patterns.

    Returns:
        The words that are frequent there, sorted, and the mended words of each message.
    """
    known = sorted(frequent_words(compress(texts, harmless)))
    return known, list(map(PatternDetector(known, source).words, texts))
