"""The pages that links in mails lead to, at the front door: what it is about in plain words, and buttons.

To look changes nothing; a button does. A page has no script and fetches nothing, is kept nowhere, and tells no other
site where somebody came from. The delivery process, which holds the store, says what a link is (`link_server`).
"""

import asyncio
import base64
import hashlib
import json
import logging
from collections.abc import Sequence
from functools import cache
from urllib.parse import parse_qs

import aiohttp
from markupsafe import Markup
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from helpline.errors import HelplineError
from helpline.mail.link_view import CHOICE, LinkView
from helpline.mail.wording import TEMPLATES, MailWording, load_mail_wording, skeleton
from helpline.web.addresses import Addresses
from helpline.web.api_errors import ApiError
from helpline.web.limits import Limits
from helpline.web.local_client import LocalClient

logger = logging.getLogger(__name__)

LIMIT = "address links"
_SECONDS, _CONNECT_SECONDS = 8.0, 1.0
# An answer is a few words.
_MOST_BYTES = 4096
_STATUS = {"unknown": 404, "expired": 410, "over": 410, "busy": 429, "away": 503, "choose_one": 400}
_PARAGRAPH = Markup("<p>{}</p>")


class LinkAwayError(HelplineError):
    """The delivery process did not answer, or its store did not."""


class LinkClient(LocalClient):
    """Asks the delivery process about links."""

    async def show(self, token: str) -> LinkView:
        """Return what a link leads to.

        Raises:
            LinkAwayError: There is no answer.
        """
        return await self._ask("show", {"token": token})

    async def answer(self, token: str, answer: str | None) -> LinkView:
        """Give an answer, and return what to say.

        Raises:
            LinkAwayError: There is no answer; whether anything was changed, the next look tells.
        """
        return await self._ask("answer", {"token": token, "answer": answer})

    async def _ask(self, what: str, body: dict[str, str | None]) -> LinkView:
        timeout = aiohttp.ClientTimeout(total=_SECONDS, sock_connect=_CONNECT_SECONDS)
        try:
            async with self._client().post(
                self._url(f"/links/{what}"), data=json.dumps(body), headers=self._headers, timeout=timeout
            ) as reply:
                if reply.status != 200:
                    raise LinkAwayError
                return LinkView.from_dict(await reply.json())
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
            logger.error("The delivery process did not answer about a link (%s).", type(error).__name__)
            raise LinkAwayError from None


class LinkPages:
    """The pages.

    Args:
        client: Asks the delivery process; None while e-mail is off, when no link leads anywhere.
        limits: How often one address may ask.
        trusted_proxies: Whose word is taken for where a request comes from.
    """

    def __init__(self, client: LinkClient | None, limits: Limits, trusted_proxies: Sequence[str]) -> None:
        self._client = client
        self._limits = limits
        self._addresses = Addresses(trusted_proxies)

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [Route("/v/{token:path}", self._serve, methods=["GET", "POST"])]

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()

    async def _serve(self, request: Request) -> Response:
        peer = request.client.host if request.client else ""
        try:
            await self._limits.spend(LIMIT, self._addresses.of(peer, request.headers.getlist("X-Forwarded-For")))
        except ApiError as error:
            answer = _answer(LinkView("busy"))
            answer.headers.update(error.headers)
            return answer
        token = request.path_params["token"]
        try:
            if self._client is None:
                return _answer(LinkView("unknown"))
            if request.method == "POST":
                return _answer(await self._client.answer(token, _given(await _body(request))))
            return _answer(await self._client.show(token))
        except (LinkAwayError, ClientDisconnect):
            return _answer(LinkView("away"))


async def _body(request: Request) -> bytes:
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > _MOST_BYTES:
            return b""
    return bytes(content)


def _given(body: bytes) -> str | None:
    """Return the answer that a form gives; None for none, as mail programs send it to unsubscribe."""
    try:
        values = parse_qs(body.decode(), max_num_fields=10).get("answer")
    except ValueError:
        return None
    return values[0] if values else None


def _answer(view: LinkView) -> Response:
    return Response(
        page_of(view, load_mail_wording(view.language)),
        _STATUS.get(view.kind, 200),
        _headers(),
        media_type="text/html; charset=utf-8",
    )


@cache
def _style() -> Markup:
    return Markup((TEMPLATES / "page.css").read_text(encoding="utf-8"))  # noqa: S704 -- our own file


@cache
def _headers() -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def page_of(view: LinkView, wording: MailWording) -> str:
    """Return the page that shows a link."""
    if view.page is None:
        notice = wording.notice(view.kind)
        title, parts = notice["title"], [_PARAGRAPH.format(notice["text"])]
    else:
        page = wording.page(view.page)
        title, answers = page["title"], page["answers"]
        if view.question is None:
            parts = [_PARAGRAPH.format(_wording_of(answers, view.answer or "")["thanks"])]
        else:
            parts = [_PARAGRAPH.format(each) for each in (*view.question.details, *page["text"])]
            parts += _forms(view, answers, page.get("ordinals", ()))
    return skeleton("page.html").format(
        language=wording.language, title=title, style=_style(), body=Markup("\n").join(parts), footer=wording.footer
    )


def _forms(view: LinkView, answers: dict[str, dict[str, str]], ordinals: Sequence[str]) -> list[Markup]:
    """Return a form for each answer. What can be chosen among has a heading, by which a screen reader tells it."""
    made = []
    for number, choice in enumerate(view.question.choices if view.question else ()):
        label = _wording_of(answers, choice.value)["label"]
        quiet = number > 0 and not choice.words
        button = Markup('<button name="answer" value="{}"{}{}>{}</button>').format(
            choice.value,
            Markup(' class="quiet"') if quiet else "",
            Markup(' aria-describedby="choice-{}"').format(number) if choice.words else "",
            label,
        )
        about = Markup("")
        if choice.words:
            heading = ordinals[number] if number < len(ordinals) else str(number + 1)
            words = Markup("").join(Markup("<li>{}</li>").format(each) for each in choice.words)
            about = Markup('<h2 id="choice-{}">{}</h2>\n<ul>{}</ul>\n').format(number, heading, words)
        kind = Markup(' class="choice"') if choice.words else ""
        made.append(Markup('<form method="post"{}>\n{}{}\n</form>').format(kind, about, button))
    return made


def _wording_of(answers: dict[str, dict[str, str]], value: str) -> dict[str, str]:
    return answers.get(value) or answers[CHOICE]
