"""The delivery process: ``python -m helpline.channels.delivery_main``."""

import sys

import httpx

from helpline.channels.answering import Answering
from helpline.channels.delivery import Delivery, MailWork
from helpline.channels.direct_aid import DirectAid
from helpline.channels.layout import load_channel_wording
from helpline.channels.providers import load_providers
from helpline.channels.sending import Sending
from helpline.channels.store_calls import PatientCalls
from helpline.errors import HelplineError
from helpline.mail.answers import LinkAnswers, own_handlers
from helpline.mail.composing import Composer
from helpline.mail.link_server import LinkServer
from helpline.mail.match_answers import match_handlers
from helpline.mail.sending import MailSending, Postman
from helpline.mail.setup import link_secret, load_mail
from helpline.mail.smtp import SmtpServer
from helpline.observability.logs import configure_logs
from helpline.observability.serving import serve_figures
from helpline.processes.parent import begin_part
from helpline.processes.sockets import engine_places, internal_secret, listening
from helpline.safety.replies import danger_replies
from helpline.settings import Settings, load_settings
from helpline.store.calls import StoreCalls
from helpline.store.database import Database, open_database
from helpline.store.flag_spool import FlagSpool
from helpline.volunteers.links import Links
from helpline.volunteers.weights import Weights
from helpline.web.engine_client import EngineClient
from helpline.web.first_aid import FirstAid
from helpline.web.http_limits import HttpLimits
from helpline.web.http_server import serve
from helpline.web.internal_access import InternalAccess

# A batch of messages of one webhook, as JSON.
MOST_BYTES = 2 * 1024 * 1024
# How long a provider may take for an answer, and to be reached.
_PROVIDER_SECONDS, _CONNECT_SECONDS = 10.0, 5.0
# Seconds for a store call of the work beside; what comes in waits a second at most.
_STORE_SECONDS = 3.0


def main() -> None:
    """Serve the delivery process until it is told to stop.

    Raises:
        HelplineError: The store cannot be used, or a channel or e-mail is set up in part.
    """
    begin_part()
    settings = load_settings()
    configure_logs(settings, "delivery")
    serve_figures(settings)
    secret = internal_secret(settings)
    serve(
        InternalAccess(make_delivery(settings, secret).app(), secret),
        limits=HttpLimits(max_body=MOST_BYTES),
        **listening(settings, "delivery"),
    )


def make_delivery(settings: Settings, secret: str) -> Delivery:
    """Put the delivery process together.

    Args:
        settings: The settings.
        secret: The secret between our own processes.

    Raises:
        HelplineError: The store cannot be used, or a channel or e-mail is set up in part.
    """
    providers = load_providers(settings)
    database = open_database(settings)
    database.require_ready()
    first_aid = FirstAid(None, danger_replies(), FlagSpool(settings.spool_directory, database.cipher))
    client = httpx.AsyncClient(
        timeout=httpx.Timeout(_PROVIDER_SECONDS, connect=_CONNECT_SECONDS), limits=httpx.Limits(max_connections=400)
    )
    inbound = PatientCalls(StoreCalls(database))
    store = PatientCalls(StoreCalls(database, _STORE_SECONDS))
    engine = EngineClient(engine_places(settings), secret)
    sending = Sending(store, providers, client, settings.quiet)
    wording = load_channel_wording()
    answering = Answering(store, providers, engine, first_aid, wording, sending, settings)
    aid = DirectAid(providers, first_aid, database.cipher)
    return Delivery(
        inbound, store, answering, sending, aid, client, engine, _mail_work(settings, database, inbound, store)
    )


def _mail_work(settings: Settings, database: Database, inbound: PatientCalls, store: PatientCalls) -> MailWork | None:
    """Return what is done about mails; None where e-mail is off."""
    setup = load_mail(settings)
    if setup is None:
        return None
    links = Links(link_secret(settings))
    postman = Postman(database, Composer(setup, links, settings.helpline_time_zone), SmtpServer(setup), settings.quiet)
    # Somebody waits for a page as a provider does for what comes in.
    handlers = {**own_handlers(), **match_handlers(Weights.of(settings))}
    return MailWork(MailSending(store, postman, settings), LinkServer(inbound, LinkAnswers(links, handlers)))


if __name__ == "__main__":
    try:
        main()
    except HelplineError as error:
        sys.exit(str(error))
