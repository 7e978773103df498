"""What every page needs: the store, the settings, and who is asking.

The cookie holds a random token, signed; who it belongs to, and until when, stands in the store. Somebody who has not
signed in has such a token too, which belongs to nobody: by it the sign-in form is known to be ours.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from itsdangerous import BadSignature, Signer
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from helpline.settings import Settings
from helpline.store.calls import StoreCalls
from helpline.store.staff import Account
from helpline.store.staff_sessions import StaffSession, read_session
from helpline.web.addresses import Addresses

FIELD = "csrf"
_HEADER = "X-CSRF-Token"


@dataclass
class Visit:
    """One request at the console.

    Attributes:
        request: It.
        desk: The store and the settings.
        token: What the browser's cookie holds; a new one where it held none.
        session: The session; None for somebody who has not signed in.
        form: The fields of a change.
        is_new: Whether the browser must be given the token.
    """

    request: Request
    desk: "Desk"
    token: str = ""
    session: StaffSession | None = None
    is_new: bool = False
    form: FormData = field(default_factory=FormData)

    @property
    def account(self) -> Account:
        """Who asks. Only for pages that need somebody to have signed in, or to have given the password."""
        assert self.session is not None, "the route declares a right that needs a session"  # noqa: S101
        return self.session.account

    @property
    def now(self) -> datetime:
        """The time, in UTC."""
        return self.desk.now()

    @property
    def csrf(self) -> str:
        """What each change of this session must carry."""
        return self.desk.csrf(self.token)

    @property
    def wants_fragment(self) -> bool:
        """Whether htmx asks for a part of the page."""
        return "HX-Request" in self.request.headers and "HX-Boosted" not in self.request.headers


class Desk:
    """What pages share.

    Args:
        settings: The settings.
        secret: Signs cookies and the tokens of changes.
        store: Calls the store.
        long_store: The same, for what takes long, such as a file of thousands.
        is_demo: Whether the people in the store are invented, which each page then says.
    """

    def __init__(
        self, settings: Settings, secret: str, store: StoreCalls, long_store: StoreCalls, is_demo: bool = False
    ) -> None:
        self.settings = settings
        self.store, self.long_store = store, long_store
        self.is_demo = is_demo
        self._secret = secret.encode()
        self._addresses = Addresses(settings.trusted_proxies)
        self._signer = Signer(secret, salt="staff session", key_derivation="hmac", digest_method=hashlib.sha256)
        self.is_secure = bool(settings.console_url and settings.console_url.startswith("https:"))
        self.cookie = "__Host-console" if self.is_secure else "console"

    @property
    def idle(self) -> timedelta:
        """How long a session lives without a click."""
        return timedelta(minutes=self.settings.console_session_minutes)

    @property
    def longest(self) -> timedelta:
        """How long a session lives in any case."""
        return timedelta(hours=self.settings.console_session_hours)

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return self.store.database.now()

    def close(self) -> None:
        """Close the connections to the store."""
        self.store.close()
        self.long_store.close()

    async def recognise(self, visit: Visit, seen: bool = True) -> None:
        """Find out who asks; ``seen`` says whether somebody does something, which keeps the session alive.

        Raises:
            StoreError: The sessions cannot be read.
        """
        token = self._token(visit.request)
        visit.token, visit.is_new = token or secrets.token_urlsafe(32), token is None
        if token is not None:
            visit.session = await self.store(read_session, token, self.idle, self.longest, seen)

    def address(self, request: Request) -> str:
        """Return what stands for the address that a request comes from."""
        peer = request.client.host if request.client else ""
        return self._addresses.of(peer, request.headers.getlist("X-Forwarded-For"))

    def csrf(self, token: str) -> str:
        """Make what a change must carry, from the token of its session."""
        return hmac.new(self._secret, b"change:" + token.encode(), hashlib.sha256).hexdigest()

    def is_own_change(self, visit: Visit) -> bool:
        """Tell whether a change comes from a page of ours that belongs to this session."""
        request = visit.request
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("Host"):
            return False
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"} or visit.is_new:
            return False
        given = str(visit.form.get(FIELD) or request.headers.get(_HEADER) or "")
        return hmac.compare_digest(given.encode(), visit.csrf.encode())

    @staticmethod
    def comes_from_own_page(request: Request) -> bool:
        """Tell whether the browser says that a page of ours sent this, whoever has signed in there."""
        origin = request.headers.get("Origin")
        is_own = origin is not None and urlsplit(origin).netloc == request.headers.get("Host")
        return is_own and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"

    def give_token(self, response: Response, token: str) -> None:
        """Put a token into the browser's cookie, until the browser is closed; the store says when it ends."""
        response.set_cookie(
            self.cookie, self._signer.sign(token).decode(), httponly=True, secure=self.is_secure, samesite="strict"
        )

    def take_token(self, response: Response) -> None:
        """Take the cookie away."""
        response.delete_cookie(self.cookie, httponly=True, secure=self.is_secure, samesite="strict")

    def _token(self, request: Request) -> str | None:
        given = request.cookies.get(self.cookie)
        try:
            return self._signer.unsign(given.encode("utf-8", "surrogatepass")).decode() if given else None
        except BadSignature:
            return None


def context_of(visit: Visit, **values: Any) -> dict[str, Any]:
    """Return what each template is given, with what a page adds."""
    session = visit.session
    complete = session is not None and session.complete
    return {
        "visit": visit,
        "account": session.account if session and complete else None,
        "csrf": visit.csrf,
        "demo": visit.desk.is_demo,
        "now": visit.now,
        "path": visit.request.url.path,
        **values,
    }
