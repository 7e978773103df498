"""A visitor's message as the forms see it, and the patterns by which its purpose is told."""

import re
from dataclasses import dataclass, field

# An intent below this is a guess.
SURE = 0.6


@dataclass(frozen=True)
class Message:
    """What was typed, and what the classifier made of it: intent, its confidence (0 to 1), entities by name."""

    text: str
    intent: str = "inform"
    confidence: float = 0.0
    entities: dict[str, list[str]] = field(default_factory=dict)

    def means(self, *intents: str) -> bool:
        """Tell whether the classifier is sure of one of the intents."""
        return self.intent in intents and self.confidence >= SURE

    def values(self, entity: str) -> list[str]:
        """Return the values found for an entity."""
        return self.entities.get(entity, [])


# Questions and statements that the page answers, or that are declined: the rules say how.
TOPICS = frozenset(
    """faq advice ask_topic two_questions nlu_fallback out_of_scope not_on_page ask_how_common ask_symptoms
    ask_difference ask_if_cured ask_more ask_why ask_what_now""".split()  # noqa: SIM905
)
# What is about the conversation itself; the rules answer it, and the form goes on or ends as they say.
ASIDES = frozenset(
    """talk_to_person ask_privacy delete_my_data start_over bot_challenge ask_capabilities other_language
    goodbye check_request request_callback request_volunteer""".split()  # noqa: SIM905
)
SAFETY = frozenset({"crisis", "violence", "emergency"})

_CANCEL = re.compile(
    r"^(?:please |no,? )?(?:cancel|stop|quit|exit|forget (?:it|about it)|never ?mind|nvm|abort|end (?:this|it)"
    r"|i (?:changed my mind|don'?t want (?:this|to do this|to|it) ?(?:any ?more)?))"
    r"(?: (?:this|it|that|the form|the request|my request|everything|please|now|any ?more))*[.!]*$",
    re.I,
)
_SKIP = re.compile(
    r"^(?:/skip|skip\b.{0,20}|pass|next(?: one| question)?|(?:i'?d |i would )?(?:rather|prefer) not.{0,30}"
    r"|leave (?:it|that|this) (?:out|blank|empty)|none of your business|no answer|n/?a|move on)[.!]*$",
    re.I,
)
_BACK = re.compile(
    r"^(?:please )?(?:can (?:we|i) )?(?:/go_back"
    r"|(?:go |step )?back(?: one)?(?: please)?|previous(?: one| question| step)?"
    r"|go to the (?:last|previous) (?:one|question|step)"
    r"|undo|one step back)[.!?]*$",
    re.I,
)
_WHY = re.compile(
    r"\bwhy (?:do|would|are|should|does|must|is|the|my|that)\b.{0,30}"
    r"\b(?:ask|asking|need|want|know|matter|that|this|it|you)\b"
    r"|^why\?*$|^what for\?*$|^what do you need (?:it|that|this) for\b"
    r"|\bdo i (?:have|need) to (?:say|tell|answer|give)\b"
    r"|^is (?:that|this|it) (?:necessary|required|needed)\b",
    re.I,
)
_YES = re.compile(
    r"^(?:/affirm|y|yes|yeah|yep|yup|ya|sure|ok(?:ay)?|correct|right|that'?s (?:right|correct|fine|good|it)"
    r"|looks? (?:good|right|fine)"
    r"|all (?:good|right|correct)|perfect|please do|go ahead|i (?:agree|do|am)|agreed?|save(?: it)?|send(?: it)?|fine"
    r"|it'?s (?:right|correct|fine))\b",
    re.I,
)
_NO = re.compile(
    r"^(?:/deny|n|no|nope|nah|not (?:really|quite|right|yet|now)|don'?t|do not|wrong|incorrect|change\b)\b", re.I
)
_UNSURE = re.compile(
    r"^(?:i(?:'m| am) )?(?:not sure|unsure|i don'?t know|don'?t know|idk|dunno|no idea|no clue|unknown|none|nothing"
    r"|nothing (?:special|in particular)|no preference|no)[.!]*$",
    re.I,
)
_ASKS = re.compile(
    r"^(?:so |and |but |ok(?:ay)?,? |wait,? |sorry,? |hey,? )*"
    r"(?:what|what'?s|whats|how|who|whose|which|where|when|why"
    r"|can|could|do|does|did|is|are|am|will|would|should|tell me|explain"
    r"|i (?:don'?t|do not) know what|i wonder)\s+(?!to\b)\S+",
    re.I,
)


def cancels(message: Message) -> bool:
    """Tell whether the visitor wants to stop the form."""
    return bool(_CANCEL.match(message.text.strip())) or message.means("cancel")


def skips(message: Message) -> bool:
    """Tell whether the visitor does not want to answer this question."""
    return bool(_SKIP.match(message.text.strip())) or message.means("skip")


def goes_back(message: Message) -> bool:
    """Tell whether the visitor wants the question before this one again."""
    return bool(_BACK.match(message.text.strip())) or message.means("go_back")


def asks_why(message: Message) -> bool:
    """Tell whether the visitor wants to know what this question is for."""
    return bool(_WHY.search(message.text)) or message.means("ask_why_needed")


def says_yes(message: Message) -> bool:
    """Tell whether the message is a yes."""
    return bool(_YES.match(message.text.strip())) or message.means("affirm")


def says_no(message: Message) -> bool:
    """Tell whether the message is a no."""
    return bool(_NO.match(message.text.strip())) or message.means("deny")


def is_unsure(message: Message) -> bool:
    """Tell whether the visitor says to have no answer."""
    return bool(_UNSURE.match(message.text.strip()))


def is_question(message: Message) -> bool:
    """Tell whether the message asks something, by its form. "How to tell my kids" names a worry and does not."""
    text = message.text.strip()
    return text.endswith("?") or bool(_ASKS.match(text))
