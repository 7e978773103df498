"""The section of a lexicon by which a match of peer volunteers is made; used by `helpline.volunteers`."""

import re
from functools import cached_property

from pydantic import StrictStr

from helpline.text.word_groups import Patterns, Phrases, Section


class ChildrenWords(Section):
    """Whether there are children, and of what age."""

    any: Phrases
    none: Phrases
    young: Phrases
    grown: Phrases


class TimeWords(Section):
    """Days of the week and parts of a day."""

    any: Phrases
    weekdays: Phrases
    weekends: Phrases
    days_of_the_week: Phrases
    days_of_the_weekend: Phrases
    mornings: Phrases
    afternoons: Phrases
    evenings: Phrases
    after: Phrases
    before: Phrases
    busy: Phrases
    through: Patterns
    joints: Phrases

    @cached_property
    def joint(self) -> re.Pattern[str]:
        """Find what parts two times: a stop, or a word such as "or"."""
        return re.compile(rf"[,;/&+.!?\n](?!\d)|\b{self.joints.expression}(?!\w)", re.IGNORECASE)

    @cached_property
    def hour(self) -> re.Pattern[str]:
        """Find an hour; groups ``after`` or ``before`` (a word before it), ``hour``, ``minutes``, ``half`` (a or p)."""
        return re.compile(
            rf"\b(?:(?P<after>{self.after.expression})|(?P<before>{self.before.expression}))?\s*"
            r"(?<![\d:])(?P<hour>1\d|2[0-3]|0?[1-9])(?P<minutes>:\d\d)?(?![\d:])\s*(?:(?P<half>[ap])\.?m\b)?",
            re.IGNORECASE,
        )


class MatchingWords(Section):
    """Concerns, children, work and times; what takes them away ("no kids"); who must not be phoned.

    Attributes:
        concerns: By the key of the concern; read in this order, each word once.
        quick_replies: By the key of a concern: whole messages that stand for it.
        work: By the key; the first that is found.
        absent: What says that something is not there: "no", "without".
        untroubled: What says that something is no worry: "not worried about".
        between: What may stand between either and what it takes away.
        after: What says behind something that it is no worry: "is not a problem".
        worse_without: Keys of concerns of which the lack is the worry: "no insurance".
        of_carers: What names the person whom somebody cares for.
    """

    concerns: dict[str, Phrases]
    quick_replies: dict[str, Phrases]
    children: ChildrenWords
    work: dict[str, Phrases]
    absent: Phrases
    untroubled: Phrases
    between: Phrases
    alternatives: Phrases
    after: Phrases
    worse_without: frozenset[StrictStr]
    of_carers: Phrases
    no_call: Patterns
    times: TimeWords
