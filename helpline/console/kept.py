"""Keeps what somebody typed where a change could not be made: the page that says so shows it, and sends it again.

A session may end in the middle of a long call, and the pages are not kept by the browser: without this, going back
would find an empty form.
"""

from starlette.responses import Response

from helpline.console import words
from helpline.console.desk import FIELD, Visit
from helpline.console.pages import page
from helpline.console.permissions import Permission

# Forms that hold a password or a code, which no page shows.
_SECRET = frozenset({Permission.SIGN_IN, Permission.FINISH_SIGN_IN, Permission.OWN_ACCOUNT})
# What forms send beside what was typed.
_OF_EVERY_FORM = frozenset({FIELD, "version", "to", "into", "kind", "verdict", "token"})
_OF_MATCHES = frozenset({"which", "anew", "change", "request", "match", "volunteer", "answer"})
_BESIDE = _OF_EVERY_FORM | _OF_MATCHES


def kept_page(
    visit: Visit, status: int, title: str, text: str, permission: Permission, sign_in: bool = False
) -> Response:
    """Return a page that says what did not work, with what was typed, where it came from a page of ours.

    Args:
        visit: Who asks; its form is what was typed.
        status: Of the answer.
        title: What did not work.
        text: What to do.
        permission: The right that the change needs.
        sign_in: Whether to sign in first, in a window beside.
    """
    ours = permission not in _SECRET and visit.desk.comes_from_own_page(visit.request)
    fields = [(name, str(value)) for name, value in visit.form.multi_items() if name != FIELD] if ours else []
    shown = [(_name(name), value) for name, value in fields if value.strip() and _is_typed(name, value)]
    if not shown:
        return page(visit, "problem.html", status, title=title, text=text)
    return page(visit, "kept.html", status, title=title, text=text, fields=fields, shown=shown, signs_in=sign_in)


def _name(field: str) -> str:
    return field.replace("_", " ").capitalize()


def _is_typed(name: str, value: str) -> bool:
    return name not in _BESIDE and value not in words.OUTCOMES and value not in words.STATUSES
