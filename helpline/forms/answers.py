"""Reads answers out of what a visitor typed: names, phone numbers, email addresses, options, ages."""

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email

_LONGEST_NAME = 60
_EMAIL = re.compile(r"[^\s@,;:<>()]+@[^\s@,;:<>()]+")
_MY_NAME = re.compile(r"\b(?:my (?:first )?name(?: is|'?s)|name is|i am called|i go by)\s+(?P<name>.+)", re.I)
_CALL_ME = re.compile(r"\bcall me\s+(?P<name>.+)", re.I)
# "I'm Grace" tells a name and "I'm scared" does not: here a capital letter has to show it.
_I_AM = re.compile(r"\b(?i:i'?m|i am|it'?s|it is|this is|actually)\s+(?P<name>[A-Z].*)")
_SENTENCE = re.compile(r"^(?:i'?m|i am|it'?s|it is|this is|call me)\b", re.I)
_AFTERWARDS = re.compile(r"\s+(?:and|but|with|not|because|please|thanks|here)\b.*$|[,.;!?(].*$", re.I)
_WORD = re.compile(r"^[^\W\d_]+(?:['\u2019.-][^\W\d_]+)*\.?$")
# Words that nobody is called, and that people do type when a name is asked for.
_NO_NAME = frozenset(
    """a about actually afraid
    alone am an and angry are back bad because been but callback can cancel cancer cannot dont
    don't doing done fine for from good have he hello help her hey hi him how hurts i idk i'm im in is it just
    later maybe me mets more my name need new no none nope not nothing number of ok okay on or pain person phone
    please private sad scared she sick so some someone sorry sure talk thank thanks that the them then they this
    tired to today tomorrow tonight unsure very volunteer wait want was we what when where which who why
    with worried would yeah yep yes you your""".split()  # noqa: SIM905
)


def read_name(text: str, entities: list[str], *, alone: bool = True) -> str | None:
    """Read a first name.

    Args:
        text: The message.
        entities: Names that the entity recogniser found in it.
        alone: Whether a message that is nothing but a name counts; else it must be introduced as one.
    """
    text = _EMAIL.sub(" ", re.sub(r"[+(]?\d[\d\s().-]{5,}", " ", text)).strip(" ,;")
    told = _MY_NAME.search(text)
    if told and (name := _as_name(told["name"])):
        return name
    if not alone:
        return next(
            (e for e in entities if re.search(rf"\b(?:i'?m|i am|this is)\s+{re.escape(e)}\b", text, re.I)), None
        )
    for pattern in (_CALL_ME, _I_AM):
        told = pattern.search(text)
        if told and (name := _as_name(next(filter(None, told.groups())))):
            return name
    for entity in entities:
        if name := _as_name(entity):
            return name
    return None if _SENTENCE.match(text) else _as_name(text)


def _as_name(text: str) -> str | None:
    words = _AFTERWARDS.sub("", text.strip()).split()
    if not 1 <= len(words) <= 3 or any(not _WORD.match(word) for word in words):
        return None
    if any(word.lower().strip(".") in _NO_NAME for word in words):
        return None
    name = " ".join(words)
    if len(name) > _LONGEST_NAME:
        return None
    return name if any(c.isupper() for c in name) else name.title()


def read_phone_number(text: str, region: str) -> str | None:
    """Read the last valid phone number in a text, as E.164; numbers without country code are the region's.

    The last one, because a correction names the right number after the wrong one.
    """
    matches = phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID)
    found = [match.number for match in matches]
    if not found:
        return None
    return phonenumbers.format_number(found[-1], phonenumbers.PhoneNumberFormat.E164)


def show_phone_number(number: str, region: str) -> str:
    """Write an E.164 number as people of the region write it; foreign ones with their country code."""
    parsed = phonenumbers.parse(number, None)
    at_home = phonenumbers.region_code_for_number(parsed) == region
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, style.NATIONAL if at_home else style.INTERNATIONAL)


def read_email(text: str) -> str | None:
    """Read the last valid email address in a text, normalised. Asks no network whether it exists."""
    for candidate in reversed(_EMAIL.findall(text)):
        try:
            return validate_email(candidate.strip(".,!?'\""), check_deliverability=False).normalized
        except EmailNotValidError:
            continue
    return None


Options = dict[str, re.Pattern[str]]

_RELATIVES = (
    r"mom|mum|mother|dad|father|wife|husband|partner|spouse|sister|brother|daughter|son|aunt|uncle|niece|nephew"
    r"|cousin|friend|girlfriend|boyfriend|grandma|grandmother|parent|relative|family"
)


def _options(**patterns: str) -> Options:
    return {key: re.compile(rf"\b(?:{pattern})(?!\w)", re.I) for key, pattern in patterns.items()}


FOR_WHOM = _options(
    other=rf"some(?:one|body)(?: else)?|another person|care ?giver|carer|i care for"
    rf"|(?:my|our|for|her|his) (?:{_RELATIVES})"
    rf"|(?:{_RELATIVES})"
    r"|for (?:her|him|them)|other",
    self=r"my ?self|for me|me|mine|self|i have|i'm the (?:one|patient)|it'?s (?:for )?me|i am|i do",
)

CONTACT_METHOD = _options(
    email=r"e-?mail\w*",
    text=r"texts?|text messages?|texting|sms|messages?",
    phone=r"(?:tele)?phone(?: call)?|calls?|calling|ring|cell|mobile",
)

DIAGNOSIS_TYPE = _options(
    unknown=r"not sure|don'?t know|do not know|unsure|no idea|idk|dunno|unknown",
    recurrence=r"recurr?en\w*|recurred|came back|come back|comes back|returned|again|had (?:it|breast cancer) before"
    r"|early[- ]stage (?:first|before)|second time|secondary",
    de_novo=r"de[- _]?novo|(?:the )?(?:very )?(?:first|start|beginning)|right away|at (?:first )?diagnosis|new(?:ly)?"
    r"|initial(?:ly)?|stage (?:4|iv) from",
)

CANCER_SUBTYPE = _options(
    triple_negative=r"triple[- _]?neg\w*|tnbc",
    hormone_receptor_positive=r"hormone(?:[- _]receptor)?(?:[- _]pos\w*)?|hr ?\+|hr[- _]pos\w*|hr|er ?\+|er[- _]pos\w*"
    r"|pr ?\+|pr[- _]pos\w*|er ?/ ?pr ?\+?|estrogen\w*|progesterone\w*|luminal",
    her2_positive=r"her[- _]?2(?! ?(?:-(?!p)|neg|low|_neg))(?:[- _]?pos\w*)?",
    her2_low=r"her[- _]?2[- _]low",
    inflammatory=r"inflammatory|ibc",
    lobular=r"lobular|ilc",
)

SPREAD_SITES = _options(
    bones=r"bones?|spine|spinal|ribs?|hips?|pelvi\w+|skull|skeleton|vertebra\w*|sternum|femur",
    liver=r"liver|hepatic",
    lungs=r"lungs?|pleura\w*|pulmonary",
    brain=r"brain|cerebell\w+|cns",
    leptomeninges=r"lmd|leptomening\w+|mening\w+|spinal fluid|csf",
    lymph_nodes=r"(?:lymph )?nodes?|lymph",
    skin=r"skin|chest wall",
    abdomen=r"abdom\w+|peritone\w+|stomach|bowels?|colon|ovar\w+|gi tract",
)

AGE_RANGES = {"18-29": (18, 29), "30-39": (30, 39), "40-49": (40, 49), "50-59": (50, 59), "60-69": (60, 69)}
_OLDEST = "70+"
_DECADES = {
    "twenties": 25, "thirties": 35, "forties": 45, "fifties": 55, "sixties": 65, "seventies": 75, "eighties": 85,
    "nineties": 95,
}  # fmt: skip


def read_choice(options: Options, text: str) -> str | None:
    """Read the one option that a text names; the first in the options' order when it names several."""
    if text.strip().lower() in options:
        return text.strip().lower()
    return next((key for key, pattern in options.items() if pattern.search(text)), None)


def read_choices(options: Options, text: str) -> tuple[str, ...]:
    """Read all options that a text names, in the options' order. A denied one ("not liver") is left out."""
    kept = re.sub(r"\b(?:not|no|isn'?t|without)\s+(?:in\s+|the\s+|my\s+)*[\w-]+", " ", text, flags=re.I)
    return tuple(key for key, pattern in options.items() if key == text or pattern.search(kept))


def read_age_range(text: str) -> str | None:
    """Read an age or a range in years as one of the ranges. Ages below 18 or above 110 are none."""
    lowered = text.lower()
    if re.search(r"\b7\d\s*\+|\b(?:over|above|older than) 70\b|\b70 (?:or|and) (?:over|older|up|above)", lowered):
        return _OLDEST
    if match := re.search(r"(?<!\d)(\d{1,3})(?!\d)", lowered):
        return _range_of(int(match[1]))
    return next((_range_of(age) for word, age in _DECADES.items() if word in lowered), None)


def _range_of(age: int) -> str | None:
    if 70 <= age <= 110:
        return _OLDEST
    return next((name for name, (low, high) in AGE_RANGES.items() if low <= age <= high), None)
