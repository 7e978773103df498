"""The words that code recognises: every alternative is, and a bad file says what is wrong with it."""

import re
from pathlib import Path

import pytest
import yaml

from helpline.errors import ContentError
from helpline.forms import message
from helpline.forms.ages import read_age_range
from helpline.forms.answers import read_choice
from helpline.forms.definition import FORMS
from helpline.forms.message import Message
from helpline.forms.person_names import read_name
from helpline.settings import ROOT
from helpline.text.form_words import RequestWords
from helpline.text.lexicon import FOLDER, Lexicon, read_lexicon
from helpline.text.word_groups import Patterns

ALTERNATIVES = yaml.safe_load((Path(__file__).parent / "alternatives.yml").read_text(encoding="utf-8"))
ENGLISH = FOLDER / "en.yml"


@pytest.mark.parametrize("purpose", ALTERNATIVES["messages"])
def test_every_way_to_say_what_one_wants_is_recognised(purpose):
    recognises = getattr(message, purpose)
    assert [text for text in ALTERNATIVES["messages"][purpose] if not recognises(Message(text))] == []


@pytest.mark.parametrize("slot", ALTERNATIVES["options"])
def test_every_word_for_an_option_chooses_it(slot):
    options = ALTERNATIVES["options"][slot]
    assert set(options) == set(Lexicon.load().options[slot])
    for key, texts in options.items():
        assert [text for text in texts if read_choice(slot, text) != key] == []


def test_every_name_of_an_answer_is_known():
    for slot, texts in ALTERNATIVES["answers"].items():
        assert [text for text in texts if not Lexicon.load().answers[slot].within(f"my {text} is wrong")] == []


def test_every_time_and_correction_is_recognised():
    lexicon = Lexicon.load()
    assert [text for text in ALTERNATIVES["times"] if not lexicon.times.within(text)] == []
    assert [text for text in ALTERNATIVES["corrections"] if not lexicon.correction.patterns.within(text)] == []


@pytest.mark.parametrize("group", ALTERNATIVES["found"])
def test_every_entry_of_a_group_is_found_by_one_of_its_phrases(group):
    entries, patterns = yaml.safe_load(ENGLISH.read_text(encoding="utf-8")), Lexicon.load()
    for key in group.split("."):
        entries, patterns = entries[key], getattr(patterns, key)
    phrases = ALTERNATIVES["found"][group]
    assert [text for text in phrases if not patterns.within(text)] == []
    assert [entry for entry in entries if not any(re.search(entry, text, re.IGNORECASE) for text in phrases)] == []


def test_every_group_of_request_words_that_holds_patterns_has_its_phrases():
    patterns = {f"requests.{name}" for name, field in RequestWords.__fields__.items() if field.type_ is Patterns}
    assert patterns <= set(ALTERNATIVES["found"])


def test_it_is_told_who_has_the_illness_and_which_language_is_written():
    lexicon = Lexicon.load()
    assert [text for text in ALTERNATIVES["for_another"] if not lexicon.whose_illness.other.search(text)] == []
    assert [text for text in ALTERNATIVES["other_language"] if not lexicon.other_languages.tell(text)] == []


def test_words_in_quotes_in_the_file_are_words():
    assert {"no", "yes", "on"} <= Lexicon.load().names.not_names
    assert read_name("no", []) is None
    assert read_age_range("in my mid-forties", 2026) == "40-49"


def test_what_the_lexicon_names_is_what_forms_and_domain_know():
    lexicon = Lexicon.load()
    slots = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["slots"]
    assert set(lexicon.answers) == {step.slot for form in FORMS.values() for step in form.steps}
    for slot, options in lexicon.options.items():
        if slots[slot]["type"] == "categorical":
            assert set(options) == set(slots[slot]["values"])


def test_a_lexicon_is_read_once():
    assert Lexicon.load("en") is Lexicon.load("en")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('  - "yes"\n', "  - yes\n", r"en\.yml.*agreement: the entry True is no text"),
        ("denial:", "denials:", r"denial: field required"),
        ("  links: [", "  lynx: [to]\n  links: [", r"correction\.lynx: extra fields"),
        ("  over: [over,", "  over: ['(over',", r"age\.over: .*'\(over' is no regular expression"),
        ("fillers: [actually, spelled, spelt, spelling]", "fillers: []", r"names\.fillers: .*at least one"),
        ("    twenties: 25", "    twenties: many", r"age\.decades\.twenties: .*integer"),
        ("commands:", "commands: [", r"en\.yml cannot be read"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_and_the_key(tmp_path, old, new, said):
    text = ENGLISH.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "en.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=rf"(?s){said}"):
        read_lexicon(tmp_path / "en.yml")


def test_a_language_without_a_file_is_said():
    with pytest.raises(ContentError, match=r"xx\.yml"):
        Lexicon.load("xx")


@pytest.mark.parametrize(
    "text", ["bonjour", "Guten Morgen", "hola, buenas tardes", "ano ang metastatic breast cancer", "qué es NED"]
)
def test_other_languages_are_told_by_their_words(text):
    assert Lexicon.load().other_languages.tell(text)


@pytest.mark.parametrize("text", ["hello", "what is NED", "my nan is in Los Angeles", "do you speak Hindi", "Ana", "?"])
def test_english_is_no_other_language(text):
    assert not Lexicon.load().other_languages.tell(text)
