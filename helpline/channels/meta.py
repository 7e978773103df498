"""What WhatsApp and Messenger have in common at Meta: signature, the first GET, errors of the Graph API."""

import hashlib
import hmac
import json
import re
from collections.abc import Collection, Mapping
from typing import Any

import httpx

from helpline.channels.http_call import LOST_SIGHT, asked_to_wait, call, json_answer
from helpline.channels.provider import (
    Acknowledgement,
    ForgedError,
    RefusedError,
    SendError,
    TryLaterError,
    UnknownOutcomeError,
    WebhookRequest,
)

BASE_URL = "https://graph.facebook.com"
VERSION = "v24.0"

# Too many at once: of the app, the user, the page, the account, the number, the pair of numbers; or a passing fault.
_LATER = {
    1, 2, 4, 17, 32, 341, 368, 613, 1200,
    80006, 80007, 130429, 131000, 131016, 131048, 131056, 131057, 133004, 133016,
}  # fmt: skip
# What we send with is not good (any more); what is to be sent is.
_CREDENTIALS = {0, 3, 10, 190, 102, 131005, 131042}
_PERMISSIONS = range(200, 300)
# More than 24 hours (or, for Messenger, the window of another kind) after somebody's last message.
_OUTSIDE_WINDOW = {2018278, 2534022, 2018065}
OPTED_OUT = {131050}
_TO_BE_HANDED_BACK = re.compile(r"[\w.-]{1,200}")


class Meta:
    """An app at Meta, with one access token, as a provider's module is built on it.

    Args:
        account: Meta's id of the page or the number that is ours.
        access_token: What we send with.
        app_secret: Signs webhooks.
        verify_token: What Meta was told to repeat when it asks for the first time.
        base_url: Where the Graph API is.

    Attributes:
        lost_sight: The statuses after which a message may have been sent.
    """

    lost_sight: Collection[int] = LOST_SIGHT

    def __init__(
        self, account: str, access_token: str, app_secret: str, verify_token: str, base_url: str = BASE_URL
    ) -> None:
        self._account = account
        self._app_secret = app_secret.encode()
        self._verify_token = verify_token.encode()
        self._headers = {"Authorization": f"Bearer {access_token}"}
        self._url = f"{base_url}/{VERSION}"

    def verify(self, request: WebhookRequest) -> None:
        """Compare Meta's signature of the body.

        Raises:
            ForgedError: It does not fit.
        """
        expected = "sha256=" + hmac.new(self._app_secret, request.body, hashlib.sha256).hexdigest()
        told = request.headers.get("x-hub-signature-256", "")
        if not hmac.compare_digest(expected.encode(), told.encode("utf-8", "replace")):
            raise ForgedError("Meta's signature does not fit")

    def challenge(self, request: WebhookRequest) -> Acknowledgement | None:
        """Hand back what Meta wants handed back by whoever knows the word.

        Raises:
            ForgedError: Whoever asks does not know the word.
        """
        if request.method != "GET":
            return None
        told = request.query.get("hub.verify_token", "").encode("utf-8", "replace")
        answer = request.query.get("hub.challenge", "")
        known = hmac.compare_digest(self._verify_token, told)
        if not known or request.query.get("hub.mode") != "subscribe" or not _TO_BE_HANDED_BACK.fullmatch(answer):
            raise ForgedError("whoever asks does not know the word")
        return Acknowledgement(body=answer.encode())

    async def post(self, client: httpx.AsyncClient, path: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send something, and return what the Graph API answers.

        Raises:
            SendError: One of those of `Provider.send`.
        """
        url = f"{self._url}/{path}"
        response = await call(
            client, "POST", url, _time_to_regain_access, self.lost_sight, json=message, headers=self._headers
        )
        answer = json_answer(response)
        if not response.is_success or "error" in answer:
            raise _refusal(response, answer)
        return answer

    async def get(self, client: httpx.AsyncClient, path: str, asked: Mapping[str, str]) -> Mapping[str, Any]:
        """Ask for something, and return what the Graph API answers.

        Raises:
            SendError: It cannot be had.
        """
        url = f"{self._url}/{path}"
        response = await call(client, "GET", url, _time_to_regain_access, params=asked, headers=self._headers)
        answer = json_answer(response)
        if not response.is_success or "error" in answer:
            raise SendError(f"Meta does not tell what was sent (status {response.status_code})")
        return answer


def told_id(answer: Any) -> str:
    """Return the id of a message that was sent.

    Raises:
        UnknownOutcomeError: There is none.
    """
    if not isinstance(answer, str) or not answer:
        raise UnknownOutcomeError("the answer names no message")
    return answer


def _refusal(response: httpx.Response, answer: Mapping[str, Any]) -> SendError:
    error = answer.get("error")
    if not isinstance(error, dict) or not isinstance(error.get("code"), int):
        return RefusedError(f"Meta's status {response.status_code}", str(response.status_code))
    code = error["code"]
    subcode = error["error_subcode"] if isinstance(error.get("error_subcode"), int) else 0
    name = f"{code}/{subcode}" if subcode else f"{code}"
    if subcode in _OUTSIDE_WINDOW:
        return RefusedError(f"Meta's error {name}", name)
    if code in _LATER or error.get("is_transient") is True:
        return TryLaterError(f"Meta's error {name}", _time_to_regain_access(response))
    if code in _CREDENTIALS or code in _PERMISSIONS:
        return TryLaterError(f"Meta does not accept the access token (error {name})")
    return RefusedError(f"Meta's error {name}", name, opted_out=code in OPTED_OUT)


def _time_to_regain_access(response: httpx.Response) -> float | None:
    """Return how many seconds Meta asks to wait: it tells minutes, in a header of its own."""
    try:
        usage = json.loads(response.headers.get("x-business-use-case-usage", ""))
        minutes = [each["estimated_time_to_regain_access"] for uses in usage.values() for each in uses]
        longest = max(float(each) for each in minutes) * 60
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return asked_to_wait(response)
    return longest if 0 < longest < 1e6 else asked_to_wait(response)
