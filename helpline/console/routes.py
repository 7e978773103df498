"""A route that says who may ask for it. The console has no other kind, and a test proves it.

Before a page is called, the session is read, the right is looked up, and a change must carry the session's own token.
"""

import logging
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from helpline.console.desk import Visit
from helpline.console.form import LONGEST_BODY, FormError, read_form
from helpline.console.kept import kept_page
from helpline.console.pages import problem
from helpline.console.permissions import Permission, may
from helpline.errors import StoreError

logger = logging.getLogger(__name__)

# The ids of elements that are renewed without anybody doing something.
_RENEW_THEMSELVES = frozenset({"list"})

Page = Callable[[Visit], Awaitable[Response]]


class StaffRoute(Route):
    """A page or a change, and the right that it needs.

    Args:
        path: As Starlette's.
        page: Makes the answer.
        permission: Who may ask.
        method: GET for a page, POST for a change.
        by_itself: Whether the browser asks for it without anybody doing something: it does not keep a session alive.
        name: As Starlette's.
        longest_body: Longest body of a change, in bytes. One longer than usual is taken from those alone who may
            make the change.
    """

    def __init__(
        self,
        path: str,
        page: Page,
        permission: Permission,
        method: str = "GET",
        by_itself: bool = False,
        name: str | None = None,
        longest_body: int = LONGEST_BODY,
    ) -> None:
        self.permission = permission

        async def answer(request: Request) -> Response:
            visit = Visit(request, request.app.state.desk)
            try:
                return await _guarded(visit, page, permission, by_itself, longest_body)
            except HTTPException:
                raise
            except StoreError:
                if method != "POST":
                    raise
                text = "The database does not answer. Nothing was changed. Wait a moment, then try once more."
                return kept_page(visit, 503, "The store is away", text, permission)
            except Exception as error:
                _log(error)
                text = "Nothing was changed. Load the page again; if it stays so, tell whoever runs the console."
                return kept_page(visit, 500, "Something went wrong", text, permission)

        super().__init__(path, answer, methods=[method], name=name or page.__name__)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether an address is this route's; one with a number that is too long to be read is nobody's."""
        try:
            return super().matches(scope)
        except ValueError:
            return Match.NONE, {}


def _log(error: Exception) -> None:
    """Log where something failed, never the error's message, which may hold what somebody typed."""
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-4:]]
    logger.error("A page failed: %s at %s.", type(error).__name__, " > ".join(places))


async def _guarded(visit: Visit, page: Page, permission: Permission, by_itself: bool, longest_body: int) -> Response:
    request, desk = visit.request, visit.desk
    # The list asks for its own news, on whichever page it stands.
    by_itself = by_itself or request.headers.get("HX-Trigger") in _RENEW_THEMSELVES
    is_usual = longest_body <= LONGEST_BODY
    unreadable = await _read_form(visit, longest_body) if is_usual else None
    await desk.recognise(visit, seen=not by_itself)
    session = visit.session
    role = session.account.role if session else None
    if not may(role, permission, session.complete if session else False):
        if session is None or not session.complete:
            return _signed_out(visit, permission, by_itself)
        return problem(visit, 403, "You may not do this", "Your role does not allow it. A coordinator can help.")
    if not is_usual:
        unreadable = await _read_form(visit, longest_body)
    if unreadable is not None:
        return problem(visit, unreadable.status, "That could not be read", str(unreadable))
    if request.method == "POST" and not desk.is_own_change(visit):
        text = "The page was open for too long, or came from elsewhere. Load it again, and try once more."
        if desk.comes_from_own_page(request):
            text = "The page was from before you signed in. Look at what you typed, and send it again."
        return kept_page(visit, 403, "Nothing was changed yet", text, permission)
    return await page(visit)


async def _read_form(visit: Visit, longest: int) -> FormError | None:
    """Read the fields before anything can fail, so that no answer loses them; return why they cannot be read."""
    try:
        if visit.request.method == "POST":
            visit.form = await read_form(visit.request, longest)
    except FormError as error:
        return error
    return None


def _signed_out(visit: Visit, permission: Permission, by_itself: bool) -> Response:
    """Lead to the sign-in page; where something was typed, keep it for afterwards."""
    request = visit.request
    if "HX-Request" not in request.headers and not by_itself:
        if request.method == "GET":
            return RedirectResponse("/sign-in", 303)
        if visit.desk.comes_from_own_page(request):
            text = "Nothing was changed yet. What you typed is here: sign in, then go on in this window."
            return kept_page(visit, 401, "You were signed out", text, permission, sign_in=True)
    # htmx follows this by loading the whole page.
    return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
