"""The names of other subjects and the words that tell how they are meant: content/subjects.yml.

The file's head says what its parts mean. Knows nothing of Rasa.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import yaml
from pydantic import BaseModel, Extra, StrictStr, ValidationError

from helpline.errors import ContentError
from helpline.nlu.subject.phrases import Phrases, Place, Spelling, TakenApart, words_of
from helpline.text.encoder_files import english_words

CANCER, ORGANIZATION = "cancer", "organization"
# The label of a cancer of a place that breast cancer spreads to.
SPREAD_SITE = "spread_site"
# Beside names the words of these signals are known with one letter wrong; the others are too ordinary.
_MENDED_SIGNALS = ("breast", "metastatic")


class _Section(BaseModel):
    class Config:
        """Every key must be there, and no other."""

        extra = Extra.forbid


class Cancers(_Section):
    """Other cancers by their site: each site with each word for cancer."""

    words: list[StrictStr]
    links: list[StrictStr]
    sites: list[StrictStr]
    spread_words: list[StrictStr]
    spread_sites: list[StrictStr]

    def names(self) -> Iterator[str]:
        """Yield the names of cancers of sites that breast cancer rarely spreads to, the site before or behind."""
        for site in self.sites:
            for word in self.words:
                yield f"{site} {word}"
                yield from (f"{word} {link} {site}" for link in self.links)

    def spread_names(self) -> Iterator[str]:
        """Yield the names of cancers of sites that breast cancer spreads to."""
        yield from (f"{site} {word}" for site in self.spread_sites for word in self.spread_words)


class Signals(_Section):
    """Words that speak for the page's subject, or say how a name is meant."""

    breast: list[StrictStr]
    metastatic: list[StrictStr]
    own_spread: list[StrictStr]
    went_there: list[StrictStr]
    asked_whether: list[StrictStr]
    no_spread: list[StrictStr]
    oncology: list[StrictStr]
    organs: list[StrictStr]
    past: list[StrictStr]
    comparison: list[StrictStr]
    background: list[StrictStr]
    lbbc: list[StrictStr]
    drug_asked: list[StrictStr]
    drug_told: list[StrictStr]
    animal_patient: list[StrictStr]
    animal_kept: list[StrictStr]


class _Source(_Section):
    families: dict[StrictStr, list[StrictStr]]
    cancers: Cancers
    ordinary: list[StrictStr]
    signals: Signals


class SubjectVocabulary:
    """What `content/subjects.yml` holds, ready to be found in a message.

    Attributes:
        families: The families of other subjects, each with an answer of its own.
    """

    def __init__(self, source: _Source) -> None:
        self.families = tuple(source.families)
        cancers = [*source.families[CANCER], *source.cancers.names()]
        named = {**source.families, CANCER: cancers, SPREAD_SITE: source.cancers.spread_names()}
        self._names = Phrases(named, run_together=True)
        self._signals = {name: Phrases({name: phrases}) for name, phrases in source.signals.dict().items()}
        mended = self._names.words.union(*(self._signals[name].words for name in _MENDED_SIGNALS))
        self._spelling = Spelling(mended, source.ordinary)
        families = (names for family, names in source.families.items() if family != ORGANIZATION)
        ours = (source.signals.breast, source.signals.metastatic)
        self._taken_apart = TakenApart(chain(*families, *ours), self._spelling, english_words())

    def words(self, text: str) -> list[str]:
        """Return the words of a text, misspelt names mended and those in two words put together."""
        return self._taken_apart.together(self._spelling.mended(words_of(text)))

    def names(self, words: list[str]) -> list[Place]:
        """Return where other subjects are named, by family; a cancer of a place of spread as ``spread_site``."""
        return self._names.find(words)

    def signal(self, name: str, words: list[str]) -> list[Place]:
        """Return where a signal's words stand."""
        return self._signals[name].find(words)


def read_subjects(path: Path) -> SubjectVocabulary:
    """Read the file of other subjects.

    Raises:
        ContentError: The file is missing or has a part that cannot be used; names file and key.
    """
    try:
        return SubjectVocabulary(_Source.parse_obj(yaml.safe_load(path.read_text(encoding="utf-8"))))
    except FileNotFoundError:
        raise ContentError(f"There is no file {path}.") from None
    except yaml.YAMLError as error:
        raise ContentError(f"{path} cannot be read: {error}") from None
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise ContentError("\n".join([f"{path} has parts that cannot be used:", *lines])) from None
