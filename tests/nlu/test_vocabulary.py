import pytest
import spacy

from helpline.nlu.vocabulary import VocabularyError, build


@pytest.fixture(scope="module")
def nlp(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "new" / "vocabulary"
    build(path)
    return spacy.load(path)


def entities(nlp, text):
    return {(span.label_, span.ent_id_) for span in nlp(text).ents}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I have Triple-Negative with bone mets", {("subtype", "triple_negative"), ("spread_site", "bones")}),
        ("ER+/PR+ her2 low", {("subtype", "hormone_receptor_positive"), ("subtype", "her2_low")}),
        ("de novo in my liver", {("diagnosis_stage", "de_novo"), ("spread_site", "liver")}),
        ("it came back in the lymph nodes", {("diagnosis_stage", "recurrence"), ("spread_site", "lymph_nodes")}),
        ("Ibrance and faslodex", {("treatment", "palbociclib"), ("treatment", "fulvestrant")}),
        ("my mom is on chemo", {("relation", "mother"), ("treatment", "chemotherapy")}),
        ("call (215) 555-0142", {("phone_number", "(215) 555-0142")}),
        ("610.555.0117 ext 3", {("phone_number", "610.555.0117 ext 3")}),
        ("write to pat_w@example.com please", {("email", "pat_w@example.com")}),
        ("I'm 47", {("age", "47")}),
        ("I am 29 years old", {("age", "29")}),
        ("in my late 50s", {("age", "50s")}),
        ("Tuesday mornings", {("time_of_day", "Tuesday mornings")}),
        ("after 6pm", {("time_of_day", "after 6pm")}),
        ("Ibrence or kisquali", {("treatment", "palbociclib"), ("treatment", "ribociclib")}),
        ("ER-/HER2-", {("subtype", "hormone_receptor_negative"), ("subtype", "her2_negative")}),
        ("my cancer came back from remission", {("diagnosis_stage", "recurrence")}),
        ("my wife is 51 and lost", {("relation", "wife"), ("age", "51")}),
        ("my name is Ann", {("person_name", "Ann")}),
        ("just call me Bev", {("person_name", "Bev")}),
        ("hi, I'm Mary-Jo Smith", {("person_name", "Mary-Jo Smith")}),
    ],
)
def test_finds_and_gives_canonical_values(nlp, text, expected):
    assert entities(nlp, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "I'm scared",
        "I'm Scared",
        "my name is wrong",
        "call me back please",
        "what is NED",
        "sorry to bother the others",
        "the page is 20 long, 30, 40, done",
        "somebody who is 20 pages in",
        "brain fog and bone tired",
        "stage 4 after 10 cycles",
        "i'm 20 weeks in",
        "between 40 and 49 percent",
        "I have a question",
        "is that the plural",
    ],
)
def test_finds_nothing_where_nothing_is_meant(nlp, text):
    assert entities(nlp, text) == set()


def test_marks_where_the_value_stands(nlp):
    (span,) = nlp("hello, my name is Ann and I am new").ents
    assert (span.start_char, span.end_char) == (18, 21)


def test_source_without_words_is_refused(tmp_path):
    source = tmp_path / "vocabulary.yml"
    source.write_text("expressions: [{entity: email, expression: '@'}]")
    with pytest.raises(VocabularyError, match="words"):
        build(tmp_path / "out", source)
