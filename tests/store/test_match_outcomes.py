"""What both sides say of a match: kept once for each, set right by staff alone, and counted."""

from sqlalchemy import select

from helpline.store.database import Database
from helpline.store.mail_tables import OutcomeAnswerRow
from helpline.store.match_outcomes import correct_outcome, count_outcomes, keep_outcome, read_outcomes
from tests.store.test_match_plans import ask


def test_each_side_says_it_once_and_staff_set_it_right(database: Database) -> None:
    request, now = ask(database, "Ann"), database.now()
    with database.transaction() as session:
        assert keep_outcome(session, request, 1, "volunteer", "a_little", now)
        assert keep_outcome(session, request, 1, "visitor", "helped", now)
        assert not keep_outcome(session, request, 1, "visitor", "not_for_me", now)
        assert read_outcomes(session, [1, 2]) == {1: {"volunteer": "a_little", "visitor": "helped"}}
        correct_outcome(session, request, 1, "visitor", "not_for_me", now)
        correct_outcome(session, request, 2, "visitor", "not_for_me", now)
    with database.transaction() as session:
        assert read_outcomes(session, [1])[1]["visitor"] == "not_for_me"
        assert len(session.execute(select(OutcomeAnswerRow.id)).all()) == 3
    assert count_outcomes(database) == {("visitor", "not_for_me"): 2, ("volunteer", "a_little"): 1}
