"""Responses that depend on the turn, made inside the engine.

Topic answers and everything about a crisis must not need the action server, and yet some answers depend on
what was asked: the choices of "did you mean", two answers to two questions, a topic asked for by a button.
This generator resolves them to the responses in the YAML files; it holds no wording of its own.
"""

import copy
from datetime import datetime, timezone
from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from helpline.contacts import approved_contacts
from helpline.nlu.choices import MAX_CHOICES, Choices
from helpline.nlu.follow_ups import FollowUps, payload_of_topic, topic_of_payload
from helpline.nlu.intents import DELIMITER, ONLY_WHEN_SURE, REACTION_LEAF
from helpline.opening_hours import OpeningHours, shown_time
from helpline.rasa.after_danger import is_over, reminder_after_danger, said_after_danger, says_again, was_misread
from helpline.rasa.instead import HOURS, NOTHING_ASKED, WAITS, answers_nothing, request_waits, said_instead
from helpline.rasa.state import (
    ANSWERED_WITH,
    LEFT_OUT,
    REMINDER_TURNS,
    RESPONSES_SAID,
    TURNS_SINCE_CRISIS,
    WITHOUT_PERSONAL,
    parse_data_of,
    response_of,
)
from helpline.rasa.threads import thread_of
from helpline.rasa.understood import likely_answer
from helpline.settings import load_settings
from helpline.text.lexicon import Lexicon

Response = dict[str, Any]

# For how many of the visitor's turns an answer counts as just given, so that it is not given again in the same words.
JUST_GIVEN_TURNS = 2
QUESTION_POSITIONS = {"utter_first_question": 0, "utter_second_question": 1}
# Metadata of a response that are for us alone.
_INNER_METADATA = ("follow_ups", "subject", ONLY_WHEN_SURE)
_ANSWER = "utter_faq/"
IN_DOUBT = "in_doubt"
VIOLENCE = "utter_violence"
# Questions back that an answer may stand beside.
BESIDE_AN_ANSWER = {"utter_did_you_mean", "utter_did_you_mean_again"}
# What is said instead of an answer that was just given, beside the simple wordings of topics.
INSTEAD = {"utter_did_you_mean": "utter_did_you_mean_again"}
# What is said to a feeling, or to a remark, that was met in the same words just now.
AGAIN = {
    "utter_distress/end_of_life": "utter_end_of_life_again",
    "utter_distress/": "utter_distress_again",
    "utter_remark/": "utter_remark_again",
}
# Below these stand the choices that were offered last, once more.
KEEPING_CHOICES = frozenset(("utter_which_one", f"utter_{REACTION_LEAF}"))

# Which response answers an intent that came as one of two questions. Others have none, and are left out.
ANSWERS = {
    "talk_to_person": "utter_helpline",
    "request_callback": "utter_callback_offer",
    "request_volunteer": "utter_volunteer_offer",
    "ask_privacy": "utter_ask_privacy",
    "bot_challenge": "utter_bot_challenge",
    "ask_capabilities": "utter_ask_capabilities",
    "delete_my_data": "utter_delete_my_data_confirm",
    "not_on_page": "utter_not_on_page",
    "out_of_scope": "utter_out_of_scope",
    "other_language": "utter_other_language",
}


class HelplineResponses(TemplatedNaturalLanguageGenerator):
    """Rasa's own response templates, with the dynamic ones resolved from the tracker.

    Dynamic responses: ``utter_topic`` (the answer of slot ``topic``), ``utter_did_you_mean`` (its choices),
    ``utter_first_question`` and ``utter_second_question`` (the parts of a message with two questions),
    ``utter_last_answer`` (what was said last, once more), ``utter_more`` (what the page says next to the topic),
    ``utter_follow_up`` (what a follow-up means after the topic, by ``follow_ups`` in the topic's metadata),
    ``utter_helpline_hours`` (whether the helpline is open, where its hours are known),
    ``utter_likely`` (an answer that may be the one, others to choose, where a message is not understood for sure),
    ``utter_out_of_scope`` and ``utter_not_on_page`` (with the nearest topics as choices), ``utter_which_one`` (the
    choices that were offered last, once more).
    An answer of a topic that was given a moment ago is given in other words, ``utter_<topic>_simply``, and with it
    ``utter_more_than_this``: what was asked for may not be on the page. The third time it is the wording that was not
    said last, behind ``utter_once_more``.
    Where a form doubts a number or an address, ``in_doubt`` says what is asked instead of the question.
    After danger what asks nothing of its own gets the way to help once more (`helpline.rasa.after_danger`).
    After a crisis what is said first in each turn carries ``utter_crisis_reminder`` and no cheerful choices; where a
    message may be a crisis and was not raised as one, it carries ``utter_crisis_check_in``. Whoever must not be phoned
    and saved a request hears with ``utter_violence`` that it stands, ``utter_request_stands``.
    """

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        super().__init__((domain or Domain.empty()).responses)

    @property
    def _follow_ups(self) -> FollowUps:
        """What follow-ups mean, by the responses of the moment: Rasa's own commands set them once a model is loaded."""
        return FollowUps(self.responses)

    @property
    def _choices(self) -> Choices:
        """The choices below replies, by the responses of the moment."""
        return Choices(self.responses)

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Response | None:
        """Return the response for an utter action, or None when there is none.

        Args:
            utter_action: A response name, dynamic or not.
            tracker: The conversation so far.
            output_channel: Name of the channel, for variations by channel.
            kwargs: Values for placeholders, beside the slots.
        """
        source = self._source_of(utter_action, tracker)
        name = self._in_other_words(source, tracker)
        if _is_first_of_turn(tracker):
            name = said_after_danger(said_instead(name, tracker, _responses_said(tracker)), tracker)
        response = self._resolve(name, tracker, output_channel, kwargs)
        if response is None:
            return None
        once_more = self._follow_ups.topic_of(name) and name in thread_of(tracker).said_lately(JUST_GIVEN_TURNS)
        if once_more:
            self._add_before("utter_once_more", response, output_channel)
        likely = likely_answer(parse_data_of(tracker)) if name in BESIDE_AN_ANSWER else None
        if likely and self._may_be_guessed(likely, tracker):
            name, response = likely, self._with_answer(likely, response, output_channel)
        response[ANSWERED_WITH] = name
        if (response.get("metadata") or {}).get("personal"):
            without = self._without_personal(name, output_channel, kwargs)
            response[WITHOUT_PERSONAL] = without
        if _is_first_of_turn(tracker):
            reminder = reminder_after_danger(name, tracker)
            if self._keeps_numbers_in_sight(tracker, name):
                self._add("utter_crisis_reminder", "utter_crisis_reminder_brief", response, tracker, output_channel)
            elif reminder is not None:
                self._add(reminder, reminder, response, tracker, output_channel)
            elif parse_data_of(tracker).get("check_in"):
                self._add("utter_crisis_check_in", "utter_crisis_check_in_brief", response, tracker, output_channel)
            elif once_more or (name != source and name == self._follow_ups.simply(self._follow_ups.topic_of(name))):
                self._add("utter_more_than_this", "utter_more_than_this_brief", response, tracker, output_channel)
            if name == VIOLENCE and _fears_saved_call(tracker):
                self._add("utter_request_stands", "utter_request_stands", response, tracker, output_channel)
        return response

    def _without_personal(self, name: str, channel: str, values: dict[str, Any]) -> str | None:
        left_out = dict.fromkeys(values, LEFT_OUT)
        response: Response = self.generate_from_slots(name, {}, channel, candidates=LEFT_OUT, **left_out) or {}
        return response.get("text")

    def _resolve(
        self, name: str, tracker: DialogueStateTracker, channel: str, values: dict[str, Any]
    ) -> Response | None:
        if name == "utter_last_answer" and (last := self._last_answer(tracker)):
            return last
        if name not in self.responses:
            return None
        if name == HOURS and (hours := load_settings().opening_hours):
            return self._opening(hours, datetime.now(timezone.utc), channel)
        doubted = (_doubt(tracker) or {}).get("candidates", "")
        response: Response | None = self.generate_from_slots(
            name, tracker.current_slot_values(), channel, candidates=doubted, **values
        )
        if response is not None:
            self._complete(response, name)
        for inner in _INNER_METADATA:
            ((response or {}).get("metadata") or {}).pop(inner, None)
        if response and (choices := self._choices.shown(name, response.get("buttons") or [], parse_data_of(tracker))):
            response["buttons"] = choices
        if response and says_again(name) and request_waits(tracker):
            response["buttons"] = copy.deepcopy(self.responses[WAITS][0]["buttons"])
        if response and name in KEEPING_CHOICES and (offers := thread_of(tracker).offers):
            response["buttons"] = [{"title": title, "payload": payload} for title, payload in offers[0]]
        return response

    def _may_be_guessed(self, name: str, tracker: DialogueStateTracker) -> bool:
        """Whether an answer is there and was not just given."""
        said = thread_of(tracker).said_lately(JUST_GIVEN_TURNS)
        return name in self.responses and name not in said

    def _with_answer(self, name: str, asking: Response, channel: str) -> Response:
        """Return an answer that may be the one, with the other choices of a question back."""
        answer = self.generate_from_slots(name, {}, channel)
        metadata = {key: value for key, value in answer["metadata"].items() if key not in _INNER_METADATA}
        said: Response = self.generate_from_slots(
            "utter_likely", {}, channel, likely_title=metadata["title"], likely_answer=answer["text"]
        )
        this = payload_of_topic(name.partition(DELIMITER)[2])
        others = [button for button in asking["buttons"] if button["payload"] != this]
        said["buttons"] = [*others, *said["buttons"]][:MAX_CHOICES]
        said["metadata"] = {**metadata, **said["metadata"]}
        return said

    def _opening(self, hours: OpeningHours, now: datetime, channel: str) -> Response | None:
        """Return what is said of the helpline's hours at an aware time."""
        opens = hours.opens_next(now)
        if hours.is_always_open:
            state = "always"
        elif hours.is_open(now):
            state = "open"
        else:
            state = "holiday" if hours.is_holiday(now) else "closed"
        response: Response | None = self.generate_from_slots(
            f"utter_helpline_hours_{state}",
            {},
            channel,
            helpline_hours=hours.written,
            helpline_place=hours.place,
            helpline_opens=shown_time(opens) if opens else "",
        )
        return response

    def _complete(self, response: Response, name: str) -> None:
        """Give a wording that says a part of a topic the topic's source and choices."""
        variations = self.responses.get(f"{_ANSWER}{self._follow_ups.topic_of(name)}")
        if variations:
            whole = copy.deepcopy(variations[0])
            response.setdefault("buttons", whole.get("buttons") or [])
            source = {key: value for key, value in whole.get("metadata", {}).items() if key != "offers"}
            response["metadata"] = {**source, **(response.get("metadata") or {})}

    def _source_of(self, name: str, tracker: DialogueStateTracker) -> str:
        """Return the response that a dynamic name stands for in this turn, or the name itself."""
        found = name
        if name == "utter_topic":
            found = f"{_ANSWER}{tracker.get_slot('topic')}"
        elif name == "utter_follow_up":
            found = self._meant_by_follow_up(tracker)
        elif name == "utter_more":
            found = self._next_to_topic(tracker)
        elif name in QUESTION_POSITIONS:
            questions = parse_data_of(tracker).get("questions") or []
            position = QUESTION_POSITIONS[name]
            found = answer_to(questions[position]) if position < len(questions) else name
        elif name == f"utter_ask_{tracker.get_slot('requested_slot')}" and (doubt := _doubt(tracker)):
            found = doubt["response"]
        elif name == "utter_did_you_mean" and not self._choices.nearest(parse_data_of(tracker)):
            found = "utter_default"
        return found if found in self.responses else name

    def _in_other_words(self, name: str, tracker: DialogueStateTracker) -> str:
        """Return a response, or what is said instead where it was said a moment ago."""
        thread = thread_of(tracker)
        said = thread.said_lately(JUST_GIVEN_TURNS)
        if name not in said:
            return name
        if name in INSTEAD:
            return INSTEAD[name]
        for group, again in AGAIN.items():
            if name.startswith(group):
                return again if again not in said else name
        topic = self._follow_ups.topic_of(name)
        simply = self._follow_ups.simply(topic)
        if simply is None or simply not in said:
            return simply or name
        if name == simply:  # simpler than that it cannot be said
            return "utter_more"
        just_said = thread.said_lately(1)
        return next((each for each in (f"{_ANSWER}{topic}", simply) if each not in just_said), "utter_more")

    def _meant_by_follow_up(self, tracker: DialogueStateTracker) -> str:
        """Return the response that a follow-up means: by the topic before it, else by ``utter_follow_up`` itself."""
        if answers_nothing(tracker, self.responses):
            return NOTHING_ASKED
        intent = tracker.latest_message.intent.get("name") if tracker.latest_message else None
        meant = self._follow_ups.meant(str(intent), tracker.get_slot("topic"))
        return self._source_of(meant, tracker) if meant else "utter_follow_up"

    def _next_to_topic(self, tracker: DialogueStateTracker) -> str:
        """Return the first topic among the topic's own quick replies whose answer was not given yet."""
        said = _responses_said(tracker)
        variations = self.responses.get(f"{_ANSWER}{tracker.get_slot('topic')}") or [{}]
        topics = [topic_of_payload(button["payload"]) for button in variations[0].get("buttons") or []]
        for topic in filter(None, topics):
            if f"{_ANSWER}{topic}" in self.responses and f"{_ANSWER}{topic}" not in said:
                return f"{_ANSWER}{topic}"
        return "utter_more"

    def _fill_response(self, response: Response, filled_slots: dict[str, Any] | None = None, **kwargs: Any) -> Response:
        """Fill placeholders in texts only: payloads of buttons are JSON, whose braces are no placeholders."""
        buttons = response.pop("buttons", None)
        filled: Response = super()._fill_response(response, filled_slots, **kwargs)
        if buttons:
            filled["buttons"] = buttons
        return filled

    def _keeps_numbers_in_sight(self, tracker: DialogueStateTracker, name: str) -> bool:
        if name.startswith(("utter_crisis", "utter_emergency", "utter_threat", "utter_violence")) or is_over(name):
            return False
        if TURNS_SINCE_CRISIS in tracker.slots and tracker.get_slot(TURNS_SINCE_CRISIS) is not None:
            return True
        if was_misread(tracker):
            return False
        turns = 0
        for event in reversed(tracker.events):
            if isinstance(event, UserUttered):
                if turns and event.intent.get("name") == "crisis":
                    return True
                turns += 1
                if turns > REMINDER_TURNS:
                    break
        return False

    def _add(self, name: str, brief: str, response: Response, tracker: DialogueStateTracker, channel: str) -> None:
        """Add a response below another: the brief one where the helpline's number is in that already."""
        shown = any(number in (response.get("text") or "") for number in approved_contacts()[0].written)
        addition = self.generate_from_slots(brief if shown else name, tracker.current_slot_values(), channel)
        if addition and response.get("text"):
            response["text"] = f"{response['text']}\n\n{addition['text']}"

    def _add_before(self, name: str, response: Response, channel: str) -> None:
        addition = self.generate_from_slots(name, {}, channel)
        if addition and response.get("text"):
            response["text"] = f"{addition['text']}\n\n{response['text']}"

    @staticmethod
    def _last_answer(tracker: DialogueStateTracker) -> Response | None:
        said: list[BotUttered] = []
        turns = 0
        for event in reversed(tracker.events):
            if isinstance(event, BotUttered) and turns:
                said.append(event)
            elif isinstance(event, UserUttered):
                if said:
                    break
                turns += 1
        if not said:
            return None
        last: Response = copy.deepcopy({k: v for k, v in said[0].data.items() if v})
        last["text"] = "\n\n".join(event.text for event in reversed(said) if event.text)
        if "metadata" in said[0].metadata:
            last["metadata"] = said[0].metadata["metadata"]
        return last


def answer_to(intent: str) -> str:
    """Return the name of the response that answers a leaf intent such as ``faq/ned`` or ``talk_to_person``.

    What a follow-up means may be a response already; its name is returned as it is.
    """
    if intent.startswith("utter_"):
        return intent
    return f"utter_{intent}" if "/" in intent else ANSWERS.get(intent, "utter_default")


def _is_first_of_turn(tracker: DialogueStateTracker) -> bool:
    spoken = (event for event in reversed(tracker.events) if isinstance(event, (BotUttered, UserUttered)))
    return isinstance(next(spoken, None), UserUttered)


def _responses_said(tracker: DialogueStateTracker) -> set[str]:
    """Return the names of responses said so far: those that the state remembers, and those of the last turns."""
    remembered = tracker.get_slot(RESPONSES_SAID) if RESPONSES_SAID in tracker.slots else None
    return {*(remembered or ()), *filter(None, map(response_of, tracker.events))}


def _doubt(tracker: DialogueStateTracker) -> dict[str, str] | None:
    """Return what a form asks instead of its question; None where nothing is in doubt."""
    doubt: dict[str, str] | None = tracker.get_slot(IN_DOUBT) if IN_DOUBT in tracker.slots else None
    return doubt if tracker.active_loop_name else None


def _fears_saved_call(tracker: DialogueStateTracker) -> bool:
    """Whether somebody must not be phoned who saved a request in this conversation: nobody withdraws it unasked."""
    if "request_at_hand" not in tracker.slots or tracker.get_slot("request_at_hand") is None:
        return False
    text = tracker.latest_message.text if tracker.latest_message else None
    return Lexicon.load().requests.no_call.within(text or "") is not None
