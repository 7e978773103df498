"""The sign-up of the stand-in server: consent, eight questions, a summary to check, a saved request; and a deletion.

It keeps the contract, with the longest wordings that the real forms have, and reads answers not at all.
"""

import re
import uuid
from collections.abc import Callable
from typing import Any

ENDED = "ended"
REFERENCE = "K7QM-3F"
CONSENT, SUMMARY, DELETE = "consent", "summary", "delete"

# Question, its label in the summary, choices, whether several can be chosen, keyboard.
STEPS: dict[str, tuple[str, str, tuple[str, ...], bool, str | None]] = {
    "name": ("What is your first name?", "First name:", (), False, "given-name"),
    "for": (
        "Is this for yourself, or for someone you care for?",
        "For:",
        ("For myself", "For someone I care for"),
        False,
        None,
    ),
    "number": (
        "What phone number should be used? Please give the area code too.",
        "Phone number:",
        (),
        False,
        "tel",
    ),
    "type": (
        "Do you know the type of the cancer? You can name more than one.",
        "Type of cancer:",
        ("Hormone receptor-positive", "HER2-positive", "Triple-negative", "Inflammatory", "Lobular", "Skip"),
        True,
        None,
    ),
    "places": (
        "Where has it spread? You can name more than one place.",
        "Where it has spread:",
        ("Bones", "Liver", "Lungs", "Brain", "Skip"),
        True,
        None,
    ),
    "age": (
        "How old are you? A range is enough.",
        "Age:",
        ("18-29", "30-39", "40-49", "50-59", "60-69", "70+", "Skip"),
        False,
        None,
    ),
    "concern": (
        "What is on your mind most? A few words are enough.",
        "Main concern:",
        ("Treatment", "Feelings", "Skip"),
        False,
        None,
    ),
    "times": (
        "When is a good time to talk or to be contacted?",
        "Good times:",
        ("Mornings", "Evenings", "Skip"),
        False,
        None,
    ),
}
ORDER = [CONSENT, *STEPS, SUMMARY]
INTRO = (
    "LBBC's helpline can match you with a trained peer volunteer. It looks for someone with an experience like yours, "
    "such as the type of metastatic diagnosis, your age or your concern.\n\n"
    "I will ask for your first name, whether this is for you or for someone you care for, and how to reach you. Then "
    "come questions to find a good match: diagnosis, age, main concern and good times. You can skip those, go back, or "
    "cancel at any time."
)
SAVED = (
    f"Your request is saved. Your code is {REFERENCE}.\n\n"
    "What happens next: the helpline's staff will look for a volunteer and contact you in the way you chose."
)
Say = Callable[..., dict[str, Any]]


def turn(conversation: Any, say: Say, step: str, said: str) -> list[dict[str, Any]] | None:
    """Return the turn where it is about a request or a deletion, else None."""
    given, text = conversation.given, said.lower()
    if text == "delete my data":
        conversation.step = DELETE
        return [say("Shall I delete this conversation and all that I stored from it?", "Yes, delete it", "No, keep it")]
    if step == DELETE and text.startswith("yes"):
        conversation.step = ENDED
        return [say("Your data is deleted: this conversation and any request you made here.")]
    if "match me with a volunteer" in text:
        given.clear()
        conversation.step = CONSENT
        return [say(INTRO), ask(say, CONSENT, given)]
    if text == "withdraw":
        return [say(f"Your request {REFERENCE} for a peer volunteer was taken back. Nobody will contact you about it.")]
    if step not in ORDER:
        return None
    if text == "cancel" or (step == CONSENT and text == "no"):
        return [say("All right, I stopped. Nothing was saved.", "Talk to a person")]
    if text.endswith("?") and step in STEPS:
        conversation.step = step
        return [say("I ask only for what helps to find a match."), ask(say, step, given)]
    if step == "number" and len(re.sub(r"\D", "", said)) < 10 and text != "back":
        conversation.step = step
        wrong = say(
            "That does not look like a full phone number. Please type it with the area code.", invalid=True, input="tel"
        )
        return [wrong | {"form": progress(step)}]
    if text == "back":
        next_ = ORDER[ORDER.index(step) - 1]
    elif text.startswith("edit "):
        next_ = text.removeprefix("edit ")
    elif step == SUMMARY:
        saved = {"reference": REFERENCE, "change": uuid.uuid4().hex, "withdraw": uuid.uuid4().hex}
        return [say(SAVED, "What can you help with?") | {"saved": saved}]
    else:
        given[step] = "" if text == "skip" else said
        next_ = next((each for each in STEPS if each not in given), SUMMARY)
    given.pop(next_, None)
    conversation.step = next_
    return [ask(say, next_, given)]


def ask(say: Say, step: str, given: dict[str, str]) -> dict[str, Any]:
    """Return the question of a step."""
    if step == CONSENT:
        asked = say("Is it all right if I ask you these questions?", "Yes", "No")
        return asked | {"form": progress(step) | {"decides": [button["ref"] for button in asked["buttons"]]}}
    if step == SUMMARY:
        lines = [
            {"label": label, "value": given.get(name, ""), "edit": uuid.uuid4().hex}
            for name, (_, label, *_rest) in STEPS.items()
        ]
        shown = "\n".join(f"{line['label']} {line['value']}" for line in lines if line["value"])
        text = f"Here is what I have for your match:\n\n{shown}\n\nIs this right? I save it only when you say yes."
        asked = say(text, "Yes, save it", "Change something", "Cancel")
        return asked | {"form": progress(step) | {"decides": [asked["buttons"][0]["ref"]], "summary": lines}}
    question, _, choices, several, keyboard = STEPS[step]
    asked = say(question, *choices, input=keyboard)
    together = [button["ref"] for button in asked["buttons"] if several and button["title"] != "Skip"]
    return asked | {"form": progress(step) | {"several": together}}


def progress(step: str) -> dict[str, Any]:
    """Return how far the form is."""
    number = list(STEPS).index(step) + 1 if step in STEPS else None
    back = None if step == CONSENT else uuid.uuid4().hex
    form = {"kind": "volunteer", "step": number, "steps": len(STEPS), "several": [], "decides": [], "summary": []}
    return form | {"back": back, "cancel": uuid.uuid4().hex}


def controls(message: dict[str, Any]) -> dict[str, str]:
    """Return what the controls of a message stand for, and their references."""
    form, saved = message["form"] or {}, message["saved"] or {}
    named = {name: form.get(name) for name in ("back", "cancel")} | {
        name: saved.get(name) for name in ("change", "withdraw")
    }
    named |= {f"edit {name}": line["edit"] for name, line in zip(STEPS, form.get("summary", ()), strict=False)}
    return {name: ref for name, ref in named.items() if ref}
