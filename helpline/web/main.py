"""The front door's process: ``python -m helpline.web.main``."""

import sys
from pathlib import Path

from helpline.errors import HelplineError
from helpline.processes.parent import begin_part


def main(model: str) -> None:
    """Serve the front door until it is told to stop.

    Args:
        model: The trained model's file; the words that it knows are read from it.
    """
    begin_part()
    # After the line above, so that they bring nothing that the door does not need.
    from helpline.channels.providers import load_providers
    from helpline.mail.link_pages import LinkClient
    from helpline.mail.setup import load_mail
    from helpline.observability.logs import configure_logs
    from helpline.observability.serving import serve_figures
    from helpline.processes.sockets import engine_places, internal_secret, place_of
    from helpline.safety.detector import PatternDetector
    from helpline.safety.replies import danger_replies
    from helpline.secrets import secret_file
    from helpline.settings import VAR, load_settings
    from helpline.store.encryption import load_cipher
    from helpline.store.flag_spool import FlagSpool
    from helpline.web.app import http_limits, make_app
    from helpline.web.engine_client import EngineClient
    from helpline.web.first_aid import FirstAid
    from helpline.web.http_server import serve
    from helpline.web.limits import Limits

    settings = load_settings()
    configure_logs(settings, "front door")
    serve_figures(settings)
    engine = EngineClient(engine_places(settings), internal_secret(settings))
    cipher = load_cipher(settings.encryption_key)
    spool = FlagSpool(settings.spool_directory, cipher)
    first_aid = FirstAid(PatternDetector.from_model(Path(model)), danger_replies(), spool)
    secret = settings.session_secret or secret_file("session.secret", VAR)
    make_messaging = None
    if providers := load_providers(settings):
        # Where no channel is on, the client for what it sends is not loaded.
        from helpline.channels.direct_aid import DirectAid
        from helpline.channels.handover import DeliveryClient
        from helpline.channels.messaging import Messaging

        def make_messaging(limits: Limits) -> Messaging:
            delivery = DeliveryClient(place_of(settings, "delivery"), internal_secret(settings))
            aid = DirectAid(providers, first_aid, cipher)
            return Messaging(providers, settings.public_url or "", delivery, limits, first_aid, aid)

    links = None
    if load_mail(settings) is not None:
        links = LinkClient(place_of(settings, "delivery"), internal_secret(settings))
    app = make_app(
        settings,
        secret,
        engine,
        first_aid,
        make_messaging=make_messaging,
        link_client=links,
        spool=spool,
    )
    serve(app, host=settings.host, port=settings.port, limits=http_limits(settings))


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except HelplineError as error:
        sys.exit(str(error))
