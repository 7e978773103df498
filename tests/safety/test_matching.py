"""What takes a match back: idioms, denial, time; and that the files themselves are sound."""

import shutil

import pytest

from helpline.safety.dangers import DANGERS
from helpline.safety.grammar import PatternError
from helpline.safety.matching import SOURCE, PatternMatcher, read_patterns
from helpline.safety.words import split

CONTENT = {
    "words": {"self": "myself, herself"},
    "contexts": {"settled": ["years ago"], "back": ["again"], "past": ["last year"], "now": ["tonight"]},
    "crisis": {
        "present": "back",
        "raises": [
            {"code": "crisis.kill", "alone": True, "unless": ["settled"], "says": ["kill|killed <self>"]},
            {"code": "crisis.no_wish", "says": ["not want to live"]},
        ],
        "idioms": [
            {"code": "denied", "says": ["never kill <self>", "want to live"]},
            {"code": "laughing", "says": ["<self> laughing"]},
        ],
    },
    "violence": {"present": "back", "raises": [], "idioms": []},
    "threat": {"present": "back", "raises": [], "idioms": []},
    "emergency": {
        "present": "now",
        "raises": [{"code": "emergency.urgent.weak", "unless": ["past"], "needs": ["now"], "says": ["numb legs"]}],
        "idioms": [],
    },
    "despair": {"raises": [{"code": "despair.give_up", "says": ["give up"]}]},
    "languages": {"raises": [{"code": "crisis.languages", "alone": True, "says": ["quiero_morir|\u60f3_\u6b7b"]}]},
}


def outright(text: str, danger: str = "crisis") -> bool:
    return bool(PatternMatcher(CONTENT).match(text.split()).outright(danger))


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        ("i kill myself", True),
        ("i would never kill myself", False),
        ("i kill myself laughing", False),
        ("i never kill myself . but i kill myself", True),
        ("i do not want to live", True),
        ("she killed herself years ago", False),
        ("years ago . now i kill myself", True),
        ("years ago she killed herself and again i kill myself", True),
    ],
)
def test_idioms_denial_and_time_take_a_match_back(text, raised):
    assert outright(text) is raised


def test_weak_words_raise_only_where_it_happens_now():
    assert outright("numb legs tonight", "emergency")
    assert not outright("numb legs", "emergency")
    assert outright("last year and tonight numb legs", "emergency")


def test_a_class_raises_alone_only_where_it_says_so():
    found = PatternMatcher(CONTENT).match(["i", "do", "not", "want", "to", "live", ".", "i", "kill", "myself"])
    assert [match.expression.code for match in found.outright("crisis")] == ["crisis.no_wish", "crisis.kill"]
    assert [match.expression.code for match in found.alone("crisis")] == ["crisis.kill"]
    assert not PatternMatcher(CONTENT).match(["i", "kill", "myself", "laughing"]).alone("crisis")


def test_despair_is_seen_and_raises_nothing():
    found = PatternMatcher(CONTENT).match(["i", "give", "up"])
    assert found.despair
    assert not any(found.outright(danger) for danger in DANGERS)
    assert not found.look_alikes


@pytest.mark.parametrize("text", ["Quiero MORIR", "\u6211\u771f\u7684\u60f3\u6b7b\u4e86"])
def test_words_of_another_language_say_which_danger(text):
    found = PatternMatcher(CONTENT).match(split(text))
    assert [match.expression.code for match in found.alone("crisis")] == ["crisis.languages"]


def test_an_idiom_alone_is_seen_as_a_look_alike():
    found = PatternMatcher(CONTENT).match(["i", "want", "to", "live"])
    assert not found.matches
    assert found.look_alikes == {"crisis"}


def test_an_expression_with_an_unknown_context_is_refused():
    raises = [{"code": "crisis.x", "unless": ["nowhere"], "says": ["die"]}]
    content = {**CONTENT, "crisis": {**CONTENT["crisis"], "raises": raises}}
    with pytest.raises(PatternError, match=r"crisis\.x"):
        PatternMatcher(content)


def test_what_two_files_define_is_refused(tmp_path):
    shutil.copytree(SOURCE, tmp_path / "safety")
    with (tmp_path / "safety" / "violence.yml").open("a") as file:
        file.write("contexts: {settled: [years ago]}\n")
    with pytest.raises(PatternError, match=r"violence\.yml.*settled"):
        read_patterns(tmp_path / "safety")


@pytest.fixture(scope="module")
def content() -> dict:
    return read_patterns()


def entries(content: dict) -> list[dict]:
    kinds = (*DANGERS, "despair", "languages")
    return [entry for kind in kinds for part in ("raises", "idioms") for entry in content[kind].get(part, ())]


def test_every_code_is_there_once_and_says_its_kind(content):
    codes = [entry["code"] for entry in entries(content)]
    assert len(codes) == len(set(codes))
    assert all(entry["code"].split(".")[0] == danger for danger in DANGERS for entry in content[danger]["raises"])


def test_the_context_of_what_happens_now_is_there(content):
    assert {content[danger]["present"] for danger in DANGERS} <= content["contexts"].keys()


def test_every_context_is_asked_for(content):
    asked = {content[danger]["present"] for danger in DANGERS}
    asked |= {name for entry in entries(content) for part in ("unless", "needs") for name in entry.get(part, ())}
    assert content["contexts"].keys() - asked == set()


def test_every_list_of_words_is_used(content):
    lines = [line for entry in entries(content) for line in entry["says"]]
    lines += [line for lines_of in content["contexts"].values() for line in lines_of]
    assert [name for name in content["words"] if not any(f"<{name}>" in str(line) for line in lines)] == []


def test_no_pattern_stands_twice_in_an_expression(content):
    for entry in entries(content):
        assert len(entry["says"]) == len(set(map(str, entry["says"]))), entry["code"]


def test_every_pattern_whose_parts_are_all_there_is_tried():
    matcher = PatternMatcher(read_patterns())
    for text in ("i want to kill myself and my chest hurts now", "he hits me", "good morning", "no", "quiero morir"):
        words = dict.fromkeys(split(text))
        wanted = [
            pattern for _, _, pattern in matcher._patterns if all(part & words.keys() for part in pattern.required)
        ]
        tried = [pattern for _, pattern in matcher._candidates(words)]
        assert len(tried) == len(wanted)
        assert {id(pattern) for pattern in tried} == {id(pattern) for pattern in wanted}
