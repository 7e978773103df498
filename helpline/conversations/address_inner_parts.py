"""What stands between a house and its town in the addresses of many countries: stairs, floors, doors.

"Calle Feria 22, 3º izq.", "Lindenstr. 14, 4. OG links", "12 rue Lepic, bât. B, esc. 2", "ul. Długa 14 m. 5".
"""

import re

from helpline.conversations.redaction_lexicon import Address, one_of

_ORDINAL = r"(?:\d{1,3}(?:\.?[\u00ba\u00aa\u00b0]|\.|[eoa]r?|\u00e8me|eme|st|nd|rd|th)?|[ivx]{1,4}\.)"
_CODE = r"(?:\d{1,4}(?:\s?(?-i:[A-Z])|[a-z])?|[a-z]\d{1,3}|(?-i:[A-HJ-Z]|[IVX]{2,4}))(?:[/-]\w{1,4})?(?![\w:])"


def inner_part(words: Address) -> re.Pattern[str]:
    """Return an expression for one such part after an address, with the comma or space before it."""
    floor, door = one_of(words.floors), one_of(words.doors)
    doors = rf"(?:\.?,?\s?(?:{door}(?!\w)\.?|\d{{1,2}}(?!\w)|[a-h](?!\w)))?"
    parts = (
        rf"{_ORDINAL}\s?{floor}(?!\w)\.?{doors}",
        rf"{_ORDINAL}\s?{door}(?!\w)\.?",
        rf"{one_of(words.inner_words)}(?:\.:?|:)?\s?(?:no\s?[.:]\s?)?{_CODE}",
        rf"{door}(?!\w)\.?",
        # "4º B", "14/F", and "- SP" after a town
        r"\d{1,2}\.?[\u00ba\u00aa\u00b0]\s?[a-z]?(?!\w)|\d{1,2}/f(?!\w)",
    )
    first = r"\s[-\u2013]\s(?-i:[A-Z]{2})(?!\w)|\.\s(?-i:[A-Z]|\d{1,3})(?=,)|[-/](?-i:[IVX]{1,4}|\d{1,4})(?!\w)"
    return re.compile(rf"(?:{first}|[,\s]\s?(?:[-\u2013]\s)?(?:{'|'.join(parts)}))", re.I)
