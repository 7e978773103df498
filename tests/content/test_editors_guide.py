import re

import pytest

from helpline.content import style
from helpline.settings import ROOT

GUIDE = (ROOT / "docs/editors.md").read_text()
PATHS = sorted(set(re.findall(r"`((?:data|content|docs|tests)/[\w/.]*|domain\.yml)`", GUIDE)))


def test_the_guide_names_files() -> None:
    assert len(PATHS) > 10


@pytest.mark.parametrize("path", PATHS)
def test_what_the_guide_names_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    "sentence",
    [
        f"At most {style.MAX_WORDS} words; {style.MAX_SAFETY_WORDS} in a crisis",
        f"At most {style.MAX_BUTTONS} buttons, each at most {style.MAX_BUTTON_TITLE} characters",
        f"the title as a choice at most {style.MAX_CHOICE_TITLE}",
        f"up to {style.MAX_FORM_BUTTONS} buttons",
    ],
)
def test_the_guide_gives_the_limits_that_the_check_keeps(sentence: str) -> None:
    assert sentence in " ".join(GUIDE.split())


def test_the_verbs_of_the_guide_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()

    for verb in set(re.findall(r"`make ([\w-]+)`", GUIDE)):
        assert re.search(rf"^{verb}:", makefile, re.MULTILINE), verb
