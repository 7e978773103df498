"""When something is due, and why an item stands where it stands in the queue, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from helpline.console import words
from helpline.console.times import since_words, span_words
from helpline.settings import Settings
from helpline.store.queue import DueTimes, QueueItem


def due_times(settings: Settings) -> DueTimes:
    """Return the due times of the settings."""
    return DueTimes(
        timedelta(hours=settings.console_callback_due_hours),
        timedelta(hours=settings.console_volunteer_due_hours),
        timedelta(minutes=settings.console_danger_due_minutes),
        timedelta(hours=settings.console_untouched_hours),
        timedelta(hours=settings.console_match_due_hours),
    )


@dataclass(frozen=True)
class Standing:
    """Why an item stands where it does.

    Attributes:
        what: What happened, such as "Asked for a call".
        at: When.
        due: What is due, and when, in words: "due in 1 hour", "late by 2 days". None where nothing is.
        due_at: When exactly.
        is_late: Whether that is past.
        is_urgent: Whether it is late, or somebody may be in danger.
    """

    what: str
    at: datetime
    due: str | None
    due_at: datetime | None
    is_late: bool
    is_urgent: bool

    def words(self, now: datetime) -> str:
        """Say it all in a line."""
        return f"{self.what} {since_words(self.at, now)}" + (f", {self.due}" if self.due else "")


def standing(item: QueueItem, times: DueTimes, now: datetime) -> Standing:
    """Say why an item stands where it does."""
    due_at = item.due_at(times)
    late = due_at is not None and due_at < now
    urgent = late or item.is_danger
    if due_at is None:
        due = None
    elif item.next_attempt_at is not None:
        due = f"next call {'was planned ' if late else ''}{since_words(due_at, now)}"
    else:
        due = f"late by {span_words(now - due_at)}" if late else f"due {since_words(due_at, now)}"
    return Standing(_what(item), item.created_at, due, due_at, late, urgent)


def _what(item: QueueItem) -> str:
    if item.kind == "conversation":
        said = words.danger(item.reason)
        return f"New danger: {said}" if item.is_raised_again else said.capitalize()
    if item.status == "waiting_for_volunteer":
        return "Waits for a volunteer, asked"
    return f"Asked for a {'call' if item.kind == 'callback' else 'peer volunteer'}"
