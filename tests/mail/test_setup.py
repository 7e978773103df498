"""E-mail is off until it is set up as a whole; a part of it stops the start by name."""

import pytest

from helpline.errors import SettingsError
from helpline.mail.setup import check_mail, load_mail, mail_state
from helpline.settings import Settings, load_settings
from tests.test_settings import _nothing_set, refusal  # noqa: F401 -- a fixture

WHOLE = {
    "mail_host": "smtp.example.org",
    "mail_sender": "The helpline <helpline@example.org>",
    "public_url": "https://chat.example.org",
}


def test_nothing_set_is_off_and_stops_nothing():
    assert load_mail(Settings()) is None
    assert load_mail(Settings(public_url="https://chat.example.org")) is None
    assert not mail_state(Settings()).begun


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_whole_is_on_with_the_port_of_its_security(security, port):
    setup = load_mail(Settings(**WHOLE, mail_security=security))
    assert (setup.port, setup.sender_address, setup.domain) == (port, "helpline@example.org", "example.org")
    assert load_mail(Settings(**WHOLE, mail_port=2525)).port == 2525


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"mail_host": "smtp.example.org"}, "HELPLINE_MAIL_SENDER and HELPLINE_PUBLIC_URL"),
        ({"mail_sender": "a@example.org", "public_url": "https://a.org"}, "HELPLINE_MAIL_HOST"),
        ({"mail_staff": ["anna@example.org"]}, "HELPLINE_MAIL_HOST"),
        ({**WHOLE, "mail_user": "us"}, "HELPLINE_MAIL_PASSWORD"),
        ({**WHOLE, "mail_password": "word"}, "HELPLINE_MAIL_USER"),
        ({**WHOLE, "mail_user": "us", "mail_password": "word", "mail_security": "none"}, "HELPLINE_MAIL_SECURITY"),
    ],
)
def test_a_part_is_refused_by_name(settings, named):
    with pytest.raises(SettingsError, match=named) as caught:
        check_mail(Settings(**settings))
    assert "word" not in str(caught.value)


def test_the_password_is_told_by_nothing():
    settings = Settings(**WHOLE, mail_user="us", mail_password="a word of ours")
    assert "a word of ours" not in repr(settings) + repr(load_mail(settings))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_HOST", "smtp://example.org"),
        ("MAIL_SECURITY", "ssl"),
        ("MAIL_PORT", "0"),
        ("MAIL_SENDER", "nobody"),
        ("MAIL_SENDER", "The helpline <helpline@example.org>\nBcc: <b@example.org>"),
        ("MAIL_REPLY_TO", "a b@example.org"),
        ("MAIL_STAFF", "anna@example.org, nobody"),
        ("LINK_SECRET", "short"),
    ],
)
def test_a_bad_setting_is_refused_by_name(name, value, monkeypatch):
    monkeypatch.setenv(f"HELPLINE_{name}", value)
    assert f"HELPLINE_{name}" in refusal()


def test_staff_are_read_as_a_list(monkeypatch):
    monkeypatch.setenv("HELPLINE_MAIL_STAFF", "anna@example.org, cora@example.org")
    assert load_settings().mail_staff == ["anna@example.org", "cora@example.org"]
