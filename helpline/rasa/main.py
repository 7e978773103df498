"""The engine's process: ``python -m helpline.rasa.main MODEL``."""

import gc
import sys
from pathlib import Path

from helpline.errors import HelplineError
from helpline.processes.parent import begin_part
from helpline.rasa.without_tensorflow import keep_out_of_engine

# A message of the longest length that a setting allows, as JSON.
MOST_BYTES = 512 * 1024


def main(model: str) -> None:
    """Load the model and serve the engine until it is told to stop.

    Args:
        model: The trained model's file.

    Raises:
        HelplineError: The store cannot be used, or the model does not answer as it must.
    """
    begin_part()
    # All that is loaded now stays; to look through it for what could go took a third of the time. The engine turns the
    # collector on when it is ready.
    gc.disable()
    keep_out_of_engine()
    from helpline.conversations.redaction import redactor
    from helpline.observability.serving import serve_figures
    from helpline.processes.sockets import internal_secret, listening, place_of
    from helpline.rasa.action_client import ActionClient
    from helpline.rasa.engine import Engine
    from helpline.rasa.generator import HelplineResponses
    from helpline.rasa.logs import configure_logs
    from helpline.rasa.processor import TurnProcessor
    from helpline.rasa.turns import Turns
    from helpline.settings import load_settings
    from helpline.store.calls import StoreCalls
    from helpline.store.database import open_database
    from helpline.store.flag_spool import FlagSpool
    from helpline.web.http_limits import HttpLimits
    from helpline.web.http_server import serve
    from helpline.web.internal_access import InternalAccess

    settings = load_settings()
    configure_logs(settings)
    serve_figures(settings)
    database = open_database(settings)
    database.require_ready()
    secret = internal_secret(settings)
    actions = ActionClient(place_of(settings, "actions"), secret, settings.action_timeout)
    processor = TurnProcessor(Path(model), HelplineResponses, actions)
    store, spool = StoreCalls(database), FlagSpool(settings.spool_directory, database.cipher)
    engine = Engine(Turns(processor, store, redactor(), spool), store, spool, settings)
    serve(
        InternalAccess(engine.app(), secret),
        limits=HttpLimits(max_body=MOST_BYTES, response_seconds=90.0),
        **listening(settings, "engine"),
    )


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except HelplineError as error:
        sys.exit(str(error))
