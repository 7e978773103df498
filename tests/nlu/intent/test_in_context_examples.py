"""The examples of follow-ups stand behind the subject of a topic, as the classifier reads a message a second time."""

import yaml

from helpline.nlu.follow_ups import FollowUps
from helpline.nlu.intents import NOT_ON_PAGE_INTENT
from helpline.settings import ROOT


def topics() -> dict[str, str]:
    """Return the subject of each topic."""
    responses = {}
    for path in sorted((ROOT / "data" / "topics").glob("*.yml")):
        responses |= yaml.safe_load(path.read_text(encoding="utf-8"))["responses"]
    keys = [name.removeprefix("utter_faq/") for name in responses if name.startswith("utter_faq/")]
    return {key: FollowUps(responses).subject(key) or "" for key in keys}


def test_each_follows_a_topic_and_leads_to_one_or_to_people_or_off_the_page_or_only_tells():
    subjects = topics()
    written = yaml.safe_load((ROOT / "data" / "nlu" / "in_context.yml").read_text(encoding="utf-8"))["nlu"]
    led_to, followed = set(), set()
    for entry in written:
        led_to.add(entry["intent"])
        for example in entry["examples"].splitlines():
            subject, _, message = example.removeprefix("- ").partition(": ")
            assert subject in subjects.values(), example
            assert message.strip(), example
            followed.add(subject)
    remarks = {f"remark/{kind}" for kind in ("story", "reaction", "good_news", "bad_news")}
    people = {"talk_to_person", "ask_about_contact"}
    assert led_to == {*(f"faq/{key}" for key in subjects), NOT_ON_PAGE_INTENT, *remarks, *people}
    assert followed == set(subjects.values())
