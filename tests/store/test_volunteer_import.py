"""What a file would change is told before, and then that is changed and nothing else."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpline.console.app import FILE_SECONDS
from helpline.store.audit import Actor, list_entries
from helpline.store.volunteer_changes import VolunteerConflictError, add_volunteer, set_volunteer_state
from helpline.store.volunteer_import import apply_import, export_volunteers, plan_import
from helpline.volunteers.csv_file import read_csv, write_csv
from tests.builders import volunteer

CORA = Actor(None, "Cora")


def rows(text: str):
    return read_csv(text, "US")


def planned(database, text: str) -> list[tuple]:
    return [(row.line, row.action, row.problems or row.changed) for row in plan_import(database, rows(text)).rows]


def take_in(database, text: str):
    return apply_import(database, CORA, rows(text), plan_import(database, rows(text)).mark)


def test_new_changed_and_same_are_told_and_nothing_is_written_before(database):
    add_volunteer(database, CORA, volunteer(email="joan@example.org", notes="Has a sister"))
    add_volunteer(database, CORA, volunteer(email="ann@example.org", name="Ann", phone=None))
    text = (
        "Name,Email,Phone,Languages,How many at once\n"
        "Rosa,rosa@example.org,,es; en,3\n"
        "Joan B.,Joan@Example.org,(215) 555-0177,en,2\n"
        "Ann,ann@example.org,,,2\n"
    )
    before = export_volunteers(database, CORA)
    new = ("name", "email", "languages", "capacity")
    assert planned(database, text) == [(2, "new", new), (3, "changed", ("name",)), (4, "same", ())]
    assert export_volunteers(database, CORA) == before
    plan = take_in(database, text)
    assert [plan.count(action) for action in ("new", "changed", "same", "refused")] == [1, 1, 1, 0]
    joan, ann, rosa = export_volunteers(database, CORA)
    assert (joan.name, joan.notes, joan.phone) == ("Joan B.", "Has a sister", "+12155550177")
    assert (rosa.name, rosa.profile.languages, rosa.profile.capacity) == ("Rosa", {"es", "en"}, 3)
    assert ann == before[1]
    assert [row[1] for row in planned(database, text)] == ["same"] * 3
    entries = [(one.action, one.subject, one.detail.get("by")) for one in list_entries(database, limit=5)][1:4]
    assert ("volunteer added", "volunteer 3", "a file") in entries
    assert ("volunteer changed", "volunteer 1", "a file") in entries


def test_what_cannot_be_taken_in_says_what_to_do_and_the_rest_goes_in(database):
    gone = add_volunteer(database, CORA, volunteer(email="gone@example.org", phone=None))
    set_volunteer_state(database, CORA, gone, 1, "removed")
    add_volunteer(database, CORA, volunteer(email=None, phone="+12155550123", name="By phone"))
    add_volunteer(database, CORA, volunteer(email="both@example.org", phone="+12155550124", name="Both"))
    text = (
        "name,email,phone,diagnosis\n"
        "Back,gone@example.org,,\n"
        "Other,other@example.org,215 555 0123,\n"
        "Both,,215 555 0124,\n"
        "Nobody,,,\n"
        "Odd,odd@example.org,,hopeful\n"
        "Good,good@example.org,,\n"
        "Twice,Good@example.org,,\n"
        ",nameless@example.org,,\n"
    )
    found = {line: (action, " ".join(what)) for line, action, what in planned(database, text)}
    for line, words in {
        2: "was removed",
        3: "a volunteer without an email address",
        4: "Write the address into this row too",
        5: "Write an email address or a phone number",
        6: '"hopeful" is not one of these: de_novo, recurrence',
        8: "the same person as on line 7",
        9: "Write a name",
    }.items():
        assert found[line][0] == "refused", line
        assert words in found[line][1], found[line]
    assert take_in(database, text).count("new") == 1
    assert [one.name for one in export_volunteers(database, CORA)] == ["By phone", "Both", "Good"]


def test_without_a_column_of_addresses_a_number_finds_the_one_who_has_it(database):
    add_volunteer(database, CORA, volunteer(email="a@example.org", phone="+12155550123"))
    assert planned(database, "name,phone\nJo,215 555 0123\n") == [(2, "changed", ("name",))]
    take_in(database, "name,phone\nJo,215 555 0123\n")
    assert export_volunteers(database, CORA)[0].email == "a@example.org"
    add_volunteer(database, CORA, volunteer(email="b@example.org", phone="+12155550123"))
    assert "Several volunteers" in planned(database, "name,phone\nJo,215 555 0123\n")[0][2][0]
    shared = plan_import(database, rows("name,email,phone\nC,c@example.org,215 555 0123\n")).rows[0]
    assert (shared.action, shared.shares_phone) == ("new", True)


def test_a_plan_that_somebody_changed_in_between_is_not_carried_out(database):
    number = add_volunteer(database, CORA, volunteer(email="a@example.org"))
    text = "name,email\nJo,a@example.org\nNew,new@example.org\n"
    mark = plan_import(database, rows(text)).mark
    set_volunteer_state(database, CORA, number, 1, "pausing")
    with pytest.raises(VolunteerConflictError):
        apply_import(database, CORA, rows(text), mark)
    assert [one.name for one in export_volunteers(database, CORA)] == ["Joan"]


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip)
NOTES = st.none() | st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=80)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(st.tuples(NAMES, NOTES), min_size=1, max_size=4))
def test_what_was_taken_out_changes_nothing_when_it_is_taken_in(database, people):
    for number, (name, notes) in enumerate(people):
        parts = {"name": " ".join(name.split()), "notes": (notes or "").strip() or None}
        known = plan_import(database, rows(f"name,email\nx,person{number}@example.org\n")).rows[0].number
        if known is None:
            add_volunteer(database, CORA, volunteer(email=f"person{number}@example.org", phone=None, **parts))
        else:
            text = write_csv([volunteer(email=f"person{number}@example.org", phone=None, **parts)])
            take_in(database, text)
    before = export_volunteers(database, CORA)
    file = write_csv(before)
    assert {row.action for row in plan_import(database, rows(file)).rows} == {"same"}
    take_in(database, file)
    assert export_volunteers(database, CORA) == before


def test_five_thousand_are_taken_in_before_the_store_is_given_up(database):
    everybody = [volunteer(email=f"person{one}@example.org", phone=None, notes="kind") for one in range(5000)]
    file = rows(write_csv(everybody))
    began = time.perf_counter()
    mark = plan_import(database, file).mark
    planned_at = time.perf_counter()
    plan = apply_import(database, CORA, file, mark)
    done = time.perf_counter()
    assert plan.count("new") == 5000
    # As the console waits for each; a second or two where nothing else runs.
    assert max(planned_at - began, done - planned_at) < FILE_SECONDS
    assert plan_import(database, rows(write_csv(export_volunteers(database, CORA)))).count("same") == 5000
