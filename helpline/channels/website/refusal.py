"""The ways in which the channel says no: each with its HTTP status, a code for the widget and a response."""

from collections.abc import Mapping
from dataclasses import dataclass

from helpline.errors import HelplineError


@dataclass(frozen=True)
class Kind:
    """A kind of refusal: HTTP status, code in the error body, name of the response that is said."""

    status: int
    code: str
    response: str


BAD_REQUEST = Kind(400, "bad_request", "utter_website_bad_request")
SESSION_EXPIRED = Kind(401, "session_expired", "utter_website_session_expired")
OTHER_SITE = Kind(403, "origin_not_allowed", "utter_website_other_site")
NOT_FOUND = Kind(404, "not_found", "utter_website_not_found")
METHOD_NOT_ALLOWED = Kind(405, "method_not_allowed", "utter_website_not_found")
TIMED_OUT = Kind(408, "request_timeout", "utter_website_bad_request")
UNKNOWN_BUTTON = Kind(409, "unknown_button", "utter_website_unknown_button")
TOO_LARGE = Kind(413, "too_long", "utter_website_too_long")
NOT_JSON = Kind(415, "not_json", "utter_website_bad_request")
RATE_LIMITED = Kind(429, "rate_limited", "utter_website_rate_limited")
FAILED = Kind(503, "unavailable", "utter_website_unavailable")
UNAVAILABLE = Kind(503, "unavailable", "utter_website_unavailable")
NOT_DELETED = Kind(503, "not_deleted", "utter_website_not_deleted")

BY_STATUS = {
    kind.status: kind for kind in (BAD_REQUEST, NOT_FOUND, METHOD_NOT_ALLOWED, TIMED_OUT, TOO_LARGE, UNAVAILABLE)
}


class Refusal(HelplineError):
    """A request is refused. ``headers`` go with the answer."""

    def __init__(self, kind: Kind, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.headers = dict(headers or {})
