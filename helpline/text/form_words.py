"""The sections of a lexicon by which forms read answers; `helpline.text.lexicon` puts them together with the others."""

import re
from functools import cached_property

from pydantic import StrictInt, StrictStr

from helpline.text.word_groups import Patterns, Phrases, Section


class Command(Section):
    """A wish that is the whole message: maybe some of ``before``, one of ``phrases``, any of ``after``."""

    before: Phrases = Phrases()
    phrases: Phrases
    after: Phrases = Phrases()

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        before, after = self.before.expression, self.after.expression
        return re.compile(rf"(?:{before} )?{self.phrases.expression}(?: {after})*(?P<end>[.!?]*)", re.IGNORECASE)

    def matches(self, text: str, *, also_asked: bool = False) -> bool:
        """Tell whether the text is this command.

        Args:
            text: The message, without white space at its ends.
            also_asked: Whether it is the command with a question mark too.
        """
        match = self._pattern.fullmatch(text)
        return match is not None and (also_asked or "?" not in match["end"])


class Commands(Section):
    """What a visitor wants with the question that a form asked."""

    cancel: Command
    skip: Command
    no_wish: Command
    go_back: Command
    change: Command
    keep: Command
    restart: Command
    unsure: Command


class Decision(Section):
    """What a yes holds, after which something is saved, deleted or withdrawn, and what it must not hold.

    ``keeping`` is a whole message that wants nothing changed, and is no yes to that.
    """

    agreeing: Phrases
    keeping: Phrases
    around: Phrases
    leaving: Phrases
    doubt: Phrases


class Question(Section):
    """What a question begins with."""

    before: Phrases
    phrases: Phrases
    unless_followed_by: Phrases

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        before, exception = self.before.expression, self.unless_followed_by.expression
        return re.compile(rf"(?:{before} )*{self.phrases.expression}\s+(?!{exception}\b)\S+", re.IGNORECASE)

    def at_start(self, text: str) -> bool:
        """Tell whether the text begins like a question."""
        return self._pattern.match(text) is not None


class Names(Section):
    """What tells a first name from other words; used by `helpline.forms.person_names`."""

    introductions: Phrases
    requests: Phrases
    proposals: Phrases
    statements: Phrases
    fillers: Phrases
    of_oneself: Phrases
    afterwards: Phrases
    beforehand: Phrases
    titles: Phrases
    particles: frozenset[StrictStr]
    decorations: Patterns
    also_names: frozenset[StrictStr]
    not_names: frozenset[StrictStr]

    @cached_property
    def introduced(self) -> re.Pattern[str]:
        """Find "my name is Grace"; group ``name``."""
        return re.compile(rf"\b{self.introductions.expression}[\s:]+(?P<name>.+)", re.IGNORECASE)

    @cached_property
    def requested(self) -> re.Pattern[str]:
        """Find "call me Grace"; group ``name``."""
        return re.compile(rf"\b{self.requests.expression}\s+(?P<name>.+)", re.IGNORECASE)

    @cached_property
    def stated(self) -> re.Pattern[str]:
        """Find "I'm Grace"; group ``name``."""
        stated = f"{self.statements.expression}|{self.fillers.expression}"
        return re.compile(rf"\b(?i:{stated})\s+(?P<name>\S.*)")

    @cached_property
    def proposed(self) -> re.Pattern[str]:
        """Find "put Sandra", "you can use Pat"; group ``name``."""
        return re.compile(rf"\b(?i:{self.proposals.expression})\s+(?P<name>\S.*)")

    @cached_property
    def sentence(self) -> re.Pattern[str]:
        """Find what begins a sentence, so that the whole text is no name."""
        begun = f"{self.statements.expression}|{self.requests.expression}|{self.proposals.expression}"
        return re.compile(rf"(?:{begun})\b", re.IGNORECASE)

    @cached_property
    def rest(self) -> re.Pattern[str]:
        """Find what stands after a name; a full stop after a title or an initial does not end it."""
        return re.compile(rf"\s+{self.afterwards.expression}(?!\w).*$|[,;!?(/|:].*$|\.(?=\s|$).*$", re.IGNORECASE)

    @cached_property
    def courtesy(self) -> re.Pattern[str]:
        """Match what stands before a name out of courtesy: "hi, "."""
        return re.compile(rf"(?:{self.beforehand.expression}\b[\s,.:;!-]+)+(?=\w)", re.IGNORECASE)

    @cached_property
    def stop_within(self) -> re.Pattern[str]:
        """Find a full stop that belongs to a name: "Mrs. Smith", "J. R."."""
        return re.compile(rf"\b({self.titles.expression}|[^\W\d_])\.(?=\s+\w)", re.IGNORECASE)

    @cached_property
    def title(self) -> re.Pattern[str]:
        """Match a title that stands before a name."""
        return re.compile(rf"{self.titles.expression}\.?", re.IGNORECASE)


class Denial(Section):
    """What takes an option away: "not in the liver", "anything but phone", "HR negative"."""

    words: Phrases
    of_options_only: Phrases
    unless_followed_by: Phrases
    after: Phrases
    ends: Phrases
    alternatives: Phrases

    @cached_property
    def end(self) -> re.Pattern[str]:
        """Find where what is denied ends: at a stop, or at a word such as "only"."""
        return re.compile(rf"[,.;:!?\n]|\s-+\s|\b{self.ends.expression}(?!\w)", re.IGNORECASE)

    @cached_property
    def list(self) -> re.Pattern[str]:
        """Match the rest of a list that is denied as a whole: ", lungs or brain"."""
        inner = rf"(?:(?!\b{self.ends.expression}\b)[^.;:!?\n,])"
        return re.compile(rf"(?:,{inner}{{1,30}}?)*?,?{inner}{{0,30}}?\b{self.alternatives.expression}\b{inner}*", re.I)

    @cached_property
    def negative(self) -> re.Pattern[str]:
        """Match what denies the option before it: " receptor negative"."""
        return re.compile(rf"[\s_-]*{self.after.expression}(?!\w)", re.IGNORECASE)


class WhoseIllness(Section):
    """What tells that somebody of the visitor's has the illness, and not the visitor."""

    relations: Phrases
    before: Phrases
    after: Phrases
    oneself: Patterns
    named: Phrases
    named_after: Phrases
    named_until: Phrases

    @cached_property
    def name(self) -> re.Pattern[str]:
        """Find somebody else's name and what tells whose it is: "my mom's name is Linda", up to what is said next."""
        relation = (
            rf"(?:(?:for|about)\s+)?(?:(?:my|our|the)\s+)?{self.relations.expression}{self.named_after.expression}"
        )
        told = rf"\b(?:{relation}|{self.named.expression})\s+\w[\w'-]*(?:\s+\w[\w'-]*?){{0,2}}?"
        return re.compile(rf"{told}\s*(?=[,.;!?()/]|\b{self.named_until.expression}\b|$)", re.IGNORECASE)

    @cached_property
    def other(self) -> re.Pattern[str]:
        """Find "for my wife", "my mother has"."""
        relation = rf"{self.relations.expression}(?!\w)"
        before = rf"\b{self.before.expression}\s+(?:(?:my|our|a|an|his|her|the)\s+)?(?:[\w-]+\s+){{0,2}}{relation}"
        return re.compile(rf"{before}|\b{relation}\s*(?:,\s*\w+,\s*)?{self.after.expression}(?!\w)", re.IGNORECASE)


class Numbers(Section):
    """Words for numbers."""

    digits: dict[str, StrictInt]
    teens: dict[str, StrictInt]
    tens: dict[str, StrictInt]
    repeats: dict[str, StrictInt]

    @cached_property
    def spoken_digits(self) -> re.Pattern[str]:
        """Find digits that are spelled out, some maybe in figures: "two one two, double five 5"."""
        one = rf"(?:(?:{'|'.join(self.repeats)})\s+)?(?:{'|'.join(self.digits)}|\d+)"
        return re.compile(rf"\b(?:{one}[\s,.-]+){{2,}}{one}\b", re.IGNORECASE)

    @cached_property
    def below_hundred(self) -> re.Pattern[str]:
        """Find a number from ten to ninety-nine in words; groups ``teen``, or ``ten`` and maybe ``one``."""
        ones = "|".join(word for word, value in self.digits.items() if value > 0)
        tens = "|".join(self.tens)
        expression = rf"\b(?:(?P<teen>{'|'.join(self.teens)})|(?P<ten>{tens})(?:[\s-]?(?P<one>{ones}))?)\b"
        return re.compile(expression, re.IGNORECASE)


class Age(Section):
    """Ages in words; ``decades`` gives an age in the middle of each."""

    over: Phrases
    and_over: Phrases
    open: Phrases
    almost: Phrases
    before: Phrases
    after: Phrases
    now: Phrases
    not_ages_before: Phrases
    not_ages_after: Phrases
    born: Phrases
    between: Phrases
    through: Patterns
    joints: Phrases
    of_oneself: Phrases
    of_others: Phrases
    decades: dict[str, StrictInt]


class Phones(Section):
    """What stands beside a phone number: whose it is, and what to dial or to ask for."""

    joints: Phrases
    of_others: Phrases
    of_others_in_passing: Phrases
    own: Phrases
    notes: Phrases
    this_one: Phrases
    another: Phrases


class Emails(Section):
    """How email addresses are spoken and misspelled."""

    at: Patterns
    dot: Patterns
    signs: dict[str, StrictStr]
    providers: tuple[StrictStr, ...]
    mistaken_endings: dict[str, StrictStr]
    doubtful_endings: dict[str, StrictStr]


class Correction(Section):
    """What shows that a message corrects an answer, and where its new value stands."""

    patterns: Patterns
    restatement: Patterns
    links: Phrases
    suffixes: Phrases
    instead: Phrases
    moving: Phrases
    removing: Phrases
    adding: Phrases
    before_edit: Phrases
    part: Phrases
    old_value: Phrases
    small_after: Phrases
    lead: Phrases
    statements: Phrases
    between: Phrases
    addition: Phrases

    @cached_property
    def link(self) -> re.Pattern[str]:
        """Find what stands between the name of an answer and its new value."""
        words = rf"\b{self.links.expression}\b|{self.suffixes.expression}\b"
        return re.compile(rf"^(?:\s|[,:;]|{words})+", re.IGNORECASE)

    @cached_property
    def of_last(self) -> re.Pattern[str]:
        """Match what corrects the answer just given: "no, it's Hannah"; groups ``stated``, if so, and ``value``."""
        return re.compile(
            rf"(?:{self.lead.expression}(?!\w)[\s,.;:!-]*)+(?P<stated>{self.statements.expression}(?!\w)[\s,:-]*)*(?P<value>\S.*)",
            re.IGNORECASE | re.DOTALL,
        )

    @cached_property
    def edit(self) -> re.Pattern[str]:
        """Match what leaves an answer out or adds to one, at the start; groups ``removing``, ``adding``, ``rest``."""
        before = rf"(?:{self.before_edit.expression}(?!\w)[\s,.;:!-]*)*"
        edit = rf"(?:(?P<removing>{self.removing.expression})|(?P<adding>{self.adding.expression}))(?!\w)"
        return re.compile(rf"\W*{before}{edit}[\s,:-]*(?:that\b\s*)?(?P<rest>.*)$", re.IGNORECASE | re.DOTALL)

    @cached_property
    def replacement(self) -> re.Pattern[str]:
        """Find a new value where no answer is named; group ``value``."""
        return re.compile(rf"\b{self.instead.expression}[\s,:;]+(?P<value>.+)$", re.IGNORECASE | re.DOTALL)

    @cached_property
    def stating(self) -> re.Pattern[str]:
        """Match what tells an answer anew without a word of what was wrong: "and the age is 42", "call me Tessa"."""
        before = rf"(?:{self.before_edit.expression}(?!\w)[\s,.;:!-]*)*"
        named = r"(?:the|my)\s+\w+(?:\s+\w+)?\s+(?:is|are|should be)"
        return re.compile(rf"\W*{before}(?:{named}|call me)\b", re.IGNORECASE)

    @cached_property
    def trailing(self) -> re.Pattern[str]:
        """Find small words at the end that are no part of a value: "time is wrong too"."""
        return re.compile(rf"(?:^|\s+)(?:{self.small_after.expression})$", re.IGNORECASE)

    @cached_property
    def old(self) -> re.Pattern[str]:
        """Find the old value at the end: ", not 6am"."""
        return re.compile(rf"\s*,?\s*\b{self.old_value.expression}\b.*$", re.IGNORECASE)


class RequestWords(Section):
    """What is said of a request that was saved, or to the form that makes one."""

    code: Phrases
    code_links: Phrases
    code_of: Phrases
    kinds: dict[str, Phrases]
    status: Patterns
    change: Patterns
    adds: Patterns
    adds_lately: Phrases
    adds_before: Phrases
    adds_nothing: Phrases
    prefers_time: Patterns
    withdraw: Patterns
    status_once_saved: Patterns
    change_once_saved: Patterns
    withdraw_once_saved: Patterns
    withdraw_alone: Patterns
    number_to_dial: Patterns
    number_of_years: Patterns
    wish_again: Phrases
    go_on: Phrases
    after_all: Phrases
    no_call: Patterns
    another_way: Patterns
    way_unnamed: Patterns
    old_way: Patterns
    how_many: Patterns
    how_to_cancel: Patterns
    cost: Patterns
    who_calls: Patterns
    describes_person: Patterns
    refuses_person: Patterns
    any_way: Patterns
    reason: Patterns
    at_once: Phrases
    rude: Phrases

    @cached_property
    def code_before(self) -> re.Pattern[str]:
        """Match "my code is", at the end of a text."""
        return re.compile(rf"\b{self.code.expression}\W*(?:{self.code_links.expression}\W*)*$", re.IGNORECASE)

    @cached_property
    def reason_after(self) -> re.Pattern[str]:
        """Find what somebody wants to talk about, behind a word that says so; group ``reason``."""
        return re.compile(rf"{self.reason.expression}[\s:]+(?P<reason>[^\W\d][^.;!?\n]*)", re.IGNORECASE)

    @cached_property
    def addition_before(self) -> re.Pattern[str]:
        """Match what an addition begins with: "oh and ", "I forgot to say that "."""
        return re.compile(rf"(?:\W*{self.adds_before.expression}(?!\w)[\s,.:;!-]*)+", re.IGNORECASE)
