"""Which training messages the sentence encoder was not tuned on.

Confidences and thresholds are to hold for messages that nobody has seen. The tuned encoder has seen the messages that
it was tuned on, and puts them nearer to their intents than it puts a stranger's. So one in six is reserved: the models
on top of the encoder learn from it like from any other, and their calibration is fitted on the reserved ones alone.
"""

import zlib

from helpline.text.normalising import normalised

_ONE_IN = 6


def is_reserved(text: str) -> bool:
    """Whether a training message is left out when the encoder is tuned; its words alone decide."""
    return zlib.crc32(normalised(text).lower().encode()) % _ONE_IN == 0
