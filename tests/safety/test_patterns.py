"""What takes a finding back: idioms, denial, time; and that the file itself is sound."""

import pytest
import yaml

from helpline.nlu.safety.grammar import PatternError
from helpline.nlu.safety.kinds import KINDS
from helpline.nlu.safety.patterns import SafetyPatterns
from helpline.settings import ROOT

CONTENT = {
    "words": {"self": "myself, herself"},
    "contexts": {"settled": ["years ago"], "back": ["again"], "past": ["last year"], "now": ["tonight"]},
    "raises": [
        {"code": "crisis.kill", "unless": ["settled"], "says": ["kill|killed <self>"]},
        {"code": "crisis.no_wish", "says": ["not want to live"]},
        {"code": "emergency.urgent.weak", "unless": ["past"], "needs": ["now"], "says": ["numb legs"]},
    ],
    "idioms": [
        {"code": "denied", "of": "crisis", "says": ["never kill <self>", "want to live"]},
        {"code": "laughing", "of": "crisis", "says": ["<self> laughing"]},
    ],
}


def certain(text: str, kind: str = "crisis") -> bool:
    return bool(SafetyPatterns(CONTENT).look(text.split()).certain(kind))


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
def test_idioms_denial_and_time_take_a_finding_back(text, raised):
    assert certain(text) is raised


def test_weak_words_raise_only_where_it_happens_now():
    assert certain("numb legs tonight", "emergency")
    assert not certain("numb legs", "emergency")
    assert certain("last year and tonight numb legs", "emergency")


def test_an_idiom_alone_is_seen_as_a_look_alike():
    sight = SafetyPatterns(CONTENT).look(["i", "want", "to", "live"])
    assert not sight.findings
    assert sight.look_alikes == {"crisis"}


def test_a_rule_with_an_unknown_context_is_refused():
    content = {**CONTENT, "raises": [{"code": "crisis.x", "unless": ["nowhere"], "says": ["die"]}]}
    with pytest.raises(PatternError, match=r"crisis\.x"):
        SafetyPatterns(content)


@pytest.fixture(scope="module")
def content() -> dict:
    return yaml.safe_load((ROOT / "content" / "safety_patterns.yml").read_text(encoding="utf-8"))


def test_every_code_is_there_once_and_says_its_kind(content):
    codes = [entry["code"] for entry in (*content["raises"], *content["idioms"])]
    assert len(codes) == len(set(codes))
    assert all(entry["code"].split(".")[0] in KINDS for entry in content["raises"])
    assert all(entry["of"] in KINDS for entry in content["idioms"])


def test_every_list_of_words_is_used(content):
    lines = [line for part in ("raises", "idioms") for entry in content[part] for line in entry["says"]]
    lines += [line for lines_of in content["contexts"].values() for line in lines_of]
    assert [name for name in content["words"] if not any(f"<{name}>" in str(line) for line in lines)] == []


def test_no_pattern_stands_twice_in_a_rule(content):
    for entry in (*content["raises"], *content["idioms"]):
        assert len(entry["says"]) == len(set(map(str, entry["says"]))), entry["code"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("quiero morir", "crisis"),
        ("me quiero matar", "crisis"),
        ("ya no quiero vivir m\u00e1s", "crisis"),
        ("no puedo respirar", "emergency"),
        ("mi esposo me pega", "violence"),
    ],
)
def test_basic_spanish_is_understood(reader, text, kind):
    assert reader.look(reader.words(text)).certain(kind)
