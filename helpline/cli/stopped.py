"""Verbs that change the store under the product's feet refuse while it runs here."""

from helpline.errors import StartError
from helpline.processes.supervisor import Supervisor
from helpline.settings import Settings


def require_stopped(settings: Settings) -> None:
    """Make sure that no part of the product runs on this machine.

    Raises:
        StartError: One does; the message names it.
    """
    supervisor = Supervisor(settings)
    running = [part.name for part in supervisor.parts if part.answers(supervisor.secret)]
    if running:
        raise StartError(f"The product runs ({', '.join(running)}). Stop it first, on every server of this store.")
