"""Finds e-mail addresses, also dictated ones, links to a person's page, and handles."""

import re
from collections.abc import Iterator

from helpline.conversations.redaction_lexicon import Email, Names, Profile, one_of, plain, read_list
from helpline.conversations.span import Span

_WRITTEN = re.compile(r"(?<![^\s@<>()\[\]{},;:\"\x00])[^\s@<>()\[\]{},;:\"\x00]+@[^\s@<>()\[\]{};:\"\x00]+")
_TRAILING = ".,!?'\u2019\"-"
_HANDLE = re.compile(r"(?<![\w@.])@([A-Za-z_][\w.-]{1,40}\w)")
# "u/linda", "linda#4471", "$LindaK"
_HANDLES = (
    re.compile(r"(?<![\w/.])/?u/(?P<who>[\w-]{4,20})(?!\w)"),
    re.compile(r"(?<![\w#])(?=[\w.]{0,32}[^\W\d])(?P<who>[\w.]{2,32}#\d{4})(?!\w)"),
    re.compile(r"(?<![\w$])\$(?P<who>[A-Za-z][\w-]{3,20})(?!\w)"),
)
_PERSONAL_LINK = re.compile(r"[?@~]|/(?:user|users|u|in|profile|people|member|members|p)/")
# Before these nothing belongs to an address.
_BREAK = re.compile(r"(?<=\w)[,;:](?=\s)|[\"\u201c\u201d?!]")
_LONGEST_DICTATED, _LONGEST_WITHOUT_CUE = 6, 2
_SENTENCE_END = re.compile(r"[.!?]\s")


class OnlineContactFinder:
    """Finds e-mail addresses, links to profiles and handles.

    Args:
        email: Words by which addresses are dictated.
        profile: Social networks.
        names: Words that are no part of a dictated address.
    """

    def __init__(self, email: Email, profile: Profile, names: Names) -> None:
        top_level = one_of(email.top_level)
        dot, at = _between(email.dot), _between(email.at)
        joins = one_of(email.joins)
        join = rf"(?:\s{{0,2}}{joins}\s{{1,2}}|\s{{1,2}}\.\s{{1,2}})"
        spelled = r"[^\W_](?:[\s-]{1,2}[^\W_]){2,30}(?!\w)"
        spoken_dot = one_of(word for word in email.dot if word not in (".", "point", "period"))
        remark = rf"(?:[\s,(]{{1,2}}{one_of(email.remarks)}[,)]?)?"
        local = rf"(?:{spelled}|[\w.+'-]{{1,64}}(?:{join}[\w+'-]{{1,64}}|\s\d{{1,6}}){{0,5}}){remark}"
        dash = rf"(?:\s{one_of(email.dashes)}\s[\w-]+)"
        ending = rf"(?:{dot}{top_level}|\s{one_of(email.top_level_without_dot)}|,\s?{top_level})"
        self._dictated = re.compile(
            rf"(?<![\w.+'@-])(?P<local>{local}){at}"
            rf"(?P<domain>(?P<provider>{one_of(email.certain_providers)}){ending}{{0,2}}"
            rf"|{one_of(email.providers)}{ending}{{1,2}}"
            rf"|(?:{spelled}|[\w-]+)(?P<spoken>\s{{1,2}}{spoken_dot}\s{{1,2}}(?!{spoken_dot}\s)[a-z]{{2,12}}){{1,3}}"
            rf"|(?:{spelled}|[\w-]+{dash}?)(?:{dot}[\w-]+){{0,2}}{dot}{top_level})(?!\w)",
            re.I,
        )
        at_word, dot_word = (one_of(filter(str.isalpha, words)) for words in (email.at, email.dot))
        self._joined = re.compile(
            rf"(?<![\w.+-])[\w.+]{{1,64}}(?:-[\w.+]{{1,64}}){{0,3}}?([-_]){at_word}\1"
            rf"[\w]{{1,64}}(?:\1|\.)(?:{dot_word}\1)?{top_level}(?!\w)",
            re.I,
        )
        self._signs = re.compile(rf"[@\d]|\s{joins}\s", re.I)
        self._certain = frozenset(email.certain_providers)
        self._cue = re.compile(rf"\b{one_of(email.cues)}(?![\w-])", re.I)
        self._without_at = re.compile(
            rf"(?<![\w@.+-])[\w.+-]{{0,64}}\w{one_of(email.certain_providers)}\s?[.,]?\s?(?:com|con|net|co)(?!\w)", re.I
        )
        self._kept = frozenset(profile.kept)
        self._never = frozenset(names.never)
        hosts = one_of(profile.hosts)
        self._link = re.compile(r"(?:https?://|www\.)[^\s\x00]+|(?<![\w@.-])[\w-]+(?:\.[\w-]+)+/[^\s\x00]+", re.I)
        self._profile_link = re.compile(rf"^(?:https?://)?(?:[\w-]+\.)*{hosts}\.\w+(?:\.\w+)?/(?P<who>[^\s/?]+)", re.I)
        self._site = re.compile(
            rf"(?<![\w@.-])(?:https?://)?(?!www\.)[\w-]{{2,64}}\.{one_of(profile.sites)}\.\w{{2,6}}(?:/[^\s\x00]*)?",
            re.I,
        )
        self._before_service = re.compile(
            rf"(?<![\w@.-])@?\s?(?P<who>[a-z][\w.]{{2,30}}\w),?\s(?:on|at)\s(?:my\s)?{one_of(profile.services)}(?!\w)",
            re.I,
        )
        self._service = re.compile(
            rf"\b{one_of(profile.services)}(?:[\s:,-]+{one_of(profile.between)})*[\s:,@-]+(?P<who>(?:live:)?[\w.]*[\w])",
            re.I,
        )

    def find(self, text: str) -> Iterator[Span]:
        """Yield e-mail addresses and profiles."""
        for match in _WRITTEN.finditer(text):
            start = match.start() + (len(match[0]) - len(match[0].lstrip("'\"(-")))
            end = match.start() + len(match[0].rstrip(_TRAILING))
            if "@" in text[start:end]:
                yield Span(start, end, "email")
        for pattern in (self._without_at, self._joined):
            for match in pattern.finditer(text):
                yield Span(*match.span(), "email")
        yield from self._dictated_addresses(text)
        yield from self._profiles(text)

    def _dictated_addresses(self, text: str) -> Iterator[Span]:
        for match in self._dictated.finditer(text):
            before = text[max(0, match.start() - 60) : match.start()]
            cues = list(self._cue.finditer(before))
            local = match["local"]
            words = read_list("words_en.txt")
            certain = (
                match["spoken"]
                or (match["provider"] or "").lower() in self._certain
                or cues
                or self._signs.search(f"{local}@" if "@" in match[0] else local)
                or not (plain(local) in words or plain(local) in self._never)
            )
            if not certain or plain(local) in self._kept:
                continue
            yield Span(match.start() - self._words_before(before, cues), match.end(), "email")

    def _words_before(self, before: str, cues: list[re.Match[str]]) -> int:
        """Return how many characters before a dictated address belong to it: "its *linda k* 72 at gmail"."""
        between = before[cues[-1].end() :] if cues else before.rpartition("\n")[2]
        between = _BREAK.split(between)[-1]
        words = plain(between).split()
        if len(words) > (_LONGEST_DICTATED if cues else _LONGEST_WITHOUT_CUE) or _SENTENCE_END.search(between):
            return 0
        ordinary = self._never if cues else self._never | read_list("words_en.txt")
        if any(len(word) > 1 and word in ordinary for word in words):
            return 0
        return len(between.lstrip(" :,-\n\t"))

    def _profiles(self, text: str) -> Iterator[Span]:
        for match in self._link.finditer(text):
            link = match[0].rstrip(_TRAILING)
            page = self._profile_link.match(link)
            if (page and page["who"].lower() not in self._kept) or (not page and _PERSONAL_LINK.search(link)):
                yield Span(match.start(), match.start() + len(link), "profile")
        for match in self._site.finditer(text):
            yield Span(*match.span(), "profile")
        for pattern in _HANDLES:
            for match in pattern.finditer(text):
                if match["who"].lower() not in read_list("words_en.txt"):
                    yield Span(*match.span(), "profile")
        for match in _HANDLE.finditer(text):
            if match[1].lower() not in self._kept:
                yield Span(*match.span(), "profile")
        for match in self._before_service.finditer(text):
            if re.search(r"[_\d]|\w\.\w", match["who"]):
                yield Span(*match.span("who"), "profile")
        for match in self._service.finditer(text):
            who = match["who"].lower()
            odd = re.search(r"[_\d]|\w\.\w", who) or (who not in read_list("words_en.txt") and len(who) > 7)
            if odd and who not in self._kept and not re.fullmatch(r"\d+|\w+\.(?:com|org)", who):
                yield Span(*match.span("who"), "profile")


def _between(words: list[str]) -> str:
    """Return an expression for a word or sign between the parts of an address: a word has spaces around it."""
    spoken = [word for word in words if word.isalpha()]
    signs = [word for word in words if not word.isalpha()]
    return rf"(?:\s{{1,2}}{one_of(spoken)}\s{{1,2}}|\s{{0,2}}{one_of(signs)}\s{{0,2}})"
