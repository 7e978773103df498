"""Names of all the world, and what surrounds them."""

import pytest

from helpline.forms.person_names import could_be_name, in_capitals, is_name_alone, read_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Grace", "Grace"),
        ("grace", "Grace"),
        ("Mary Ann", "Mary Ann"),
        ("my name is Patrice", "Patrice"),
        ("just call me Bev", "Bev"),
        ("I'm Grace", "Grace"),
        ("it's Siobhan O'Neill", "Siobhan O'Neill"),
        ("hi, my name is karen with a k", "Karen"),
        ("Grace, 215-555-0142", "Grace"),
        ("you spelled my name wrong, its Siobhan", "Siobhan"),
        ("José", "José"),
        ("Ned", "Ned"),
        ("Hope", "Hope"),
        ("I'm scared", None),
        ("i'm grace", None),
        ("scared", None),
        ("thanks anyway", None),
        ("this is hard", None),
        ("call me back tomorrow", None),
        ("it's actually Marisol", "Marisol"),
        ("hello", None),
        ("I don't want to say", None),
        ("what is this", None),
        ("215-555-0142", None),
        ("!!!", None),
    ],
)
def test_a_name_is_told_from_other_words(text, name):
    assert read_name(text, []) == name


def test_outside_its_question_a_name_must_be_introduced():
    assert read_name("liver mets", ["Liver"], alone=False) is None
    assert read_name("call me back plz", [], alone=False) is None
    assert read_name("this is hard", [], alone=False) is None
    assert read_name("my name is Bev, call me", [], alone=False) == "Bev"
    assert read_name("I'm Bev and I have mets", ["Bev"], alone=False) == "Bev"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Zoe\u0308", "Zo\u00eb"),
        ("\u0e08\u0e31\u0e19\u0e17\u0e23\u0e4c", "\u0e08\u0e31\u0e19\u0e17\u0e23\u0e4c"),
        ("\u0938\u0940\u0924\u093e", "\u0938\u0940\u0924\u093e"),
        ("\u674e\u5a1c", "\u674e\u5a1c"),
        ("\u0424\u0451\u0434\u043e\u0440", "\u0424\u0451\u0434\u043e\u0440"),
        ("\u0641\u0627\u0637\u0645\u0629 \u0639\u0644\u064a", "\u0641\u0627\u0637\u0645\u0629 \u0639\u0644\u064a"),
        ("\ubc15\uc9c0\ubbfc", "\ubc15\uc9c0\ubbfc"),
        ("Ngọc Thị Minh Anh", "Ngọc Thị Minh Anh"),
        ("María del Carmen de la Cruz", "María del Carmen de la Cruz"),
        ("Jan van der Meer", "Jan van der Meer"),
        ("Bo", "Bo"),
        ("ng", "Ng"),
        ("mary-jo o'neil", "Mary-Jo O'Neil"),
        ("Anne\u2011Sophie", "Anne-Sophie"),
        ("O\u2019Shea", "O'Shea"),
        ("Ms. Rivera", "Ms. Rivera"),
        ("dr. patel", "Dr. Patel"),
        ("Mrs.", None),
        ("J. R. Ewing", "J. R. Ewing"),
        ("S-i-o-b-h-a-n", "Siobhan"),
    ],
)
def test_every_script_and_shape_of_a_name_is_taken(text, name):
    assert read_name(text, []) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Rosa \U0001f339", "Rosa"),
        ("\u2728Rosa\u2728", "Rosa"),
        ("Rosa ;-)", "Rosa"),
        ("Rosa <3", "Rosa"),
        ("~*Rosa*~", "Rosa"),
        ("\u201cRosa\u201d", "Rosa"),
        ("'Rosa'", "Rosa"),
        ("Rosa!!", "Rosa"),
        ("Rosa xoxo", "Rosa"),
        ("Rosa\nDiaz", "Rosa Diaz"),
        ("Rosa from Texas", "Rosa"),
        ("I'm Rosa from Texas", "Rosa"),
        ("Rosa here, hi", "Rosa"),
        ("Rosa (she/her)", "Rosa"),
        ("Rosa and I am 52", "Rosa"),
        ("Rosa is my name", "Rosa"),
        ("call me Mo", "Mo"),
        ("Maureen, but everyone calls me Mo", "Mo"),
        ("i'm siobhan", "Siobhan"),
        ("name: Rosa", "Rosa"),
        ("hi, rosa", "Rosa"),
        ("ok Rosa", "Rosa"),
        ("sure, it's Rosa", "Rosa"),
        ("me llamo María", "María"),
    ],
)
def test_what_surrounds_a_name_is_taken_away(text, name):
    assert read_name(text, []) == name


@pytest.mark.parametrize(
    "text",
    ["call me asap", "call me tonight", "I'm Terrified", "hola", "hablo español", "stop asking",
     "ok then", "hello there", "It's Complicated",
     "purple carrots taste fine",
     "\u6211\u60f3\u77e5\u9053\u4ec0\u4e48\u662f\u8f6c\u79fb\u6027\u4e73\u817a\u764c", "y", "\U0001f62d",
     "my doctor called"],
)  # fmt: skip
def test_other_words_are_no_name(text):
    assert read_name(text, []) is None


def test_a_name_alone_is_known_as_one():
    for text in ("Rosa", "rosa diaz", "call me Mo", "it's Mary-Jo O'Neil", "Rosa :)", "Will Power"):
        assert is_name_alone(text), text
    for text in ("tired of this", "i'm scared", "is lobular worse", "talk to a person", "it's hard"):
        assert not is_name_alone(text), text


def test_a_few_words_may_be_a_name_when_they_are_said_twice():
    assert could_be_name("Chemo") == "Chemo"
    assert could_be_name("it's lost") == "Lost"
    assert could_be_name("215-555-0142") is None
    assert could_be_name("what on earth is this thing for then") is None


@pytest.mark.parametrize(
    "text", ["Ola", "ola", "Ola.", "My", "An", "Can", "So", "Do", "Sunday", "Wednesday", "Ai", "OLA", "Love"]
)
def test_a_word_that_is_a_name_too_is_one_as_the_whole_answer(text):
    assert read_name(text, []) == (text if text.isupper() else text.rstrip(".").capitalize())
    assert is_name_alone(text)


@pytest.mark.parametrize(
    "text", ["Ola!", "Hola", "my", "so", "can", "MY", "Can you", "My husband", "So sad", "sunday", "on Sunday"]
)
def test_the_same_words_in_small_letters_or_in_company_are_none(text):
    assert read_name(text, []) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("her name is Linda, mine is Jess", "Jess"),
        ("mine is Jess, hers is Linda", "Jess"),
        ("my moms name is Rosa, im Ana", "Ana"),
        ("jess. her name is linda", "Jess"),
        ("Tom, calling about my wife Ellen", "Tom"),
        ("patient is Linda, caller Jess", "Jess"),
        ("her name is Linda", "Linda"),
        ("my mom is the one who has it", None),
    ],
)
def test_of_two_names_the_visitors_own_is_taken(text, name):
    assert read_name(text, []) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("put Sandra as the name", "Sandra"),
        ("Use Bea", "Bea"),
        ("you can use pat", "Pat"),
        ("tell them to ask for Gwen", "Gwen"),
        ("ask for help", None),
        ("use my number", None),
        ("put anything", None),
        ("ask for bob", None),
    ],
)
def test_a_name_may_be_proposed_and_a_common_word_is_none(text, name):
    assert read_name(text, []) == name


def test_a_name_that_lists_know_counts_in_small_letters():
    assert read_name("im karen", []) is None
    assert read_name("im karen", ["karen"]) == "Karen"
    assert read_name("hi its tom, linda is my mom", ["tom", "linda"]) == "Tom"
    assert is_name_alone(in_capitals("its maria", ["maria"]))
