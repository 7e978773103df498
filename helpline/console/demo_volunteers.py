"""Invented volunteers for the demonstration, and some who are matched, or were."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from helpline.store.audit import Actor
from helpline.store.database import Database
from helpline.store.tables import RequestRow
from helpline.store.volunteer_changes import add_volunteer, set_volunteer_state
from helpline.store.volunteer_matches import move_match, propose_match
from helpline.volunteers.content import VolunteerContent, with_parts

_ASKED = ("proposed", "asked")
_FINAL = ("proposed", "asked", "accepted", "final")


@dataclass(frozen=True)
class _Person:
    """Name, the number's last two digits or None for an email address, and what is known."""

    name: str
    digits: str | None
    parts: dict[str, Any]


def _set(*words: str) -> frozenset[str]:
    return frozenset(words)


_TRAINED = {"trained_on": date(2025, 9, 20)}
_PEOPLE = (
    _Person("Joan", None, {
        **_TRAINED, "diagnosis": "de_novo", "subtypes": _set("her2_positive"), "sites": _set("bones"),
        "age_range": "50-59", "concerns": _set("telling_children", "work", "waiting_for_scans"), "children": "grown",
        "work": "stopped", "capacity": 2, "rest_days": 14, "times": _set("weekday_mornings", "weekday_afternoons"),
        "notes": "Answers within a day. Likes to write first, then talk.",
    }),
    _Person("Marisol", "31", {
        **_TRAINED, "diagnosis": "recurrence", "subtypes": _set("hormone_receptor_positive", "lobular"),
        "sites": _set("liver", "bones"), "age_range": "40-49", "languages": _set("es", "en"),
        "concerns": _set("raising_children", "side_effects", "faith"), "children": "young", "work": "working",
        "capacity": 1, "rest_days": 21, "times": _set("weekday_evenings", "weekend_mornings"),
    }),
    _Person("Bev", "54", {
        **_TRAINED, "diagnosis": "de_novo", "subtypes": _set("triple_negative"), "sites": _set("lungs", "brain"),
        "age_range": "60-69", "concerns": _set("fear_of_dying", "clinical_trial", "living_alone"), "work": "retired",
        "capacity": 1, "rest_days": 30, "methods": _set("phone"),
    }),
    _Person("Hannah", None, {
        "diagnosis": "recurrence", "subtypes": _set("hormone_receptor_positive"), "sites": _set("bones"),
        "age_range": "30-39", "concerns": _set("dating", "body_image", "work"), "children": "none",
        "work": "working", "methods": _set("text", "email"), "notes": "Training is on Saturday.",
    }),
    _Person("Robert", "88", {
        **_TRAINED, "role": "carer", "diagnosis": "de_novo", "subtypes": _set("her2_positive"), "sites": _set("brain"),
        "age_range": "50-59", "concerns": _set("caring_for_somebody", "partner", "telling_children"),
        "children": "grown", "work": "working", "capacity": 2, "times": _set("weekend_afternoons"),
    }),
    _Person("Dee", None, {
        **_TRAINED, "metastatic": False, "treatment_ended": date(2018, 6, 1), "subtypes": _set("triple_negative"),
        "age_range": "40-49", "concerns": _set("newly_told", "menopause", "work"), "children": "none",
        "work": "working",
    }),
)  # fmt: skip


def fill_volunteers(database: Database, actor: Actor, linda: str, aisha: str) -> None:
    """Add volunteers; two of them are asked about, or matched.

    Args:
        database: The store.
        actor: Who does it.
        linda: The code of a sign-up for which a volunteer is asked.
        aisha: That of one who has a volunteer.
    """
    numbers = [add_volunteer(database, actor, _content(one)) for one in _PEOPLE]
    joan, marisol, bev = numbers[:3]
    for code, volunteer, states in ((linda, joan, _ASKED), (aisha, marisol, _FINAL)):
        with database.transaction() as session:
            request = session.execute(select(RequestRow.id).where(RequestRow.reference == code)).scalar_one()
        match = propose_match(database, actor, request, volunteer)
        for before, after in pairwise(states):
            move_match(database, actor, match, before, after)
    set_volunteer_state(database, actor, bev, 1, "pausing")


def _content(one: _Person) -> VolunteerContent:
    phone = f"+121555501{one.digits}" if one.digits else None
    email = None if phone else f"{one.name.lower()}@example.org"
    return with_parts(VolunteerContent(), {**one.parts, "name": one.name, "email": email, "phone": phone})
