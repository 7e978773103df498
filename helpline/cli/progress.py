"""A line on the terminal that says what is being done, how far it is and how long it has taken."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

console = Console(stderr=True, highlight=False)


@contextmanager
def timed(what: str, expected: float) -> Iterator[Callable[[float], None]]:
    """Show a step whose length is known from experience only.

    Args:
        what: What is being done.
        expected: Seconds that it usually takes.

    Yields:
        A function to call with the seconds so far.
    """
    if not console.is_terminal:
        console.print(f"{what} (usually about {expected:.0f} s)")
        yield lambda seconds: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=expected)
        # The last tenth is kept free: a bar that is full before the end tells nothing.
        yield lambda seconds: progress.update(task, completed=min(seconds, expected * 0.9))
