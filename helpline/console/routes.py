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

from helpline.console.desk import Desk, Visit
from helpline.console.form import LONGEST_BODY, FormError, read_form
from helpline.console.pages import problem
from helpline.console.permissions import Permission, may
from helpline.errors import StoreError

logger = logging.getLogger(__name__)

# The id of the element that is renewed when there is news.
_RENEWS_ITSELF = "list"

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
        longest_body: Longest body of a change, in bytes.
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
            try:
                return await _guarded(request, page, permission, by_itself, longest_body)
            except (HTTPException, StoreError):
                raise
            except Exception as error:
                _log(error)
                visit = Visit(request, request.app.state.desk, "", None)
                text = "Nothing was changed. Load the page again; if it stays so, tell whoever runs the console."
                return problem(visit, 500, "Something went wrong", text)

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


async def _guarded(
    request: Request, page: Page, permission: Permission, by_itself: bool, longest_body: int
) -> Response:
    desk: Desk = request.app.state.desk
    # The list asks for its own news, on whichever page it stands.
    by_itself = by_itself or request.headers.get("HX-Trigger") == _RENEWS_ITSELF
    visit = await desk.visit(request, seen=not by_itself)
    session = visit.session
    role = session.account.role if session else None
    if not may(role, permission, session.complete if session else False):
        if session is None or not session.complete:
            if request.method == "GET" and not by_itself and "HX-Request" not in request.headers:
                return RedirectResponse("/sign-in", 303)
            # htmx follows this by loading the whole page.
            return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
        return problem(visit, 403, "You may not do this", "Your role does not allow it. A coordinator can help.")
    if request.method == "POST":
        try:
            visit.form = await read_form(request, longest_body)
        except FormError as error:
            return problem(visit, error.status, "That could not be read", str(error))
        if not desk.is_own_change(visit):
            return problem(
                visit,
                403,
                "Nothing was changed",
                "The page was open for too long, or came from elsewhere. Go back, load it again, and try once more.",
            )
    return await page(visit)
