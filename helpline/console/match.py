"""A volunteer for one request: what it needs, who fits best and why, and each step until the match is settled and over.

A person decides each step. Names of volunteers are for coordinators; a visitor who chooses sees none.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from starlette.responses import Response
from wtforms import BooleanField, SelectField

from helpline.console import volunteer_words, words
from helpline.console.desk import Visit
from helpline.console.form import StaffForm
from helpline.console.match_view import read_in_words, read_view
from helpline.console.pages import go_to, page, problem
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute
from helpline.console.volunteer_form import ChecksField
from helpline.console.volunteer_words import CHOICES
from helpline.mail import match_steps as steps
from helpline.mail.match_steps import MatchDesk
from helpline.mail.setup import mail_state
from helpline.store.database import Database
from helpline.store.needs import save_set_by_staff
from helpline.store.queue_changes import ChangeRefusedError, ItemConflictError, ItemGoneError
from helpline.store.queue_tables import OPEN_STATUSES
from helpline.store.volunteer_matches import MatchRefusedError
from helpline.volunteers.content import LANGUAGES
from helpline.volunteers.needs import SetByStaff
from helpline.volunteers.profile import Need
from helpline.volunteers.weights import Weights

_CONFLICT = (
    "Somebody else changed this in the meantime, or an answer came, so nothing was done. Look at what is new, then do "
    "it again."
)
_AS_READ = ("", "As their words say")


class NeedForm(StaffForm):
    """What staff know better than the words."""

    language = SelectField("Language", choices=sorted(LANGUAGES.items(), key=lambda each: each[1]))
    concerns = ChecksField("What it is about", choices=list(CHOICES["concerns"].items()))
    children = SelectField("Children", choices=[_AS_READ, *CHOICES["children"].items()], default="")
    work = SelectField("Work", choices=[_AS_READ, *CHOICES["work"].items()], default="")
    times = ChecksField("When they can talk", choices=list(CHOICES["times"].items()))
    never_by_phone = BooleanField("They must not be phoned")


async def show_match(visit: Visit) -> Response:
    """Show the page."""
    return await _page(visit)


async def set_need(visit: Visit) -> Response:
    """Keep what staff know better than the words. What is as it was read stays as it is read."""
    form = NeedForm(visit.form)
    if not form.validate():
        return await _page(visit, 422, "Choose among what is there.", form)
    given = await visit.desk.store(_differing, _reference(visit), form)
    if given is None:
        return _gone(visit)
    arguments = (visit.account.actor, _reference(visit), _version(visit), given)
    return await _done(visit, "match-need", save_set_by_staff, *arguments, form=form)


async def ask(visit: Visit) -> Response:
    """Ask a volunteer, by mail or by word of mouth."""
    return await _told(visit, "match-asked", "match-ask-them", steps.ask, _number(visit, "volunteer"), _desk(visit))


async def answered(visit: Visit) -> Response:
    """Note what a volunteer said."""
    says_yes = visit.form.get("answer") == "yes"
    if not says_yes and visit.form.get("answer") != "not_now":
        return await _page(visit, 422, "Choose what they said.")
    return await _step(visit, "match-answer", steps.answer_for_volunteer, _number(visit, "match"), says_yes)


async def offer(visit: Visit) -> Response:
    """Offer those who were ticked to the visitor."""
    chosen = [_as_number(value) for value in visit.form.getlist("offered")]
    return await _told(visit, "match-offered", "match-offer-them", steps.offer, chosen, _desk(visit), side="visitor")


async def chosen(visit: Visit) -> Response:
    """Note whom the visitor chose."""
    given = str(visit.form.get("chosen") or "")
    if not given:
        return await _page(visit, 422, "Choose whom the visitor chose, or nobody.")
    return await _step(visit, "match-chosen", steps.choose_for_visitor, None if given == "none" else _as_number(given))


async def settle(visit: Visit) -> Response:
    """Make a match final."""
    return await _told(
        visit, "match-final", "match-tell-them", steps.make_final, _number(visit, "match"), _desk(visit), side="both"
    )


async def end(visit: Visit) -> Response:
    """End a match."""
    return await _step(visit, "match-ended", steps.end, _number(visit, "match"))


async def outcome(visit: Visit) -> Response:
    """Note what a side said of how it went, from this page or from that of the request."""
    told = (str(visit.form.get("side") or ""), str(visit.form.get("answer") or ""))
    back = "" if visit.form.get("on") == "request" else "/match"
    own = (visit.account.actor, _reference(visit), _version(visit), _number(visit, "match"))
    return await _done(visit, "match-outcome", steps.note_outcome, *own, *told, back=back)


async def _step(visit: Visit, said: str, step: Callable[..., Any], *arguments: Any) -> Response:
    own = (visit.account.actor, _reference(visit), _version(visit))
    return await _done(visit, said, step, *own, *arguments)


async def _told(
    visit: Visit, by_mail: str, otherwise: str, step: Callable[..., Any], *arguments: Any, side: str = "volunteer"
) -> Response:
    """Do a step, and say whether a mail tells of it or somebody must."""
    own = (visit.account.actor, _reference(visit), _version(visit))

    def said(told: steps.Told) -> str:
        wrote = told.volunteer and told.visitor if side == "both" else getattr(told, side)
        return by_mail if wrote else otherwise

    return await _done(visit, said, step, *own, *arguments)


async def _done(
    visit: Visit,
    said: str | Callable[[Any], str],
    change: Any,
    *arguments: Any,
    form: NeedForm | None = None,
    back: str = "/match",
) -> Response:
    try:
        result = await visit.desk.store(change, *arguments)
    except ItemConflictError:
        return await _page(visit, 409, _CONFLICT, form)
    except (ChangeRefusedError, MatchRefusedError) as error:
        return await _page(visit, 422, str(error), form)
    except ItemGoneError:
        return _gone(visit)
    return go_to(f"/queue/{_reference(visit)}{back}", said if isinstance(said, str) else said(result))


async def _page(visit: Visit, status: int = 200, wrong: str | None = None, form: NeedForm | None = None) -> Response:
    settings = visit.desk.settings
    view = await visit.desk.store(read_view, _reference(visit), Weights.of(settings))
    if view is None:
        return _gone(visit)
    return page(
        visit,
        "match.html",
        status,
        view=view,
        item=view.item,
        need=view.need,
        facts=_facts(view.need),
        form=form or _form(view.need),
        is_setting=form is not None,
        is_open=view.item.status in OPEN_STATUSES and view.item.merged_into is None,
        mails=mail_state(settings).is_on,
        named=volunteer_words,
        wrong=wrong,
        weeks=settings.match_outcome_weeks,
        ask_before=visit.now - timedelta(weeks=settings.match_outcome_weeks),
    )


def _facts(need: Need) -> list[tuple[str, str]]:
    """Return a need as lines; what was not told has none."""
    lines = [
        ("Language", volunteer_words.language(need.language)),
        ("To be reached", words.METHODS[need.method]),
        ("Role", CHOICES["role"][need.role]),
        ("Diagnosis", volunteer_words.value("diagnosis", need.diagnosis)),
        ("Subtype", volunteer_words.value("subtypes", need.subtypes)),
        ("Spread to", volunteer_words.value("sites", need.sites)),
        ("Age", need.age_range or ""),
        ("What it is about", volunteer_words.value("concerns", need.concerns)),
        ("Children", volunteer_words.value("children", need.children)),
        ("Work", volunteer_words.value("work", need.work)),
        ("Can talk", volunteer_words.value("times", need.times) or "Any time"),
    ]
    return [(name, shown) for name, shown in lines if shown]


def _form(need: Need) -> NeedForm:
    return NeedForm(
        data={
            "language": need.language,
            "concerns": sorted(need.concerns),
            "children": need.children or "",
            "work": need.work or "",
            "times": sorted(need.times),
            "never_by_phone": need.never_by_phone,
        }
    )


def _differing(database: Database, reference: str, form: NeedForm) -> SetByStaff | None:
    """Return what a form says otherwise than the words; None where the request is gone. A wish in words stays."""
    read = read_in_words(database, reference)
    if read is None:
        return None
    concerns, times = frozenset(form.concerns.data or ()), frozenset(form.times.data or ())
    return SetByStaff(
        language=form.language.data if form.language.data != read.language else None,
        concerns=concerns if concerns != read.concerns else None,
        children=form.children.data if form.children.data and form.children.data != read.children else None,
        work=form.work.data if form.work.data and form.work.data != read.work else None,
        times=times if times != read.times else None,
        never_by_phone=True if form.never_by_phone.data and not read.never_by_phone else None,
    )


def _desk(visit: Visit) -> MatchDesk:
    return MatchDesk(visit.desk.settings, mail_state(visit.desk.settings).is_on)


def _gone(visit: Visit) -> Response:
    text = "Nobody asked for a volunteer under this code, or the visitor deleted it."
    return problem(visit, 404, "It is not there", text)


def _reference(visit: Visit) -> str:
    return str(visit.request.path_params["reference"]).upper()[:8]


def _version(visit: Visit) -> int:
    return _number(visit, "version")


def _number(visit: Visit, name: str) -> int:
    return _as_number(visit.form.get(name))


def _as_number(given: Any) -> int:
    """Read a number that a page sent; 0, which is that of nothing, for what is none."""
    text = str(given or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _route(path: str, page_: Any) -> StaffRoute:
    return StaffRoute(f"/queue/{{reference}}/match/{path}", page_, Permission.MATCH_VOLUNTEERS, "POST")


ROUTES = [
    StaffRoute("/queue/{reference}/match", show_match, Permission.MATCH_VOLUNTEERS),
    _route("need", set_need),
    _route("ask", ask),
    _route("answer", answered),
    _route("offer", offer),
    _route("chosen", chosen),
    _route("final", settle),
    _route("end", end),
    _route("outcome", outcome),
]
