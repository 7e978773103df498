"""An ordinary client, which asks again as soon as it is answered and notes how long each answer took."""

import threading
from types import TracebackType

from tests.web.hostile.runner import Endpoint, plain_request


class OrdinaryClient:
    """Asks in a thread from ``__enter__`` to ``__exit__``, each time on a new connection.

    Attributes:
        seconds: How long each answer took.
        unanswered: How many requests had no good answer.
    """

    def __init__(self, endpoint: Endpoint, pause: float = 0.02) -> None:
        self._endpoint = endpoint
        self._pause = pause
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self.seconds: list[float] = []
        self.unanswered = 0

    def __enter__(self) -> "OrdinaryClient":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(30)

    def _ask(self) -> None:
        while not self._over.wait(self._pause):
            try:
                self.seconds.append(plain_request(self._endpoint))
            except (OSError, AssertionError):
                self.unanswered += 1
