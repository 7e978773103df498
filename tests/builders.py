"""Builders of what tests are about: requests, trackers, messages. Each fills in what does not matter."""

from dataclasses import replace
from datetime import date, datetime, timezone
from typing import Any

from rasa_sdk import Tracker

from helpline.requests.request import CallbackRequest, VolunteerRequest
from helpline.volunteers.content import VolunteerContent, with_parts

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=timezone.utc)
LATER = datetime(2026, 3, 4, 15, 0, tzinfo=timezone.utc)


def callback_request(**changes: Any) -> CallbackRequest:
    request = CallbackRequest("Grace", "+12155550142", "after lunch", "telling my kids")
    return replace(request, **changes)


def volunteer_request(**changes: Any) -> VolunteerRequest:
    request = VolunteerRequest(
        first_name="Grace",
        for_whom="self",
        contact_method="email",
        contact_address="grace@example.org",
        diagnosis_type="de_novo",
        cancer_subtype=("her2_positive",),
        spread_sites=("bones", "liver"),
        age_range="40-49",
        main_concern="scans",
        preferred_times="evenings",
    )
    return replace(request, **changes)


def volunteer(**changes: Any) -> VolunteerContent:
    """Build a volunteer; what is no part of a profile stands beside it."""
    usual = {
        "name": "Joan",
        "email": "joan@example.org",
        "phone": "+12155550177",
        "diagnosis": "de_novo",
        "subtypes": frozenset({"her2_positive"}),
        "sites": frozenset({"bones"}),
        "age_range": "50-59",
        "concerns": frozenset({"telling_children", "work"}),
        "capacity": 2,
        "rest_days": 14,
        "trained_on": date(2026, 1, 15),
    }
    return with_parts(VolunteerContent(), {**usual, **changes})


def user_said(text: str, intent: str = "inform", confidence: float = 0.9, **entities: Any) -> dict[str, Any]:
    """Build a user event; an entity may be a value or a list of values."""
    found = [
        {"entity": name, "value": value}
        for name, values in entities.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    parsed = {"text": text, "intent": {"name": intent, "confidence": confidence}, "entities": found}
    return {"event": "user", "text": text, "parse_data": parsed}


def action_ran(name: str) -> dict[str, Any]:
    return {"event": "action", "name": name}


def bot_said(text: str, **data: Any) -> dict[str, Any]:
    return {"event": "bot", "text": text, "data": data}


def loop_changed(name: str | None) -> dict[str, Any]:
    return {"event": "active_loop", "name": name}


def tracker(*events: dict[str, Any], sender: str = "visitor", loop: str | None = None, **slots: Any) -> Tracker:
    """Build a tracker as Rasa sends it; the last user event is the latest message."""
    latest = next((e["parse_data"] for e in reversed(events) if e["event"] == "user"), {})
    return Tracker(
        sender_id=sender,
        slots={"requested_slot": None, **slots},
        latest_message=latest,
        events=list(events),
        paused=False,
        followup_action=None,
        active_loop={"name": loop} if loop else {},
        latest_action_name=None,
    )
