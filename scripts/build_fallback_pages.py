"""Writes what nginx says when all behind it is away, from the front door's own wording: ``deploy/nginx/fallback``.

Run it after a change in ``data/responses/website.yml`` or ``content/contacts.yml``; a test compares.
"""

import html
import json
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from helpline.web import api_errors  # noqa: E402
from helpline.web.wording import load_wording  # noqa: E402

FOLDER = ROOT / "deploy" / "nginx" / "fallback"
JSON_FILES = {
    "away.json": api_errors.UNAVAILABLE,
    "busy.json": api_errors.RATE_LIMITED,
    "too_long.json": api_errors.TOO_LARGE,
    "refused.json": api_errors.BAD_REQUEST,
}
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body{{font:1.25rem/1.6 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.25rem;color:#1d1d1f;\
background:#fff}}a{{color:#8a1c4a}}@media(prefers-color-scheme:dark){{body{{color:#f2f2f4;background:#18181a}}\
a{{color:#ff9fc4}}}}</style>
<main>
{paragraphs}
</main>
</html>
"""


def fallback_pages() -> dict[str, str]:
    """Return each file's name and content."""
    wording = load_wording(ROOT / "data" / "responses" / "website.yml")
    answers = api_errors.ErrorAnswers(wording)
    pages = {name: answers.body(kind).decode() + "\n" for name, kind in JSON_FILES.items()}
    contacts = yaml.safe_load((ROOT / "content" / "contacts.yml").read_text(encoding="utf-8"))["contacts"]
    text = json.loads(pages["away.json"])["error"]["text"]
    paragraphs = "\n".join(f"<p>{_linked(line, contacts)}</p>" for line in text.splitlines())
    pages["away.html"] = PAGE.format(title=html.escape(contacts["helpline"]["name"]), paragraphs=paragraphs)
    return pages


def _linked(line: str, contacts: dict[str, dict[str, object]]) -> str:
    """Return a line as HTML, with its numbers as links that a telephone dials."""
    line = html.escape(line)
    for contact in contacts.values():
        written = str(contact["written"][0])  # type: ignore[index]
        if contact.get("tel"):
            line = line.replace(html.escape(written), f'<a href="{contact["tel"]}">{html.escape(written)}</a>')
    return line


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in fallback_pages().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
