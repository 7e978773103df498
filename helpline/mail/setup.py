"""Whether e-mail is switched on, what is missing for it, and the settings as the sending needs them.

E-mail is off as long as none of its settings is set. A part of them stops the start and is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr

from helpline.errors import SettingsError
from helpline.secrets import secret_file
from helpline.settings import VAR, Settings

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_NEEDED = ("mail_host", "mail_sender", "public_url")
# Any of these says that somebody wants e-mail.
_OWN = ("mail_host", "mail_port", "mail_user", "mail_password", "mail_sender", "mail_reply_to", "mail_staff")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class MailSetup:
    """What sending needs to know.

    Attributes:
        host: The SMTP server.
        port: Its port.
        security: ``starttls``, ``tls`` or ``none``.
        user: The name that we sign in with; None for without.
        password: What goes with it.
        sender: Who mails are from, as it stands in a header.
        reply_to: Where answers go; None for to the sender.
        public_url: Address of the front door, without a slash at its end.
        console_url: Address of the staff's console; None where only loopback leads to it.
    """

    host: str
    port: int
    security: str
    user: str | None
    password: str | None = field(repr=False)
    sender: str
    reply_to: str | None
    public_url: str
    console_url: str | None = None

    @property
    def sender_address(self) -> str:
        """The address alone, which servers send word of failures to."""
        return parseaddr(self.sender)[1]

    @property
    def domain(self) -> str:
        """The sender's domain, which our ids of messages end in."""
        return self.sender_address.rpartition("@")[2]


@dataclass(frozen=True)
class MailState:
    """How far the set-up is.

    Attributes:
        begun: Whether anything of it is set.
        problems: What is missing or wrong, in sentences.
    """

    begun: bool
    problems: tuple[str, ...]

    @property
    def is_on(self) -> bool:
        """Whether mails are sent."""
        return self.begun and not self.problems

    @property
    def sentence(self) -> str:
        """What an operator is told: that it is on, what is missing, or what would switch it on."""
        if self.is_on:
            return "E-mail is on."
        if self.begun:
            return " ".join(self.problems)
        return f"E-mail is off; it needs {_listed(_NEEDED)}."


def mail_state(settings: Settings) -> MailState:
    """Return how far the set-up of e-mail is, for `helpline doctor`."""
    if not any(getattr(settings, name) not in (None, []) for name in _OWN):
        return MailState(False, ())
    problems = []
    missing = [name for name in _NEEDED if getattr(settings, name) is None]
    for name, other in (("mail_user", "mail_password"), ("mail_password", "mail_user")):
        if getattr(settings, name) is None and getattr(settings, other) is not None:
            missing.append(name)
    if missing:
        problems.append(f"E-mail is set up in part; also set {_listed(missing)}.")
    if settings.mail_security == "none" and settings.mail_password is not None and settings.mail_host not in LOOPBACK:
        problems.append(
            "HELPLINE_MAIL_PASSWORD would go over the network for all to read; set HELPLINE_MAIL_SECURITY to starttls "
            "or tls."
        )
    return MailState(True, tuple(problems))


def check_mail(settings: Settings) -> None:
    """Refuse e-mail that is set up in part.

    Raises:
        SettingsError: It is; the message names what is missing.
    """
    state = mail_state(settings)
    if state.begun and state.problems:
        raise SettingsError("These settings must be mended:\n  " + "\n  ".join(state.problems))


def load_mail(settings: Settings) -> MailSetup | None:
    """Return the set-up of e-mail; None where it is off.

    Raises:
        SettingsError: It is set up in part.
    """
    check_mail(settings)
    if settings.mail_host is None or settings.mail_sender is None or settings.public_url is None:
        return None
    password = settings.mail_password
    return MailSetup(
        host=settings.mail_host,
        port=settings.mail_port or _PORTS[settings.mail_security],
        security=settings.mail_security,
        user=settings.mail_user,
        password=password.get_secret_value() if password is not None else None,
        sender=settings.mail_sender,
        reply_to=settings.mail_reply_to,
        public_url=settings.public_url,
        console_url=settings.console_url,
    )


def link_secret(settings: Settings) -> str:
    """Return the secret that signs links; it is made when there is none yet."""
    return settings.link_secret or secret_file("link.secret", VAR)


def _listed(names: Sequence[str]) -> str:
    *before, last = (f"HELPLINE_{name.upper()}" for name in names)
    return f"{', '.join(before)} and {last}" if before else last
