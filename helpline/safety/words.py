"""Brings a message to the plain words that the safety patterns are written in.

A cry for help comes in capitals, without apostrophes, with emoji between the words or with invisible
characters inside them. What is left here is lower-case words of plain letters and figures, short forms
written out ("im" is "i am"), and a full stop where a sentence ends. Misspelt words are mended in
``spelling``.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

SENTENCE_END = "."
# A word of the domain: one that stands in at least so many messages, and is longer than a slip of the finger.
_FREQUENT_FROM = 3
_SHORT = 3

# Letters of other scripts that look like Latin ones: Cyrillic, Greek, and Latin with strokes.
_LOOK_ALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u0261\u04cf\u051b\u051d\u0432\u043a\u043c\u043d\u0442"
    "\u03b1\u03b5\u03b9\u03bf\u03ba\u03c1\u03c4\u03c5\u03bd\u03c7\u03c9\u0131\u0142\u00f8\u0111\u00df",
    "aeopcyxijsdhglqwbkmhtaeiokptuvxwilods",
)
# Letters of those scripts that look like no Latin one: who writes them writes a language of that script.
_WRITTEN_IN_THEM = re.compile(f"(?![{''.join(map(chr, _LOOK_ALIKES))}])[\u0370-\u03ff\u0430-\u045f]")
_PICTURES = {
    "\N{PISTOL}": " gun ",
    "\N{HOCHO}": " knife ",
    "\N{PILL}": " pills ",
    "\N{DROP OF BLOOD}": " blood ",
    "\N{SQUARED SOS}": " help ",
}
_APOSTROPHES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc`\u00b4\u02b9\u2032", "'")
    # Whole phrases of prayer that are one character, eighteen letters long when written out.
    | dict.fromkeys(map(chr, range(0xFDF0, 0xFDFE)), " ")
)
# Chinese characters are words of their own: nothing stands between words there.
_CHARACTER = "\u3400-\u9fff"
_LETTER = rf"(?![{_CHARACTER}])[^\W_]"
_WORD = re.compile(rf"(?:{_LETTER}|[@$!|+])+(?:[.,/:][0-9]+)*(?:'[a-z]+)*|[{_CHARACTER}]|[.?;\n\u3002\u061f\u0964]|!+")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_ENDS = frozenset(".?;\n\u3002\u061f\u0964")
# Marks on letters go as well: what is left is the same however carefully somebody types.
_INVISIBLE = frozenset(("Mn", "Mc", "Me", "Cf"))
_BLANK = frozenset(("Cc", "Co", "So", "Sk", "Zl", "Zp"))

# Without its apostrophe "ill" is also the word ill: only before a verb is it "i will".
_VERBS_AFTER_ILL = frozenset(
    ("be", "do", "end", "find", "finish", "go", "hang", "have", "jump", "just", "kill", "make", "never", "not",
     "probably", "see", "shoot", "soon", "still", "take")
)  # fmt: skip
_VERBS_AFTER_2 = frozenset(("b", "be", "die", "do", "end", "go", "kill", "live", "take"))
_WISHES = frozenset(("going", "hope", "like", "need", "pray", "prefer", "ready", "trying", "want", "wants", "wish"))


def plain(text: str) -> str:
    """Return the text in lower-case plain letters, without invisible characters and look-alike letters."""
    for picture, word in _PICTURES.items():
        text = text.replace(picture, word)
    folded = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).lower()
    if folded.isascii():
        return folded
    if not _WRITTEN_IN_THEM.search(folded):
        folded = folded.translate(_LOOK_ALIKES)
    kept = []
    for character in unicodedata.normalize("NFKD", folded):
        category = unicodedata.category(character)
        if category not in _INVISIBLE:
            kept.append(" " if category in _BLANK and character != "\n" else character)
    return "".join(kept)


def split(text: str) -> list[str]:
    """Split a message into plain words; ``SENTENCE_END`` stands where a sentence ends."""
    found: list[str] = []
    for run in _WORD.findall(plain(text)):
        word = "" if run in _ENDS else run.rstrip("!|+").lstrip("|+")
        if word:
            found.append(_STRETCHED.sub(r"\1\1", word))
        if (not word or run.endswith("!")) and found and found[-1] != SENTENCE_END:
            found.append(SENTENCE_END)
    return found


def written_out(tokens: list[str], short_forms: Mapping[str, str]) -> list[str]:
    """Write out contractions and short forms, so that patterns name one form only.

    Args:
        tokens: Words as ``split`` gives them.
        short_forms: What each stands for; those with an apostrophe hold only as written.
    """
    out: list[str] = []
    for position, word in enumerate(tokens):
        following = tokens[position + 1] if position + 1 < len(tokens) else ""
        before = out[-1] if out else ""
        if word == "ill" and following in _VERBS_AFTER_ILL:
            out += ["i", "will"]
        elif (word == "2" and following in _VERBS_AFTER_2) or (word == "too" and before in _WISHES):
            out.append("to")
        elif word == "b" and before == "to":
            out.append("be")
        else:
            bare = word.replace("'", "")
            whole = short_forms.get(word) or short_forms.get(bare)
            if whole is None:
                whole = word[:-2] if word.endswith("'s") else bare
            out += whole.split()
    return out


def sentences(words: list[str]) -> list[list[str]]:
    """Cut plain words into sentences, without the signs that end them."""
    found: list[list[str]] = [[]]
    for word in words:
        if word != SENTENCE_END:
            found[-1].append(word)
        elif found[-1]:
            found.append([])
    return [sentence for sentence in found if sentence]


def frequent_words(texts: Iterable[str]) -> set[str]:
    """Return the words that stand in at least three texts: people of the domain write them so on purpose."""
    counts = Counter(word for text in texts for word in set(split(text)))
    return {word for word, count in counts.items() if count >= _FREQUENT_FROM and len(word) > _SHORT}
