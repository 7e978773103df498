"""Makes pages of templates: whole, or the one block that htmx asked for."""

from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from helpline.console import words
from helpline.console.desk import FIELD, Visit, context_of
from helpline.console.permissions import Permission, may
from helpline.console.times import exact_words, since_words, time_element
from helpline.console.titles import intent_words

_HERE = Path(__file__).parent
# What a page says once, after a change: named in the address, and never taken from it.
_NOTICE = "said"


@lru_cache(maxsize=1)
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(words=words, Permission=Permission, since_words=since_words, field_attributes=_field_attributes)
    return made


def _field_attributes(field: Any, hint: str | None, attributes: dict[str, Any]) -> dict[str, Any]:
    """Return a field's attributes with those that tell a screen reader its hint and what is wrong with it."""
    about = [f"{field.id}-hint"] * bool(hint) + [f"{field.id}-wrong"] * bool(field.errors)
    made = dict(attributes)
    if about:
        made["aria-describedby"] = " ".join(about)
    if field.errors:
        made["aria-invalid"] = "true"
    return made


def page(visit: Visit, template: str, status: int = 200, block: str | None = None, **values: Any) -> Response:
    """Return a page.

    Args:
        visit: Who asks.
        template: The template's file.
        status: Of the answer.
        block: The block that is sent where htmx asks for a part; without it the whole page is.
        **values: What the template is given; ``titles`` are those of topics.
    """
    context = context_of(visit, **values)
    zone = visit.desk.settings.helpline_time_zone
    session = visit.session
    context["time"] = lambda at, text=None: time_element(at, context["now"], zone, text)
    context["exact"] = lambda at: exact_words(at, zone)
    context["can"] = lambda right: session is not None and may(session.account.role, right, session.complete)
    context["csrf_field"] = Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, visit.csrf)
    context["intent"] = partial(intent_words, context.setdefault("titles", {}))
    context["notice"] = words.NOTICES.get(visit.request.query_params.get(_NOTICE, ""))
    made = _templates().get_template(template)
    if block is not None and visit.wants_fragment:
        text = "".join(made.blocks[block](made.new_context(context)))
    else:
        text = made.render(context)
    response = HTMLResponse(text, status)
    if visit.is_new:
        visit.desk.give_token(response, visit.token)
    return response


def problem(visit: Visit, status: int, title: str, text: str) -> Response:
    """Return a page that says what did not work, and what to do."""
    return page(visit, "problem.html", status, title=title, text=text)


def go_to(path: str, said: str | None = None) -> Response:
    """Send the browser to a page after a change, which then says one of ``words.NOTICES``."""
    if said is not None:
        path += f"{'&' if '?' in path else '?'}{_NOTICE}={said}"
    return RedirectResponse(path, 303)
