"""How much more a message is like each kind of danger than like anything else, by the classifier's own scores.

The classifier writes it on the message, the safety net weighs it. Knows nothing of Rasa.
"""

from collections.abc import Sequence

import numpy as np

from helpline.nlu.decision import SAFETY_GROUPS, group_of
from helpline.nlu.linear_model import Matrix

# Name of the message's property.
MARGINS = "danger_margins"
# The score of a label that does not fit at all: what the head is fitted to.
NOT_THIS = -1.0


def margins(labels: Sequence[str], scores: Matrix) -> list[dict[str, float]]:
    """Return by how much the best label of each kind of danger beats the best that is none, for each row.

    Args:
        labels: Leaf intents, one for each column.
        scores: The head's scores, about -1 where a label does not fit and 1 where it does.
    """
    groups = np.array([group_of(label) for label in labels])
    harmless = scores[:, ~np.isin(groups, sorted(SAFETY_GROUPS))].max(axis=1, initial=NOT_THIS)
    best = {kind: scores[:, groups == kind].max(axis=1, initial=NOT_THIS) - harmless for kind in sorted(SAFETY_GROUPS)}
    return [{kind: float(values[row]) for kind, values in best.items()} for row in range(len(scores))]
