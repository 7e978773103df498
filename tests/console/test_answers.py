"""Answers at the console: found, drafted with what the check says, and taken out as a change that git applies."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from helpline.console.app import make_app
from helpline.content.check import check_content
from helpline.settings import ROOT
from helpline.store.audit import list_entries
from tests.console.conftest import SECRET, Browser, Console

NED = "/answers/utter_faq.ned"
GOOD = (
    "NED stands for no evidence of disease: tests show no sign of the cancer.\n\n"
    "It is a period that not everyone reaches. It is not a cure, because MBC is not considered curable."
)


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the content check reads, under git."""
    root = tmp_path_factory.mktemp("repository")
    for name in ("content", "data", "actions", "helpline"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "domain.yml", root)
    git(root, "init", "--quiet")
    git(root, "add", ".")
    return root


@pytest.fixture
def own(console: Console, repository: Path, tmp_path: Path) -> Path:
    """A console on a copy of its own, whose files a test may change."""
    root = tmp_path / "project"
    shutil.copytree(repository, root)
    console.app = make_app(console.settings, console.database, SECRET, root)
    return root


def git(root: Path, *arguments: str, given: str | None = None) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def shown(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def fields(browser: Browser, path: str, **changed: str) -> dict[str, str]:
    """Return what the form of an answer holds, as a browser would send it, with some fields changed."""
    html = browser.get(path).text
    found = dict(re.findall(r'<input[^>]* name="(version|seen)" value="([^"]*)"', html)[-2:])
    for tag in re.findall(r"<input[^>]*>", html):
        if name := re.search(r'name="(title_\d+_\d+)"', tag):
            found[name[1]] = re.search(r'value="([^"]*)"', tag)[1].replace("&#39;", "'").replace("&#34;", '"')
    for name, text in re.findall(r'<textarea[^>]*name="(text_\d+)"[^>]*>\s*?\n?(.*?)</textarea>', html, re.DOTALL):
        found[name] = text.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&").strip()
    return found | changed


def save(browser: Browser, path: str = NED, **changed: str):
    return browser.post(path, **fields(browser, path, **changed))


def test_answers_are_found_by_their_words_and_listed_in_pages(console: Console) -> None:
    anna = console.signed_in()
    page = anna.get("/answers")
    assert page.text.count('class="open"') == 50
    assert len(page.content) < 60_000
    assert "Page 1 of 10" in shown(page.text)
    for query in ("no evidence disease", "utter_faq/ned", "NED, no evidence"):
        assert f'href="{NED}"' in anna.get("/answers", params={"q": query, "show": "topics"}).text
    assert f'href="{NED}"' not in anna.get("/answers", params={"q": "evidence", "show": "rest"}).text
    assert "Nothing fits" in anna.get("/answers?q=zebra").text
    assert "No drafts" in anna.get("/answers?show=drafts").text
    assert "There is no such answer" in anna.get("/answers/utter_tea").text


def test_staff_read_and_coordinators_write(console: Console) -> None:
    anna, cora = console.signed_in("anna"), console.signed_in("cora", "coordinator")
    html = anna.get(NED).text
    assert "<textarea" not in html
    assert "A coordinator can draft" in html
    assert "In the website chat" in html
    assert anna.post(NED, text_0="x").status_code == 403
    assert "Save the draft" in cora.get(NED).text


def test_the_check_its_words_the_facts_and_the_previews(console: Console, own: Path) -> None:
    cora = console.signed_in("cora", "coordinator")
    text = "NED is no evidence of disease, unfortunately. About 47 percent of Texas reach it. It is not a cure."
    looked = cora.post(f"{NED}/look", **fields(cora, NED, text_0=text))
    assert looked.status_code == 200
    path = own / "data/topics/ned.yml"
    before = path.read_text()
    text_now = re.compile(r"(utter_faq/ned:\n    - text: \|-\n)(?:(?:        .*)?\n)+?(      buttons)")
    path.write_text(text_now.sub(rf"\1        {text}\n\2", before))
    said = {problem.message for problem in check_content(own)}
    path.write_text(before)
    assert len(said) >= 6
    for message in said:
        assert message in shown(looked.text.replace("&#34;", '"').replace("&#39;", "'"))
    assert f"{len(said)} things to mend" in shown(looked.text)
    assert cora.get("/answers?show=drafts").text.count('class="open"') == 0
    html = shown(cora.get("/answers/utter_faq.lmd_how_common").text)
    assert "The content check finds nothing to mend" in html
    assert (
        "5-15% Share of people with MBC in whom it may happen. (Leptomeningeal disease (LMD), first paragraph)" in html
    )
    assert re.search(r"Length \d+ of at most 90 words Reading grade \d+\.\d", html)
    assert "Source: LBBC: Metastatic breast cancer, reviewed July 2025" in html
    assert "1. What is LMD? 2. Get the LMD fact sheet" in html
    assert re.search(r"\d messages of the network, \d+ characters in GSM-7", html)


def test_only_the_part_is_sent_to_a_page_that_renews_itself(console: Console) -> None:
    cora = console.signed_in("cora", "coordinator")
    data = {"csrf": cora.csrf, **fields(cora, NED, text_0=GOOD)}
    data["csrf"] = cora.csrf
    part = cora.client.post(f"{NED}/look", data=data, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert 'hx-swap-oob="innerHTML:#look-status">The content check finds nothing to mend.' in part.text
    assert "<ins>" in part.text


def test_a_draft_is_saved_listed_taken_out_applied_and_checked(console: Console, own: Path) -> None:
    cora, anna = console.signed_in("cora", "coordinator"), console.signed_in("anna")
    assert save(cora, text_0=GOOD, title_0_1="Is there a cure?").headers["location"] == f"{NED}?said=draft"
    advice = "/answers/utter_crisis_reminder"
    assert "Safety wording" in cora.get(advice).text
    assert (
        save(
            cora,
            advice,
            text_0="Still there: 988 (call or text), 911 in danger, and LBBC's helpline, (888) 753-LBBC (5222).",
        ).status_code
        == 303
    )
    listed = shown(anna.get("/answers?show=drafts").text)
    assert "2 answers" in listed
    assert "draft Cora, just now" in listed
    assert GOOD.partition("\n")[0] in shown(anna.get(NED).text)
    answer = cora.get("/answers/change.diff")
    assert answer.headers["content-disposition"] == 'attachment; filename="answers.diff"'
    assert "Safety wording is in it" in answer.text
    assert "#" not in "".join(line for line in answer.text.splitlines() if line.startswith("-"))
    git(own, "apply", "--check", given=answer.text)
    git(own, "apply", given=answer.text)
    assert check_content(own) == []
    assert sorted(git(own, "diff", "--name-only").split()) == ["data/responses/safety.yml", "data/topics/ned.yml"]
    changed = git(own, "diff", "--unified=0")
    assert "+        - title: Is there a cure?" in changed
    assert "-        - title: Can MBC be cured?" in changed
    # It stands in the assistant now, which the console sees in its files.
    assert "stands now" in shown(cora.get("/answers?show=drafts").text)
    assert "discard the draft" in cora.get(NED).text
    assert "There is nothing to take out" in cora.get("/answers/change.diff").text
    assert cora.post(f"{NED}/discard", version="1").status_code == 303
    assert [entry.action for entry in list_entries(console.database, "utter_faq/ned")] == [
        "draft discarded",
        "draft begun",
    ]


def test_one_answer_is_taken_out_alone_and_none_that_the_check_refuses(console: Console, own: Path) -> None:
    cora = console.signed_in("cora", "coordinator")
    save(cora, text_0=GOOD)
    save(cora, "/answers/utter_goodbye", text_0="Bye! There are 99 of us.")
    everything = cora.get("/answers/change.diff").text
    assert "Left out: utter_goodbye. The content check says: " in everything
    alone = cora.get(f"{NED}/change.diff")
    assert alone.headers["content-disposition"] == 'attachment; filename="utter_faq.ned.diff"'
    assert alone.text.count("+++ ") == everything.count("+++ ") == 1
    git(own, "apply", given=alone.text)
    assert check_content(own) == []
    refused = cora.get("/answers/utter_goodbye/change.diff")
    assert refused.status_code == 409
    assert "an exclamation mark" in refused.text


def test_somebody_else_saved_or_discarded_and_nothing_is_lost(console: Console) -> None:
    cora, dora = console.signed_in("cora", "coordinator"), console.signed_in("dora", "coordinator")
    mine = fields(cora, NED, text_0=f"{GOOD} Mine.")
    save(dora, text_0=f"{GOOD} Hers.")
    conflict = cora.post(NED, **mine)
    assert conflict.status_code == 409
    assert "Dora saved another draft" in conflict.text
    assert "considered curable. Mine.</textarea>" in conflict.text
    assert "taken out: Hers." in shown(conflict.text)
    mine["version"] = re.search(r'name="version" value="(\d+)"><input type="hidden" name="seen"', conflict.text)[1]
    assert cora.post(NED, **mine).status_code == 303
    assert "considered curable. Mine.</textarea>" in dora.get(NED).text
    hers = fields(dora, NED, text_0=f"{GOOD} Later.")
    assert cora.post(f"{NED}/discard", version="1").status_code == 409
    assert cora.post(f"{NED}/discard", version="2").status_code == 303
    gone = dora.post(NED, **hers)
    assert (gone.status_code, "The draft was discarded" in gone.text) == (409, True)
    assert "considered curable. Later.</textarea>" in gone.text
    hers["version"] = re.search(r'name="version" value="(\d+)"><input type="hidden" name="seen"', gone.text)[1]
    assert dora.post(NED, **hers).status_code == 303


def test_the_answer_changed_beneath_and_nothing_is_lost(console: Console, own: Path) -> None:
    cora = console.signed_in("cora", "coordinator")
    save(cora, text_0=GOOD)
    writing = fields(cora, NED, text_0=f"{GOOD} More.")
    path = own / "data/topics/ned.yml"
    path.write_text(path.read_text().replace("NED stands for no evidence", "NED is short for no evidence", 1))
    page = shown(cora.get(NED).text)
    assert "The answer changed in the repository since" in page
    assert "taken out: stands new: is short for" in page
    assert "the answer changed since" in shown(cora.get("/answers?show=drafts").text)
    assert cora.get("/answers/change.diff").status_code == 409
    conflict = cora.post(NED, **writing)
    assert (conflict.status_code, "changed in the repository while you wrote" in conflict.text) == (409, True)
    assert "considered curable. More.</textarea>" in conflict.text
    writing["seen"] = re.search(r'name="seen" value="(\w+)"', conflict.text)[1]
    assert cora.post(NED, **writing).status_code == 303
    git(own, "apply", given=cora.get("/answers/change.diff").text)
    assert check_content(own) == []


def test_a_draft_whose_answer_is_gone_can_be_read_and_discarded(console: Console, own: Path) -> None:
    cora = console.signed_in("cora", "coordinator")
    save(cora, "/answers/utter_goodbye", text_0="Take care now.")
    path = own / "data/responses/conversation.yml"
    path.write_text(path.read_text().replace("utter_goodbye:", "utter_farewell:", 1))
    page = shown(cora.get("/answers?show=drafts").text)
    assert "Drafts without an answer" in page
    assert "Take care now." in page
    assert "There is no such answer any more" in cora.get("/answers/change.diff").text
    assert cora.post("/answers/utter_goodbye/discard", version="1").status_code == 303
    assert "Drafts without an answer" not in cora.get("/answers?show=drafts").text


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("Ask Grace Miller at 215-555-0142.", "a phone number"),
        ("My sister Keisha Watkins-Brown had it.", "a name"),
        ("Write to keisha@example.org.", "an email address"),
        ("Go to 1420 Walnut Street, Philadelphia.", "an address"),
    ],
)
def test_what_tells_who_somebody_is_is_not_saved(console: Console, told: str, kind: str) -> None:
    cora = console.signed_in("cora", "coordinator")
    refused = save(cora, text_0=f"{GOOD} {told}")
    assert refused.status_code == 422
    assert kind in refused.text
    assert told in refused.text
    assert "No drafts" in cora.get("/answers?show=drafts").text


def test_every_answer_as_it_stands_can_be_saved_as_a_draft(console: Console) -> None:
    """What the assistant says already is taken for nobody's detail, and nothing in it is lost in the form."""
    cora = console.signed_in("cora", "coordinator")
    snapshot = console.app.state.catalogue.snapshot()
    for name, answer in list(snapshot.answers.items())[::9] + [
        (name, snapshot.answers[name]) for name in ("utter_crisis/self", "utter_other_language", "utter_ask_age_range")
    ]:
        path = f"/answers/{name.replace('/', '.')}"
        html = cora.get(path).text
        assert "nothing to mend" in html, name
        assert "It seems to hold" not in html, name
        assert "This is what stands now" in html, name
        typed = fields(cora, path)
        assert [typed[f"text_{number}"] for number in range(len(answer.wording))] == [
            one.text for one in answer.wording
        ]
        assert cora.post(path, **typed).status_code == 303, name


def test_a_line_without_words_is_refused(console: Console) -> None:
    cora = console.signed_in("cora", "coordinator")
    for changed in ({"text_0": " \n "}, {"text_0": "\u200b\x07"}, {"title_0_0": ""}, {"text_0": "a" * 4000}):
        assert save(cora, **changed).status_code == 422 or changed["text_0"].startswith("\u200b"), changed
    long = cora.post(f"{NED}/look", **fields(cora, NED, text_0="a" * 4000))
    assert (long.status_code, "too long to be looked at" in long.text) == (200, True)
