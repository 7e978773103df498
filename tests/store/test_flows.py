"""Conversations saved as tests, and their runs, on both databases."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from helpline.store import database as module
from helpline.store.audit import Actor, list_entries
from helpline.store.flows import (
    KEPT_RUNS,
    MOST_FLOWS,
    FlowError,
    accept_result,
    begin_run,
    count_results,
    delete_flow,
    end_run,
    last_runs,
    list_flows,
    read_flow,
    save_flow,
    save_result,
)
from helpline.store.staff import add_account, find_account

ANNA = Actor(None, "Anna")
TURNS = [{"said": "what does NED mean", "intent": "faq/ned"}]
OTHER = [{"said": "what does NED mean", "intent": "faq/curable"}]


def move(database, revision: str, up: bool) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).parent / "migrations"))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        (command.upgrade if up else command.downgrade)(config, revision)


def test_a_flow_is_read_as_it_was_saved(database):
    add_account(database, ANNA, "anna", "Anna Staff", "staff", "hash")
    number = save_flow(database, find_account(database, "anna").actor, "NED", "website", TURNS)
    flow = read_flow(database, number)
    assert (flow.name, flow.channel, flow.turns, flow.by) == ("NED", "website", TURNS, "Anna Staff")
    assert list_flows(database) == [flow]
    assert read_flow(database, number + 1) is None


def test_words_are_encrypted_and_the_audit_log_holds_none(database):
    save_flow(database, ANNA, "Lavender", "website", TURNS)
    with database.transaction() as session:
        row = tuple(session.execute(text("SELECT name, turns FROM saved_flows")).one())
    assert not {"Lavender", "NED"} & set(" ".join(row).split())
    assert [(entry.action, entry.subject, entry.detail) for entry in list_entries(database)] == [
        ("test saved", "test 1", {})
    ]


def test_a_name_is_taken_once_and_there_is_an_end(database):
    save_flow(database, ANNA, "NED", "website", TURNS)
    with pytest.raises(FlowError, match="of this name"):
        save_flow(database, ANNA, "ned", "website", TURNS)
    for number in range(1, MOST_FLOWS):
        save_flow(database, ANNA, f"test {number}", "website", [])
    with pytest.raises(FlowError, match="no room"):
        save_flow(database, ANNA, "one more", "website", [])


def test_results_of_a_run_are_read_beside_those_of_the_run_before(database):
    flows = [save_flow(database, ANNA, name, "website", TURNS) for name in ("one", "two")]
    first = begin_run(database, ANNA, 2)
    for flow in flows:
        save_result(database, first, flow, TURNS)
    end_run(database, first)
    second = begin_run(database, ANNA, 2)
    save_result(database, second, flows[0], None)
    assert count_results(database, second) == 1
    newest, earlier = last_runs(database)
    assert (newest.results, newest.ended_at) == ({flows[0]: None}, None)
    assert earlier.results == dict.fromkeys(flows, TURNS)
    assert earlier.ended_at is not None
    assert [run.results for run in last_runs(database, 2, flows[1])] == [{}, {flows[1]: TURNS}]


def test_what_was_answered_last_is_taken_as_right(database):
    flow = save_flow(database, ANNA, "NED", "website", TURNS)
    with pytest.raises(FlowError, match="no result"):
        accept_result(database, ANNA, flow)
    run = begin_run(database, ANNA, 1)
    save_result(database, run, flow, OTHER)
    save_result(database, begin_run(database, ANNA, 1), flow, None)
    accept_result(database, ANNA, flow)
    assert read_flow(database, flow).turns == OTHER


def test_only_the_newest_runs_are_kept(database):
    flow = save_flow(database, ANNA, "NED", "website", TURNS)
    for _ in range(KEPT_RUNS + 3):
        save_result(database, begin_run(database, ANNA, 1), flow, TURNS)
    assert len(last_runs(database, 100)) == KEPT_RUNS
    with database.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM flow_results")).scalar() == KEPT_RUNS


def test_results_go_with_their_flow_and_a_flow_that_is_gone_gets_none(database):
    flow = save_flow(database, ANNA, "NED", "website", TURNS)
    run = begin_run(database, ANNA, 1)
    save_result(database, run, flow, TURNS)
    delete_flow(database, ANNA, flow)
    delete_flow(database, ANNA, flow)
    save_result(database, run, flow, TURNS)
    assert last_runs(database)[0].results == {}
    assert [entry.action for entry in list_entries(database)].count("test deleted") == 1


def test_the_migration_goes_down_and_up_with_data_in_the_tables(database):
    save_result(database, begin_run(database, ANNA, 1), save_flow(database, ANNA, "NED", "website", TURNS), TURNS)
    move(database, "0005", up=False)
    assert not {"saved_flows", "flow_runs", "flow_results"} & set(inspect(database.engine).get_table_names())
    move(database, "head", up=True)
    assert list_flows(database) == []
    save_flow(database, ANNA, "NED", "website", TURNS)
