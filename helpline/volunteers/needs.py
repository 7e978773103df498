"""What somebody who asked for a peer volunteer needs of one: a `Need` from their request.

Closed answers are taken as they are. Concerns, children, work and times are read from their words, and staff can set
each of them otherwise. A wish not to be phoned in any of their words is kept.
"""

from dataclasses import dataclass
from datetime import datetime

from helpline.requests.request import VolunteerRequest
from helpline.text.lexicon import Lexicon
from helpline.text.normalising import straightened
from helpline.volunteers.life import read_life
from helpline.volunteers.profile import AGE_RANGES, DIAGNOSES, SITES, SUBTYPES, Need
from helpline.volunteers.times import read_times

_ROLES = {"self": "patient", "other": "carer"}


@dataclass(frozen=True)
class SetByStaff:
    """What staff set for a request, after they talked with somebody. None leaves what was read from the words.

    Attributes:
        language: BCP 47 tag; the request itself has none.
        concerns: Of `CONCERNS`; empty for none of them.
        children: Of `CHILDREN`.
        work: Of `WORK`.
        times: Of `TIMES`; empty for any.
        never_by_phone: Whether they must not be phoned. A wish in their words stays unless this is False.
    """

    language: str | None = None
    concerns: frozenset[str] | None = None
    children: str | None = None
    work: str | None = None
    times: frozenset[str] | None = None
    never_by_phone: bool | None = None


def need_of(
    request: VolunteerRequest,
    request_id: int,
    waiting_since: datetime,
    *,
    declined: frozenset[int] = frozenset(),
    set_by_staff: SetByStaff | None = None,
) -> Need:
    """Return what a request needs.

    Args:
        request: The request as it was stored.
        request_id: Its row.
        waiting_since: When it was made, in UTC.
        declined: Volunteers who said "not now" to it, or whom the visitor did not choose.
        set_by_staff: What staff know better than the words.
    """
    staff = set_by_staff or SetByStaff()
    role = _ROLES[request.for_whom]
    life = read_life(request.main_concern or "", role)
    return Need(
        id=request_id,
        waiting_since=waiting_since,
        role=role,
        diagnosis=request.diagnosis_type if request.diagnosis_type in DIAGNOSES else None,
        subtypes=frozenset(request.cancer_subtype) & frozenset(SUBTYPES),
        sites=frozenset(request.spread_sites) & frozenset(SITES),
        age_range=request.age_range if request.age_range in AGE_RANGES else None,
        language=staff.language or "en",
        concerns=life.concerns if staff.concerns is None else staff.concerns,
        children=staff.children or life.children,
        work=staff.work or life.work,
        times=read_times(request.preferred_times or "") if staff.times is None else staff.times,
        method=request.contact_method,
        never_by_phone=_forbids_calls(request) if staff.never_by_phone is None else staff.never_by_phone,
        declined=declined,
    )


def _forbids_calls(request: VolunteerRequest) -> bool:
    lexicon = Lexicon.load()
    texts = (straightened(text) for text in (request.main_concern, request.preferred_times) if text)
    return any(lexicon.requests.no_call.within(text) or lexicon.matching.no_call.within(text) for text in texts)
