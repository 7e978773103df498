"""Holds numbers and names in the wording against the ledger: nothing may be claimed that is not in it."""

import re
from collections.abc import Iterable, Iterator, Sequence

from helpline.content.ledger import Ledger
from helpline.content.responses import Response
from helpline.content.source import Problem

_COUNTS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy"
    "|eighty|ninety|hundred|hundreds|thousand|thousands|million|millions|dozen|dozens"
)
_COUNTED = "percent|per cent|years?|months?|weeks?|days?|hours?|people|women|men|doctors|times"
# A number in digits with what belongs to it, or one written out.
_NUMBER = re.compile(r"[(+$]?\d[\d.,:/%()-]*(?:\d|%|\b)(?:-\w+)?|\d")
_SPELLED = re.compile(
    rf"\b(?:(?:{_COUNTS})[ -](?:{_COUNTED})|(?:one|{_COUNTS}) (?:in|out of) (?:{_COUNTS}|\d+)"
    rf"|half of|(?:a|one|two|three) (?:thirds?|quarters?)(?: of)?)\b",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"(?<![\w'])[A-Z][\w'-]*")
_BEFORE_SENTENCE = re.compile(r"(?:^|[.?!:]['\")]*\s+|\n\s*(?:- )?)['\"(]*$")
# Dashes, quotes and spaces as typesetters write them, and as a keyboard does.
_PLAIN = str.maketrans("\u2011\u2013\u2014\u2018\u2019\u201c\u201d\u00a0", "---''\"\" ")


def plain(text: str) -> str:
    """Return a text with typographic dashes, quotes and spaces made plain."""
    return text.translate(_PLAIN)


def number_problems(response: Response, ledger: Ledger) -> Iterator[Problem]:
    """Yield a problem for each number in a response that the ledger does not give its topic."""
    allowed = ledger.figures_of(response.about, response.name) | _with_digits(ledger.known_names())
    allowed |= {form for contact in ledger.contacts for form in contact.written}
    for shown in response.shown:
        rest = _without(plain(shown), allowed)
        for found in [*_NUMBER.findall(rest), *_SPELLED.findall(rest)]:
            message = f'The number "{found.strip(" .,")}" is not in the ledger for this answer (content/facts.yml).'
            yield _problem(response, message)


def grounded_figures(response: Response, ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yield each figure of a response that the ledger gives it, and where it stands: the fact with its place."""
    text = " ".join(plain(shown) for shown in response.shown)
    sources = [
        *((form, f"{contact.name} (content/contacts.yml)") for contact in ledger.contacts for form in contact.written),
        *(
            (figure, f"{fact.fact} ({fact.place})")
            for fact in ledger.facts.get(response.about or "", [])
            for figure in (*fact.figures, *_with_digits(set(fact.names)))
        ),
        *((figure, "the assistant's own (content/facts.yml)") for figure in ledger.own_figures_of(response.name)),
        *((name, "a name of the ledger (content/facts.yml)") for name in _with_digits(ledger.known_names())),
    ]
    # As in the check: longest first, so that a figure inside a longer one is not told twice.
    for figure, where in sorted(sources, key=lambda source: len(source[0]), reverse=True):
        rest = _without(text, [figure])
        if rest != text:
            text = rest
            yield figure, where


def name_problems(response: Response, ledger: Ledger, ordinary: set[str]) -> Iterator[Problem]:
    """Yield a problem for each name in a response that the ledger does not hold.

    Args:
        response: The response.
        ledger: The ledger.
        ordinary: Words, in lower case, that are no names when they begin a sentence.
    """
    names = ledger.known_names() | {form for contact in ledger.contacts for form in contact.written}
    for shown in response.shown:
        rest = _without(plain(shown), names)
        for match in _CAPITALISED.finditer(rest):
            word = match.group().removesuffix("'s")
            begins = _BEFORE_SENTENCE.search(rest[: match.start()]) is not None
            if word == "I" or word.startswith("I'") or (begins and word.lower() in ordinary):
                continue
            hint = " If it is an ordinary word, add it to assistant: words there." if begins else ""
            yield _problem(response, f'The name "{word}" is not in the ledger (content/facts.yml).{hint}')


def ordinary_words(responses: Iterable[Response], ledger: Ledger) -> set[str]:
    """Return the words that stand in lower case somewhere in the wording, and those the ledger adds."""
    found = {word for response in responses for shown in response.shown for word in _lower(plain(shown))}
    return found | ledger.words


def fact_problems(response: Response, ledger: Ledger) -> Iterator[Problem]:
    """Yield a problem for each fact of its topic that an answer leaves out."""
    if response.topic is None:
        return
    text = " ".join(plain(response.text).lower().split())
    for fact in ledger.facts.get(response.topic, []):
        for says in fact.says:
            if not any(" ".join(either.lower().split()) in text for either in says.split("|")):
                yield _problem(response, f'The answer no longer says "{says}" ({fact.fact} {fact.place}.)')


def simpler_wording_problems(responses: Sequence[Response], ledger: Ledger) -> Iterator[Problem]:
    """Yield a problem for each figure of an answer that its simpler wording leaves out: that may be what is asked."""
    answers = {response.topic: plain(response.text) for response in responses if response.topic is not None}
    for response in responses:
        topic = response.about or ""
        if topic not in answers or response.name != f"utter_{topic}_simply":
            continue
        simpler = plain(response.text)
        for fact in ledger.facts.get(topic, []):
            figures = [plain(figure) for figure in fact.figures]
            told = next((figure for figure in figures if figure in answers[topic]), None)
            if told is not None and not any(figure in simpler for figure in figures):
                yield _problem(response, f'The answer says "{told}", and this says no figure for it ({fact.fact}).')


def contact_problems(response: Response, ledger: Ledger) -> Iterator[Problem]:
    """Yield a problem for each approved number that is missing, or stands where it must not."""
    for contact in ledger.contacts:
        present = any(contact.is_in(plain(shown)) for shown in response.shown)
        if contact.is_required_in(response.name) and not contact.is_in(plain(response.text)):
            yield _problem(response, f"The number of {contact.name} is missing: {contact.written[0]}.")
        elif present and not contact.is_allowed_in(response.name):
            yield _problem(response, f"The number of {contact.name} does not belong here (content/contacts.yml).")


def _without(text: str, known: Iterable[str]) -> str:
    # Longest first, so that a name inside a longer one does not cut it. What ends in a full stop may end a
    # sentence, and the mark left in its place says so.
    for form in sorted(known, key=len, reverse=True):
        written = plain(form)
        if written in text:
            mark = "~." if form.endswith(".") else "~"
            text = re.sub(rf"(?<![\w%$]){re.escape(written)}(?![\w%])", mark, text)
    return text


def _with_digits(names: Iterable[str]) -> set[str]:
    return {name for name in names if any(character.isdigit() for character in name)}


def _lower(text: str) -> list[str]:
    return re.findall(r"(?<![\w'])[a-z][a-z'-]*", text)


def _problem(response: Response, message: str) -> Problem:
    return Problem(response.file, response.line, response.name, message)
