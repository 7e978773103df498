"""The English words of the redaction, read from content/lexicon/redaction_en.yml and the lists beside it.

The file says what each list is for. Everything is read once and checked for its form; nothing here looks at a message.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeAlias

import yaml
from pydantic import BaseModel, Extra

from helpline.contacts import approved_contacts
from helpline.settings import ROOT

FOLDER = ROOT / "content" / "lexicon"
VOCABULARY = ROOT / "content" / "vocabulary.yml"

# A letter, or the space between two words, and what may follow; the empty one ends a word.
_Trie: TypeAlias = "dict[str, _Trie]"


class _Words(BaseModel):
    """A part of the file: fields are lists of words; an unknown field is an error."""

    class Config:
        """How pydantic reads the parts."""

        extra = Extra.forbid
        allow_mutation = False


class Numbers(_Words):
    """Numbers in words, as people dictate phone numbers and dates."""

    digits: dict[str, str]
    more_digits: dict[str, str]
    teens: list[str]
    tens: list[str]
    hundreds: list[str]
    ordinals: list[str]
    joins: list[str]
    repeats: list[str]
    between: list[str]


class Phone(_Words):
    """Words about phone numbers."""

    cues: list[str]
    endings: list[str]
    area_codes: list[str]
    fillers: list[str]
    extension: list[str]


class Email(_Words):
    """Words by which e-mail addresses are dictated, and those of well-known providers."""

    at: list[str]
    dot: list[str]
    joins: list[str]
    dashes: list[str]
    remarks: list[str]
    cues: list[str]
    providers: list[str]
    certain_providers: list[str]
    top_level_without_dot: list[str]
    top_level: list[str]


class Profile(_Words):
    """Social networks, where a link or a handle names a person."""

    hosts: list[str]
    services: list[str]
    between: list[str]
    sites: list[str]
    kept: list[str]


class BirthDate(_Words):
    """Words by which a date is known for a birth date, and for another one."""

    cues: list[str]
    more_cues: list[str]
    year_cues: list[str]
    fillers: list[str]
    linking: list[str]
    turning: list[str]
    ages: list[str]
    before_dates: list[str]
    articles: list[str]
    day_words: list[str]
    joins: list[str]
    birth_places: list[str]
    centuries: list[str]
    months: list[str]
    other_months: list[str]
    eras: list[str]
    other_events: list[str]


class Record(_Words):
    """Words by which a code is known for a record number."""

    cues: list[str]
    fillers: list[str]
    numbering: list[str]
    numbering_after_cues: list[str]
    being: list[str]
    after: list[str]
    units: list[str]
    measures: list[str]


class Address(_Words):
    """The parts of street addresses."""

    street_types: list[str]
    short_types: list[str]
    word_types: list[str]
    no_part: list[str]
    plain_types: list[str]
    ambiguous_types: list[str]
    directions: list[str]
    street_first: list[str]
    units: list[str]
    bare_units: list[str]
    certain_units: list[str]
    inner_words: list[str]
    floors: list[str]
    doors: list[str]
    box: list[str]
    box_routes: list[str]
    rural_routes: list[str]
    certain_routes: list[str]
    route_marks: list[str]
    without_number: list[str]
    number_words: list[str]
    number_additions: list[str]
    bare_streets: list[str]
    town_cues: list[str]
    articles: list[str]
    street_joins: list[str]
    corner_cues: list[str]
    corner_joins: list[str]
    zip_fillers: list[str]
    zip_verbs: list[str]
    street_endings: list[str]
    long_types: list[str]
    numbered_kinds: list[str]
    kilometre_roads: list[str]
    villages: list[str]
    village_parts: list[str]
    estate_units: list[str]
    estate_streets: list[str]
    parks: list[str]
    after_article: list[str]
    crosses: list[str]
    crossing_streets: list[str]
    crossing_cues: list[str]
    german_first: list[str]
    number_cues: list[str]
    street_cues: list[str]
    landmarks: list[str]
    districts: list[str]
    cottages: list[str]
    houses: list[str]
    leading_places: list[str]
    roads_before_number: list[str]
    numbered_roads: list[str]
    distances: list[str]
    ways: list[str]
    name_joins: list[str]
    short_forms: list[str]
    counties: list[str]
    live_cues: list[str]
    weak_cues: list[str]
    live_on_cues: list[str]
    zip_cues: list[str]
    no_street: list[str]
    word_states: list[str]
    australian_states: list[str]
    leading_units: list[str]
    states: list[str]


class Names(_Words):
    """Words that stand beside names, words that are names as well, and words that never are."""

    naming: list[str]
    naming_certain: list[str]
    titles: list[str]
    relations: list[str]
    being: list[str]
    calling: list[str]
    after: list[str]
    greetings: list[str]
    given_too: list[str]
    short_names: list[str]
    institutions: list[str]
    in_place: list[str]
    into_people: list[str]
    town_nouns: list[str]
    town_first: list[str]
    short_given: list[str]
    after_certain: list[str]
    determiners: list[str]
    personal_titles: list[str]
    present: list[str]
    listing: list[str]
    naming_particles: list[str]
    particles: list[str]
    also_words: list[str]
    never_words: list[str]
    more_given: list[str]
    word_families: list[str]
    never: list[str]
    linking: list[str]
    name_nouns: list[str]
    owners: list[str]
    verbs: list[str]
    auxiliaries: list[str]
    being_uncertain: list[str]
    after_being: list[str]
    openers: list[str]
    relation_links: list[str]
    month_cues: list[str]
    after_places: list[str]
    modals: list[str]
    after_modals: list[str]
    months: list[str]
    place_cues: list[str]
    certain_place_cues: list[str]
    labels: list[str]
    states_of_people: list[str]
    abstract: list[str]
    short_families: list[str]
    nickname_words: list[str]
    syllables: list[str]
    abbreviations: list[str]
    places: list[str]
    not_names: list[str]
    drug_endings: list[str]
    kept_phrases: list[str]


class RedactionLexicon(_Words):
    """All words of the file."""

    numbers: Numbers
    phone: Phone
    email: Email
    profile: Profile
    birth_date: BirthDate
    record: Record
    address: Address
    names: Names


@cache
def read_lexicon(path: Path = FOLDER / "redaction_en.yml") -> RedactionLexicon:
    """Read the words.

    Raises:
        pydantic.ValidationError: A list is missing, is none, or is not known.
    """
    # The base loader takes every word as text: "no" and "on" are words here.
    return RedactionLexicon.parse_obj(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))  # noqa: S506


def lines_of(name: str) -> Iterator[str]:
    """Yield the words of one of the lists of names or words, a word a line."""
    with (FOLDER / "redaction" / name).open(encoding="utf-8") as lines:
        yield from map(str.strip, lines)


@cache
def read_list(name: str) -> frozenset[str]:
    """Read one of the lists that are looked into often."""
    return frozenset(lines_of(name))


@cache
def domain_words() -> frozenset[str]:
    """Return the single words of the domain's vocabulary: drugs, treatments, parts of the body."""
    words = yaml.safe_load(VOCABULARY.read_text(encoding="utf-8"))["words"]
    return frozenset(
        plain(w) for values in words.values() for phrases in values.values() for p in phrases for w in p.split()
    )


@cache
def own_numbers() -> tuple[str, ...]:
    """Return the digits of the approved phone numbers that an answer may hold, without country code."""
    return tuple(contact.national_number for contact in approved_contacts())


@lru_cache(maxsize=4096)
def plain(word: str) -> str:
    """Return a word in small letters without accents and with straight apostrophes."""
    word = word.lower().replace("\u2019", "'").replace("\u2018", "'")
    if word.isascii():
        return word
    word = word.replace("đ", "d").replace("ø", "o").replace("ł", "l").replace("\u0131", "i")
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def one_of(words: Iterable[str]) -> str:
    """Return a regular expression, without groups, for any of these words, the longest first.

    Words that begin alike share their beginning in it, so that a search looks at each letter once.
    """
    trie: _Trie = {}
    for word in words:
        node = trie
        for part in re.split(r"(\s+|.)", " ".join(word.split())):
            if part:
                node = node.setdefault(r"\s{1,3}" if part == " " else re.escape(part), {})
        node[""] = {}
    return f"(?:{_expression(trie)})"


def _expression(node: _Trie) -> str:
    ends = "" in node
    ways = [f"{part}{_expression(following)}" for part, following in sorted(node.items()) if part]
    if not ways:
        return ""
    if len(ways) == 1 and not ends:
        return ways[0]
    return f"(?:{'|'.join(ways)}){'?' if ends else ''}"
