"""A visitor's message as the forms see it, and what it wants, as told by its words and by the classifier."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from helpline.nlu.intents import FOLLOW_UPS, likely_leaf
from helpline.text.lexicon import Commands, Lexicon

# An intent below this is a guess.
SURE = 0.6


@dataclass(frozen=True)
class Message:
    """What was typed, and what the classifier made of it.

    Attributes:
        text: What was typed.
        intent: The intent.
        confidence: How sure the classifier is of it, from 0 to 1.
        entities: The values found for each entity, by its name.
        may_ask: Whether some topic is likely that it asks for, although it was not understood.
    """

    text: str
    intent: str = "inform"
    confidence: float = 0.0
    entities: dict[str, list[str]] = field(default_factory=dict)
    may_ask: bool = False

    @classmethod
    def from_parse_data(cls, parsed: Mapping[str, Any]) -> "Message":
        """Return the message that Rasa's parse data tell of."""
        intent = parsed.get("intent") or {}
        entities: dict[str, list[str]] = {}
        for entity in parsed.get("entities") or []:
            entities.setdefault(entity["entity"], []).append(str(entity["value"]))
        return cls(
            text=parsed.get("text") or "",
            intent=intent.get("name") or "nlu_fallback",
            confidence=intent.get("confidence") or 0.0,
            entities=entities,
            may_ask=likely_leaf(parsed) is not None,
        )

    def means(self, *intents: str) -> bool:
        """Tell whether the classifier is sure of one of the intents."""
        return self.intent in intents and self.confidence >= SURE

    def is_button(self, intent: str) -> bool:
        """Tell whether the message is the payload of a button with this intent."""
        return self.text.strip().rstrip(".!") == f"/{intent}"

    def values(self, entity: str) -> list[str]:
        """Return the values found for an entity."""
        return self.entities.get(entity, [])


_EDIT = re.compile(r'/correct_value\{"answer": "(?P<slot>\w+)"\}')


def edited_slot(message: Message) -> str | None:
    """Return the slot whose "Edit" was pressed in a summary, or None."""
    pressed = _EDIT.fullmatch(message.text.strip())
    return pressed["slot"] if pressed else None


# Questions and statements that the page answers, or that are declined: the rules say how.
TOPIC_INTENTS = FOLLOW_UPS | {
    "faq",
    "advice",
    "ask_topic",
    "two_questions",
    "nlu_fallback",
    "out_of_scope",
    "not_on_page",
    "other_subject",
    "remark",
}
# What is about the conversation itself; the rules answer it, and the form goes on or ends as they say.
CONVERSATION_INTENTS = frozenset(
    """talk_to_person ask_privacy ask_transcript delete_my_data start_over bot_challenge ask_capabilities other_language
    goodbye check_request request_callback request_volunteer ask_about_contact leave_message offer_help""".split()  # noqa: SIM905
)


def cancels(message: Message) -> bool:
    """Tell whether the visitor wants to stop the form."""
    return _commands().cancel.matches(message.text.strip()) or message.means("cancel")


def skips(message: Message) -> bool:
    """Tell whether the visitor does not want to answer this question."""
    return message.is_button("skip") or _commands().skip.matches(message.text.strip()) or message.means("skip")


def has_no_wish(message: Message) -> bool:
    """Tell whether the visitor says that the answer to a question does not matter, whatever else it is taken for."""
    return _commands().no_wish.matches(message.text.strip())


def goes_back(message: Message) -> bool:
    """Tell whether the visitor wants the question before this one again."""
    said = _commands().go_back.matches(message.text.strip(), also_asked=True)
    return said or message.is_button("go_back") or message.means("go_back")


def wants_change(message: Message) -> bool:
    """Tell whether the visitor wants an answer changed and does not say which: "edit"."""
    return _commands().change.matches(message.text.strip())


def keeps_all(message: Message) -> bool:
    """Tell whether the visitor wants nothing changed after all."""
    return _commands().keep.matches(message.text.strip())


def keeps_summary(message: Message) -> bool:
    """Tell whether the visitor wants nothing of a summary changed, which is no yes to it either."""
    return Lexicon.load().decision.keeping.fullmatch(message.text.strip().strip(".!")) is not None


def asks_why(message: Message) -> bool:
    """Tell whether the visitor wants to know what this question is for."""
    return bool(Lexicon.load().asks_why.within(message.text)) or message.means("ask_why_needed")


def says_yes(message: Message) -> bool:
    """Tell whether the message is a yes."""
    said = Lexicon.load().agreement.at_start(message.text.strip())
    return bool(said) or message.is_button("affirm") or message.means("affirm")


def says_no(message: Message) -> bool:
    """Tell whether the message is a no."""
    said = Lexicon.load().refusal.at_start(message.text.strip())
    return bool(said) or message.is_button("deny") or message.means("deny")


def read_decision(message: Message) -> bool | None:
    """Read a yes or a no by which something is saved, deleted or withdrawn; None in doubt.

    A yes has to be said in words. What the classifier takes for one ("hmm") is none.
    """
    if says_no(message):
        return False
    if message.is_button("affirm"):
        return True
    lexicon, text = Lexicon.load(), message.text.strip()
    if lexicon.decision.doubt.within(text) or lexicon.decision.leaving.within(text):
        return None
    return True if lexicon.agreement.at_start(text) or lexicon.decision.agreeing.within(text) else None


def says_yes_alone(message: Message) -> bool:
    """Tell whether the message is a yes and no more, so that "correct" corrects nothing."""
    lexicon = Lexicon.load()
    text = message.text.strip()
    for words in (lexicon.decision.agreeing, lexicon.agreement, lexicon.decision.around):
        text = re.sub(rf"\b{words.expression}(?!\w)", " ", text, flags=re.IGNORECASE)
    return not re.search(r"\w", text) and read_decision(message) is True


def is_unsure(message: Message) -> bool:
    """Tell whether the visitor says to have no answer."""
    return _commands().unsure.matches(message.text.strip())


def is_question(message: Message) -> bool:
    """Tell whether the message asks something, by its form. "How to tell my kids" names a worry and does not."""
    text = message.text.strip()
    return text.endswith("?") or Lexicon.load().question.at_start(text)


def is_about_oneself(message: Message) -> bool:
    """Tell whether the message states something about the visitor, or somebody of theirs."""
    return bool(Lexicon.load().of_oneself.within(message.text)) and not message.text.strip().endswith("?")


def _commands() -> Commands:
    return Lexicon.load().commands
