"""A question whether the helpline is open is answered from the settings, or with what to do where they say nothing."""

from datetime import datetime, timezone

import pytest
import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from helpline.rasa import generator
from helpline.rasa.generator import HelplineResponses
from helpline.rasa.instead import HOURS, NEAR_HOURS
from helpline.settings import ROOT, Settings

RESPONSES = {
    **yaml.safe_load((ROOT / "data/responses/conversation.yml").read_text())["responses"],
    **yaml.safe_load((ROOT / "data/topics/helpline.yml").read_text())["responses"],
}
DOMAIN = Domain.from_dict({"intents": ["faq"], "responses": RESPONSES})
NUMBER = "(888) 753-LBBC (5222)"
NEW_YORK = {"helpline_time_zone": "America/New_York"}
WORKDAYS = {"helpline_hours": "Mon-Fri 9am-5pm", **NEW_YORK}

ASKED = [
    "are you open now",
    "r u guys open on sunday",
    "is the helpline still open",
    "what are your hours",
    "what time do you close today",
    "can I call right now or is it too late to call",
    "is anyone there at night",
    "is it 24/7, the helpline",
    "are you closed on christmas",
]
NOT_ASKED = [
    "are you open to other ideas",
    "my clinic's hours are short",
    "an open wound on my breast",
    "can I call my doctor at night",
    "is anyone there",
    "what is the helpline",
]


class Clock(datetime):
    """A clock that stands: on a Wednesday in March, 10 in the morning in New York."""

    stands = datetime(2026, 3, 4, 15, tzinfo=timezone.utc)

    @classmethod
    def now(cls, tz=None):
        return cls.stands


async def say(name: str, text: str, *between: Event) -> str:
    events = [UserUttered(text, {"name": "faq"}, [], {"intent": {"name": "faq"}, "entities": []}), *between]
    tracker = DialogueStateTracker.from_events("visitor", events, DOMAIN.slots)
    return (await HelplineResponses(domain=DOMAIN).generate(name, tracker, "website") or {}).get("text", "")


@pytest.fixture
def configured(monkeypatch):
    def configure(when: datetime = Clock.stands, **given: object) -> None:
        monkeypatch.setattr(generator, "load_settings", lambda: Settings(**given))
        monkeypatch.setattr(Clock, "stands", when)
        monkeypatch.setattr(generator, "datetime", Clock)

    configure()
    return configure


@pytest.mark.parametrize("text", ASKED)
async def test_without_hours_it_says_that_it_does_not_know_them_and_gives_the_number(configured, text):
    said = await say("utter_faq/helpline", text)
    assert "don't know the helpline's hours" in said
    assert NUMBER in said


@pytest.mark.parametrize("text", NOT_ASKED)
async def test_another_question_keeps_its_answer(configured, text):
    assert "hours" not in await say("utter_faq/helpline", text)


@pytest.mark.parametrize("name", sorted(NEAR_HOURS & set(RESPONSES)))
async def test_it_is_answered_wherever_it_is_taken_for_something_near(configured, name):
    assert "hours" in await say(name, "are you open now")


async def test_danger_and_what_a_form_asks_are_not_replaced(configured):
    for name in ("utter_greet", "utter_goodbye"):
        assert "helpline's hours" not in await say(name, "are you open now")


async def test_only_the_first_reply_of_a_turn_is_replaced(configured):
    said = await say("utter_helpline", "are you open now", BotUttered("open"))
    assert said.startswith("You can call")


@pytest.mark.parametrize(
    ("settings", "when", "told"),
    [
        (WORKDAYS, (2026, 3, 4, 15), "is open now: " + NUMBER + ". Its hours are Mon-Fri 9am-5pm, New York time."),
        (WORKDAYS, (2026, 3, 6, 23), "is closed now. It opens on Monday, 9:00 AM, New York time: " + NUMBER),
        (
            {**WORKDAYS, "helpline_holidays": ["03-04"]},
            (2026, 3, 4, 15),
            "closed today for a holiday. It opens on Th",
        ),
        ({"helpline_hours": "24/7", **NEW_YORK}, (2026, 3, 4, 3), "open day and night: " + NUMBER),
        ({"helpline_hours": "Tue 8pm-2am", **NEW_YORK}, (2026, 3, 4, 6), "is open now"),
    ],
)
async def test_with_hours_it_says_whether_it_is_open(configured, settings, when, told):
    configured(datetime(*when, tzinfo=timezone.utc), **settings)
    assert told in await say("utter_faq/helpline", "are you open now")
    assert told in await say(HOURS, "a person please", ActiveLoop(None))
