"""The approved contacts are read in one place."""

import pytest

from helpline.contacts import CONTACTS, approved_contacts
from helpline.errors import ContentError


def test_each_number_as_it_is_dialled_and_written():
    numbers = {contact.national_number: contact.written for contact in approved_contacts()}
    assert numbers["8887535222"] == ("(888) 753-LBBC (5222)",)
    assert "988" in numbers


@pytest.mark.parametrize("text", [None, "", "contacts: [", "contacts:\n  line: {name: no number}"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, text):
    (tmp_path / "content").mkdir()
    if text is not None:
        (tmp_path / CONTACTS).write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=r"contacts\.yml"):
        approved_contacts(tmp_path)
