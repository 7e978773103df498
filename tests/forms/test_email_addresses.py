"""Addresses however they are typed or spelled out; what looks like a slip is asked about."""

import pytest

from helpline.forms.denials import Doubt
from helpline.forms.email_addresses import read_email, suggested


@pytest.mark.parametrize(
    "text",
    [
        "rosa@yahoo.com",
        "\u201crosa@yahoo.com\u201d",
        "\u00abrosa@yahoo.com\u00bb",
        "**rosa@yahoo.com**",
        "<rosa@yahoo.com>",
        "[rosa@yahoo.com](mailto:rosa@yahoo.com)",
        "(rosa@yahoo.com)",
        "'rosa@yahoo.com'",
        "_rosa@yahoo.com_",
        "mailto:rosa@yahoo.com",
        "my email is rosa@yahoo.com, thanks",
        "rosa at yahoo dot com",
        "rosa at yahoo.com",
        "rosa [at] yahoo [dot] com",
        "rosa(at)yahoo(dot)com",
        "rosa @ yahoo . com",
        "rosa@@yahoo.com",
        "rosa@yahoo,com",
        "rosa@yahoo com",
        "rosa\uff20yahoo.com",
        "rosa@yahoo.com not rosie@yahoo.com",
        "not rosie@yahoo.com but rosa@yahoo.com",
        "rosie@yahoo.com, sorry, rosa@yahoo.com",
        "no it's rosa@yahoo.com",
    ],
)
def test_an_address_is_read_from_what_surrounds_it(text):
    assert read_email(text) == "rosa@yahoo.com"


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("liz.m@Example.org.", "liz.m@example.org"),
        ("it's mlopez@example.org, thanks", "mlopez@example.org"),
        ("Liz_M@example.org", "Liz_M@example.org"),
        ("liz dot m at example dot org", "liz.m@example.org"),
        ("liz underscore m at example dot org", "liz_m@example.org"),
        ("liz@yahoo.co.uk", "liz@yahoo.co.uk"),
        ("liz@yahoo.ca", "liz@yahoo.ca"),
        ("liz@work.co", "liz@work.co"),
        ("ann at gmail dot com not an@gmail.com", "ann@gmail.com"),
        ("a@b", None),
        ("at home", None),
        ("www.example.org", None),
        ("https://example.org/?u=liz@example.org", None),
    ],
)
def test_an_email_address_is_normalised(text, email):
    assert read_email(text) == email


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.con", "gmail.com"), ("gmail.con", "gmail.com"), ("gmail.co", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("gmaill.com", "gmail.com"), ("yaho.com", "yahoo.com"), ("yahooo.com", "yahoo.com"),
        ("hotmial.com", "hotmail.com"),
        ("outlok.com", "outlook.com"), ("iclould.com", "icloud.com"), ("aol.con", "aol.com"),
        ("comcast.ent", "comcast.net"),
        ("clinic.con", "clinic.com"), ("clinic.ogr", "clinic.org"),
    ],
)  # fmt: skip
def test_a_likely_slip_is_asked_about(typed, meant):
    assert suggested(f"rosa@{typed}") == f"rosa@{meant}"
    doubt = read_email(f"my email: rosa@{typed}")
    assert doubt == Doubt("utter_ask_if_address_meant", (f"rosa@{meant}",), (f"rosa@{meant}",), f"rosa@{typed}")


def test_what_lacks_its_ending_is_asked_about():
    doubt = read_email("rosa at gmail")
    assert isinstance(doubt, Doubt)
    assert doubt.values == ("rosa@gmail.com",)


@pytest.mark.parametrize(
    "domain", ["gmail.com", "ymail.com", "gmx.de", "live.nl", "mail.ru", "example.org", "hull.ac.uk"]
)
def test_what_exists_is_not_asked_about(domain):
    assert suggested(f"rosa@{domain}") is None


def test_of_two_addresses_one_is_asked_for():
    doubt = read_email("rosa@yahoo.com or rosa@example.org")
    assert isinstance(doubt, Doubt)
    assert (doubt.response, doubt.values) == ("utter_ask_which_address", ("rosa@yahoo.com", "rosa@example.org"))
    denied = read_email("don't use rosa@yahoo.com")
    assert isinstance(denied, Doubt)
    assert denied.response == "utter_ask_if_your_address"
