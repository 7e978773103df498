"""The documented contract is what the server does: schemathesis against the real one."""

from typing import Any

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation

from helpline.settings import ROOT
from helpline.web import api_errors
from tests.web.server import Site

BUSY = {api_errors.UNAVAILABLE.code, api_errors.NOT_DELETED.code}
DOCUMENT = ROOT / "docs" / "api" / "website.openapi.yml"


@pytest.fixture
def api(site: Site) -> Any:
    schema = schemathesis.openapi.from_path(DOCUMENT)
    schema.config.update(base_url=site.url)
    return schema


schema = schemathesis.pytest.from_fixture("api")


@schema.parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_server_keeps_its_document(case: schemathesis.Case, site: Site) -> None:
    if site.conversation().status_code == 401:
        site.open()  # an earlier case ended the session
    response = case.call(headers=None if _comes_without_session(case) else site.headers)
    # A store that is slower than its time limit, as on a busy machine, is answered as documented: no fault.
    busy = response.status_code == 503 and response.json()["error"]["code"] in BUSY
    case.validate_response(response, excluded_checks=[not_a_server_error] if busy else None)


def _comes_without_session(case: schemathesis.Case) -> bool:
    """Return whether no session belongs to the case, or its fault is that the session is missing or odd."""
    headers = case.meta.components.get(ParameterLocation.HEADER) if case.meta else None
    return case.operation.label == "POST /sessions" or (headers is not None and headers.mode.is_negative)


def test_document_names_every_code() -> None:
    document = yaml.safe_load(DOCUMENT.read_text())
    codes = document["components"]["schemas"]["Error"]["properties"]["error"]["properties"]["code"]["enum"]
    kinds = [value for value in vars(api_errors).values() if isinstance(value, api_errors.ErrorKind)]
    assert set(codes) == {kind.code for kind in kinds}
