"""Offers the number that a visitor writes from, so that it need not be typed: it is asked, and never just taken."""

from helpline.forms.denials import Doubt
from helpline.forms.message import Message, read_decision
from helpline.text.lexicon import Lexicon

# Key of a message's metadata: the number that it was written from. It comes with every message and is never kept.
WRITTEN_FROM = "written_from"
OFFER = "utter_offer_written_from"
# So many figures show which number is meant, and not the number.
_FIGURES_SHOWN = 4


def offer_of(number: str) -> Doubt:
    """Return what asks whether a number in E.164 is the one to use, showing its last figures."""
    return Doubt(OFFER, (number,), (number[-_FIGURES_SHOWN:],))


def takes_offer(message: Message) -> bool | None:
    """Tell whether an answer takes the number that was offered; None where it says neither yes nor no."""
    said = Lexicon.load().phones
    if said.another.fullmatch(message.text.strip().rstrip(".!")):
        return False
    if said.this_one.fullmatch(message.text.strip().rstrip(".!")):
        return True
    return read_decision(message)
