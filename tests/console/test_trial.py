"""Trying the assistant out at the console, on the real engine: seen on each channel, saved, run, taken out."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryStep

from helpline.console.engine_calls import EngineCalls
from helpline.console.flow_runs import FlowRuns
from helpline.conversations.redaction import redactor
from helpline.processes.assistant_client import AssistantClient
from helpline.processes.sockets import socket_path
from helpline.processes.supervisor import Supervisor
from helpline.replay.cases import read_cases
from helpline.replay.runner import run_case
from helpline.settings import ROOT
from helpline.store.audit import Actor
from helpline.store.flows import last_runs, list_flows, save_flow
from tests.console.conftest import Browser, Console

FORM = ("please call me back", "Grace", "215 555 0142")


@pytest.fixture
def anna(console: Console, product: Supervisor) -> Iterator[Browser]:
    """Somebody who begins a trial at a console beside the running assistant."""
    trials = EngineCalls(socket_path(product.settings, "engine"), product.secret)
    console.app.state.engine = trials
    console.app.state.flow_runs = FlowRuns(console.app.state.desk.store, trials)
    browser = console.signed_in("anna")
    with browser.client:  # what goes on in the background goes on between two requests
        browser.post("/try/over")
        yield browser


def shown(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def say(browser: Browser, *texts: str, **fields: str) -> str:
    for said in texts:
        answer = browser.post("/try/say", text=said, **fields)
        assert answer.status_code == 303
    return browser.get(answer.headers["location"]).text


def save(browser: Browser, name: str, *texts: str):
    browser.post("/try/over")
    say(browser, *texts)
    return browser.post("/try/save", name=name)


def run_all(browser: Browser) -> str:
    """Run all tests as the page does, and return the page when they are done."""
    assert browser.post("/try/tests/run").status_code == 303
    until = time.monotonic() + 60
    while "every 1s" in browser.get("/try/tests/progress", headers={"HX-Request": "true"}).text:
        assert time.monotonic() < until
        time.sleep(0.05)
    return browser.get("/try/tests").text


def test_without_an_engine_it_says_so(console: Console) -> None:
    anna = console.signed_in()
    answer = anna.get("/try")
    assert (answer.status_code, "The assistant does not answer just now" in answer.text) == (503, True)
    for path, fields in (("/try/say", {"text": "hello"}), ("/try/back", {}), ("/try/over", {}), ("/try/save", {})):
        answer = anna.post(path, **fields)
        assert (answer.status_code, "The assistant does not answer" in answer.text) == (503, True), path
    part = anna.client.post("/try/say", data={"csrf": anna.csrf, "text": "hello"}, headers={"HX-Request": "true"})
    assert (part.status_code, "The assistant does not answer" in part.text, "<html" in part.text) == (200, True, False)


def test_tests_that_nobody_answers_are_given_up(console: Console) -> None:
    anna = console.signed_in()
    turn = {"said": "hello", "pressed": False}
    for number in range(4):
        save_flow(console.database, Actor(None, "test"), f"test {number}", "website", [dict(turn, **ANSWERED)])
    with anna.client:
        page = shown(run_all(anna))
    assert page.count("This run: No answer") == 2
    assert page.count("This run: Not run") == 2


ANSWERED = {
    "payload": "hello", "intent": "greet", "danger": None, "entities": [], "story": [],
    "responses": ["utter_greet"], "texts": ["Hello."], "choices": [],
}  # fmt: skip


def test_an_answer_is_shown_with_why(anna: Browser) -> None:
    assert "What a visitor says" in anna.get("/try").text
    page = shown(say(anna, "what does NED mean"))
    assert "NED stands for no evidence of disease" in page
    assert "NED, no evidence of disease , 99% sure" in page or "NED, no evidence of disease ," in page
    assert "rule: A question about a topic of the page is answered from the page" in page
    assert "From the page: Metastatic breast cancer, reviewed" in page
    assert "The signs and their weights" in page


def test_an_earlier_turn_can_be_asked_about(anna: Browser) -> None:
    say(anna, "what does NED mean", "I want to kill myself")
    earlier = anna.get("/try?turn=2").text.partition("Why it answered so")[2]
    assert "utter_faq" in earlier
    assert "Raised" not in earlier
    assert "Raised" in anna.get("/try?turn=x").text
    assert "Raised" not in anna.get("/try?turn=999").text


def test_by_text_message_choices_are_numbers_that_choose(anna: Browser) -> None:
    html = say(anna, "what does NED mean", channel="sms")
    assert "1. How is it different from stable?" in shown(html)
    assert '<button name="button"' not in html
    assert "Stable disease: the cancer is there" in shown(say(anna, "1", channel="sms"))
    assert '<button name="button"' in anna.get("/try").text


def test_whatsapp_shows_a_list_that_opens_and_its_rows_are_pressed(anna: Browser) -> None:
    anna.post("/try/over", channel="whatsapp")
    html = say(anna, "please call me back", "Grace", channel="whatsapp")
    assert "which ends in 0142?" in shown(html)
    ref = re.search(r'value="([^"]+)">Yes<', html)[1]
    anna.post("/try/say", button=ref, channel="whatsapp")
    html = anna.get("/try?channel=whatsapp").text
    assert "A list that opens with \u201cChoose\u201d" in shown(html)
    ref = re.search(r'value="([^"]+)">Mornings<', html)[1]
    anna.post("/try/say", button=ref, channel="whatsapp")
    assert "Mornings" in shown(anna.get("/try?channel=whatsapp").text)


def test_a_text_message_says_how_it_is_sent_and_begins_with_who_answers(anna: Browser) -> None:
    anna.post("/try/over", channel="sms")
    html = shown(say(anna, "what does NED mean", channel="sms"))
    assert re.search(r"GSM-7, \d+ characters, \d parts", html)
    assert html.count("Message and data rates may apply") == 1
    assert shown(say(anna, "1", channel="sms")).count("Message and data rates may apply") == 1


def test_by_text_message_the_visitor_writes_first(anna: Browser) -> None:
    anna.post("/try/over", channel="sms")
    assert "Here the visitor writes first" in anna.get("/try?channel=sms").text


def test_by_text_message_the_channels_own_words_do_what_they_do_there(anna: Browser) -> None:
    anna.post("/try/over", channel="sms")
    html = shown(say(anna, "HELP", channel="sms"))
    assert "LBBC's automated assistant on metastatic breast cancer. Ask in your own words." in html.replace(
        "&#39;", "'"
    )
    assert "The channel answers this by itself" in html
    html = shown(say(anna, "STOP", channel="sms"))
    assert html.count("You will get no more messages from this number") == 1
    assert "NED stands for" not in shown(say(anna, "what does NED mean", channel="sms"))
    html = shown(say(anna, "START", channel="sms"))
    assert html.count("You will get messages again") == 1
    assert "no evidence of disease" in shown(say(anna, "what does NED mean", channel="sms"))


def test_by_text_message_cancel_asks_in_a_form_and_stop_ends_it(anna: Browser) -> None:
    anna.post("/try/over", channel="sms")
    html = shown(say(anna, *FORM[:2], "CANCEL", channel="sms"))
    assert "Do you want to leave these questions, or to stop all messages?" in html
    assert "The form callback_form is open." in html
    html = shown(say(anna, "STOP", channel="sms"))
    assert "The form callback_form is open." not in html
    assert html.count("You will get no more messages") == 1


def test_by_text_message_more_brings_the_rest(anna: Browser) -> None:
    anna.post("/try/over", channel="sms")
    before = shown(say(anna, "what is NED, and what does progression mean", channel="sms"))
    assert "Reply MORE to read on." in before
    after = shown(say(anna, "MORE", channel="sms"))
    assert after.count("GSM-7") > before.count("GSM-7")
    assert "The channel answers this by itself" in after


def test_the_channels_own_words_are_part_of_a_saved_test_and_of_no_story(anna: Browser, console: Console) -> None:
    anna.post("/try/over", channel="sms")
    say(anna, "what does NED mean", "HELP", channel="sms")
    assert anna.post("/try/save", name="Asks for help", channel="sms").status_code == 303
    assert [turn["said"] for turn in list_flows(console.database)[0].turns] == ["what does NED mean", "HELP"]
    assert "This run: As when it was saved" in shown(run_all(anna))
    assert "HELP" not in anna.get("/try/tests/stories.yml").text
    assert "HELP" not in anna.get("/try/tests/1/case.jsonl").text


def test_a_chip_is_pressed(anna: Browser) -> None:
    html = say(anna, "what does NED mean")
    ref = re.search(r'value="([^"]+)">How is it different from stable', html)[1]
    anna.post("/try/say", button=ref)
    assert "(a button was pressed)" in anna.get("/try").text
    answer = anna.post("/try/say", button=ref)
    assert "cannot be pressed any more" in anna.get(answer.headers["location"]).text


@pytest.mark.parametrize(("text", "said"), [("", "Write something first"), ("x" * 1001, "longer than a visitor may")])
def test_what_cannot_be_said_is_told(anna: Browser, text: str, said: str) -> None:
    answer = anna.post("/try/say", text=text)
    assert said in anna.get(answer.headers["location"]).text


@pytest.mark.parametrize("query", ["channel=x", "channel=%00", "turn=-1", "turn=%D9%A3", "turn=99999999999", "said=x"])
def test_an_address_that_makes_no_sense_shows_the_conversation(anna: Browser, query: str) -> None:
    assert "What a visitor says" in anna.get(f"/try?{query}").text


def test_what_is_typed_is_shown_as_text(anna: Browser) -> None:
    html = say(anna, "<script>alert(1)</script>")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_trial_that_the_engine_forgot_is_told(anna: Browser, console: Console) -> None:
    dora = console.signed_in("dora")
    answer = dora.post("/try/say", text="hello")
    assert "The assistant was started anew" in dora.get(answer.headers["location"]).text


def test_each_session_has_a_trial_of_its_own(anna: Browser, console: Console) -> None:
    say(anna, "what does NED mean")
    assert "what does NED mean" not in console.signed_in("ben").get("/try").text


def test_a_form_is_shown_step_by_step_and_nothing_is_claimed_to_be_saved(anna: Browser) -> None:
    page = shown(say(anna, *FORM))
    assert "The form callback_form is open." in page
    assert "phone_number new +12155550142" in page
    assert re.search(r"Question 3 of \d", page)
    page = shown(say(anna, "mornings", "about the costs", "yes"))
    assert "Here nothing is saved, and nobody calls." in page


@pytest.mark.parametrize(
    ("name", "said", "reason"),
    [
        ("", "what does NED mean", "Write a name"),
        ("Maria Lopez, born 3/4/1970", "what does NED mean", "seems to hold"),
        ("A test", "my name is Maria Lopez and my number is 610 649 2203", "seems to hold"),
        ("A test", "is NED [a guy]", "Square brackets"),
    ],
)
def test_personal_details_are_refused(anna: Browser, console: Console, name: str, said: str, reason: str) -> None:
    answer = save(anna, name, said)
    assert (answer.status_code, reason in answer.text) == (422, True)
    assert list_flows(console.database) == []


def test_the_engine_looks_for_personal_details_and_the_console_where_it_is_away(
    anna: Browser, console: Console
) -> None:
    redactor.cache_clear()
    cora = console.signed_in("cora", "coordinator")
    draft = {"text_0": "Call Maria Lopez at 610 649 2203.", "seen": "x", "version": "0"}
    assert save(anna, "A test", "my name is Maria Lopez").status_code == 422
    assert "seems to hold a name and a phone number" in cora.post("/answers/utter_faq.ned/look", **draft).text
    assert redactor.cache_info().currsize == 0  # it would take 20 MB here, and is loaded there already
    console.app.state.engine = EngineCalls(Path("nobody.sock"), "")
    assert "seems to hold a name and a phone number" in cora.post("/answers/utter_faq.ned/look", **draft).text
    assert redactor.cache_info().currsize == 1


def test_a_saved_test_is_gone_on_with_and_stays_as_it_is(anna: Browser, console: Console) -> None:
    save(anna, "A call back", *FORM[:2])
    saved = list_flows(console.database)[0]
    answer = anna.post("/try/tests/1/try")
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/try")
    page = anna.get(answer.headers["location"]).text
    assert "The test is played anew" in page
    assert [said in shown(page) for said in FORM] == [True, True, False]
    assert re.search(r"Question 3 of \d", shown(say(anna, FORM[2])))
    anna.post("/try/back")
    anna.post("/try/back")
    assert "Grace" not in shown(anna.get("/try").text)
    say(anna, "Ada")
    assert anna.post("/try/save", name="A call back for Ada").status_code == 303
    assert list_flows(console.database)[0] == saved
    assert [turn["said"] for turn in list_flows(console.database)[1].turns] == [FORM[0], "Ada"]
    assert anna.post("/try/tests/99/try").status_code == 404


def test_a_test_of_a_text_message_is_gone_on_with_as_one(anna: Browser, console: Console) -> None:
    save_flow(console.database, Actor(None, "test"), "By text", "sms", [dict(ANSWERED, said="hello", pressed=False)])
    assert anna.post("/try/tests/1/try").headers["location"].startswith("/try?channel=sms")
    console.app.state.engine = EngineCalls(Path("nobody.sock"), "")
    assert anna.post("/try/tests/1/try").status_code == 503


def test_nothing_said_is_nothing_to_save_and_a_name_is_taken_once(anna: Browser, console: Console) -> None:
    assert "Save as a test" not in anna.get("/try").text
    assert anna.post("/try/save", name="Empty").status_code == 422
    assert save(anna, "NED", "what does NED mean").status_code == 303
    assert "There is a test of this name" in save(anna, "ned", "what does NED mean").text
    assert len(list_flows(console.database)) == 1


def test_saved_tests_are_run_and_differences_are_told_in_words(anna: Browser, console: Console) -> None:
    assert "No tests yet" in anna.get("/try/tests").text
    save(anna, "NED, then a cure", "what does NED mean", "so am I cured")
    save(anna, "A call back", *FORM)
    other = dict(ANSWERED, said="what does NED mean", pressed=False, intent="faq/curable", responses=["utter_x"])
    save_flow(console.database, Actor(None, "test"), "Was answered otherwise", "website", [other])
    page = shown(run_all(anna))
    assert page.count("This run: As when it was saved") == 2
    assert "Message 1 is understood as faq/ned, and was as faq/curable." in page
    assert "Message 1 is answered with utter_faq/ned, and was with utter_x." in page
    anna.post("/try/tests/3/accept")
    page = shown(run_all(anna))
    assert page.count("This run: As when it was saved") == 3
    assert "Nothing changed since the run before" in page
    one = shown(anna.get("/try/tests/2").text)
    assert "In the words of then." in one
    assert [len(run.results) for run in last_runs(console.database)] == [3, 3]


def test_a_change_between_two_runs_is_told(anna: Browser, console: Console) -> None:
    number = save_flow(
        console.database, Actor(None, "t"), "NED", "website", [dict(ANSWERED, said="what does NED mean", pressed=False)]
    )
    run_all(anna)
    with console.database.transaction() as session:
        written = json.dumps([dict(ANSWERED, said="what does NED mean", pressed=False, danger="crisis/self")])
        cipher = console.database.cipher
        session.connection().exec_driver_sql("UPDATE flow_results SET turns = ?", (cipher.encrypt(written),))
    page = shown(run_all(anna))
    assert "1 changed since the run before." in page
    one = shown(anna.get(f"/try/tests/{number}").text)
    assert "What changed since the run before" in one
    assert "Message 1 is no more taken for danger: said something that may be a crisis." in one


def test_what_is_saved_cannot_be_read_in_the_file(anna: Browser, console: Console, tmp_path: Path) -> None:
    save(anna, "Lavender", "what does NED mean, dear cornflower")
    run_all(anna)
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"Lavender" not in written
    assert b"cornflower" not in written


def test_a_test_is_deleted_with_its_results(anna: Browser, console: Console) -> None:
    save(anna, "NED", "what does NED mean")
    run_all(anna)
    assert anna.post("/try/tests/1/delete").status_code == 303
    assert list_flows(console.database) == []
    assert last_runs(console.database)[0].results == {}
    for path in ("/try/tests/1", "/try/tests/1/story.yml", "/try/tests/1/case.jsonl", "/try/tests/stories.yml"):
        assert anna.get(path).status_code == 404
    assert anna.post("/try/tests/1/accept").status_code == 404


def read_stories(text: str, directory: Path) -> list[StoryStep]:
    """Read test stories by Rasa's own reader, as `rasa test` does."""
    (directory / "test_saved.yml").write_text(text, encoding="utf-8")
    domain = Domain.load(str(ROOT / "domain.yml")).merge(Domain.load(str(ROOT / "data")))
    return YAMLStoryReader(domain).read_from_file(directory / "test_saved.yml")


def test_the_story_is_read_by_rasa(anna: Browser, tmp_path: Path) -> None:
    say(anna, *FORM, "mornings")
    save(anna, "A call back: asked for", *FORM, "what does NED mean", "mornings")
    save(anna, "Danger", "what does NED mean", "I want to kill myself")
    stories = read_stories(anna.get("/try/tests/stories.yml").text, tmp_path)
    assert [story.block_name for story in stories] == ["A call back: asked for", "Danger"]
    said = [event.text for story in stories for event in story.events if isinstance(event, UserUttered)]
    assert said == [*FORM, "what does NED mean", "mornings", "what does NED mean", "I want to kill myself"]
    actions = [event.action_name for event in stories[1].events if isinstance(event, ActionExecuted)]
    assert actions == ["utter_faq", "utter_crisis"]


def test_the_case_runs_with_replay(anna: Browser, client: AssistantClient) -> None:
    html = say(anna, "what does NED mean")
    anna.post("/try/say", button=re.search(r'value="([^"]+)">How is it different from stable', html)[1])
    assert anna.post("/try/save", name="NED and stable").status_code == 303
    save(anna, "A call back", *FORM, "mornings", "about the costs", "yes")
    cases = read_cases(anna.get("/try/tests/cases.jsonl").text.splitlines())
    assert [case.turns[:2] for case in cases] == [
        ["what does NED mean", "How is it different from stable?"],
        list(FORM[:2]),
    ]
    assert all(case.must for case in cases)
    assert [run_case(case, client).problems for case in cases] == [[], []]
