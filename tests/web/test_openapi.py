"""The documented contract is what the server does: schemathesis against the real one."""

from typing import Any

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, settings

from helpline.settings import ROOT
from helpline.web import api_errors
from tests.web.server import Site

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
    case.call_and_validate(headers=site.headers if case.operation.label != "POST /sessions" else None)


def test_document_names_every_code() -> None:
    document = yaml.safe_load(DOCUMENT.read_text())
    codes = document["components"]["schemas"]["Error"]["properties"]["error"]["properties"]["code"]["enum"]
    kinds = [value for value in vars(api_errors).values() if isinstance(value, api_errors.ErrorKind)]
    assert set(codes) == {kind.code for kind in kinds}
