from pathlib import Path

from helpline.content.catalogue import Catalogue
from helpline.content.check import project_problems
from helpline.content.project import with_wording
from helpline.content.source import Problem
from helpline.content.wording import Wording
from tests.content.conftest import Content


def test_answers_have_their_titles_and_all_their_variations(pristine: Path) -> None:
    answers = Catalogue(pristine).snapshot().answers

    assert answers["utter_faq/ned"].title == "NED, no evidence of disease"
    assert answers["utter_ned_simply"].title == "NED, no evidence of disease: simply"
    assert answers["utter_ask_contact_address"].title == "Ask contact address"
    assert len(answers["utter_ask_contact_address"].wording) == 2
    assert answers["utter_crisis/self"].is_safety
    assert not answers["utter_faq/ned"].is_safety


def test_files_are_read_again_only_when_one_has_changed(content: Content) -> None:
    catalogue = Catalogue(content.root)
    first = catalogue.snapshot()
    assert catalogue.snapshot() is first

    content.replace("data/responses/safety.yml", "You deserve to be safe.", "You should be safe.")

    assert catalogue.snapshot() is not first
    assert "You should be safe" in catalogue.snapshot().answers["utter_violence"].wording[0].text


def test_a_response_that_is_defined_twice_is_nobodys_to_edit(content: Content) -> None:
    content.add("data/responses/safety.yml", "\n  utter_goodbye:\n    - text: Bye.\n")

    assert "utter_goodbye" not in Catalogue(content.root).snapshot().answers


def test_a_draft_is_not_blamed_for_what_is_wrong_elsewhere(content: Content) -> None:
    content.add("data/responses/safety.yml", "\n  utter_unused:\n    - text: Nobody says this.\n")
    snapshot = Catalogue(content.root).snapshot()
    answer = snapshot.answers["utter_goodbye"]

    assert snapshot.check(answer, answer.wording).problems == ()


def test_a_draft_is_told_what_it_breaks_elsewhere(content: Content) -> None:
    """The only ordinary use of a word goes, and another response begins a sentence with it."""
    content.replace("data/responses/safety.yml", "You deserve to be safe.", "You deserve to be safe. Zestfully so.")
    content.replace(
        "data/responses/conversation.yml",
        "  utter_goodbye:\n    - text: |-\n",
        "  utter_goodbye:\n    - text: |-\n        We say zestfully.\n\n",
    )
    snapshot = Catalogue(content.root).snapshot()
    goodbye = snapshot.answers["utter_goodbye"]
    assert snapshot.check(goodbye, goodbye.wording).problems == ()

    problems = snapshot.check(goodbye, (Wording("Take care.", goodbye.wording[0].titles),)).problems

    assert [(one.key, '"Zestfully"' in one.message) for one in problems] == [("utter_violence", True)]


def test_a_mistake_of_typing_is_told_first_and_alone(pristine: Path) -> None:
    snapshot = Catalogue(pristine).snapshot()
    answer = snapshot.answers["utter_goodbye"]

    problems = snapshot.check(answer, (Wording("It\u2019s 99 o\u2019clock!", answer.wording[0].titles),)).problems

    assert ["quotes as Word makes them" in one.message for one in problems] == [True]


def test_figures_are_told_with_the_fact_and_its_place(pristine: Path) -> None:
    snapshot = Catalogue(pristine).snapshot()
    answer = snapshot.answers["utter_crisis/self"]
    figures = dict(snapshot.check(answer, answer.wording).variations[0].figures)

    assert figures["988"] == "Suicide & Crisis Lifeline (content/contacts.yml)"
    assert set(figures) == {"988", "911", "(888) 753-LBBC (5222)"}


def test_a_draft_is_told_what_the_whole_check_tells_of_it(pristine: Path) -> None:
    """Only what a draft can touch is checked while somebody writes; here the whole is checked beside it."""
    snapshot = Catalogue(pristine).snapshot()
    texts = ("Call Texas at 99, unfortunately.", "988", "<b>See</b> {nothing} " + "word " * 100, "Diagnoses differ.")
    for name, answer in list(snapshot.answers.items())[::40]:
        for text in texts:
            wording = tuple(Wording(text, tuple("x" * 40 for _ in one.titles)) for one in answer.wording)
            checked = snapshot.check(answer, wording)
            whole = project_problems(with_wording(snapshot.project, {answer.file: checked.text}))
            expected = {one for one in whole if one.key == name or without_line(one) not in snapshot.known_problems}
            assert {without_line(one) for one in checked.problems} == set(map(without_line, expected)), (name, text)


def without_line(problem: Problem) -> tuple[str, str, str]:
    return problem.file, problem.key, problem.message
