"""Hands one mail to an SMTP server, and tells exactly what is known of it afterwards.

A server has a mail once it has read the line with the single dot that ends it. Until then nothing was taken, whatever
happens; behind it only the server's answer tells. So the caller is asked between the two (docs/adr/0014).
"""

import contextlib
import re
import select
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

from helpline.errors import HelplineError
from helpline.mail.setup import MailSetup

# How long a server may take to be reached, and for each answer before it has the mail.
COMMAND_SECONDS = 60.0
# RFC 5321 (4.5.3.2.6) asks for ten minutes: many servers look through a mail before they answer.
ANSWER_SECONDS = 600.0
_ENHANCED = re.compile(rb"^\s*(\d\.\d{1,3}\.\d{1,3})\b")


class NotTakenError(HelplineError):
    """The server surely did not take the mail, and may another time. ``code`` says why, without anybody's address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RefusedMailError(HelplineError):
    """The server refuses the mail for good. ``code`` says why, without anybody's address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NoAnswerError(HelplineError):
    """The server has the whole mail, and did not say whether it took it."""


class SmtpServer:
    """The server that takes our mails. Safe to use from several threads.

    Args:
        setup: Where it is, and how it is spoken to.
        context: What its certificate must be signed by; the machine's authorities without one.
        answer_seconds: How long it may take for the answer behind a mail.
        command_seconds: How long it may take for any other answer.
    """

    def __init__(
        self,
        setup: MailSetup,
        context: ssl.SSLContext | None = None,
        answer_seconds: float = ANSWER_SECONDS,
        command_seconds: float = COMMAND_SECONDS,
    ) -> None:
        self._setup = setup
        self._context = context or ssl.create_default_context()
        self._answer_seconds = answer_seconds
        self._command_seconds = command_seconds
        self._open: set[smtplib.SMTP] = set()
        self._lock = threading.Lock()

    def send(self, content: bytes, address: str, may_hand_over: Callable[[], bool]) -> None:
        """Hand a mail over.

        Args:
            content: The mail, with lines that end in CR LF.
            address: Where it goes.
            may_hand_over: Asked when the server has all but the end; where it says no, or raises, nothing was sent.

        Raises:
            NotTakenError: The server did not take it, and may another time.
            RefusedMailError: It never will.
            NoAnswerError: Nobody knows whether it did.
        """
        with self._conversation() as smtp:
            self._begin(smtp, address)
            try:
                smtp.send(_stuffed(content))
                if not may_hand_over():
                    raise NotTakenError("not ours any more")
            except (OSError, smtplib.SMTPException) as error:
                raise NotTakenError(_name(error)) from None
            self._end(smtp)

    def check(self) -> None:
        """Reach the server and sign in, and send nothing.

        Raises:
            NotTakenError: That does not work.
        """
        with self._conversation():
            pass

    def hang_up(self) -> None:
        """End all conversations that are under way: whoever waits for an answer hears that there is none."""
        with self._lock:
            for smtp in self._open:
                if smtp.sock is not None:
                    with contextlib.suppress(OSError):
                        smtp.sock.shutdown(socket.SHUT_RDWR)

    @contextlib.contextmanager
    def _conversation(self) -> Iterator[smtplib.SMTP]:
        smtp = self._connected()
        with self._lock:
            self._open.add(smtp)
        try:
            self._secured(smtp)
            yield smtp
            # What became of the mail is known, and is noted before the server has answered a goodbye.
            with contextlib.suppress(OSError, smtplib.SMTPException):
                smtp.putcmd("QUIT")
        finally:
            with self._lock:
                self._open.discard(smtp)
            smtp.close()

    def _connected(self) -> smtplib.SMTP:
        setup = self._setup
        try:
            if setup.security == "tls":
                return smtplib.SMTP_SSL(
                    setup.host, setup.port, setup.domain, timeout=self._command_seconds, context=self._context
                )
            return smtplib.SMTP(setup.host, setup.port, setup.domain, timeout=self._command_seconds)
        except smtplib.SMTPResponseException as error:
            raise NotTakenError(_code(error.smtp_code, error.smtp_error)) from None
        except (OSError, smtplib.SMTPException) as error:
            raise NotTakenError(_name(error)) from None

    def _secured(self, smtp: smtplib.SMTP) -> None:
        """Greet, encrypt and sign in. What is refused here is the set-up, and no mail's fault: it may work later."""
        setup = self._setup
        try:
            smtp.ehlo_or_helo_if_needed()
            if setup.security == "starttls":
                if not smtp.has_extn("starttls"):
                    raise NotTakenError("offers no STARTTLS")
                smtp.starttls(context=self._context)
                smtp.ehlo_or_helo_if_needed()
            if setup.user is not None:
                smtp.login(setup.user, setup.password or "")
        except smtplib.SMTPResponseException as error:
            raise NotTakenError(_code(error.smtp_code, error.smtp_error)) from None
        except (OSError, smtplib.SMTPException) as error:
            raise NotTakenError(_name(error)) from None

    def _begin(self, smtp: smtplib.SMTP, address: str) -> None:
        """Say from whom and to whom, and be told to go on."""
        options = [] if address.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
        if options and not smtp.has_extn("smtputf8"):
            raise RefusedMailError("takes no such address")
        try:
            if options:
                smtp.command_encoding = "utf-8"
            code, said = smtp.mail(self._setup.sender_address, options)
            if code != 250:
                raise NotTakenError(_code(code, said))  # the sender is refused, which is the set-up's fault
            code, said = smtp.rcpt(address)
            if code not in (250, 251):
                raise _error(code, said)
            code, said = smtp.docmd("DATA")
            if code != 354:
                raise _error(code, said)
        except (OSError, smtplib.SMTPException) as error:
            raise NotTakenError(_name(error)) from None

    def _end(self, smtp: smtplib.SMTP) -> None:
        """Say that this was all, and hear what became of it."""
        connection = smtp.sock
        if connection is None or _has_ended(connection):
            raise NotTakenError("hung up")
        try:
            connection.sendall(b".\r\n")
        except ConnectionError as error:  # so short a line goes as a whole, or not at all
            raise NotTakenError(_name(error)) from None
        except OSError:
            raise NoAnswerError from None
        try:
            connection.settimeout(self._answer_seconds)
            code, said = smtp.getreply()
        except (OSError, smtplib.SMTPException):
            raise NoAnswerError from None
        if code != 250:
            raise _error(code, said)


def _has_ended(connection: socket.socket) -> bool:
    """Whether the server has hung up, or said something out of turn. Not asked of TLS, which says things of its own."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return not isinstance(connection, ssl.SSLSocket) and bool(poll.poll(0))


def _stuffed(content: bytes) -> bytes:
    """Return a mail as it stands between DATA and the dot that ends it: a dot at a line's start is doubled."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    lines = re.sub(rb"(?m)^\.", b"..", lines)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def _error(code: int, said: bytes) -> HelplineError:
    """Return what an answer says that is no yes: for good where it begins with 5, else for now."""
    return (RefusedMailError if 500 <= code < 600 else NotTakenError)(_code(code, said))


def _code(code: int, said: bytes | str) -> str:
    """Return a server's code, with its finer one; what it says in words may hold an address."""
    finer = _ENHANCED.match(said.encode(errors="replace") if isinstance(said, str) else said)
    return f"{code} {finer[1].decode()}" if finer else str(code)


def _name(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not trusted"
    if isinstance(error, ConnectionRefusedError):
        return "refused the connection"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return type(error).__name__
