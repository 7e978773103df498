"""What the assistant says of itself is listed in docs/claims.md, each with a test that exists."""

import re
from fnmatch import fnmatchcase

import pytest
import yaml

from helpline.settings import ROOT

# Words by which a response claims that something is saved, deleted, encrypted, changed, or that somebody acts.
CLAIM = re.compile(
    r"\b(?:saved?|stor(?:ed|es)|kept|keep this|encrypted|deleted?|cancell?ed|withdrawn|taken back|stands?|"
    r"changed (?:it|that|nothing|to)|the change is|change a request|nobody|reading along|may read|"
    r"will (?:see|contact)|get back to you)\b",
    re.IGNORECASE,
)
# What is said of the page, of feelings or of illness, and no claim of the product.
NOT_OF_ITSELF = ("utter_check_in*", "utter_distress*", "utter_advice*", "utter_other_subject*", "utter_out_of_scope*")
# The widget's own sentences; those of the files beside the conversation stand in the same list, as "strings.erased".
_STRING = re.compile(r'^  (\w+):\s*"((?:[^"\\]|\\.)*)",$', re.MULTILINE)
_ROW = re.compile(r"^\| (`(?:utter_|strings\.).*?`) \| (.+?) \| `(tests/[\w/]+\.py)::(\w+)` \|$", re.MULTILINE)


def wording() -> dict[str, str]:
    """Return the texts of all responses but those of the page's topics, and of the widget, by name."""
    texts: dict[str, str] = {}
    for path in sorted((ROOT / "data" / "responses").glob("*.yml")):
        for name, variations in yaml.safe_load(path.read_text(encoding="utf-8"))["responses"].items():
            texts[name] = "\n".join(each["text"] for each in variations)
    strings = _STRING.findall((ROOT / "widget" / "src" / "strings.ts").read_text(encoding="utf-8"))
    assert len(strings) > 30
    return texts | {f"strings.{name}": text for name, text in strings if len(text.split()) > 4}


def listed() -> list[tuple[list[str], str, str]]:
    text = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    rows = [(re.findall(r"`([^`]+)`", row[1]), row[3], row[4]) for row in _ROW.finditer(text)]
    assert len(rows) == text.count("\n| `")
    return rows


def test_every_response_that_makes_a_claim_is_listed():
    patterns = [*NOT_OF_ITSELF, *(pattern for patterns, _, _ in listed() for pattern in patterns)]
    claiming = [name for name, text in wording().items() if CLAIM.search(text)]
    assert len(claiming) > 30
    assert [name for name in claiming if not any(fnmatchcase(name, pattern) for pattern in patterns)] == []


def test_every_listed_response_exists():
    names = wording()
    patterns = [pattern for patterns, _, _ in listed() for pattern in patterns]
    assert [each for each in patterns if not any(fnmatchcase(name, each) for name in names)] == []


@pytest.mark.parametrize(("file", "test"), sorted({(file, test) for _, file, test in listed()}))
def test_every_test_that_is_named_exists(file, test):
    source = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"^(?:async )?def {test}\(", source, re.MULTILINE)


def test_a_message_goes_to_no_person():
    """No part sends what is said to anybody: the product has no pager or chat client among its dependencies.

    Of what messaging channels bring, only what proves a signature is used. E-mail is sent by one module alone, and what
    it tells staff is that something urgent waits, and nothing of what was said.
    """
    names = {
        match[1].lower()
        for match in re.finditer(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    }
    assert not names & {"aiosmtplib", "sendgrid", "pagerduty", "pdpyras", "mailgun", "postmarker"}
    sources = [
        path.read_text(encoding="utf-8") for folder in ("helpline", "actions") for path in (ROOT / folder).rglob("*.py")
    ]
    senders = [
        path for path in (ROOT / "helpline").rglob("*.py") if "import smtplib" in path.read_text(encoding="utf-8")
    ]
    assert [path.relative_to(ROOT).as_posix() for path in senders] == ["helpline/mail/smtp.py"]
    imported = {
        match[1]
        for source in sources
        for match in re.finditer(r"^\s*((?:import|from) (?:smtplib|twilio|slack_\w+|aiogram)\b.*)$", source, re.M)
    }
    assert imported <= {
        "from slack_sdk.signature import SignatureVerifier",
        "import smtplib",
        "from twilio.request_validator import RequestValidator",
    }
    said = wording()
    for name in ("utter_greet", "utter_crisis/self", "utter_crisis/other", "utter_threat", "utter_ask_privacy"):
        assert re.search(r"nobody is reading along", said[name], re.IGNORECASE)


def test_a_no_runs_no_deletion():
    rules = yaml.safe_load((ROOT / "data" / "rules" / "conversation.yml").read_text(encoding="utf-8"))["rules"]
    actions = {rule["rule"]: [step.get("action") for step in rule["steps"]] for rule in rules}
    assert "action_delete_data" not in actions["Data are kept after a no"]
