"""The way to a person: the helpline's number and, if it is known, whether it is open."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import context
from helpline.opening_hours import is_open
from helpline.settings import load_settings


class RouteToHelpline(Action):
    """Gives the number and the two other ways. The rule of ``talk_to_person`` runs it.

    Utters: ``utter_helpline``; with hours and time zone in the settings, before it
    ``utter_helpline_open_now`` or ``utter_helpline_closed_now`` with ``{helpline_hours}``.
    """

    def name(self) -> str:
        """Return the action's name."""
        return "action_route_to_helpline"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Utter the ways to a person."""
        settings = load_settings()
        hours, zone = settings.helpline_hours, settings.helpline_time_zone
        if hours and zone:
            state = "open" if is_open(hours, zone, context.now()) else "closed"
            dispatcher.utter_message(response=f"utter_helpline_{state}_now", helpline_hours=hours)
        dispatcher.utter_message(response="utter_helpline")
        return []
