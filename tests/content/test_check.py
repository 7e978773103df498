import pytest

from helpline.content.check import check_content
from helpline.settings import ROOT
from tests.content.conftest import Content
from tests.content.flaws import BROKEN, HELPLINE, NED, PLACES

CONVERSATION = "data/responses/conversation.yml"
TEA_FORM = {"tea_form": {"required_slots": ["sugar"]}}


def responses(name: str, text: str, more: str = "") -> str:
    return f'version: "3.1"\n\nresponses:\n  {name}:\n    - text: {text}\n{more}'


def test_the_content_of_the_project_is_in_order() -> None:
    assert [str(problem) for problem in check_content(ROOT)] == []


@pytest.mark.parametrize(("file", "old", "new", "key", "message"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_told_with_file_and_key(
    content: Content, file: str, old: str, new: str, key: str, message: str
) -> None:
    content.replace(file, old, new)

    found = content.new_problems()

    told = [problem for problem in found if problem.key == key and message in problem.message]
    assert told, [str(problem) for problem in found]
    assert told[0].file == PLACES.get(key, file)


def test_a_response_in_two_files_is_told_at_the_second(content: Content) -> None:
    content.add("data/responses/extra.yml", responses("utter_goodbye", f"Take care. Call {HELPLINE}."))

    told = [problem for problem in content.new_problems() if problem.key == "utter_goodbye"]

    assert [problem.file for problem in told] == ["data/responses/extra.yml"]
    assert f"already defined in {CONVERSATION}" in told[0].message


def test_a_response_that_nothing_uses_is_told(content: Content) -> None:
    content.add("data/responses/extra.yml", responses("utter_hello_again", "You are back."))

    assert ["Nothing uses this response" in problem.message for problem in content.new_problems()] == [True]


def test_a_response_that_only_python_names_is_told(content: Content) -> None:
    content.add("actions/extra.py", 'NAME = "utter_nowhere"\n')

    told = content.new_problems()

    assert [(problem.file, problem.line, problem.key) for problem in told] == [("actions/extra.py", 1, "utter_nowhere")]


def test_a_topic_without_its_file_is_told_wherever_it_was_expected(content: Content) -> None:
    (content.root / "data/topics/lobular.yml").unlink()

    told = {(problem.file, problem.key) for problem in content.new_problems()}

    assert {("content/facts.yml", "lobular"), ("domain.yml", "lobular")} <= told


def test_examples_without_an_answer_and_an_answer_without_examples_are_told(content: Content) -> None:
    for file in (NED, "data/nlu/in_context.yml"):
        content.replace(file, "intent: faq/ned\n", "intent: faq/nedd\n")

    told = {problem.key: problem.message for problem in content.new_problems()}

    assert "no answer" in told["faq/nedd"]
    assert "no examples" in told["utter_faq/ned"]


def test_a_form_that_cannot_ask_is_told(content: Content) -> None:
    content.change_domain(lambda domain: domain.setdefault("forms", {}).update(TEA_FORM))

    told = [problem for problem in content.new_problems() if problem.key == "tea_form"]

    assert 'Nothing asks for "sugar"' in told[0].message


def test_a_question_of_a_form_may_list_more_choices_than_an_answer(content: Content) -> None:
    choices = "".join(f"        - title: Choice\n          payload: {letter}\n" for letter in "abcde")
    content.change_domain(lambda domain: domain.setdefault("forms", {}).update(TEA_FORM))
    content.add(
        "data/responses/tea.yml", responses("utter_ask_tea_form_sugar", "Which one?", f"      buttons:\n{choices}")
    )

    assert content.new_problems() == []


def test_a_restart_that_says_nothing_is_told(content: Content) -> None:
    content.change_domain(lambda domain: domain.setdefault("actions", []).append("action_restart"))
    content.replace(CONVERSATION, "  utter_restart:", "  utter_restarted:")

    told = [problem.message for problem in content.new_problems() if problem.key == "utter_restart"]

    assert any("Rasa says this at action_restart" in message for message in told)


def test_a_value_that_an_action_gives_is_a_known_placeholder(content: Content) -> None:
    content.replace(NED, "Not everyone does.", "Not everyone does, as of {the_day}.")
    content.add(
        "actions/extra.py", 'def run(dispatcher):\n    dispatcher.utter_message(response="utter_x", the_day=1)\n'
    )

    assert all("placeholder" not in problem.message for problem in content.new_problems())


def test_a_missing_ledger_is_told(content: Content) -> None:
    (content.root / "content/facts.yml").unlink()

    assert ("content/facts.yml", "The file is missing.") in {
        (problem.file, problem.message) for problem in content.new_problems()
    }
