"""What the redaction takes out of messages, and what it leaves."""

import itertools
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.redaction import measure, read_messages
from helpline.conversations.redaction import redact_values, redactor
from helpline.conversations.span import MARKS

FOLDER = Path(__file__).parent
# The redaction was mended by all, so none tells how it does on unseen messages. The fourth and the seventh have mostly
# addresses and numbers, each in another shape, and what looks like them.
DEVELOPMENT_SETS = [FOLDER / f"development{number}.jsonl" for number in ("", "_2", "_3", "_4", "_5", "_6", "_7")]
# By two other writers, unseen when they were measured: docs/privacy.md tells the figures. Nothing is mended by them.
HELD_OUT = [FOLDER / "heldout.jsonl", FOLDER / "heldout_2.jsonl"]
# Shorter messages are what everybody types.
SHORTEST_OF_ITS_OWN = 6
# A few messages of each kind that was missed once.
BY_KIND = FOLDER / "by_kind.jsonl"
ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=200)
PIECES = st.sampled_from(
    [
        "my sister",
        "Denise",
        "dr.",
        "patel",
        "will",
        "call",
        "215 555 0142",
        "two one five",
        "dob",
        "3/14/62",
        "mrn",
        "448",
        "at",
        "gmail",
        "dot",
        "com",
        "12",
        "elm street",
        "[name]",
        "[phone]",
        "and",
        "my name is",
        ",",
        ".",
        "@",
        "\0",
        "\ud800",
        "\n",
        "born",
        "may",
        "o",
        "-",
    ]
)


@pytest.mark.parametrize("path", DEVELOPMENT_SETS, ids=lambda path: path.stem)
def test_finds_what_the_development_sets_mark(path):
    figures = measure(path)
    assert figures.messages >= 250
    assert figures.recall_contact_data >= 0.98
    assert figures.recall_names >= 0.95
    assert figures.share_lost <= 0.02


def test_finds_the_kinds_that_were_missed_once():
    figures = measure(BY_KIND)
    assert figures.recall_contact_data >= 0.97
    assert figures.recall_names >= 0.97
    assert figures.share_lost <= 0.02


@pytest.mark.parametrize("path", HELD_OUT, ids=lambda path: path.stem)
def test_does_not_fall_behind_on_unseen_messages(path):
    figures = measure(path)
    assert figures.messages == 500
    assert figures.names >= 299
    assert figures.recall_contact_data >= 0.98
    assert figures.recall_names >= 0.95
    assert figures.share_lost <= 0.02


def test_held_out_messages_mended_nothing():
    seen = {
        " ".join(each["text"].lower().split()) for path in [*DEVELOPMENT_SETS, BY_KIND] for each in read_messages(path)
    }
    unseen = [" ".join(each["text"].lower().split()) for path in HELD_OUT for each in read_messages(path)]
    assert [text for text in unseen if text in seen and len(text.split()) >= SHORTEST_OF_ITS_OWN] == []


@pytest.mark.parametrize("path", [*DEVELOPMENT_SETS, *HELD_OUT, BY_KIND], ids=lambda path: path.stem)
def test_sets_are_well_formed(path):
    for message in read_messages(path):
        for span in message["spans"]:
            assert 0 <= span["start"] < span["end"] <= len(message["text"])
            assert span["kind"] in MARKS


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("my sister Denise saw dr. patel", "my sister [name] saw dr. [name]"),
        ("im linda from ohio, 52, call 215 five five five 0142", "im [name] from ohio, 52, call [phone]"),
        ("linda dot ohio at gmail dot com", "[email]"),
        ("i live at 12 elm street apt 4b, columbus oh 43215", "i live at [address]"),
        ("dob 3/14/62, mrn 4482913", "dob [birth date], mrn [record number]"),
        ("my insta is @linda_k72", "my insta is [profile]"),
        ("is mrs. alvarez there", "is mrs. [name] there"),
        ("my daughter hope and I", "my daughter [name] and I"),
        ("Gracias Paloma, muy amable", "Gracias [name], muy amable"),
        ("my nurse navigator Shonda", "my nurse navigator [name]"),
        ("Jolene. J-o-l-e-n-e", "[name]. [name]"),
        ("Ma. Teresa Reyes", "[name]"),
        ("I'm Sue and I'd like to sue", "I'm [name] and I'd like to sue"),
        ("June. Like the month", "[name]. Like the month"),
        ("Ray does the driving", "[name] does the driving"),
        ("me: bo", "me: [name]"),
        ("Le Thi Hoa and ji-woo", "[name] and [name]"),
        ('Francisco "Paco" Arredondo', "[name]"),
        ("ask for Big Mike", "ask for [name]"),
        ("House 8, Millbrook Park, Swords, Co. Dublin. Help", "[address]. Help"),
        ("to Lindenweg 8, 79100 Freiburg", "to [address]"),
        ("peg at tallgrass dot example", "[email]"),
        ("d a n u t a at p o l m a i l dot example", "[email]"),
        ("wristband E1009 33 872", "wristband [record number]"),
        ("ndidi (sister) and jonty", "[name] (sister) and [name]"),
        ("my birth mother was crystal ann hodge", "my birth mother was [name]"),
        ("six seven eight fivefivefive oh one five one", "[phone]"),
        ("mail it to 9 av. des Pinsons, app. 4, Laval QC H7N 0Z2", "mail it to [address]"),
        ("tres cero cinco, 555 0178", "[phone]"),
        ("born 24 kwietnia 1980", "born [birth date]"),
        ("910-555-0143, 0600 onward", "[phone], 0600 onward"),
        ("she is at 12 the green", "she is at [address]"),
        ("the packet goes to 900 n lake shore", "the packet goes to [address]"),
        ("blk 5 lot 21 san lorenzo village, calamba", "[address]"),
        ("House 22, Road 11, Dhanmondi. Help", "[address]. Help"),
        ("im at 9th and Lombard", "im at [address]"),
        ("R.R. #4, Owen Sound", "[address]"),
        ("7 pine aveune", "[address]"),
        ("i am u/quillonmets on reddit, discord quillon#4471", "i am [profile] on reddit, discord [profile]"),
        ("its quillon k all one word at yahoo dot com", "its [email]"),
        ("call 518-555-0142/0143", "call [phone]/[phone]"),
        ("llame al nueve uno cinco, 555, 01 77", "llame al [phone]"),
        ("calle Feria 22, 3º izq., 41003 Sevilla", "[address]"),
        ("19 Rd 5577, Farmington NM 87401", "[address]"),
        ("born 12.06.1375", "born [birth date]"),
        ("file LTD 881-20447", "file [record number]"),
        ("d.o.b. 19.4.61, yob 61", "d.o.b. [birth date], yob [birth date]"),
    ],
)
def test_puts_marks_in_their_place(text, redacted):
    assert redactor().redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "call (888) 753-LBBC (5222), 888-753-5222, 988, 911 or 800-799-7233",
        "eight eight eight seven five three five two two two",
        "my code is K7QM-3F, case number K7QM-3F",
        "Ibrance, verzenio, Herceptin, keytruda and Faslodex",
        "Zanetta Lamar, Nancy U. Lin and Ashlynn Gomez",
        "i hope my mom will have faith, may and april were hard, the bill rose",
        "im 52, stage 4 since march 2021, in Ohio",
        "diagnosed on 3/14/2021, ca 27.29 was 128, NCT02819518",
        "MD Anderson, Dana-Farber, Susan G. Komen",
        "call me tomorrow, my name is private",
        "T2N1M0, T6-T9, PIK3CA H1047R, BRCA2, 10am-2pm, mid-2019, er95/pr80",
        "I live in Galway, she speaks Punjabi, from Nakuru",
        "bilirubin and platelets 150000, hypermetabolic lesion, docter, diagnosd, wbc 12400",
        "tumor markers 112, 98, 140, 155",
        "during 3 cycles, wearing 2 bras, is nct 04711252 open",
        "what is 753-LBBC in digits",
        "medicare starts at 65, i had block 2 of chemo, the road is long",
        "necesito ayuda, mi mama tiene cancer, la cita es el martes",
        "im in Edison, near Daly City, at Aga Khan hospital",
        "my ammi and my halmoni, the Kroger parking lot",
        "my oncologist will call, 12 close friends, at first and second look",
    ],
)
def test_leaves_what_is_nobodys(text):
    assert redactor().redact(text) == text


@settings(max_examples=300, deadline=None)
@given(st.one_of(ANY_TEXT, st.lists(PIECES, max_size=14).map(" ".join), st.lists(PIECES, max_size=14).map("".join)))
def test_never_raises_and_redacting_again_changes_nothing(text):
    once = redactor().redact(text)
    assert redactor().redact(once) == once


@settings(max_examples=200, deadline=None)
@given(
    st.lists(PIECES, max_size=5).map(" ".join),
    st.integers(2000000000, 9899999999).filter(
        lambda n: n % 10_000_000 >= 2_000_000 and str(n)[:3] not in {"888", "800"}
    ),
    st.sampled_from(["{}{}{}", "({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "+1 {} {} {}", "1{}{}{}", "{} {} {}"]),
    st.lists(PIECES, max_size=5).map(" ".join),
)
def test_no_phone_number_comes_through(before, number, shape, after):
    figures = str(number)
    written = shape.format(figures[:3], figures[3:6], figures[6:])
    redacted = redactor().redact(f"{before} | {written} | {after}")
    assert written not in redacted
    assert figures[6:] not in redacted.replace("0142", "")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(PIECES, max_size=5).map(" ".join),
    st.sampled_from(
        [
            ("email", "quillon88@example.org"),
            ("email", "quillon underscore b at example dot org"),
            ("profile", "https://facebook.com/quillon.b.88"),
            ("record_number", "mrn 55709912"),
            ("record_number", "ZQ77091-22"),
            ("birth_date", "date of birth 11/23/1957"),
            ("address", "4417 Quillon Street"),
            ("address", "PO Box 90417"),
            ("name", "my name is Quillonia"),
            ("name", "Gwendolyn"),
        ]
    ),
    st.lists(PIECES, max_size=5).map(" ".join),
)
def test_nothing_comes_through_whatever_its_kind(before, sample, after):
    value = sample[1].split()[-1] if sample[1].startswith(("mrn", "my name", "date")) else sample[1]
    redacted = redactor().redact(f"{before} | {sample[1]} | {after}")
    assert value not in redacted


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT)
def test_spans_are_in_order_and_apart(text):
    spans = redactor().spans(text)
    for earlier, later in itertools.pairwise(spans):
        assert earlier.end <= later.start
    assert all(span.start < span.end for span in spans)


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("Mareike", True),
        ("linda.", True),
        ("Will Smith", True),
        ("Maria Lopez Garcia", True),
        ("hope", False),
        ("May I", False),
        ("Linda called", False),
        ("florida", False),
        ("asdf", False),
        ("", False),
    ],
)
def test_a_name_alone_is_told_from_a_word(text, alone):
    assert redactor().is_name_alone(text) is alone


def test_values_of_a_form_are_masked_wherever_they_stand():
    text = "GRACE called; grace kelly's number is (215) 555-0142, 2155550142, two one five 555 0142. disgrace"
    assert (
        redact_values(text, ["Grace", "Grace Kelly", "+12155550142"])
        == "[value] called; [value]'s number is [value], [value], [value]. disgrace"
    )


def test_values_leave_marks_and_other_numbers():
    assert redact_values("[name] 215 555 0143", ["name", "2155550142", "", "a"]) == "[name] 215 555 0143"


@settings(max_examples=100, deadline=None)
@given(ANY_TEXT, st.lists(ANY_TEXT, max_size=4))
def test_values_never_raise(text, values):
    redact_values(text, values)


@pytest.mark.parametrize(
    "piece",
    [
        "one-",
        "1 ",
        "8 8 8 7 5 3 ",
        "-",
        "'",
        "a-1-",
        "a.b@",
        "12 oak , ",
        "É.",
        "live on maple ",
        "12 Elm St, ",
        "Mary, ",
        "a b ",
        "Flat 1, ",
        "3 miles past ",
        "block 1 lot 2 ",
        "village oak, ",
        "on 5th and ",
        "12 n oak ",
        "Oak, Elm, ",
        "elm street ",
        "linda-",
        "the oak cottage, ",
        "number is ",
        "born on ",
        "Oak 12, ",
        "5five ",
    ],
)
def test_no_expression_runs_away_on_a_long_message_whatever_it_repeats(piece):
    # This measures no speed: what runs away takes minutes.
    started = time.process_time()
    redactor().redact((piece * 1000)[:1000])
    assert time.process_time() - started < 5
