"""The two requests a visitor can leave, complete and normalised. How to ask is left to the forms."""

import json
from dataclasses import asdict, dataclass
from typing import ClassVar


@dataclass(frozen=True)
class CallbackRequest:
    """A wish to be phoned. Time and topic may be left out.

    ``phone_number`` is E.164. Who must not be phoned is reached by text at it, or by email: then it holds the
    email address, as the form's slot of this name does.
    """

    kind: ClassVar[str] = "callback"

    first_name: str
    phone_number: str
    best_time: str | None = None
    callback_topic: str | None = None
    contact_method: str = "phone"


@dataclass(frozen=True)
class VolunteerRequest:
    """A wish to be matched with a peer volunteer. All below the address may be left out.

    ``contact_address`` is E.164 for the methods phone and text, an address for email. The keys of the
    closed questions are those in ``choices``.
    """

    kind: ClassVar[str] = "volunteer"

    first_name: str
    for_whom: str
    contact_method: str
    contact_address: str
    diagnosis_type: str | None = None
    cancer_subtype: tuple[str, ...] = ()
    spread_sites: tuple[str, ...] = ()
    age_range: str | None = None
    main_concern: str | None = None
    preferred_times: str | None = None


Request = CallbackRequest | VolunteerRequest


def canonical_content(request: Request) -> str:
    """Write a request as one text, the same for the same content, to tell a repetition from a new one."""
    return json.dumps({"kind": request.kind, **asdict(request)}, sort_keys=True, ensure_ascii=False)
