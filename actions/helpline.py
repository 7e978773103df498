"""The way to a person: the helpline's number and, if it is known, whether it is open."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from helpline.settings import load_settings


class RouteToHelpline(Action):
    """Gives the number and the two other ways. The rule of ``talk_to_person`` runs it.

    Utters: ``utter_helpline``; before it, where the hours are known, ``utter_helpline_hours``: whether it is open.
    """

    def name(self) -> str:
        """Return the action's name."""
        return "action_route_to_helpline"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Utter the ways to a person."""
        if load_settings().opening_hours:
            dispatcher.utter_message(response="utter_helpline_hours")
        dispatcher.utter_message(response="utter_helpline")
        return []
