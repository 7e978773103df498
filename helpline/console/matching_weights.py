"""What each weight of the matching is and does, and beside them what both sides said of their matches, in counts."""

from starlette.responses import Response

from helpline.console import words
from helpline.console.desk import Visit
from helpline.console.measures import HIDDEN, LEAST_SHOWN
from helpline.console.pages import page
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute
from helpline.matching_settings import MatchingSettings
from helpline.settings import Settings
from helpline.store.match_outcomes import count_outcomes

# What stands before the help of each of these settings, for the table of all settings.
_BEFORE = "Matching: "
_SIDES = {"visitor": "Visitors", "volunteer": "Volunteers"}


async def show_weights(visit: Visit) -> Response:
    """Show the weights and the outcomes."""
    counts = await visit.desk.store(count_outcomes)
    rows = [
        (said.capitalize(), [_shown(counts.get((side, answer), 0)) for side in _SIDES])
        for answer, said in words.MATCH_OUTCOMES.items()
    ]
    return page(
        visit,
        "matching_weights.html",
        weights=weights_in_words(visit.desk.settings),
        outcomes=rows,
        sides=list(_SIDES.values()),
        hidden=HIDDEN,
        least=LEAST_SHOWN,
        is_counted=bool(counts),
    )


def weights_in_words(settings: Settings) -> list[tuple[str, str, str]]:
    """Return of each setting of the matching what it is, its value, and its name."""
    found = []
    for name, each in MatchingSettings.__fields__.items():
        told = str(each.field_info.description).removeprefix(_BEFORE)
        found.append((told[:1].upper() + told[1:], _value(getattr(settings, name)), f"HELPLINE_{name.upper()}"))
    return found


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _shown(count: int) -> str:
    return str(count) if count >= LEAST_SHOWN else HIDDEN


ROUTES = [StaffRoute("/matching/weights", show_weights, Permission.MATCH_VOLUNTEERS)]
