"""Passkeys: added on one's own account, and taken in place of a code at the second step of signing in.

A browser makes passkeys for a name and never for a bare address: at 127.0.0.1 there are none, at localhost there are.
"""

import ipaddress
import json
from typing import Any
from urllib.parse import urlsplit

from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from starlette.responses import JSONResponse, Response

from helpline.console.desk import Visit
from helpline.console.pages import go_to, problem
from helpline.console.paging import path_number
from helpline.console.permissions import Permission
from helpline.console.routes import StaffRoute
from helpline.console.sign_in import device_name, finish
from helpline.store import passkeys, staff_sessions
from helpline.store.passkeys import Passkey

_MOST = 5


def can_have_passkeys(visit: Visit) -> bool:
    """Tell whether a browser makes passkeys for the name under which the console was reached."""
    try:
        ipaddress.ip_address(_host(visit).strip("[]"))
    except ValueError:
        return True
    return False


async def begin_adding(visit: Visit) -> Response:
    """Say what the browser must have signed to add a passkey."""
    account = visit.account
    known = [_credential(each) for each in await visit.desk.store(passkeys.list_passkeys, account)]
    user = PublicKeyCredentialUserEntity(
        id=f"staff-{account.id}".encode(), name=account.user_name, display_name=account.display_name
    )
    options, state = _server(visit).register_begin(
        user,
        known,
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return await _asked(visit, dict(options), state)


async def add(visit: Visit) -> Response:
    """Add the passkey that the browser made."""
    try:
        data = _server(visit).register_complete(await _state(visit), _given(visit))
    except (ValueError, KeyError, TypeError):
        return _refused(visit)
    credential = data.credential_data
    if credential is None or len(await visit.desk.store(passkeys.list_passkeys, visit.account)) >= _MOST:
        return _refused(visit)
    name = device_name(visit.request.headers.get("User-Agent", ""))
    await visit.desk.store(
        passkeys.add_passkey, visit.account, name, credential.credential_id, bytes(credential), data.counter
    )
    return go_to("/account", "passkey")


async def remove(visit: Visit) -> Response:
    """Remove a passkey."""
    await visit.desk.store(passkeys.remove_passkey, visit.account, path_number(visit, "number"))
    return go_to("/account", "passkey-gone")


async def begin_signing_in(visit: Visit) -> Response:
    """Say what a passkey must sign."""
    known = [_credential(each) for each in await visit.desk.store(passkeys.list_passkeys, visit.account)]
    if not known:
        return JSONResponse({}, 404)
    options, state = _server(visit).authenticate_begin(known, UserVerificationRequirement.REQUIRED)
    return await _asked(visit, dict(options), state)


async def sign_in(visit: Visit) -> Response:
    """Take a passkey's signature in place of a code."""
    known = await visit.desk.store(passkeys.list_passkeys, visit.account)
    try:
        given = AuthenticationResponse.from_dict(_given(visit))
        right = _server(visit).authenticate_complete(await _state(visit), [_credential(each) for each in known], given)
    except (ValueError, KeyError, TypeError):
        return _refused(visit)
    used = next(each for each in known if _credential(each).credential_id == right.credential_id)
    if not await visit.desk.store(passkeys.note_use, used, given.response.authenticator_data.counter):
        return _refused(visit)
    return await finish(visit, "passkey")


async def _asked(visit: Visit, options: dict[str, Any], state: dict[str, Any]) -> Response:
    assert visit.session is not None, "the route needs a session"  # noqa: S101
    await visit.desk.store(staff_sessions.set_challenge, visit.session.id, json.dumps(state))
    return JSONResponse(options)


async def _state(visit: Visit) -> Any:
    """Return what was to be signed; it counts once."""
    assert visit.session is not None, "the route needs a session"  # noqa: S101
    await visit.desk.store(staff_sessions.set_challenge, visit.session.id, None)
    return json.loads(visit.session.challenge or "")


def _given(visit: Visit) -> dict[str, Any]:
    given = json.loads(str(visit.form.get("credential") or ""))
    if not isinstance(given, dict):
        raise ValueError("no credential")
    return given


def _refused(visit: Visit) -> Response:
    return problem(visit, 422, "The passkey did not work", "Go back and try once more, or use a code.")


def _host(visit: Visit) -> str:
    own = visit.desk.settings.console_url
    return (urlsplit(own).hostname if own else None) or visit.request.url.hostname or "localhost"


def _server(visit: Visit) -> Fido2Server:
    own = visit.desk.settings.console_url or f"http://{visit.request.headers.get('Host', '')}"
    entity = PublicKeyCredentialRpEntity(name="MBC helpline", id=_host(visit))
    return Fido2Server(entity, verify_origin=lambda origin: origin == own)


def _credential(passkey: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(passkey.credential)


ROUTES = [
    StaffRoute("/account/passkeys/begin", begin_adding, Permission.OWN_ACCOUNT, "POST"),
    StaffRoute("/account/passkeys", add, Permission.OWN_ACCOUNT, "POST"),
    StaffRoute("/account/passkeys/{number:int}/remove", remove, Permission.OWN_ACCOUNT, "POST"),
    StaffRoute("/sign-in/passkey/begin", begin_signing_in, Permission.FINISH_SIGN_IN, "POST"),
    StaffRoute("/sign-in/passkey", sign_in, Permission.FINISH_SIGN_IN, "POST", name="sign_in_by_passkey"),
]
