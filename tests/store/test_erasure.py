from sqlalchemy import text

from helpline.store.erasure import erase_sender
from helpline.store.feedback import save_feedback
from helpline.store.flags import flag_conversation
from helpline.store.requests import find_requests_of, save_request
from helpline.store.tables import FlagRow
from tests.builders import NOON, callback_request, volunteer_request

TABLES = ("requests", "callback_requests", "volunteer_requests", "feedback", "flagged_conversations")


def _counts(database):
    with database.transaction() as session:
        return [session.execute(text(f"SELECT count(*) FROM {table}")).scalar() for table in TABLES]


def _fill(database, sender):
    save_request(database, callback_request(), sender, NOON)
    save_request(database, volunteer_request(), sender, NOON)
    save_feedback(database, sender, False, "ned", NOON)
    flag_conversation(database, sender, "m1", "crisis/self", NOON)


def test_all_of_one_sender_is_deleted_and_nothing_else(database):
    _fill(database, "sender")
    _fill(database, "another")
    assert erase_sender(database, "sender") == 2
    assert _counts(database) == [2, 1, 1, 1, 1]
    assert len(find_requests_of(database, "another")) == 2
    assert erase_sender(database, "sender") == 0


def test_a_flag_names_the_conversation_to_staff_only(database):
    flag_conversation(database, "+12155550199", "crisis/self", NOON)
    with database.transaction() as session:
        assert "5550199" not in repr(session.execute(text("SELECT * FROM flagged_conversations")).all())
        row = session.query(FlagRow).one()
    assert (row.sender_id, row.reason, row.created_at) == ("+12155550199", "crisis/self", NOON)
