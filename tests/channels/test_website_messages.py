"""What the widget is told of a form, a saved request and the source of an answer."""

from typing import Any

import pytest

from helpline.channels.website_messages import Page, WebsiteMessages, load_page
from helpline.settings import ROOT

FORM = {"kind": "callback", "step": None, "steps": 2, "several": [], "decides": ["r1"]}
LINES = [{"slot": "first_name", "label": "First name:", "value": "Iris"}]
CONTROLS = [
    {"name": "back", "title": "Back", "payload": "/go_back", "ref": "b"},
    {"name": "cancel", "title": "Cancel", "payload": "/cancel", "ref": "c"},
    {"name": "edit", "title": "Edit: First name", "payload": "/secret", "ref": "e", "slot": "first_name"},
]


def shown(on_offer: bool = True, page: Page | None = None, **fields: Any) -> dict[str, Any]:
    reply = {"id": "m1", "at": 0.0, "text": "Right?", "buttons": [], "metadata": {}} | fields
    (message,) = WebsiteMessages([], "nothing", page or Page()).answers("1", [reply], 0.0, on_offer)
    return message


def test_form_is_told_with_references_and_without_payloads() -> None:
    message = shown(form={**FORM, "summary": LINES}, controls=CONTROLS)
    line = {"label": "First name:", "value": "Iris", "edit": "e"}
    assert message["form"] == {**FORM, "back": "b", "cancel": "c", "summary": [line]}
    assert "secret" not in str(message)


def test_form_of_an_earlier_turn_is_over() -> None:
    assert shown(False, form={**FORM, "summary": LINES}, controls=CONTROLS)["form"] is None


@pytest.mark.parametrize(("on_offer", "ref"), [(True, "w"), (False, None)])
def test_a_saved_request_stays_named(on_offer: bool, ref: str | None) -> None:
    controls = [{"name": "withdraw", "title": "", "payload": "/x", "ref": "w"}]
    saved = shown(on_offer, saved={"reference": "K7QM-3F"}, controls=controls)["saved"]
    assert saved == {"reference": "K7QM-3F", "change": None, "withdraw": ref}


def test_a_button_that_the_card_has_too_is_not_shown_beside_it() -> None:
    buttons = [{"ref": ref, "title": ref, "payload": ref} for ref in ("change", "other")]
    message = shown(saved={"reference": "K7QM-3F", "in_place_of": ["change"]}, buttons=buttons, controls=[])
    assert [button["ref"] for button in message["buttons"]] == ["other"]


def test_whether_it_helped_may_be_asked_by_controls() -> None:
    controls = [{"name": name, "title": "", "payload": "/x", "ref": name} for name in ("helpful", "not_helpful")]
    assert shown(controls=controls)["feedback"] == {"helpful": "helpful", "not_helpful": "not_helpful"}


@pytest.mark.parametrize("address", [None, "https://www.example.org/mbc"])
def test_source_names_the_page_and_links_it_where_its_address_is_known(address: str | None) -> None:
    page = load_page(ROOT / "content" / "facts.yml", address)
    source = shown(page=page, metadata={"reviewed": "2025-07-10", "title": "NED"})["source"]
    assert source["page"] == "Metastatic breast cancer"
    assert source["href"] == address


def test_a_ledger_that_cannot_be_read_costs_the_title_only(tmp_path: Any) -> None:
    assert load_page(tmp_path / "none.yml", "https://example.org/") == Page(None, "https://example.org/")
