"""How likely a message asks two questions, given what its halves and the whole of it are taken for.

The weights are those of a logistic regression on development messages, fitted with others of them left out, in
which nothing was asked twice by far most (docs/understanding.md). Knows nothing of Rasa.
"""

import math

# A first half that is less of a topic is none.
LEAST_OF_FIRST_HALF = 0.2
# From here on no other cut is looked at.
SURELY_TWO = 0.95

_OF_FIRST = 0.30
_OF_SECOND = 0.31
_OF_LESSER = 0.74
_OF_TRACE = 0.24
_OF_THIRD = -1.39
_INTERCEPT = -0.29
# What is less likely than this is as likely as this.
_LEAST = 1e-6


def chance_of_two(first: float, second: float, trace: float, *, is_third: bool) -> float:
    """Return how likely a message asks for the topics of both its halves, from 0 to 1.

    Args:
        first: Confidence in the topic of the first half.
        second: Confidence in that of the second half.
        trace: The lesser of the confidences that the whole message leaves to both.
        is_third: Whether the whole message is taken for something else than both.
    """
    lesser = _OF_LESSER * _log_odds(min(first, second)) + _OF_TRACE * _log_odds(trace) + _OF_THIRD * is_third
    return 1 / (1 + math.exp(-(_INTERCEPT + _OF_FIRST * _log_odds(first) + _OF_SECOND * _log_odds(second) + lesser)))


def _log_odds(share: float) -> float:
    bounded = min(max(share, _LEAST), 1 - _LEAST)
    return math.log(bounded / (1 - bounded))
