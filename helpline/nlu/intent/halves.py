"""The ways to cut a message in two, where each half may ask something.

Only the form is looked at here; whether the halves mean different things is for `helpline.nlu.intent.two_questions`.
Knows nothing of Rasa.
"""

from helpline.nlu.intent.context import length_of
from helpline.nlu.intent.segments import asks, segments
from helpline.text.lexicon import Lexicon

MAX_CUTS = 3
SHORTEST_HALF = 3  # characters
# The name of a topic has at most so many words, with what may stand around it.
LONGEST_NAME = 6

_END_OF_SENTENCE = "?!.;"
# Signs that join no name to a question about it: "lobular, where does it go".
_WEAK_SIGNS = "?!.;,-\u2013\u2014"


def halves(text: str) -> list[tuple[str, str]]:
    """Return the ways to cut a normalised text in two halves that may each ask something, the most even cut first.

    The first half asks, or is the name of a topic. What is told before a question makes it no second one.
    """
    words, cuts = Lexicon.load().segments, []
    for joint in words.joint_of_two.finditer(text):
        left, right = text[: joint.start()].strip(" ,."), text[joint.end() :].strip(" ,.")
        begun = joint[0].isspace() and words.question.fullmatch(left.rpartition(" ")[2])
        if min(len(left), len(right)) >= SHORTEST_HALF and not begun and _may_both_ask(left, joint[0].strip(), right):
            cuts.append((abs(len(left) - len(right)), left, right))
    return [(left, right) for _, left, right in sorted(cuts)[:MAX_CUTS]]


def _may_both_ask(left: str, joint: str, right: str) -> bool:
    """Whether both halves may ask, by their form and by what joins them."""
    # "For a year or for life" asks once.
    words = Lexicon.load().segments
    if words.joint_of_choice.within(joint) and not left.endswith("?") and not words.question.match(right):
        return False
    if not min(length_of(left), length_of(right)):
        return False
    if _asks_within(left):
        return _asks_within(right) or _is_name(right) or joint.strip(_END_OF_SENTENCE) != ""
    if not _is_name(left):
        return False
    return joint.strip(_WEAK_SIGNS) != "" if _asks_within(right) else _is_name(right) and joint != ""


def _asks_within(half: str) -> bool:
    return "?" in half or any(map(asks, segments(half))) or bool(Lexicon.load().segments.asking_within.within(half))


def _is_name(half: str) -> bool:
    return 1 <= length_of(half) <= LONGEST_NAME and Lexicon.load().segments.telling.within(half) is None
