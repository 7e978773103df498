"""The console's process: ``python -m helpline.console.main``."""

import sys

from helpline.console import volunteer_file
from helpline.console.app import make_app
from helpline.errors import HelplineError
from helpline.observability.logs import configure_logs
from helpline.observability.serving import serve_figures
from helpline.processes.parent import begin_part
from helpline.processes.sockets import internal_secret
from helpline.secrets import secret_file
from helpline.settings import VAR, Settings, load_settings
from helpline.store.database import Database, open_database
from helpline.web.http_limits import HttpLimits
from helpline.web.http_server import serve

# The stream of news to an open page lasts so long, and the page then asks for another.
STREAM_SECONDS = 300.0


def main() -> None:
    """Serve the console until it is told to stop."""
    begin_part()
    settings = load_settings()
    configure_logs(settings, "console")
    serve_figures(settings)
    serve_console(settings, open_database(settings))


def serve_console(settings: Settings, database: Database, is_demo: bool = False) -> None:
    """Serve the console of a store."""
    secret = settings.console_secret or secret_file("console.secret", VAR)
    app = make_app(settings, database, secret, is_demo=is_demo, engine_secret=internal_secret(settings))
    proxies = tuple(settings.trusted_proxies)
    serve(app, host=settings.console_host, port=settings.console_port, limits=console_limits(proxies), stop_seconds=1)


def console_limits(trusted_proxies: tuple[str, ...] = ()) -> HttpLimits:
    """Return what the console's server allows: a stream of news that lasts, and a file of volunteers."""
    return HttpLimits(
        response_seconds=STREAM_SECONDS + 30, max_body=volunteer_file.LONGEST_BODY, trusted_proxies=trusted_proxies
    )


if __name__ == "__main__":
    try:
        main()
    except HelplineError as error:
        sys.exit(str(error))
