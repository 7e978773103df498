"""Reads a message once more, with the conversation before it: what it means may stand there and not in its words.

In this order: a choice on offer, a yes that is none, an answer to a form, what is said outright, a name alone, the
helpline's hours, a request that was saved or waits; where none of these changed it, a remark. A pressed button and a
message in danger are left as they are; so the readers need not look for them.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT

from helpline.nlu.intents import REMARK_GROUP
from helpline.rasa.after_danger import is_after_danger
from helpline.rasa.choices import chosen
from helpline.rasa.opening import read_opening
from helpline.rasa.remarks import read_remark
from helpline.rasa.request_wishes import wished
from helpline.rasa.said_outright import (
    read_doubtful_yes,
    read_edit_in_form,
    read_name_alone,
    read_outright,
    read_restart_in_form,
    with_names,
)
from helpline.rasa.understood import danger_of

ParseData = dict[str, Any]
Reader = Callable[[ParseData, DialogueStateTracker], ParseData]


def reread(parsed: ParseData, tracker: DialogueStateTracker, domain: Domain) -> ParseData:
    """Return a message's parse data with the intent that the conversation gives it, or as they are.

    Args:
        parsed: Rasa's parse data of what was typed.
        tracker: The conversation before.
        domain: Knows the intents of buttons, and whether there are remarks.
    """
    readers: tuple[Reader, ...] = (
        *(() if is_after_danger(tracker) else (partial(chosen, domain=domain),)),
        read_doubtful_yes,
        read_restart_in_form,
        read_edit_in_form,
        read_outright,
        read_name_alone,
        read_opening,
        wished,
    )
    parsed = given = with_names(parsed, tracker)
    for read in readers:
        text = (parsed.get(TEXT) or "").strip()
        if not text or text.startswith("/") or danger_of(parsed) is not None:
            return parsed
        parsed = read(parsed, tracker)
    knows_remarks = REMARK_GROUP in domain.intents
    return read_remark(parsed, tracker) if knows_remarks and parsed is given else parsed
