"""A link says what it is for and nothing of anybody; what is not ours, or is over, leads nowhere."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.volunteers.links import PURPOSES, ExpiredLinkError, Links, SignedLink, UnknownLinkError
from tests.mail.conftest import SECRET

NOON = datetime(2026, 3, 4, 12, tzinfo=timezone.utc)
LINKS = Links(SECRET)


def test_what_it_says_is_read_back_until_its_time_is_over():
    for purpose in PURPOSES:
        link = SignedLink(purpose, 12, NOON)
        token = LINKS.token(link)
        assert LINKS.read(token, NOON - timedelta(seconds=1)) == link
        with pytest.raises(ExpiredLinkError):
            LINKS.read(token, NOON)


def test_it_is_short_and_fits_an_address():
    token = LINKS.token(SignedLink("unsubscribe", 10**9, NOON))
    assert len(token) < 100
    assert token.replace("-", "").replace("_", "").replace(".", "").isalnum()


def test_one_that_was_changed_anywhere_is_not_ours():
    token = LINKS.token(SignedLink("ask", 12, NOON))
    for number, letter in enumerate(token):
        for other in "Aa9":
            changed = token[:number] + other + token[number + 1 :]
            # The last letter of a signature carries bits that mean nothing.
            if other != letter and number < len(token) - 1:
                with pytest.raises(UnknownLinkError):
                    LINKS.read(changed, NOON - timedelta(days=1))


def test_one_of_another_secret_is_not_ours():
    with pytest.raises(UnknownLinkError):
        Links("another secret of more than 32 characters").read(LINKS.token(SignedLink("ask", 1, NOON)), NOON)


@given(st.text(max_size=400))
def test_anything_else_is_not_ours(token):
    with pytest.raises(UnknownLinkError):
        LINKS.read(token, NOON)
