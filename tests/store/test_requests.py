from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from helpline.errors import StoreError
from helpline.requests.reference import find_reference
from helpline.store.database import Database
from helpline.store.requests import (
    change_request,
    find_open_requests_of,
    find_request,
    find_requests_of,
    read_request,
    save_request,
    withdraw_request,
)
from helpline.store.tables import CallbackRow, VolunteerRow
from tests.builders import LATER, NOON, callback_request, volunteer_request


def test_a_call_back_is_read_back_as_it_was_saved(database):
    reference = save_request(database, callback_request(), "sender", NOON)
    with database.transaction() as session:
        row = session.query(CallbackRow).one()
    assert (row.first_name, row.phone_number, row.email) == ("Grace", "+12155550142", None)
    assert (row.best_time, row.callback_topic, row.status) == ("after lunch", "telling my kids", "new")
    assert row.created_at == NOON
    assert row.created_at.utcoffset() is not None
    assert row.reference == reference == find_reference(f"my code is {reference}")


def test_a_sign_up_is_read_back_as_it_was_saved(database):
    save_request(database, volunteer_request(), "sender", NOON)
    with database.transaction() as session:
        row = session.query(VolunteerRow).one()
    assert (row.email, row.phone_number) == ("grace@example.org", None)
    assert (row.cancer_subtype, row.spread_sites) == (("her2_positive",), ("bones", "liver"))
    assert (row.for_whom, row.age_range, row.main_concern) == ("self", "40-49", "scans")


def test_text_messages_go_to_the_phone_number(database):
    request = volunteer_request(contact_method="text", contact_address="+12155550142")
    save_request(database, request, "sender", NOON)
    with database.transaction() as session:
        row = session.query(VolunteerRow).one()
    assert (row.email, row.phone_number) == (None, "+12155550142")


def test_nothing_that_leads_to_a_person_stands_in_the_tables(database):
    save_request(database, callback_request(), "+12155550199", NOON)
    save_request(database, volunteer_request(), "+12155550199", NOON)
    stored = ""
    with database.transaction() as session:
        for table in ("requests", "callback_requests", "volunteer_requests"):
            stored += repr(session.execute(text(f"SELECT * FROM {table}")).all())
    for secret in ("Grace", "5550142", "5550199", "after lunch", "kids", "example.org", "scans", "liver"):
        assert secret not in stored


def test_the_same_request_twice_is_one(database):
    first = save_request(database, volunteer_request(), "sender", NOON)
    assert save_request(database, volunteer_request(), "sender", NOON) == first
    assert len(find_requests_of(database, "sender")) == 1


def test_another_sender_or_another_content_is_another_request(database):
    references = {
        save_request(database, callback_request(), "sender", NOON),
        save_request(database, callback_request(), "another", NOON),
        save_request(database, callback_request(best_time="evening"), "sender", NOON),
    }
    assert len(references) == 3


def test_the_same_request_at_the_same_moment_is_one(database):
    with ThreadPoolExecutor(4) as pool:
        saved = [pool.submit(save_request, database, callback_request(), "sender", NOON) for _ in range(8)]
    assert len({each.result() for each in saved}) == 1
    assert len(find_requests_of(database, "sender")) == 1


def test_a_request_is_found_by_its_code_without_contact_details(database):
    reference = save_request(database, callback_request(), "sender", NOON)
    found = find_request(database, reference)
    assert (found.reference, found.kind, found.status, found.created_at) == (
        reference,
        "callback",
        "new",
        NOON,
    )
    assert "Grace" not in repr(found)
    assert find_request(database, "AAAA-AA") is None


def test_requests_of_a_sender_come_newest_first(database):
    first = save_request(database, callback_request(), "sender", NOON)
    second = save_request(database, volunteer_request(), "sender", NOON)
    save_request(database, volunteer_request(), "another", NOON)
    assert [each.reference for each in find_requests_of(database, "sender")] == [second, first]


def test_a_database_without_tables_is_a_problem_that_names_no_content(tmp_path, database):
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}", database.cipher)
    with pytest.raises(StoreError) as caught:
        save_request(empty, callback_request(), "sender", NOON)
    assert caught.value.reason == "OperationalError"
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("request_", [callback_request(), volunteer_request()], ids=["callback", "volunteer"])
def test_what_was_saved_can_be_read_by_whoever_made_it(database, request_):
    reference = save_request(database, request_, "sender", NOON)
    assert read_request(database, reference, "sender") == request_
    assert read_request(database, reference, "another") is None


def test_who_must_not_be_phoned_has_no_number_in_the_table(database):
    request = callback_request(phone_number="grace@example.org", contact_method="email")
    reference = save_request(database, request, "sender", NOON)
    with database.transaction() as session:
        row = session.query(CallbackRow).one()
    assert (row.contact_method, row.phone_number, row.email) == ("email", None, "grace@example.org")
    assert read_request(database, reference, "sender") == request


def test_a_change_keeps_the_code_and_leaves_nothing_of_the_old_value(database):
    reference = save_request(database, callback_request(), "sender", NOON)
    new = callback_request(phone_number="+16105550117")
    assert change_request(database, reference, new, "sender", LATER)
    assert read_request(database, reference, "sender") == new
    assert save_request(database, new, "sender", LATER) == reference
    with database.transaction() as session:
        row = session.query(CallbackRow).one()
    assert (row.created_at, row.updated_at, row.status) == (NOON, LATER, "new")


def test_nobody_changes_the_request_of_somebody_else_nor_makes_another_kind_of_it(database):
    reference = save_request(database, callback_request(), "sender", NOON)
    assert not change_request(database, reference, callback_request(first_name="Eve"), "another", LATER)
    assert not change_request(database, reference, volunteer_request(), "sender", LATER)
    assert read_request(database, reference, "sender") == callback_request()


def test_two_requests_may_come_to_hold_the_same(database):
    save_request(database, callback_request(), "sender", NOON)
    second = save_request(database, callback_request(best_time="mornings"), "sender", NOON)
    assert change_request(database, second, callback_request(), "sender", LATER)
    assert read_request(database, second, "sender") == callback_request()


def test_a_withdrawn_request_is_closed_and_the_same_can_be_asked_again(database):
    reference = save_request(database, callback_request(), "sender", NOON)
    assert withdraw_request(database, reference, LATER)
    assert withdraw_request(database, reference, LATER)
    assert find_request(database, reference).status == "withdrawn"
    assert find_open_requests_of(database, "sender") == []
    assert read_request(database, reference, "sender") is None
    assert save_request(database, callback_request(), "sender", LATER) != reference


def test_what_is_done_is_not_withdrawn_any_more(database):
    reference = save_request(database, callback_request(), "sender", NOON)
    with database.transaction() as session:
        session.query(CallbackRow).one().status = "done"
    assert not withdraw_request(database, reference, LATER)
    assert not withdraw_request(database, "AAAA-AA", LATER)
    assert find_request(database, reference).status == "done"
