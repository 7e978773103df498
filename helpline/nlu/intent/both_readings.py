"""What a message means after an answer: its reading alone and its reading behind the subject, weighed together.

Several leaf intents can mean one topic: "how common is it" after LMD is ``ask_how_common`` and ``faq/lmd_how_common``.
So shares are added up by what they mean in the conversation, and what each reading says of a meaning is multiplied:
where one of them knows nothing, the other decides. How the weights were chosen stands in
docs/adr/0020-two-readings-weighed-by-what-they-mean.md. Knows nothing of Rasa.
"""

from collections import defaultdict

import numpy as np
from scipy.special import softmax

from helpline.nlu.intent.context import Context, topic_of_leaf
from helpline.nlu.intent.prediction import Ranking
from helpline.nlu.intents import FOLLOW_UPS

# What the logarithm of a share weighs: of leaf intents alone, of follow-ups with which something stands at the topic,
# and of leaf intents behind the subject. Other follow-ups say too little of what they mean.
WEIGHTS = np.array([1.0, 1.1, 3.0])
_SECOND = 2
# What is added for the topic that was told last.
SAME_TOPIC = 1.5
# A share that a reading leaves to what it knows nothing of.
_REST = 0.01
# A follow-up with so much confidence says which part of a topic is meant.
_PART = 0.4


def likeliest_meaning(alone: Ranking, second: Ranking, context: Context) -> tuple[str, float]:
    """Return the leaf intent for what a message most likely means, and how sure that is.

    Args:
        alone: Leaf intents of the message alone, the likeliest first.
        second: Those of the message behind the subject of the context's topic.
        context: The conversation before.
    """
    shares: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    leaves: dict[str, tuple[bool, float, str]] = {}
    read = [(int(leaf in FOLLOW_UPS), leaf, share) for leaf, share in alone]
    for column, leaf, share in (*read, *((_SECOND, leaf, share) for leaf, share in second)):
        meaning = _meaning(leaf, context)
        follows_up = leaf in FOLLOW_UPS
        says_what = not follows_up or context.follow_ups.own(leaf, context.topic) is not None
        shares[meaning][column] += share if says_what else 0.0
        says_which_part = follows_up and share >= _PART
        leaves[meaning] = max(leaves.get(meaning, (False, 0.0, leaf)), (says_which_part, share, leaf))
    meanings = list(shares)
    scores = np.log(np.array([shares[meaning] for meaning in meanings]) + _REST) @ WEIGHTS
    scores += SAME_TOPIC * np.array([meaning == context.topic for meaning in meanings])
    sure = softmax(scores)
    likeliest = int(sure.argmax())
    return leaves[meanings[likeliest]][-1], float(sure[likeliest])


def _meaning(leaf: str, context: Context) -> str:
    """Return the topic that a leaf intent asks for a part of in the conversation; else what it stands for."""
    meant = context.resolved(leaf)
    if meant is None:
        return leaf
    return topic_of_leaf(meant) or context.follow_ups.topic_of(meant) or meant
