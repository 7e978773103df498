"""Times of parsing and of a turn: through the website's channel, the staff's, and Rasa's bare REST channel."""

import secrets
import time
import uuid
from collections.abc import Callable

import httpx

from evaluation.benchmark.measurements import Times

# A conversation of a visitor is about as long; its beginning is not timed.
TURNS_OF_A_CONVERSATION = 5

Send = Callable[[str], httpx.Response]


def measure(stack: Stack, messages: list[str], rest: bool) -> list[Times]:
    """Send each message each way, the ways in turn, so that noise of the machine meets all of them.

    Args:
        stack: The running product.
        messages: What visitors write.
        rest: Whether Rasa's REST channel is open as well.
    """
    with httpx.Client(base_url=stack.url, timeout=30) as http:
        ways: dict[str, Callable[[], Send]] = {
            "parse alone": lambda: (
                lambda text: http.post("/model/parse", params={"token": stack.token}, json={"text": text})
            ),
            "turn, staff channel": lambda: _staff_conversation(http, stack.token),
            "turn, website channel": lambda: _website_conversation(http),
        }
        if rest:
            ways["turn, Rasa's REST channel"] = lambda: _rest_conversation(http)
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for start in range(0, len(messages), TURNS_OF_A_CONVERSATION):
            sends = {name: begin() for name, begin in ways.items()}
            for send in sends.values():
                send("hello").raise_for_status()
            for text in messages[start : start + TURNS_OF_A_CONVERSATION]:
                for name, send in sends.items():
                    started = time.perf_counter()
                    send(text).raise_for_status()
                    taken[name].append((time.perf_counter() - started) * 1000)
    return [Times(name, values) for name, values in taken.items()]


def _staff_conversation(http: httpx.Client, token: str) -> Send:
    sender, headers = f"bench-{secrets.token_hex(8)}", {"Authorization": f"Bearer {token}"}
    return lambda text: http.post("/webhooks/staff/messages", json={"sender": sender, "text": text}, headers=headers)


def _rest_conversation(http: httpx.Client) -> Send:
    sender = f"bench-{secrets.token_hex(8)}"
    return lambda text: http.post("/webhooks/rest/webhook", json={"sender": sender, "message": text})


def _website_conversation(http: httpx.Client) -> Send:
    token = http.post("/webhooks/website/sessions", json={}).raise_for_status().json()["token"]

    def send(text: str) -> httpx.Response:
        body = {"client_message_id": str(uuid.uuid4()), "text": text}
        return http.post("/webhooks/website/messages", json=body, headers={"Authorization": f"Bearer {token}"})

    return send
