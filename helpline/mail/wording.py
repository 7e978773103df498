"""What mails, and the pages that they lead to, say: read from YAML, by language, and made into text and HTML.

The text and the HTML of a mail are made of the same sentences, so that they cannot say different things.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from markupsafe import Markup

from helpline.contacts import ApprovedContact, approved_contacts
from helpline.errors import ContentError

TEMPLATES = Path(__file__).parent / "templates"
USUAL_LANGUAGE = "en"
_BUTTON = (
    "display:inline-block;padding:12px 18px;border-radius:8px;background:#6b2355;color:#ffffff;font-weight:600;"
    "text-decoration:none"
)
_SMALL = "font-size:15px;color:#655a62"


@dataclass(frozen=True)
class MailText:
    """A mail as its receiver reads it.

    Attributes:
        subject: The line above it.
        text: As plain text.
        html: The same as HTML, with nothing that is fetched from anywhere.
    """

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class MailLinks:
    """Where the links of a mail lead.

    Attributes:
        action: To the page on which something is answered; None where the template has no such link.
        until: Until when that holds, in UTC.
        unsubscribe: To the page on which no more mails are asked for; None for mails that nobody can do without.
        console: To the staff's console, for mails to staff.
    """

    action: str | None = None
    until: datetime | None = None
    unsubscribe: str | None = None
    console: str | None = None


class MailWording:
    """What is said, in one language.

    Args:
        entries: As they stand in the file.
        language: BCP 47 tag.
        contact: The helpline.
    """

    def __init__(self, entries: Mapping[str, Any], language: str, contact: ApprovedContact) -> None:
        self._entries = entries
        self.language = language
        digits = contact.national_number
        # In figures alone: letters in it can tell whose it is to somebody who sees the mail.
        self._number = f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
        self._written = contact.written[0]

    @property
    def templates(self) -> list[str]:
        """The names of all mails."""
        return list(self._entries["mails"])

    def mail(self, template: str, links: MailLinks, zone: str | None, values: Mapping[str, Any]) -> MailText:
        """Return a mail.

        Args:
            template: Which.
            links: Where its links lead.
            zone: The time zone in which times are said; None for UTC.
            values: What else it fills in.

        Raises:
            KeyError: There is no such template, or a value or link that it needs is missing.
        """
        mail = self._entries["mails"][template]
        filled = {**values, "number": self._number, "until": until_words(links.until, zone) if links.until else None}
        before = [part.format(**filled) for part in mail["text"]]
        after = [part.format(**filled) for part in [mail["closing"]] if part] if "closing" in mail else []
        address, label = None, None
        if "link" in mail:
            address, label = links.action, mail["link"]
            if address is None:
                raise KeyError("a link")
        elif "console" in mail and links.console is not None:
            address, label = links.console, mail["console"]
        leave = (self._entries["unsubscribe"], links.unsubscribe) if links.unsubscribe else None
        return MailText(
            mail["subject"],
            _as_text(before, (label, address) if address else None, after, leave),
            _as_html(mail["subject"], self.language, before, (label, address) if address else None, after, leave),
        )

    def page(self, name: str) -> Mapping[str, Any]:
        """Return the wording of a page that a link leads to."""
        page: Mapping[str, Any] = self._entries["pages"][name]
        return page

    def notice(self, name: str) -> Mapping[str, str]:
        """Return the wording of a page that a link leads to which leads nowhere."""
        notice: Mapping[str, str] = self._entries["notices"][name]
        return notice

    @property
    def footer(self) -> str:
        """What stands below each page: the helpline's number."""
        return str(self._entries["footer"]).format(number=self._written)


@cache
def load_mail_wording(language: str = USUAL_LANGUAGE) -> MailWording:
    """Return the wording of a language; the usual one's where there is none.

    Raises:
        ContentError: The file cannot be read.
    """
    path = TEMPLATES / f"{language}.yml"
    if not language.isalnum() or not path.exists():
        return load_mail_wording()
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContentError(f"{path.name} of the mails cannot be read ({type(error).__name__}).") from None
    return MailWording(entries, language, approved_contacts()[0])


def until_words(at: datetime, zone: str | None) -> str:
    """Say until when, such as ``Monday, November 30, 5:30 pm (New York time)``."""
    local = at.astimezone(ZoneInfo(zone or "UTC"))
    hour = local.strftime("%I:%M %p").lstrip("0").lower().replace(":00", "")
    place = zone.rpartition("/")[2].replace("_", " ") + " time" if zone else "UTC"
    return f"{local:%A, %B} {local.day}, {hour} ({place})"


def _as_text(before: list[str], link: tuple[Any, str] | None, after: list[str], leave: tuple[str, str] | None) -> str:
    parts = [*before, *([f"{link[0]}:\n{link[1]}"] if link else []), *after]
    if leave:
        parts += ["-- ", f"{leave[0]}\n{leave[1]}"]
    return "\n\n".join(parts).replace("-- \n\n", "-- \n") + "\n"


def _as_html(
    subject: str,
    language: str,
    before: list[str],
    link: tuple[Any, str] | None,
    after: list[str],
    leave: tuple[str, str] | None,
) -> str:
    paragraph = Markup("<p>{}</p>")
    parts = [paragraph.format(part) for part in before]
    if link:
        parts.append(Markup('<p><a href="{}" style="{}">{}</a></p>').format(link[1], _BUTTON, link[0]))
    parts += [paragraph.format(part) for part in after]
    if leave:
        parts.append(Markup('<p style="{}">{} <a href="{}">{}</a></p>').format(_SMALL, leave[0], leave[1], leave[1]))
    return skeleton("mail.html").format(subject=subject, language=language, body=Markup("\n").join(parts))


@cache
def skeleton(name: str) -> Markup:
    """Return what stands around the contents of a mail or a page; what is filled in is escaped."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704 -- our own file
