"""The action server's process: the helpline store first, then rasa-sdk's own server on loopback."""

import sys


def main(port: int) -> None:
    """Bring the store's tables up to date, and serve the actions.

    Args:
        port: Port to listen on; the address is rasa-sdk's ``SANIC_HOST``.
    """
    from rasa_sdk.endpoint import run

    from helpline.settings import load_settings
    from helpline.store.database import prepare

    prepare(load_settings())
    run("actions", port=port)


if __name__ == "__main__":
    main(int(sys.argv[1]))
