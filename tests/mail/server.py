"""A real SMTP server on loopback (aiosmtpd), which can refuse, keep silent and hang up at every stage."""

import asyncio
import datetime
import ipaddress
import ssl
import threading
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from helpline.processes.sockets import free_port
from helpline.settings import Settings
from tests.conftest import SECRET, settings_for

USER, PASSWORD = "helpline", "a word of ours"
# Where it can be told to keep silent, or to hang up, in their order. Behind "end" it has the whole mail.
STAGES = ("connect", "ehlo", "mail", "rcpt", "data", "content", "end", "quit")


class _Smtp(SMTP):
    """One conversation."""

    owner: "MailServer"

    def connection_made(self, transport):
        if self.owner.cut_at == "connect":
            transport.abort()
            return
        super().connection_made(transport)

    async def _disturbed(self, stage: str) -> bool:
        """Keep silent, or hang up, where that was asked for; return whether it hung up."""
        if self.owner.silent_at == stage:
            self.owner.is_silent.set()
            await asyncio.sleep(3600)
        if self.owner.cut_at == stage:
            self.transport.abort()
            return True
        return False

    async def smtp_EHLO(self, hostname):
        if not await self._disturbed("ehlo"):
            await super().smtp_EHLO(hostname)

    async def smtp_MAIL(self, arg):
        if not await self._disturbed("mail"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        if not await self._disturbed("rcpt"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg):
        if await self._disturbed("data"):
            return
        if "content" in (self.owner.cut_at, self.owner.silent_at):
            await self.push("354 go on")
            await self._reader.readline()
            await self._disturbed("content")
            return
        await super().smtp_DATA(arg)

    async def smtp_QUIT(self, arg):
        if not await self._disturbed("quit"):
            await super().smtp_QUIT(arg)


class _Controller(Controller):
    def __init__(self, owner: "MailServer", **options) -> None:
        self._owner, self._options = owner, options
        super().__init__(
            owner, hostname="127.0.0.1", port=owner.port, ssl_context=owner.implicit_context, server_hostname="here"
        )

    def factory(self):
        made = _Smtp(self.handler, enable_SMTPUTF8=self._owner.takes_utf8, hostname="here", **self._options)
        made.owner = self._owner
        return made


class MailServer:
    """The server, with what it is to do and what it has.

    Attributes:
        received: Addresses and contents of the mails that it has, in the order in which they came.
        cut_at: The stage at which it hangs up.
        silent_at: The stage at which it says nothing more.
        is_silent: Set once it is.
        refused: Addresses that it does not know.
        greylisting: Whether it takes an address at the second try alone.
        data_reply: What it says behind a mail; None for that it took it.
    """

    def __init__(self, security: str = "none", needs_sign_in: bool = False, takes_utf8: bool = True) -> None:
        self.port = free_port()
        self.received: list[tuple[str, bytes]] = []
        self.rcpts: list[str] = []
        self.cut_at = self.silent_at = self.data_reply = None
        self.is_silent = threading.Event()
        self.refused: set[str] = set()
        self.greylisting = False
        self.mail_reply = None
        self.takes_utf8 = takes_utf8
        self._seen: set[str] = set()
        self._needs_sign_in = needs_sign_in
        self._security = security
        self.implicit_context = None
        self.client_context = None
        self._controller = None

    def secured(self, directory: Path) -> "MailServer":
        server, self.client_context = contexts(directory)
        if self._security == "tls":
            self.implicit_context = server
        self._starttls = server if self._security == "starttls" else None
        return self

    def start(self) -> "MailServer":
        options = {}
        if self._security == "starttls":
            options |= {"tls_context": self._starttls, "require_starttls": True}
        if self._needs_sign_in:
            options |= {
                "authenticator": self._knows,
                "auth_required": True,
                "auth_require_tls": self._security == "starttls",
            }
        self._controller = _Controller(self, **options)
        self._controller.start()
        return self

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def __enter__(self) -> "MailServer":
        return self.start()

    def __exit__(self, *_) -> None:
        self.stop()

    @staticmethod
    def _knows(_server, _session, _envelope, _mechanism, data) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)

    async def handle_MAIL(self, _server, _session, envelope, address, options):
        if self.mail_reply:
            return self.mail_reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        self.rcpts.append(address)
        if address in self.refused:
            return "550 5.1.1 <" + address + "> is not known here"
        if self.greylisting and address not in self._seen:
            self._seen.add(address)
            return "451 4.7.1 Greylisted, please come back"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):
        if self.data_reply is not None:
            return self.data_reply
        self.received.append((envelope.rcpt_tos[0], envelope.original_content or envelope.content))
        if await server._disturbed("end"):
            return "250 nobody hears this"
        return "250 2.0.0 Taken"


def contexts(directory: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what a server for 127.0.0.1 shows, and what a client that trusts it has."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = directory / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    client = ssl.create_default_context(cadata=certificate.public_bytes(serialization.Encoding.PEM).decode())
    return server, client


def mail_settings(directory: Path, server: MailServer, **other: str) -> Settings:
    """Return settings for a product of a test that sends its mail to a server, by day and by night."""
    on = {
        "mail_host": "127.0.0.1",
        "mail_port": server.port,
        "mail_security": "none",
        "mail_sender": "The helpline <helpline@example.org>",
        "public_url": "https://chat.example.org",
        "link_secret": SECRET,
        "quiet_hours": "none",
    }
    return settings_for(directory).copy(update={**on, **other})
