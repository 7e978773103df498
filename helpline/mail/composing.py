"""Makes a mail of what the store holds: its words, its signed links, its headers. Also shows it as a preview."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from helpline.mail.setup import MailSetup
from helpline.mail.wording import MailLinks, MailText, load_mail_wording
from helpline.settings import Settings
from helpline.store.mail_links import StoredLink
from helpline.store.mail_outbox import OutgoingMail
from helpline.volunteers.links import Links, SignedLink

# A longer line than usual, so that no header that holds a link is broken up, or encoded as if it were words.
_POLICY = SMTP.clone(cte_type="7bit", max_line_length=900)
_PREVIEW_HOLDS = timedelta(days=3)


def link_path(token: str) -> str:
    """Return the path of a link's page at the front door."""
    return f"/v/{token}"


@dataclass(frozen=True)
class Preview:
    """A mail as somebody would get it, for the console: its links lead nowhere.

    Attributes:
        headers: Names and values that a receiver may see.
        text: As plain text.
        html: As HTML.
    """

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str


def preview_mail(settings: Settings, template: str, now: datetime, language: str = "en") -> Preview:
    """Return what a mail of a template looks like, also while e-mail is off.

    Raises:
        KeyError: There is no such template.
    """
    setup = MailSetup(
        host="",
        port=0,
        security="none",
        user=None,
        password=None,
        sender=settings.mail_sender or "helpline@example.org",
        reply_to=settings.mail_reply_to,
        public_url=settings.public_url or "https://chat.example.org",
        console_url=settings.console_url,
    )
    return Composer(setup, Links(""), settings.helpline_time_zone).preview(template, now, language)


class Composer:
    """Makes mails.

    Args:
        setup: Who they are from, and where links lead.
        links: Signs links.
        zone: The time zone in which times are said; None for UTC.
    """

    def __init__(self, setup: MailSetup, links: Links, zone: str | None) -> None:
        self._setup = setup
        self._links = links
        self._zone = zone

    def compose(self, mail: OutgoingMail) -> EmailMessage:
        """Return a mail, ready to be sent. It is the same for every try, with one Message-ID.

        Raises:
            KeyError: It is of a template that is not there, or a value or link is missing: it is of another version.
        """
        leave = self._address(_first(mail.links, "unsubscribe"))
        words = self._words(mail.template, mail.language, mail.links, mail.content)
        return self._message(words, mail.address, mail.key, mail.created_at, leave)

    def preview(self, template: str, now: datetime, language: str = "en") -> Preview:
        """Return what a mail of a template looks like.

        Raises:
            KeyError: There is no such template.
        """
        address = self._setup.public_url + link_path("...")
        to_staff = template.startswith("staff_")
        links = MailLinks(
            address, now + _PREVIEW_HOLDS, None if to_staff else address, self._setup.console_url if to_staff else None
        )
        words = load_mail_wording(language).mail(template, links, self._zone, {})
        message = self._message(words, "somebody@example.org", "...", now, links.unsubscribe)
        seen = ("From", "Reply-To", "Subject", "List-Unsubscribe")
        headers = tuple((name, str(message[name])) for name in seen if message[name])
        return Preview(headers, words.text, words.html)

    def _words(self, template: str, language: str, links: Sequence[StoredLink], content: dict[str, object]) -> MailText:
        action = next((link for link in links if link.purpose != "unsubscribe"), None)
        made = MailLinks(
            self._address(action),
            action.expires_at if action else None,
            self._address(_first(links, "unsubscribe")),
            self._setup.console_url,
        )
        return load_mail_wording(language).mail(template, made, self._zone, content)

    def _address(self, link: StoredLink | None) -> str | None:
        if link is None:
            return None
        token = self._links.token(SignedLink(link.purpose, link.id, link.expires_at))
        return self._setup.public_url + link_path(token)

    def _message(self, words: MailText, to: str, key: str, at: datetime, leave: str | None) -> EmailMessage:
        message = EmailMessage(policy=_POLICY if to.isascii() else _POLICY.clone(utf8=True, cte_type="8bit"))
        message["From"] = self._setup.sender
        message["To"] = to
        if self._setup.reply_to is not None:
            message["Reply-To"] = self._setup.reply_to
        message["Subject"] = words.subject
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{key}@{self._setup.domain}>"
        # Out-of-office answers would go to the helpline, with what their writer tells of themselves.
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        if leave is not None:
            message["List-Unsubscribe"] = f"<{leave}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(words.text)
        message.add_alternative(words.html, subtype="html")
        message.set_boundary(f"part-{key}")
        return message


def _first(links: Sequence[StoredLink], purpose: str) -> StoredLink | None:
    return next((link for link in links if link.purpose == purpose), None)
