"""What the channel says: each sentence with both numbers, and a last resort when there is no file."""

from pathlib import Path

import pytest

from helpline.settings import ROOT
from helpline.web import api_errors
from helpline.web.wording import LAST_RESORT, load_wording

KINDS = [value for value in vars(api_errors).values() if isinstance(value, api_errors.ErrorKind)]
NAMES = {kind.response for kind in KINDS} | {"utter_website_no_answer"}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_sentence_is_there_with_both_numbers(name: str) -> None:
    text = load_wording(ROOT / "data" / "responses" / "website.yml").of(name)
    assert text != LAST_RESORT
    assert "(888) 753-LBBC (5222)" in text
    assert "988" in text
    assert "!" not in text


@pytest.mark.parametrize("content", [None, "", "a: [", "responses:", "responses: {utter_x: []}", "\0"])
def test_file_that_cannot_be_read_leaves_the_last_resort(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "website.yml"
    if content is not None:
        path.write_text(content)
    text = load_wording(path).of("utter_website_unavailable")
    assert "(888) 753-LBBC (5222)" in text
    assert "988" in text
