"""Short forms, key words and slips in common words are mended, and nothing else is touched."""

import re

import pytest
import yaml

from helpline.settings import ROOT
from helpline.text.mending import is_hardly_english, mended


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wat is metastic brest cancr", "what is metastatic breast cancer"),
        ("any new tx optns", "any new treatment options"),
        ("leptomenigeal desease", "leptomeningeal disease"),
        ("WAT IS STG 4", "WHAT IS STAGE 4"),
        ("my onc says it progresed", "my oncologist says it progressed"),
        ("howlong can one livewith it", "how long can one live with it"),
        ("isitcurable", "is it curable"),
        ("Whatis the prognosis, tellme", "what is the prognosis, tell me"),
        ("my insurence wont pay, can i apeal", "my insurance wont pay, can i appeal"),
        ("i have chils and a fevr since chemo", "i have chills and a fever since chemo"),
        ("HORIBLE nights, im allways freightened", "HORRIBLE nights, im always frightened"),
        ("i havent slept, it doesnt stop", "i haven't slept, it doesn't stop"),
        ("theres no one, thats why, i carnt", "there's no one, that's why, i can't"),
        ("tryin not to think, playin cards, drivin her home", "trying not to think, playing cards, driving her home"),
        ("robin takes aspirin in the cabin", "robin takes aspirin in the cabin"),
        ("get a secnd opinion", "get a second opinion"),
        ("a studdy drug or the reguler one", "a study drug or the regular one"),
    ],
)
def test_what_hurried_people_type_is_written_out(typed, meant):
    assert mended(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("my aunt has stage 4 bc", "my aunt has stage 4 breast cancer"),
        ("where does bc go", "where does breast cancer go"),
        ("BC mets in the hip", "BREAST CANCER mets in the hip"),
        ("bc goes where", "breast cancer goes where"),
        ("she had bc in 2009", "she had breast cancer in 2009"),
        ("up at 4 bc of the pills", "up at 4 because of the pills"),
        ("i stayed home bc i was sick", "i stayed home because i was sick"),
        ("crying bc the scan", "crying because the scan"),
        ("not asking bc", "not asking because"),
    ],
)
def test_a_short_form_with_two_meanings_goes_by_the_words_beside_it(typed, meant):
    assert mended(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "letrozole and Ibrance since May",
        "my sister Rosalind lives in Tacoma",
        "Zoladex, not Zometa",
        "the garden gate squeaks",
        "infusion, dishwasher, statin, mastitis, milligrams",
        "Annemarie and Forrest in Onalaska, Thea from Doylestown",
        "everolimus, sotorasib, Hollis Benbrook, tyrosine",
        "what does stable disease mean?",
        "texting from a landline, googled my statins, unalive",
        "radiators, mangoes, trolleys and a housebound spaniel",
        "no wifi, meds at the picc line, keto, haha",
    ],
)
def test_names_drugs_and_english_words_stay(text):
    assert mended(text) == text


def test_the_names_of_other_illnesses_and_drugs_stay():
    families = yaml.safe_load((ROOT / "content" / "subjects.yml").read_text(encoding="utf-8"))["families"]
    names = set(re.findall(r"[a-z']+", yaml.safe_dump(families, allow_unicode=True).lower()))
    assert [name for name in sorted(names) if mended(name).replace("'", "") != name.replace("'", "")] == []


@pytest.mark.parametrize(
    "text",
    [
        "tengo miedo de morir",
        "mam dość życia",
        "TENGO MIEDO DE MORIR",
        "artik yasamak istemiyorum",
    ],
)
def test_another_language_is_hardly_english(text):
    assert is_hardly_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "wat r my tx optns",
        "leptomenigeal desease, what is it",
        "does ibrance beat kisqali",
        "my insurence wont pay",
        "Nkechi Okonkwo",
        "asdf qwer zxcv",
        "lol haha hehe",
        "idk wtf smh",
        "ahhh noooo ughhh",
        "fentanyl oxycodone zofran ondansetron neulasta",
        "Kisqali, Faslodex, Xgeva",
        "PIK3CA ESR1 BRCA2 CHEK2 PALB2",
        "my aunts Nkechi Okonkwo Adichie",
        "",
    ],
)
def test_english_with_slips_drugs_names_and_mashed_keys_are_none(text):
    assert not is_hardly_english(text)


def test_endless_words_are_left_alone():
    assert mended("xyz" * 2000) == "xyz" * 2000
    assert not is_hardly_english("xyz" * 2000)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("dieing", "dying"),
        ("raiped", "raped"),
        ("strangeld", "strangled"),
        ("hangd", "hanged"),
        ("stabd", "stabbed"),
        ("drowing", "drowning"),
    ],
)
def test_words_of_danger_become_no_harmless_ones(slip, meant):
    assert mended(slip) == meant
