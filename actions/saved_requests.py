"""What actions on saved requests share: which of them a message is about."""

from dataclasses import dataclass

from rasa_sdk import Tracker

from actions import context
from helpline.requests.reference import meant_reference
from helpline.store.requests import RequestState, find_open_requests_of, find_request
from helpline.text.lexicon import Lexicon


@dataclass(frozen=True)
class Meant:
    """The requests that a message may be about.

    Attributes:
        requests: Them, newest first; one where it is clear.
        code: The code that the message names, if any.
        own: Whether the visitor of this conversation made the first of them.
    """

    requests: list[RequestState]
    code: str | None = None
    own: bool = True


def kind_named(text: str) -> str | None:
    """Return the kind of request that a text names; None for neither or both."""
    kinds = [kind for kind, words in Lexicon.load().requests.kinds.items() if words.within(text)]
    return kinds[0] if len(kinds) == 1 else None


def find_meant(tracker: Tracker) -> Meant:
    """Return the requests that the message is about: that of its code, else that at hand, else the visitor's open ones.

    Raises:
        StoreError: They cannot be looked up.
    """
    text = tracker.latest_message.get("text") or ""
    own = find_open_requests_of(context.store(), tracker.sender_id)
    if code := meant_reference(text, expected=True):
        return _by_code(code, own)
    kind = kind_named(text)
    found = [request for request in own if kind in {None, request.kind}] or own
    at_hand = tracker.get_slot("request_at_hand")
    if at_hand and at_hand not in {request.reference for request in own}:
        looked_up = _by_code(at_hand, own)
        if looked_up.requests and kind in {None, looked_up.requests[0].kind} and not found:
            return looked_up
    return Meant(found)


def _by_code(code: str, own: list[RequestState]) -> Meant:
    request = find_request(context.store(), code)
    mine = any(each.reference == code for each in own)
    return Meant([request] if request else [], code, mine)
