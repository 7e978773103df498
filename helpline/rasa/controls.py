"""What a channel with controls of its own shows beside the texts of a turn: a form's progress, a request as a card.

The texts say all of it too, so that a channel without controls lacks nothing: these leave the texts and buttons of the
replies as they are. A control is pressed by its reference like a button, and nobody is shown its payload.
"""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from rasa.shared.core.trackers import DialogueStateTracker

from helpline.forms.definition import FORMS, Form, Values
from helpline.forms.engine import is_default
from helpline.forms.message import Message, read_decision
from helpline.rasa.output import Reply
from helpline.requests.reference import find_reference
from helpline.requests.summary import summary_lines
from helpline.text.lexicon import Lexicon

Responses = Mapping[str, list[dict[str, Any]]]

BACK, CANCEL, EDIT = "back", "cancel", "edit"
CHANGE, WITHDRAW = "change", "withdraw"
HELPFUL, NOT_HELPFUL = "helpful", "not_helpful"

# Responses that tell of a request which the visitor can still change or take back.
_TELLS_OF_REQUEST = frozenset(
    name
    for form in FORMS.values()
    for name in (
        f"utter_{form.kind}_saved",
        f"utter_check_{form.kind}_new",
        f"utter_check_{form.kind}_in_progress",
    )
)


class Controls:
    """Adds controls to the replies of a turn.

    Args:
        responses: The wording, by response name: labels of a summary, titles of the controls.
        region: Region of phone numbers that are shown without a country code.
    """

    def __init__(self, responses: Responses, region: str) -> None:
        self._responses = responses
        self._region = region

    def add(self, replies: list[Reply], tracker: DialogueStateTracker, danger: str | None) -> None:
        """Add what belongs to a turn: to a request's own reply, and to the last one, which asks.

        ``form`` tells how far the active form is, ``saved`` names a request, ``controls`` are what can be pressed.

        Args:
            replies: The replies; changed in place.
            tracker: The conversation after the turn.
            danger: The kind of danger that was raised in it.
        """
        for reply in replies:
            reference = find_reference(reply["text"]) if reply["response"] in _TELLS_OF_REQUEST else None
            if reference:
                reply["saved"] = {"reference": reference, "in_place_of": self._doubled(reply)}
                pressed = json.dumps({"reference": reference})
                reply["controls"] = [
                    self._control(CHANGE, f"/correct_value{pressed}"),
                    self._control(WITHDRAW, f"/cancel{pressed}"),
                ]
        if not replies or danger is not None:
            return
        form, last = FORMS.get(tracker.active_loop_name or ""), replies[-1]
        if form is not None:
            values = {slot: tracker.get_slot(slot) for slot in form.order}
            self._add_form(last, form, values, tracker.get_slot("requested_slot"))
            last["form"]["kind"] = form.kind if tracker.get_slot("changing_request") is None else None
        elif last["metadata"].get("reviewed") and not tracker.get_slot("feedback_given"):
            last["controls"] = [
                self._control(HELPFUL, "/feedback_helpful"),
                self._control(NOT_HELPFUL, "/feedback_not_helpful"),
            ]

    @staticmethod
    def _doubled(reply: Reply) -> list[str]:
        """Return the references of the buttons that say what the card's controls do."""
        words = Lexicon.load().requests
        ways = (words.change, words.withdraw)
        return [each["ref"] for each in reply["buttons"] if any(way.within(each["payload"]) for way in ways)]

    def _add_form(self, reply: Reply, form: Form, values: Values, requested: str | None) -> None:
        slots = [step.slot for step in form.steps if step.slot == requested or not is_default(form, step.slot, values)]
        step = form.step(requested)
        controls = [self._control(CANCEL, "/cancel")]
        if requested != form.order[0]:
            controls.append(self._control(BACK, "/go_back"))
        decides = requested in {form.consent, form.confirmed}
        read = [(button["ref"], Message(button["payload"])) for button in reply["buttons"]]
        reply["form"] = {
            "step": slots.index(step.slot) + 1 if step else None,
            "steps": len(slots),
            "several": [
                ref for ref, said in read if step and isinstance(step.read(said, values, self._region), list | tuple)
            ],
            "decides": [ref for ref, said in read if decides and self._decides(said, form, requested)],
            "summary": [],
        }
        if requested == form.confirmed:
            reply["form"]["summary"] = self._summary(form, values)
            for line in reply["form"]["summary"]:
                pressed = json.dumps({"answer": line["slot"]})
                label = line["label"].rstrip(":")
                controls.append({**self._control(EDIT, f"/correct_value{pressed}", label), "slot": line["slot"]})
        reply["controls"] = controls

    @staticmethod
    def _decides(said: Message, form: Form, requested: str | None) -> bool:
        """Whether a button is a decision: yes or no to the consent, yes to the summary, whose lines are edited."""
        answer = read_decision(said)
        return answer is not None if requested == form.consent else answer is True

    def _summary(self, form: Form, values: Values) -> list[dict[str, str]]:
        """Return the lines of a summary, also of what was left out: slot, label, and what was answered or nothing."""
        return [
            {
                "slot": line.slot,
                "label": self._said(f"utter_summary_{line.name}", line.slot),
                "value": ", ".join(self._said(f"utter_choice_{line.slot}_{value}", value) for value in line.values),
            }
            for line in summary_lines(form, values, self._region)
        ]

    def _control(self, name: str, payload: str, answer: str = "") -> dict[str, str]:
        title = f"{self._said(f'utter_control_{name}', name)} {answer}".strip()
        return {"name": name, "title": title, "payload": payload, "ref": secrets.token_urlsafe(12)}

    def _said(self, name: str, otherwise: str) -> str:
        variations = self._responses.get(name)
        return str(variations[0].get("text")) if variations else otherwise


def without_controls(reply: Reply) -> Reply:
    """Return a reply of an earlier turn: nothing of it can be pressed, and what a form held is not told again."""
    kept = {name: value for name, value in reply.items() if name not in {"controls", "form"}}
    return {**kept, "buttons": []}
