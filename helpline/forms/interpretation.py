"""Decides what a message within a form is: an answer, or something else that the visitor wants.

The classifier alone cannot tell: an answer such as "Grace", "after lunch" or "telling my kids" looks like any intent to
it. So the question that was asked says first what can be an answer to it, and the intent decides over the rest.
"""

import re
from collections.abc import Sequence

from helpline.forms.acts import DialogueAct, Interpretation
from helpline.forms.answers import denied_choices, says_only, tells_no_time
from helpline.forms.asides import (
    asks_cost,
    asks_how_many,
    asks_how_to_cancel,
    asks_who,
    describes_person,
    hopes_for_person,
    is_for_another,
    is_rude,
    refuses_call,
    way_named,
    wishes_again,
)
from helpline.forms.corrections import (
    TIMES,
    change_in_summary,
    edit_of_summary,
    interpret_addition,
    interpret_correction,
    interpret_correction_of_last,
    interpret_other_answer,
    leaves_out,
    named_slot,
)
from helpline.forms.definition import ASKS_WHAT_MOVES, CHANGE, Form, Step, Values
from helpline.forms.denials import Doubt
from helpline.forms.message import (
    CONVERSATION_INTENTS,
    TOPIC_INTENTS,
    Message,
    asks_why,
    cancels,
    goes_back,
    has_no_wish,
    is_question,
    is_unsure,
    keeps_all,
    keeps_summary,
    read_decision,
    says_no,
    says_yes,
    says_yes_alone,
    skips,
    wants_change,
)
from helpline.forms.person_names import also_name, could_be_name, in_capitals, is_name_alone
from helpline.forms.written_from import takes_offer
from helpline.safety.dangers import DANGERS
from helpline.text.choices import places_meant
from helpline.text.lexicon import Lexicon

# An answer that names an option and no more has at most so many words.
_SHORT_ANSWER = 2
# What is no longer may be an answer that cannot be read.
_SHORT_QUESTION = 3
_ASKED_OF_PROCESS = (
    (asks_how_many, DialogueAct.HOW_MANY),
    (asks_how_to_cancel, DialogueAct.HOW_TO_CANCEL),
    (asks_cost, DialogueAct.COST),
    (asks_who, DialogueAct.WHO),
)
_COMMANDS = (
    (cancels, DialogueAct.CANCEL),
    (goes_back, DialogueAct.BACK),
    (asks_why, DialogueAct.WHY),
    (wants_change, DialogueAct.CHANGE),
)
_ADDRESS_OF_PAGE = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?", re.IGNORECASE)
_COURTESY_INTENTS = ("greet", "thanks", "repeat", "feedback_helpful", "feedback_not_helpful", "resume_form")


def interpret(
    form: Form,
    requested: str,
    values: Values,
    message: Message,
    region: str,
    earlier: Sequence[Message] = (),
    offered: Doubt | None = None,
) -> Interpretation:
    """Decide what a message means for the question that was asked.

    Args:
        form: The form that is active.
        requested: The slot that was asked for, or ``CHANGE``.
        values: The slots filled so far.
        message: What was typed.
        region: Region of phone numbers without country code.
        earlier: What was said to the form before, oldest first: a yes may be about a value that was in doubt.
        offered: The number that was offered for an answer, of which the question asked.
    """
    if message.intent in DANGERS or message.intent == "ask_topic":
        return Interpretation(DialogueAct.DIGRESSION)
    if (aside := _interpret_aside(form, requested, values, message, region)) is not None:
        return aside
    step = form.step(requested)
    if step and _moves_appointment(step, message):
        return Interpretation(DialogueAct.ANSWER, step.slot, step.read(message, values, region))
    is_yes = says_yes_alone(message)
    if requested == form.confirmed and is_yes:
        return Interpretation(DialogueAct.ANSWER, requested, True)
    if requested == "first_name" and is_yes:  # to what was said before the question
        return Interpretation(DialogueAct.COURTESY)
    if requested == form.confirmed and (edit := edit_of_summary(form, values, message)) is not None:
        return edit
    if requested != form.confirmed and (left_out := leaves_out(form, requested, values, message)) is not None:
        return left_out
    if requested == CHANGE and keeps_all(message):
        return Interpretation(DialogueAct.KEEP)
    if requested == form.confirmed and keeps_summary(message):
        return Interpretation(DialogueAct.UNCLEAR)
    # "Came back" is how it came, and no wish to go back.
    if step and step.slot in Lexicon.load().options and says_only(step.slot, message.text):
        value = step.read_surely(message, values, region)
        if value:
            return Interpretation(DialogueAct.ANSWER, step.slot, value)
    if step and step.optional and has_no_wish(message):
        return Interpretation(DialogueAct.SKIP)
    for said, act in _COMMANDS:
        if said(message):
            return Interpretation(act)
    if step and skips(message):
        return Interpretation(DialogueAct.SKIP)
    if (slip := interpret_correction_of_last(form, requested, values, message, region)) is not None:
        return slip
    # "That's all correct" corrects nothing, nor does "it's for my mom, but I'm Jess".
    introduces = requested == "first_name" and _tells_name_alone(message)
    corrects = not is_yes and not introduces
    if corrects and (correction := interpret_correction(form, requested, values, message, region)) is not None:
        return correction
    if (addition := interpret_addition(form, requested, values, message, region)) is not None:
        return addition
    if step is None:
        interpretation = _interpret_decision(form, requested, values, message, region)
    else:
        interpretation = _interpret_answer(form, step, values, message, region, earlier, offered)
    # The rule of the wish would begin the form that is active already. "Don't call" to how one is reached is no wish.
    digresses = interpretation.act is DialogueAct.DIGRESSION
    is_vain = digresses or (interpretation.act is DialogueAct.UNCLEAR and step and requested != form.method)
    own_wish = message.intent == f"request_{form.kind}"
    if own_wish and is_vain:
        return Interpretation(DialogueAct.WISH)
    # Nearly any text answers a free question; a number alone does not say when, nor what about.
    in_vain = digresses or interpretation.act is DialogueAct.UNCLEAR or (step is not None and step.free)
    other = interpret_other_answer(form, requested, values, message, region) if in_vain else None
    if other is not None and (not (step and step.free) or other.slot in {form.address, *TIMES}):
        return other
    return interpretation


def _interpret_aside(
    form: Form, requested: str, values: Values, message: Message, region: str
) -> Interpretation | None:
    """Interpret what concerns the form as a whole, whatever it asked: how one is reached, its length, bad words."""
    step = form.step(requested)
    if step is not None and requested == form.method and values.get(form.method) is None:
        # What is said of ways is the answer, unless it is no more than that a call is not safe.
        if refuses_call(form, values, message) and step.read(message, values, region) is None:
            return Interpretation(DialogueAct.NO_CALL)
    elif (way := way_named(form, requested, values, message, region)) is not None:
        return Interpretation(DialogueAct.CORRECT, form.method, way or None)
    elif refuses_call(form, values, message) and not cancels(message):
        return Interpretation(DialogueAct.NO_CALL)
    if is_rude(message, free=step is not None and step.free):
        return Interpretation(DialogueAct.RUDE)
    for asked, act in _ASKED_OF_PROCESS:
        if asked(message):
            return Interpretation(act)
    if step is not None and requested == form.address and is_for_another(form, message):
        return Interpretation(DialogueAct.FOR_OTHER)
    if step is not None and requested != form.method and wishes_again(form, message):
        return Interpretation(DialogueAct.WISH)
    return None


def _names_time(message: Message) -> bool:
    return Lexicon.load().times.within(message.text) is not None


def _interpret_answer(
    form: Form,
    step: Step,
    values: Values,
    message: Message,
    region: str,
    earlier: Sequence[Message],
    offered: Doubt | None,
) -> Interpretation:
    if step.free:
        return _interpret_free_answer(form, step, values, message, region)
    if offered is not None and step.read(message, values, region) is None:
        taken = takes_offer(message)
        if taken is not None:
            answer = Interpretation(DialogueAct.ANSWER, step.slot, offered.values[0])
            return answer if taken else Interpretation(DialogueAct.DENY)
    if (settled := _settle_doubt(step, values, message, region, earlier)) is not None:
        return settled
    if step.optional and is_unsure(message) and not step.read(message, values, region):
        return Interpretation(DialogueAct.SKIP)
    value = step.read(message, values, region)
    if step.slot == "first_name":
        return _interpret_name(value, message, earlier)
    is_contact = step.slot in {"phone_number", "contact_address"}
    is_method = step.slot == form.method
    by_phone = is_method and message.intent == "request_callback"
    options = "contact_method" if is_method else step.slot
    if not value and options in Lexicon.load().options and denied_choices(options, message.text):
        return Interpretation(DialogueAct.UNCLEAR)  # "please don't call me": which other way, is asked
    # "Call me instead" holds the word "me" and is no answer to "for whom".
    long = len(message.text.split()) > _SHORT_ANSWER
    if long and message.means(*CONVERSATION_INTENTS) and not (is_contact and value) and not by_phone:
        return Interpretation(DialogueAct.DIGRESSION)
    if isinstance(value, Doubt):
        return Interpretation(DialogueAct.DOUBTFUL, step.slot, value)
    if is_contact and not value and _ADDRESS_OF_PAGE.fullmatch(message.text.strip()):
        return Interpretation(DialogueAct.UNCLEAR)  # a page's name tells the classifier of its topic
    # "What is de novo?" names an option and does not choose it. A number in a question is a number all the same.
    asks_about_topic = is_question(message) and message.intent in TOPIC_INTENTS
    if value and (is_contact or not asks_about_topic):
        return Interpretation(DialogueAct.ANSWER, step.slot, value)
    return _interpret_digression(message, statements=True) or Interpretation(DialogueAct.UNCLEAR)


def _settle_doubt(
    step: Step, values: Values, message: Message, region: str, earlier: Sequence[Message]
) -> Interpretation | None:
    """Read an answer to "did you mean ...?" or "which of the two?"; None where nothing was in doubt, or still is."""
    doubts = [doubt for doubt in (step.read(each, values, region) for each in earlier) if isinstance(doubt, Doubt)]
    now = step.read(message, values, region)
    if isinstance(now, Doubt) and now.typed and any(doubt.typed == now.typed for doubt in doubts):
        return Interpretation(DialogueAct.ANSWER, step.slot, now.typed)
    asked = step.read(earlier[-1], values, region) if earlier else None
    if not isinstance(asked, Doubt) or now is not None:
        return None
    places = places_meant(message.text, asked.shown)
    if len(asked.values) == 1 and says_yes(message):
        return Interpretation(DialogueAct.ANSWER, step.slot, asked.values[0])
    if len(asked.values) > 1 and len(places) == 1:
        return Interpretation(DialogueAct.ANSWER, step.slot, asked.values[places[0]])
    return Interpretation(DialogueAct.DENY) if says_no(message) else None


def _interpret_free_answer(form: Form, step: Step, values: Values, message: Message, region: str) -> Interpretation:
    if is_unsure(message):
        return Interpretation(DialogueAct.SKIP)
    if says_yes_alone(message):
        return Interpretation(DialogueAct.UNCLEAR)  # "yes" says neither when nor what about
    digression = _interpret_digression(message, unless_feeling=step.slot in ASKS_WHAT_MOVES)
    # "Would 5pm be ok?" is a question, and an answer to when. So is "whenever you can, I'm scared", which begins so.
    names_time = step.slot in TIMES and _names_time(message)
    unsure_of_topic = message.intent in TOPIC_INTENTS and not message.means("faq", "advice")
    tells_time = names_time and (unsure_of_topic or (_begins_with_time(message) and not is_question(message)))
    # "I want to be matched with someone who has kids" says what for, once the request is being taken.
    of_request = message.means(f"request_{form.kind}") and len(message.text.split()) > _SHORT_ANSWER
    says_more = of_request and not is_question(message) and (names_time or step.slot not in TIMES)
    # "To talk with somebody who works full time" says what one hopes for.
    hopes = step.slot not in TIMES and message.intent == "talk_to_person" and describes_person(message)
    if digression and not (tells_time or says_more or hopes):
        return digression
    if step.slot in TIMES and not names_time and tells_no_time(message.text):
        return Interpretation(DialogueAct.UNCLEAR)
    value = step.read(message, values, region)
    return Interpretation(DialogueAct.ANSWER, step.slot, value) if value else Interpretation(DialogueAct.UNCLEAR)


def _begins_with_time(message: Message) -> bool:
    times, around = Lexicon.load().times, Lexicon.load().around_times
    return re.match(rf"\W*(?:{around.expression}\s+)*{times.expression}(?!\w)", message.text, re.IGNORECASE) is not None


def _moves_appointment(step: Step, message: Message) -> bool:
    """Tell whether "cancel my morning, call at 3" cancels something else than the form, and says when to call."""
    if step.slot not in TIMES or not message.means("cancel", "skip", "go_back", "correct_value"):
        return False
    clauses = [clause for clause in re.split(r"[,.;!?\n]+", message.text) if clause.strip()]
    return len(clauses) > 1 and any(Lexicon.load().times.within(clause) for clause in clauses[1:])


def _tells_name_alone(message: Message) -> bool:
    """Tell whether a message is a name and no more, or introduces one, also in small letters: "its maria"."""
    return is_name_alone(in_capitals(message.text, message.values("person_name")))


def _interpret_name(value: str | None, message: Message, earlier: Sequence[Message]) -> Interpretation:
    alone = _tells_name_alone(message)
    # A name tells nothing about the language; and "call me Al" asks for no call.
    others = CONVERSATION_INTENTS - {"other_language"} if alone else CONVERSATION_INTENTS
    others = others - {"request_callback", "request_volunteer"} if alone else others
    others = frozenset() if also_name(message.text) else others
    asked = message.text.strip().endswith("?") or message.means(*others)
    phrase = len((value or "").split()) > 1 and not alone and message.means(*TOPIC_INTENTS, "distress")
    if value and not asked and not phrase:
        return Interpretation(DialogueAct.ANSWER, "first_name", value)
    again = len(earlier) > 1 and earlier[-1].text.casefold().split() == message.text.casefold().split()
    meant = could_be_name(message.text) if again and not asked and not is_question(message) else None
    if meant is not None and not message.means(*_COURTESY_INTENTS):  # what is said twice is meant
        return Interpretation(DialogueAct.ANSWER, "first_name", meant)
    return _interpret_digression(message, statements=True) or Interpretation(DialogueAct.UNCLEAR)


def _interpret_digression(
    message: Message, *, statements: bool = False, unless_feeling: bool = False
) -> Interpretation | None:
    """Tell a courtesy or a digression from what may be meant for the form; None for the latter.

    Args:
        message: The message.
        statements: Whether a topic that is named without a question counts too.
        unless_feeling: Whether a feeling may be an answer, so that it is no digression.
    """
    if not any(character.isalnum() for character in message.text) and not message.means("distress"):
        return None  # "??" asks nothing that a rule could answer
    if message.means(*_COURTESY_INTENTS):
        return Interpretation(DialogueAct.COURTESY, value=message.intent)
    if message.means(*CONVERSATION_INTENTS) or (message.means("distress") and not unless_feeling):
        return Interpretation(DialogueAct.DIGRESSION)
    if message.intent in TOPIC_INTENTS and is_question(message):
        return Interpretation(DialogueAct.DIGRESSION)
    if statements and message.means("faq", "advice", "two_questions"):
        return Interpretation(DialogueAct.DIGRESSION)
    # Where no answer can be read, a sentence that was understood with less confidence asks something.
    asked = message.may_ask or message.intent in {"faq", "advice", "two_questions"}
    if statements and asked and len(message.text.split()) > _SHORT_QUESTION:
        return Interpretation(DialogueAct.DIGRESSION)
    if statements and message.means("remark"):
        return Interpretation(DialogueAct.COURTESY, value=message.intent)
    return None


def _interpret_decision(form: Form, requested: str, values: Values, message: Message, region: str) -> Interpretation:
    """Interpret an answer to a question that is no step: consent, the summary, what to change."""
    if requested == form.confirmed and (change := change_in_summary(form, values, message, region)) is not None:
        return change
    if requested == CHANGE:
        slot = named_slot(form, message.text)
        if slot is None:
            return _interpret_digression(message) or Interpretation(DialogueAct.UNCLEAR)
        return Interpretation(DialogueAct.CORRECT, slot)
    digression = _interpret_digression(message, statements=True)
    answer = None if digression and is_question(message) else read_decision(message)
    if requested == form.consent and answer is not True and hopes_for_person(message):
        return Interpretation(DialogueAct.HOPE)
    if answer is None:
        return digression or Interpretation(DialogueAct.UNCLEAR)
    if answer is False:
        return Interpretation(DialogueAct.CHANGE if requested == form.confirmed else DialogueAct.CANCEL)
    return Interpretation(DialogueAct.ANSWER, requested, True)
