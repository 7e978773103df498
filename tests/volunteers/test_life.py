"""What somebody is going through, from their own words; and what they deny is not read as theirs."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.text.lexicon import FOLDER, Lexicon
from helpline.text.word_groups import Phrases
from helpline.volunteers.life import Life, read_life
from helpline.volunteers.profile import CHILDREN, CONCERNS, WORK

# For each concern words of which every entry of the lexicon finds some.
WORDS = {
    "telling_children": [
        "how do I tell my kids",
        "talking to our two little sons",
        "what to say to the children",
        "how to tell my 8 year old",
        "my kids don't know",
    ],
    "fear_of_dying": [
        "dying",
        "I might die",
        "end of life",
        "hospice",
        "my own mortality",
        "my prognosis",
        "life expectancy",
        "how long do I have",
        "how much time have I got left",
        "the time I have left",
        "leaving my family",
        "not being there for the wedding",
        "I won't see her graduate",
        "will I see her graduate",
        "I want to be there for it",
        "my kids growing up without me",
    ],
    "newly_told": [
        "I was just diagnosed",
        "newly diagnosed",
        "a new diagnosis",
        "diagnosed last week",
        "found out two days ago",
        "I got the news",
        "still in shock",
        "I'm new to all this",
    ],
    "clinical_trial": ["clinical trials", "a phase 2 study"],
    "changing_treatment": [
        "switching to another treatment",
        "the next line of treatment",
        "my chemo stopped working",
        "the pills aren't working",
        "treatment options",
        "progression",
        "which treatment to take",
    ],
    "side_effects": [
        "side effects",
        "nausea",
        "vomiting",
        "fatigue",
        "neuropathy in my feet",
        "diarrhea",
        "mouth sores",
        "chemo brain",
        "how chemo will make me feel",
    ],
    "menopause": ["menopause", "hot flashes", "night sweats"],
    "body_image": [
        "body image",
        "how I look",
        "my scars",
        "losing my hair",
        "hair loss",
        "losing weight",
        "wigs",
        "mastectomy",
        "reconstruction",
        "feeling unattractive",
        "gained so much weight",
        "weight gain",
    ],
    "pain": ["pain", "pains", "painful", "aching", "my back hurts"],
    "waiting_for_scans": [
        "scans",
        "scanxiety",
        "the PET",
        "biopsy results",
        "waiting for my results",
        "tumor markers",
    ],
    "dating": ["dating", "going on dates", "date someone", "a new relationship", "finding love", "being single"],
    "partner": [
        "my husband",
        "husband",
        "wife",
        "spouse",
        "partner",
        "marriage",
        "married life",
        "relationships",
        "intimacy",
        "my sex life",
        "divorce",
    ],
    "money": [
        "money",
        "finances",
        "I can't afford it",
        "affording it",
        "costs",
        "medical bills",
        "insurance",
        "debt",
        "paying for it",
        "it is expensive",
        "rent",
        "disability benefits",
    ],
    "work": [
        "my job",
        "career",
        "my boss",
        "work and daily life",
        "telling people at work",
        "I can't work",
        "working full time",
        "part-time work",
        "I work",
        "working during chemo",
        "sick leave",
        "not working makes me feel useless",
        "kids, work",
    ],
    "faith": [
        "my faith",
        "god",
        "church",
        "praying",
        "religion",
        "spiritual",
        "bible",
        "mosque",
        "synagogue",
        "my beliefs",
    ],
    "living_alone": [
        "I live alone",
        "on my own",
        "I feel so alone",
        "lonely",
        "isolated",
        "no family nearby",
        "nobody to talk to",
        "I have no one",
    ],
    "caring_for_somebody": [
        "caring for my mother",
        "caring for",
        "caregiving",
        "being a carer",
        "looking after my dad",
        "taking care of him",
        "how to support her",
    ],
    "raising_children": [
        "kids",
        "children",
        "a son",
        "daughters",
        "my little ones",
        "toddlers",
        "teenagers",
        "parenting",
        "motherhood",
        "being a mom",
        "mother of three",
        "single mom",
    ],
}


def test_there_are_words_for_every_concern_and_no_other():
    words = Lexicon.load().matching
    assert set(words.concerns) == set(WORDS) == set(CONCERNS)
    assert set(words.quick_replies) <= set(CONCERNS)
    assert set(words.work) == set(WORK)


@pytest.mark.parametrize("concern", WORDS)
def test_a_concern_is_read_from_its_words(concern):
    assert [text for text in WORDS[concern] if concern not in read_life(text).concerns] == []


@pytest.mark.parametrize("concern", WORDS)
def test_every_entry_of_the_lexicon_finds_something(concern):
    entries = yaml.safe_load((FOLDER / "en.yml").read_text(encoding="utf-8"))["matching"]["concerns"][concern]
    assert [each for each in entries if not any(Phrases([each]).within(text.lower()) for text in WORDS[concern])] == []


@pytest.mark.parametrize(
    ("text", "concerns"),
    [
        ("scared of leaving my kids", {"fear_of_dying", "raising_children"}),
        ("how do I tell my kids", {"telling_children"}),
        ("how to tell my kids, and who looks after the kids then", {"telling_children", "raising_children"}),
        ("I can't work anymore and money is tight", {"work", "money"}),
        ("worried about not being there for my kids", {"fear_of_dying", "raising_children"}),
        ("no energy to look after my kids", {"raising_children"}),
        ("can't sleep because of pain", {"pain"}),
        ("Treatment", {"changing_treatment", "side_effects"}),
        ("Family and children", {"raising_children"}),
        ("Work and daily life", {"work"}),
        ("Feelings", set()),
        ("everything", set()),
        ("does it work", set()),
        ("thank god it was caught, but is it in good faith", set()),
        ("it is painful to think about", set()),
    ],
)
def test_concerns_are_read_as_they_are_meant(text, concerns):
    assert read_life(text).concerns == concerns


@pytest.mark.parametrize(
    ("text", "concerns"),
    [
        ("no kids", set()),
        ("no kids, but dying", {"fear_of_dying"}),
        ("I have no children, partner or faith", set()),
        ("not worried about work, but about money", {"money"}),
        ("I'm not afraid of dying", set()),
        ("I don't worry about money", set()),
        ("no side effects so far", set()),
        ("I'm not in pain", set()),
        ("she has no pain", set()),
        ("I'm not religious", set()),
        ("pain is not a problem, side effects are", {"side_effects"}),
        ("not newly diagnosed", set()),
        ("never had kids", set()),
        ("anything but work", set()),
        ("I don't want to talk about death", set()),
        ("no pain, and scared of scans", {"waiting_for_scans"}),
    ],
)
def test_what_is_denied_is_no_concern(text, concerns):
    assert read_life(text).concerns == concerns


@pytest.mark.parametrize(
    ("text", "concerns"),
    [
        ("no insurance", {"money"}),
        ("without a job", {"work"}),
        ("I don't have any money", {"money"}),
        ("not worried about money", set()),
        ("work is not a problem", set()),
    ],
)
def test_a_lack_of_money_or_work_is_the_worry_itself(text, concerns):
    assert read_life(text).concerns == concerns


@pytest.mark.parametrize(
    ("text", "children"),
    [
        ("no kids", "none"),
        ("I don't have children", "none"),
        ("childless", "none"),
        ("I have no partner or kids", "none"),
        ("single mom of two toddlers", "young"),
        ("how to tell my 8 year old", "young"),
        ("my kids are 5 and 7", "young"),
        ("my teenage son", "young"),
        ("my kids are grown", "grown"),
        ("leaving my grandchildren", "grown"),
        ("not worried about my kids", None),
        ("no small kids", None),
        ("my kids", None),
        ("scans", None),
    ],
)
def test_children_are_told_by_their_age(text, children):
    assert read_life(text).children == children


@pytest.mark.parametrize(
    ("text", "work"),
    [
        ("I can't work anymore", "stopped"),
        ("I had to stop working", "stopped"),
        ("I'm on disability", "stopped"),
        ("retired", "retired"),
        ("stay-at-home mom", "at_home"),
        ("I'm still working", "working"),
        ("to talk with somebody who works full time", "working"),
        ("my treatment stopped working", None),
        ("should I quit my job", "working"),
        ("money", None),
    ],
)
def test_work_is_told(text, work):
    assert read_life(text).work == work


def test_a_carer_names_whom_they_care_for_and_worries_not_about_a_partner():
    assert read_life("my wife's pain and how to help her", "carer").concerns == {"pain", "caring_for_somebody"}
    assert read_life("my husband's pain", "patient").concerns == {"partner", "pain"}
    assert read_life("how to tell our kids", "carer").concerns == {"telling_children"}
    assert read_life("how to support my husband", "carer").concerns == {"caring_for_somebody"}


def test_nothing_said_is_nothing_read():
    assert read_life("") == Life()


@given(st.text(max_size=300))
@settings(deadline=None)
def test_whatever_is_typed_is_read_as_what_there_is(text):
    life = read_life(text)
    assert life.concerns <= set(CONCERNS)
    assert life.children in (None, *CHILDREN)
    assert life.work in (None, *WORK)
