"""What a message says outright and the classifier takes for something else: a feeling, that an answer helped, a name.

"Ok" is a yes where something was asked or offered, and else no more than a reaction.

Known by the words of the whole message (`said_outright` in content/lexicon/), so that nothing longer is meant by it.
Within a form its own reading counts, but for a feeling; and where a form asks what moves somebody, that is an answer.
"""

import re
from typing import Any

from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, RESPONSE_SELECTOR, TEXT

from helpline.conversations.redaction import redactor
from helpline.forms.definition import ASKS_WHAT_MOVES
from helpline.forms.message import Message, read_decision
from helpline.nlu.intent.in_context import HINT
from helpline.nlu.intents import DELIMITER, FALLBACK_INTENT, FEELING_GROUP, REACTION_LEAF, TOPIC_GROUP
from helpline.rasa.state import response_of
from helpline.rasa.threads import offered_in
from helpline.text.lexicon import Lexicon

# A yes to these deletes or withdraws: what is no clear yes asks again, or says how the request stands.
_DELETES, _ASKS_TO_DELETE = "utter_delete_my_data_confirm", "delete_my_data"
_WITHDRAWS, _ASKS_HOW_IT_STANDS = "withdrawal", "check_request"
_RESTARTS = "start_over"
_ASKS_WHETHER_IT_HELPED = "utter_ask_helpful"
# What the classifier takes a name for.
_NOT_OF_THE_PAGE = {
    FALLBACK_INTENT,
    FEELING_GROUP,
    "inform",
    "out_of_scope",
    "affirm",
    "thanks",
    "goodbye",
    "repeat",
    "other_language",
}
_BEGIN_FORMS = {"request_callback", "request_volunteer"}
_ASKS_FOR_NAME, _LISTS = "first_name", "lists of names"
_AROUND = re.compile(r"^[\s.,!?]+|[\s.,!?]+$")


def read_outright(parsed: dict[str, Any], tracker: DialogueStateTracker) -> dict[str, Any]:
    """Return a message's parse data with the intent that its words say outright, or as they are.

    Args:
        parsed: Rasa's parse data of what was typed.
        tracker: The conversation before.
    """
    in_form = tracker.active_loop_name is not None
    if in_form and tracker.get_slot("requested_slot") in ASKS_WHAT_MOVES:
        return parsed
    lexicon = Lexicon.load()
    text = _AROUND.sub("", parsed[TEXT].replace("\u2019", "'"))
    if not re.search(r"\w", text) and lexicon.feeling_pictures.within(text):
        return with_leaf(parsed, lexicon.said_by_pictures)
    for leaf, patterns in lexicon.said_outright.items():
        said = patterns.fullmatch(text) and (not in_form or leaf.startswith(FEELING_GROUP + DELIMITER))
        if said and not (leaf == REACTION_LEAF and _waits_for_yes(tracker)):
            return with_leaf(parsed, leaf)
    return parsed


def read_name_alone(parsed: dict[str, Any], tracker: DialogueStateTracker) -> dict[str, Any]:
    """Return parse data of a greeting where a message is a name and nothing else; else as they are.

    Outside a form nobody asked for it: whoever says "Mareike" introduces herself. A name that is a word too ("hope") is
    one only in a form.

    Args:
        parsed: Rasa's parse data of what was typed.
        tracker: The conversation before.
    """
    intent = (parsed.get(INTENT) or {}).get("name")
    ranking = (parsed.get(RESPONSE_SELECTOR) or {}).get(TOPIC_GROUP, {}).get("ranking") or []
    hinted = any(each["confidence"] >= HINT for each in ranking)  # "prognosiss" is no name
    if tracker.active_loop_name is not None or intent not in _NOT_OF_THE_PAGE or hinted:
        return parsed
    return with_leaf(parsed, "greet") if redactor().is_name_alone(parsed[TEXT]) else parsed


def with_names(parsed: dict[str, Any], tracker: DialogueStateTracker) -> dict[str, Any]:
    """Return parse data with names that the redactor's lists know as entities, where a form asks for one or is begun.

    "im karen" introduces somebody, and "im scared" nobody: only a list of names can tell.

    Args:
        parsed: Rasa's parse data of what was typed.
        tracker: The conversation before.
    """
    text: str = parsed.get(TEXT) or ""
    begins = tracker.active_loop_name is None and (parsed.get(INTENT) or {}).get("name") in _BEGIN_FORMS
    if not begins and (tracker.active_loop_name is None or tracker.get_slot("requested_slot") != _ASKS_FOR_NAME):
        return parsed
    names = [text[span.start : span.end] for span in redactor().spans(text) if span.kind == "name"]
    found = [{"entity": "person_name", "value": name, "extractor": _LISTS} for name in names]
    return {**parsed, ENTITIES: [*(parsed.get(ENTITIES) or []), *found]}


def read_restart_in_form(parsed: dict[str, Any], tracker: DialogueStateTracker) -> dict[str, Any]:
    """Return parse data of an answer where a form asks and no words say to start over; else as they are.

    "From the beginning" says since when it is metastatic, and "all over" where it is.

    Args:
        parsed: Rasa's parse data of what was typed.
        tracker: The conversation before.
    """
    if tracker.active_loop_name is None or (parsed.get(INTENT) or {}).get("name") != _RESTARTS:
        return parsed
    said = Lexicon.load().commands.restart.matches(parsed[TEXT].strip(), also_asked=True)
    return parsed if said else with_leaf(parsed, "inform")


def read_edit_in_form(parsed: dict[str, Any], tracker: DialogueStateTracker) -> dict[str, Any]:
    """Return parse data of an answer where somebody wants a part of a summary left out; else as they are.

    "Erase that last bit" does not ask for all that is kept to be deleted.

    Args:
        parsed: Rasa's parse data of what was typed.
        tracker: The conversation before.
    """
    if tracker.active_loop_name is None or (parsed.get(INTENT) or {}).get("name") != _ASKS_TO_DELETE:
        return parsed
    lexicon = Lexicon.load()
    edit = lexicon.correction.edit.match(parsed[TEXT])
    if edit is None or edit["removing"] is None:
        return parsed
    parts = (lexicon.correction.part, *lexicon.answers.values())
    return with_leaf(parsed, "inform") if any(part.within(edit["rest"]) for part in parts) else parsed


def read_doubtful_yes(parsed: dict[str, Any], tracker: DialogueStateTracker) -> dict[str, Any]:
    """Return parse data that delete and withdraw nothing where a yes to that is not clear ("hmm"); else as they are.

    Args:
        parsed: Rasa's parse data of what was typed.
        tracker: The conversation before.
    """
    message = Message.from_parse_data(parsed)
    if message.intent != "affirm" or read_decision(message) is not None:
        return parsed
    if _last_response(tracker) == _DELETES:
        return with_leaf(parsed, _ASKS_TO_DELETE)
    return with_leaf(parsed, _ASKS_HOW_IT_STANDS) if offered_in(tracker) == _WITHDRAWS else parsed


def with_leaf(parsed: dict[str, Any], leaf: str) -> dict[str, Any]:
    """Return parse data with a leaf intent in place of theirs, such as ``distress/anger`` or ``feedback_helpful``."""
    group, _, kind = leaf.partition(DELIMITER)
    changed = {**parsed, INTENT: {"name": group, "confidence": 1.0}, ENTITIES: []}
    if kind:
        response = {"intent_response_key": leaf, "utter_action": f"utter_{leaf}", "confidence": 1.0, "responses": []}
        selected = dict(parsed.get(RESPONSE_SELECTOR) or {})
        changed[RESPONSE_SELECTOR] = {**selected, group: {"response": response, "ranking": [response]}}
    return changed


def _waits_for_yes(tracker: DialogueStateTracker) -> bool:
    return offered_in(tracker) is not None or _last_response(tracker) in {_DELETES, _ASKS_WHETHER_IT_HELPED}


def _last_response(tracker: DialogueStateTracker) -> str | None:
    return next(filter(None, map(response_of, reversed(tracker.events))), None)
