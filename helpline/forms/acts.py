"""What a visitor may do with the question that a form asked: the dialogue acts."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any


class DialogueAct(Enum):
    """What a visitor does with the question that a form asked."""

    ANSWER = auto()  # answers it
    ANSWER_OTHER = auto()  # answers another question than the one that was asked, and says no more
    CORRECT = auto()  # gives a new value to any question, or names the one to be asked again
    CHANGE = auto()  # wants something changed and does not say what
    KEEP = auto()  # wants nothing changed after all
    SKIP = auto()  # leaves it out
    BACK = auto()  # wants the question before it
    WHY = auto()  # wants to know what it is for
    CANCEL = auto()  # wants to end the form
    COURTESY = auto()  # greets, thanks; the question is asked again
    DENY = auto()  # says no to a value that was in doubt
    NO_CALL = auto()  # must not be phoned
    WISH = auto()  # wishes for the request once more
    HOPE = auto()  # says whom one hopes for, in place of a yes or a no
    RUDE = auto()  # swears
    HOW_MANY = auto()  # wants to know how long the form goes on
    HOW_TO_CANCEL = auto()  # wants to know how to withdraw it, now or later
    COST = auto()  # wants to know what it costs
    FOR_OTHER = auto()  # says that somebody else is to be called
    WHO = auto()  # wants to know who will be in touch
    DIGRESSION = auto()  # asks or says something else: the rules answer, then the form goes on
    UNCLEAR = auto()  # gives no answer that can be read
    DOUBTFUL = auto()  # gives an answer that may not be meant: the value is a Doubt


@dataclass(frozen=True)
class Interpretation:
    """A dialogue act. Answers and corrections also have their slot; a correction without a value names only that."""

    act: DialogueAct
    slot: str | None = None
    value: Any = None
