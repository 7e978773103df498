"""What is known of a peer volunteer, and of somebody who waits for one, as far as a match goes by it.

Neither holds a name or an address: whoever compares them needs none.
"""

from dataclasses import dataclass
from datetime import date, datetime

DIAGNOSES = ("de_novo", "recurrence")
# What a treatment goes by, and kinds beside it: a cancer has one or more of the former, and one of the latter or none.
RECEPTORS = ("hormone_receptor_positive", "her2_positive", "her2_low", "triple_negative")
KINDS = ("inflammatory", "lobular")
SUBTYPES = (*RECEPTORS, *KINDS)
SITES = ("bones", "liver", "lungs", "brain", "leptomeninges", "lymph_nodes", "skin", "abdomen")
# From the youngest to the oldest.
AGE_RANGES = ("18-29", "30-39", "40-49", "50-59", "60-69", "70+")
# What somebody has been through, or is worried about.
CONCERNS = (
    "newly_told",
    "telling_children",
    "raising_children",
    "work",
    "money",
    "partner",
    "dating",
    "body_image",
    "menopause",
    "pain",
    "side_effects",
    "changing_treatment",
    "clinical_trial",
    "waiting_for_scans",
    "fear_of_dying",
    "faith",
    "living_alone",
    "caring_for_somebody",
)
CHILDREN = ("none", "young", "grown")
WORK = ("working", "stopped", "retired", "at_home")
TIMES = (
    "weekday_mornings",
    "weekday_afternoons",
    "weekday_evenings",
    "weekend_mornings",
    "weekend_afternoons",
    "weekend_evenings",
)
METHODS = ("phone", "text", "email")
# Whom a volunteer speaks for: somebody with breast cancer, or who cares for somebody.
ROLES = ("patient", "carer")
STATES = ("active", "pausing")


@dataclass(frozen=True)
class Volunteer:
    """A volunteer, as a match goes by it.

    What a carer tells of a diagnosis and an age is that of whom they care for.

    Attributes:
        id: The row.
        role: Of `ROLES`.
        metastatic: Whether their own cancer is (or, for a carer, that of whom they care for) metastatic.
        treatment_ended: When treatment ended, for those whose cancer is not metastatic; None while it goes on.
        diagnosis: Of `DIAGNOSES`; None for not told.
        subtypes: Of `SUBTYPES`.
        sites: Of `SITES`.
        age_range: Of `AGE_RANGES`; None for not told.
        languages: BCP 47 tags, such as ``en`` and ``es``.
        concerns: Of `CONCERNS`: what they have lived through.
        children: Of `CHILDREN`; None for not told.
        work: Of `WORK`; None for not told.
        times: Of `TIMES`: when they can talk; empty for any.
        methods: Of `METHODS`: how they can talk.
        capacity: How many people at once.
        matched: With how many they are matched, or asked about, now.
        rest_days: How long they rest after a match has ended.
        last_ended_at: When their last match ended.
        trained_on: When they were trained; None for not yet.
        state: Of `STATES`.
    """

    id: int
    role: str = "patient"
    metastatic: bool = True
    treatment_ended: date | None = None
    diagnosis: str | None = None
    subtypes: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    age_range: str | None = None
    languages: frozenset[str] = frozenset({"en"})
    concerns: frozenset[str] = frozenset()
    children: str | None = None
    work: str | None = None
    times: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset(METHODS)
    capacity: int = 1
    matched: int = 0
    rest_days: int = 0
    last_ended_at: datetime | None = None
    trained_on: date | None = None
    state: str = "active"


@dataclass(frozen=True)
class Need:
    """What somebody who waits for a volunteer told of themselves. What they left out is None, or empty.

    Attributes:
        id: The row of the request.
        waiting_since: When they asked, in UTC.
        role: Of `ROLES`: for themselves, or for somebody they care for.
        diagnosis: Of `DIAGNOSES`.
        subtypes: Of `SUBTYPES`.
        sites: Of `SITES`.
        age_range: Of `AGE_RANGES`.
        language: BCP 47 tag.
        concerns: Of `CONCERNS`, as they were read from their words, or set by staff.
        children: Of `CHILDREN`, as the concerns.
        work: Of `WORK`, as the concerns.
        times: Of `TIMES`.
        method: Of `METHODS`: how they want to be reached, which for somebody who must not be phoned is not the phone.
        never_by_phone: Whether they asked not to be phoned, for their safety.
        declined: Volunteers who said "not now" to this request, or whom the visitor did not choose.
    """

    id: int
    waiting_since: datetime
    role: str = "patient"
    diagnosis: str | None = None
    subtypes: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    age_range: str | None = None
    language: str = "en"
    concerns: frozenset[str] = frozenset()
    children: str | None = None
    work: str | None = None
    times: frozenset[str] = frozenset()
    method: str = "phone"
    never_by_phone: bool = False
    declined: frozenset[int] = frozenset()
