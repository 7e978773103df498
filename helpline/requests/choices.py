"""The closed questions of the sign-up: their keys, and the words by which visitors choose them."""

import re

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
