"""The audit log, newest first."""

from starlette.responses import Response

from helpline.console.desk import Visit
from helpline.console.pages import page
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute
from helpline.store.audit import list_entries

_PAGE_SIZE = 50


async def show_audit(visit: Visit) -> Response:
    """Show who did what."""
    given = visit.request.query_params.get("before", "")
    before = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
    entries = await visit.desk.store(list_entries, None, before, _PAGE_SIZE)
    return page(visit, "audit.html", entries=entries, more=len(entries) == _PAGE_SIZE)


ROUTES = [StaffRoute("/audit", show_audit, Permission.VIEW_AUDIT)]
