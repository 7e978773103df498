"""Reads the name that a visitor wants to be called by, of whatever country and script.

What is typed when a name is asked for is one, unless it has words that nobody is called. What surrounds a name goes:
"it's Mary-Jo O'Neil :)", "Linda from Ohio". A title stays with its surname: "Mrs. Smith".
"""

import re
import unicodedata

from helpline.forms.email_addresses import read_email
from helpline.text.encoder_files import english_words
from helpline.text.lexicon import Lexicon, Names
from helpline.text.normalising import QUOTES, straightened

_LONGEST_NAME = 60
_MOST_WORDS = 6
# So many of the commonest words tell no name beside a number.
_COMMON = 2900
_PARTS = re.compile(r"[,;:!?\n]+|\.(?=\s|$)")
# So many words are a name without capitals too.
_FEW_WORDS = 3
# Scripts without spaces: so many letters without one are no longer a name.
_WITHOUT_SPACES = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{7,}|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{19,}"
)
_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))
_PHONE_NUMBER = re.compile(r"[+(]?\d[\d\s().-]{5,}(?:\d|$)")
_EMAIL = re.compile(r"[^\s@,;:<>()]+@[^\s@,;:<>()]+")
_LETTER_BY_LETTER = re.compile(r"[^\W\d_](?:[-. ]+[^\W\d_]){2,}\.?")
# What stands for a full stop within a name while the rest is cut.
_STOP = "\u2024"
_SIGNS_WITHIN = "'-." + _STOP


def read_name(text: str, entities: list[str], *, alone: bool = True) -> str | None:
    """Read a name.

    Args:
        text: The message.
        entities: Names that the entity recogniser found in it.
        alone: Whether a message that is nothing but a name counts; else it must be introduced as one.
    """
    text = in_capitals(text, entities)
    own = Lexicon.load().whose_illness.name.sub(" ", straightened(text))
    own_entities = [entity for entity in entities if entity.lower() in own.lower()]
    return _read(own, own_entities, alone=alone) or _read(text, entities, alone=alone)


def in_capitals(text: str, entities: list[str]) -> str:
    """Return a text with the names that were found in it in capitals: "im karen" tells one like "I'm Karen"."""
    for entity in entities:
        if entity.islower():
            text = re.sub(rf"(?<!\w){re.escape(entity)}(?!\w)", entity.title(), text)
    return text


def _read(text: str, entities: list[str], *, alone: bool) -> str | None:
    words = Lexicon.load().names
    plain = _plain(text, words)
    if (told := words.introduced.search(plain)) and (name := _as_name(told["name"], words)):
        return name
    if alone and (name := also_name(text)):
        return name
    if not alone:
        of_oneself = words.of_oneself.expression
        stated = (rf"\b{of_oneself}\s+{re.escape(entity)}\b" for entity in entities)
        return next((e for e, pattern in zip(entities, stated, strict=True) if re.search(pattern, plain, re.I)), None)
    if name := _read_stated(plain, words):
        return name
    for entity in entities:
        if (name := _as_name(entity, words)) and not _holds_more(name, plain, words):
            return name
    if words.sentence.match(plain):
        return None
    whole = _as_name(plain, words)
    return whole or next(filter(None, (_as_name(entity, words) for entity in entities)), None)


def read_name_beside_number(text: str) -> str | None:
    """Read a name that stands by itself beside a phone number: "call back pls. Dot, 215-843-7702", "... 7702 lynette".

    Common words are none: "Work, 215-843-7702" tells no name, and "Mary, 215-843-7702" is asked for.
    """
    number = _PHONE_NUMBER.search(text)
    if number is None:
        return None
    before, after = text[: number.start()].rstrip(" ,:-"), text[number.end() :].lstrip(" ,:-")
    *others, last = _PARTS.split(before)
    first, *more = _PARTS.split(after)
    beside, common, known = (last, first), english_words(_COMMON), english_words()
    for part in (*beside, *others, *more):
        words = part.split()
        is_written_as_name = all(word[0].isupper() for word in words)
        is_beside_it = part in beside and not any(word.lower() in known for word in words)
        if not words or any(word.lower().strip(".") in common for word in words):
            continue
        if (is_written_as_name or is_beside_it) and is_name_alone(part) and (name := read_name(part, [])):
            return name
    return None


def is_name_alone(text: str) -> bool:
    """Tell whether a message is a name and no more, or introduces one: then nothing else can be meant by it."""
    words = Lexicon.load().names
    plain = _plain(text, words)
    introduced = words.introduced.search(plain) or words.requested.search(plain)
    if also_name(text):
        return True
    if introduced and _as_name(introduced["name"], words):
        return True
    if name := _read_stated(plain, words):
        return all(part[0].isupper() or part.lower() in words.particles for part in name.split())
    name = None if words.sentence.match(plain) else _as_name(plain, words)
    if name is None:
        return False
    said = plain.replace(_STOP, ".").strip(" .!,")
    return said.casefold() == name.casefold() or all(word[:1].isupper() for word in name.split())


def also_name(text: str) -> str | None:
    """Return the name that a message is where the word is mostly something else: "Ola", "Sunday", "My".

    It must be the whole message, and an English word needs its capital.
    """
    words = Lexicon.load().names
    said = text.strip().removesuffix(".")
    if said.lower() not in words.also_names or (said.lower() in english_words() and not said.istitle()):
        return None
    return _named(said, words, any_words=True)


def could_be_name(text: str) -> str | None:
    """Return a message as the name that it may be when it is said twice: a few words, whatever they mean."""
    words = Lexicon.load().names
    plain = _plain(text, words)
    told = words.introduced.match(plain) or words.stated.match(plain)
    return _named(words.rest.sub("", told["name"] if told else plain), words, any_words=True)


def _read_stated(plain: str, words: Names) -> str | None:
    """Read "call me Al", "it's Grace", "i'm siobhan". Small letters tell a name only where they are no English word."""
    if (told := words.requested.search(plain)) and (name := _as_name(told["name"], words)):
        return name
    told = words.proposed.search(plain)
    if told and (name := _as_name(told["name"], words)):
        common = name.lower() in english_words(_COMMON)
        return name if told["name"][0].isupper() or not common else None
    told, name = words.stated.search(plain), None
    while told is not None and (name := _as_name(told["name"], words)) is None:
        told = words.stated.search(plain, told.start() + 1)
    if told is None or name is None:
        return None
    if told["name"][0].isupper() or not told["name"][0].islower():
        return name
    return None if any(word.lower() in english_words() for word in name.split()) else name


def _holds_more(name: str, plain: str, words: Names) -> bool:
    """Tell whether the whole message is a longer name than what the entity recogniser found of it."""
    whole = _as_name(plain, words)
    return whole is not None and name in whole and name != whole


def _plain(text: str, words: Names) -> str:
    """Return the text without numbers, addresses, decoration and line breaks."""
    text = unicodedata.normalize("NFC", text).translate(QUOTES).translate(_HYPHENS)
    text = _PHONE_NUMBER.sub(" ", text)
    text = _EMAIL.sub(" ", text) if "@" in text or read_email(text) else text
    text = re.sub(words.decorations.expression, " ", text)
    text = words.stop_within.sub(rf"\1{_STOP}", text)
    text = "".join(sign if _belongs(sign) else " " for sign in text)
    plain = " ".join(text.split()).strip(" ,;'-_.!?:")
    courtesy = words.courtesy.match(plain)
    return plain[courtesy.end() :] if courtesy else plain


def _belongs(sign: str) -> bool:
    """Tell whether a sign is no decoration: letters and their marks, what stands within names, what ends them."""
    return unicodedata.category(sign)[0] in "LMN" or sign in "'-.,;:!?()/| " + _STOP


def _as_name(text: str, words: Names) -> str | None:
    return _named(words.rest.sub("", text.strip()), words)


def _named(text: str, words: Names, *, any_words: bool = False) -> str | None:
    text = re.sub(rf"^(?:{words.fillers.expression}\s+)+", "", text.strip(), flags=re.IGNORECASE)
    if _LETTER_BY_LETTER.fullmatch(text) and "." not in text and _STOP not in text:
        text = "".join(filter(str.isalpha, text)).capitalize()
    parts = [part.strip("'-") for part in text.replace(_STOP, ".").split()]
    if not 1 <= len(parts) <= _MOST_WORDS or not all(map(_is_word, parts)) or len(text) > _LONGEST_NAME:
        return None
    if _WITHOUT_SPACES.search(text) or words.title.fullmatch(text):
        return None
    if not any_words and any(part.lower().strip(".") in words.not_names for part in parts):
        return None
    lower = [part for part in parts if part.islower() and part.lower() not in words.particles]
    if len(parts) > _FEW_WORDS and lower and not any_words:
        return None
    name = " ".join(parts)
    return name if any(c.isupper() for c in name) else _capitalised(parts, words)


def _capitalised(parts: list[str], words: Names) -> str:
    """Return a name that was typed in small letters with its capitals."""
    within = [part.lower() in words.particles and 0 < place < len(parts) - 1 for place, part in enumerate(parts)]
    return " ".join(part if small else _titled(part) for part, small in zip(parts, within, strict=True))


def _titled(part: str) -> str:
    return re.sub(r"(^|[-.']|\bmc)(\w)", lambda match: match[1].capitalize() + match[2].upper(), part)


def _is_word(part: str) -> bool:
    """Tell whether a word is letters with their marks, and single signs within, as names have them."""
    if not part or not part[0].isalpha():
        return False
    for place, sign in enumerate(part):
        if sign in _SIGNS_WITHIN:
            if place + 1 < len(part) and part[place + 1] in _SIGNS_WITHIN:
                return False
        elif unicodedata.category(sign)[0] not in "LM":
            return False
    return True
