"""`helpline doctor`: what is missing or wrong, in plain sentences; exit status 1 if something is wrong."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import httpx
import typer

from helpline.channels.providers import channel_states, check_channels
from helpline.cli import doctor_machines
from helpline.cli.doctor_machines import Findings
from helpline.cli.progress import console
from helpline.errors import HelplineError
from helpline.mail.setup import LOOPBACK, load_mail, mail_state
from helpline.mail.smtp import NotTakenError, SmtpServer
from helpline.processes.model import problem_of_model
from helpline.secrets import secret_file
from helpline.settings import VAR, Settings, load_settings
from helpline.store.database import Database, open_database
from helpline.store.mail_trouble import count_mails
from helpline.store.outbox import count_outbox
from helpline.text.encoder_files import encoder_file, encoder_hashes

# Providers refuse, and we refuse, what is signed at another time.
CLOCKS_APART = timedelta(minutes=1)
LATELY = timedelta(days=7)
# Each keeps one secret, and only its owner may read it.
KEY_FILES = ("api.token", "helpline.key", "session.secret", "console.secret", "backup.key", "link.secret")


def doctor(
    mail: bool = typer.Option(False, "--mail", help="Also reach the mail server and sign in there; nothing is sent."),
) -> None:
    """Look at settings, keys, connections, store, model, channels, e-mail, disk and clock; say what is wrong."""
    findings = Findings()
    settings = _settings(findings)
    if settings is not None:
        mail_server = [_mail_server] if mail else []
        looks = (_keys, _store, _model, _encoder, _channels, _mail, *mail_server, _clock, *doctor_machines.LOOKS)
        for look in looks:
            _guarded(look, settings, findings)
    for sentence in findings.sentences:
        console.print(sentence, markup=False, soft_wrap=True, highlight=False)
    if not findings.well:
        raise typer.Exit(1)


def _guarded(look: Callable[[Settings, Findings], None], settings: Settings, findings: Findings) -> None:
    """Look at one thing; what cannot be looked at is wrong, and the others are looked at all the same."""
    try:
        look(settings, findings)
    except (HelplineError, OSError) as error:
        findings.wrong(str(error))


def _settings(findings: Findings) -> Settings | None:
    try:
        settings = load_settings()
    except HelplineError as error:
        findings.wrong(str(error))
        return None
    findings.good("the settings can be read.")
    return settings


def _keys(settings: Settings, findings: Findings) -> None:
    for name in KEY_FILES:
        if (VAR / name).exists():
            secret_file(name)
    given = "in the environment" if settings.encryption_key else "in var/helpline.key"
    if not settings.encryption_key and not (VAR / "helpline.key").exists():
        given = "made at the first start, in var/helpline.key"
    findings.good(f"the keys are their owner's alone; that of the store is {given}. Keep a copy in another place.")


def _store(settings: Settings, findings: Findings) -> None:
    database = open_database(settings)
    try:
        database.require_ready()
        findings.good("the store answers, and its tables are up to date.")
        with database.transaction() as session:
            database.read_digest_keys(session)
        _outbox(database, findings)
        _mails(database, findings)
    finally:
        database.close()


def _outbox(database: Database, findings: Findings) -> None:
    counts = count_outbox(database, database.now() - LATELY)
    if counts.waiting or counts.failed or counts.possibly_double:
        findings.good(
            f"{counts.waiting} messages wait to be sent, or for word of whether they were. Of those of the last "
            f"{LATELY.days} days, {counts.failed} were given up or did not arrive (staff see the conversation in the "
            f"queue, unless the person wants no messages), and {counts.possibly_double} were sent again, once or more, "
            "though an earlier try may have arrived."
        )


def _mails(database: Database, findings: Findings) -> None:
    counts = count_mails(database, database.now() - LATELY)
    if counts.waiting or counts.failed or counts.uncertain:
        findings.good(
            f"{counts.waiting} mails wait to be sent. Of those of the last {LATELY.days} days, {counts.failed} were "
            f"given up, and of {counts.uncertain} nobody knows whether they arrived: staff decide whether they are "
            "sent again."
        )


def _model(_settings: Settings, findings: Findings) -> None:
    problem = problem_of_model()
    if problem is not None:
        findings.wrong(f"{problem} Train the model with 'helpline train'.")
    else:
        findings.good("the model is there and up to date.")


def _encoder(_settings: Settings, findings: Findings) -> None:
    for name in encoder_hashes():
        encoder_file(name)
    findings.good("the files of the sentence encoder are whole.")


def _channels(settings: Settings, findings: Findings) -> None:
    for state in channel_states(settings):
        if state.is_on:
            findings.good(f"{state.sentence} Its provider must call {state.webhook}.")
        elif not state.begun:
            findings.good(state.sentence)
    check_channels(settings)


def _mail(settings: Settings, findings: Findings) -> None:
    state = mail_state(settings)
    if state.begun and state.problems:
        findings.wrong(state.sentence)
        return
    findings.good(state.sentence)
    if state.is_on and not settings.mail_staff:
        findings.good("no staff hear by e-mail of what is urgent; HELPLINE_MAIL_STAFF would say who does.")
    if state.is_on and settings.mail_staff and settings.console_url is None:
        findings.wrong("mails to staff have no link to the console: set HELPLINE_CONSOLE_URL.")
    if state.is_on and settings.mail_security == "none" and settings.mail_host not in LOOPBACK:
        findings.good("mails go to the server in clear: that is well on a network of your own alone.")


def _mail_server(settings: Settings, findings: Findings) -> None:
    setup = load_mail(settings)
    if setup is None:
        findings.wrong("the mail server cannot be tried out while e-mail is off.")
        return
    try:
        SmtpServer(setup).check()
    except NotTakenError as error:
        findings.wrong(f"the mail server {setup.host} does not let us in: {error.code}.")
    else:
        findings.good(f"the mail server {setup.host} lets us in.")


def _clock(settings: Settings, findings: Findings) -> None:
    """Compare our clock with that of a provider that is called anyway: signatures hold for a few minutes."""
    asked = next((_address(settings, state.title) for state in channel_states(settings) if state.is_on), None)
    if asked is None:
        return
    try:
        answer = httpx.head(asked, timeout=5)
        apart = datetime.now(timezone.utc) - parsedate_to_datetime(answer.headers["Date"])
    except (httpx.HTTPError, KeyError, ValueError):
        findings.wrong(f"{asked} cannot be reached: no message can be sent, and the clock cannot be compared.")
        return
    if abs(apart) > CLOCKS_APART:
        findings.wrong(f"this machine's clock is {abs(apart).total_seconds():.0f} seconds off. Set it by NTP.")
    else:
        findings.good("the clock is right.")


def _address(settings: Settings, title: str) -> str:
    """Return where the provider of a channel is called."""
    by_name = {"Telegram": "https://api.telegram.org", "Slack": "https://slack.com"}
    return settings.twilio_url if "Twilio" in title else by_name.get(title, "https://graph.facebook.com")
