"""Sends what the outbox of mails holds: each once, again as long as it surely was not taken, never blindly twice."""

import asyncio
import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from email.errors import MessageError

from helpline.channels.store_calls import PatientCalls
from helpline.channels.workers import Job, Workers
from helpline.errors import StoreError
from helpline.mail.alerts import write_alerts
from helpline.mail.composing import Composer
from helpline.mail.match_duties import do_match_duties
from helpline.mail.smtp import NoAnswerError, NotTakenError, RefusedMailError, SmtpServer
from helpline.opening_hours import QuietHours
from helpline.settings import Settings
from helpline.store.database import Database
from helpline.store.mail_outbox import (
    CANNOT_BE_READ,
    OutgoingMail,
    due_mails,
    hand_over,
    note_failed,
    note_later,
    note_sent,
    note_uncertain,
    take_mail,
)

logger = logging.getLogger(__name__)

# Conversations with the server at the same time, beside those about what is urgent.
AT_ONCE = 4
_THREADS = 8
# A server that takes nothing from strangers at first ("greylisting") takes it some minutes later.
FIRST_PAUSE, LONGEST_PAUSE = 60.0, 3600.0
# How often it is looked whether something urgent came into the queue, and whether something is due about matches.
LOOKS_EVERY = 20.0
_NOTE_PAUSES = (0.2, 1.0, 5.0)


class Postman:
    """Tries mails, one call a try. Safe to use from several threads.

    Args:
        database: The store.
        composer: Makes the mails.
        server: Takes them.
        quiet: When nothing is sent that is not urgent; None for no such hours.
    """

    def __init__(
        self, database: Database, composer: Composer, server: SmtpServer, quiet: QuietHours | None = None
    ) -> None:
        self._database = database
        self._composer = composer
        self._server = server
        self._quiet = quiet
        self._stopped = threading.Event()

    def attempt(self, mail_id: int) -> None:
        """Do what is due about a mail, if anything is.

        Raises:
            StoreError: The store failed before anything was sent.
        """
        now = _now()
        mail = take_mail(self._database, mail_id, now, self._quiet.end_after(now) if self._quiet else None)
        if mail is None:
            return
        try:
            content = self._composer.compose(mail).as_bytes()
        except (KeyError, ValueError, IndexError, MessageError):  # in the form of another version
            note_failed(self._database, mail, CANNOT_BE_READ, _now())
            return
        try:
            self._server.send(content, mail.address, lambda: hand_over(self._database, mail, _now()))
        except NotTakenError as error:
            self._later(mail, error.code)
        except StoreError as error:
            self._later(mail, error.reason)
        except RefusedMailError as error:
            logger.error("A mail was refused for good: %s.", error.code)
            self._until_noted(note_failed, mail, error.code)
        except NoAnswerError:
            logger.error("A mail was handed over, and the server did not say whether it took it.")
            self._until_noted(note_uncertain, mail)
        else:
            self._until_noted(note_sent, mail)

    def stop(self) -> None:
        """End what is under way. What was not handed over by then is tried by the next process."""
        self._stopped.set()
        self._server.hang_up()

    def _later(self, mail: OutgoingMail, code: str) -> None:
        at = min(_now() + timedelta(seconds=pause_after(mail.tries)), max(mail.give_up_at, _now()))
        logger.warning("A mail was not taken and is tried again: %s.", code)
        self._until_noted(note_later, mail, at, code)

    def _until_noted(self, note: Callable[..., None], mail: OutgoingMail, *values: object) -> None:
        """Note what became of a mail, again while the store is away. What is never noted stays as it was, and is true.

        One that was sent stays uncertain then, and staff see it; one that was not is tried again after a while.
        """
        number = 0
        while True:
            try:
                return note(self._database, mail, *values, _now())
            except StoreError as error:
                logger.error("What became of a mail is not noted yet: %s.", error.reason)
                if self._stopped.wait(_NOTE_PAUSES[min(number, len(_NOTE_PAUSES) - 1)]):
                    return None
                number += 1


class MailSending(Workers):
    """Looks for mails that are due, and has them tried.

    Args:
        store: The helpline store.
        postman: Tries them.
        settings: Which of staff hear of what is urgent, and when is asked how a match went.
    """

    def __init__(self, store: PatientCalls, postman: Postman, settings: Settings) -> None:
        super().__init__(AT_ONCE)
        self._store = store
        self._postman = postman
        self._settings = settings
        self._looks_at = 0.0
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="mail")

    async def waiting(self) -> Sequence[Job]:
        """Return the mails about which something is due; write before what nobody else writes."""
        if time.monotonic() >= self._looks_at:
            self._looks_at = time.monotonic() + LOOKS_EVERY
            if self._settings.mail_staff:
                await self._store(write_alerts, self._settings.mail_staff, _now())
            await self._store(do_match_duties, self._settings.match_outcome_weeks, _now())
        return [Job(mail, urgent) for mail, urgent in await self._store(due_mails, _now())]

    async def work(self, mail: int, urgent: bool) -> None:
        """Do what is due about a mail."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self._postman.attempt, mail)

    async def stop(self, seconds: float) -> None:
        """Begin nothing more, let what is under way end for so long, and then hang up."""
        ending = asyncio.create_task(super().stop(seconds))
        await asyncio.wait([ending], timeout=seconds * 0.8)
        self._postman.stop()
        await ending
        self._threads.shutdown(wait=False, cancel_futures=True)


def pause_after(tries: int) -> float:
    """Return how many seconds pass until the next try: ever longer, and never the same for all mails at once."""
    pause = min(FIRST_PAUSE * 2.0 ** min(tries - 1, 10), LONGEST_PAUSE)
    return pause * random.uniform(0.5, 1.5)  # noqa: S311 -- spreads tries, keeps no secret


def _now() -> datetime:
    return datetime.now(timezone.utc)
