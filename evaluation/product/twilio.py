"""Twilio on loopback, as far as a measurement needs it: takes messages, lists them, can be away."""

import itertools
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import format_datetime
from urllib.parse import parse_qsl, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from helpline.web.http_limits import HttpLimits
from helpline.web.http_server import Server

ACCOUNT = "AC" + "0" * 32
TOKEN = "token-of-the-measurement-no-secret"  # noqa: S105 -- of a server of our own
OUR_NUMBER = "+15550100000"
PUBLIC_URL = "https://bench.example.org"
WEBHOOK = "/webhooks/sms"
_PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


@dataclass(frozen=True)
class TakenMessage:
    """A message that was taken: its id, to whom, what, and when by the monotonic clock and Unix time."""

    id: str
    to: str
    text: str
    clock: float
    at: float


class LocalTwilio:
    """The server, in a thread of its own, as a context manager."""

    def __init__(self) -> None:
        self.taken: list[TakenMessage] = []
        self.tries = 0
        self.is_away = False
        self._numbers = itertools.count(1)
        routes = [Route(_PATH, self._take, methods=["POST"]), Route(_PATH, self._list, methods=["GET"])]
        limits = HttpLimits(max_connections_per_address=1000, response_seconds=600.0)
        self._server = Server(Starlette(routes=routes), port=0, limits=limits, stop_seconds=1)

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a product that sends its text messages here."""
        return {
            "public_url": PUBLIC_URL,
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": TOKEN,
            "twilio_url": self._server.url,
            "sms_sender": OUR_NUMBER,
        }

    def texts(self, number: str) -> list[str]:
        """Return what was taken for a number, in its order."""
        return [each.text for each in list(self.taken) if each.to == number]

    def __enter__(self) -> "LocalTwilio":
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    async def _take(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        self.tries += 1
        # While it is away every third message is taken all the same, and nobody hears so.
        if self.is_away and self.tries % 3:
            return JSONResponse({"code": 20503}, 503)
        number = next(self._numbers)
        taken = TakenMessage(f"SM{number:032x}", form["To"], form["Body"], time.monotonic(), time.time())
        self.taken.append(taken)
        return Response(status_code=504) if self.is_away else JSONResponse({"sid": taken.id}, 201)

    async def _list(self, request: Request) -> Response:
        if self.is_away:
            return JSONResponse({"code": 20503}, 503)
        to = request.query_params["To"]
        listed = [
            {
                "sid": each.id,
                "direction": "outbound-api",
                "body": each.text,
                "date_created": format_datetime(datetime.fromtimestamp(int(each.at), timezone.utc)),
            }
            for each in reversed(self.taken)
            if each.to == to
        ]
        return JSONResponse({"messages": listed, "next_page_uri": None})


def signed_message(sender: str, text: str, id_: str) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body of a webhook that tells of a message."""
    form = {"MessageSid": id_, "From": sender, "To": OUR_NUMBER, "Body": text, "NumMedia": "0"}
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC_URL + WEBHOOK, form)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
    return headers, urlencode(form).encode()
