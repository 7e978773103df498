from datetime import timedelta
from types import SimpleNamespace

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from helpline.store.conversations import end_conversation, write_turn
from helpline.store.database import Database
from helpline.store.encryption import Cipher
from helpline.store.erasure import Erased, erase_sender
from helpline.store.feedback import save_feedback
from helpline.store.flags import flag_conversation
from helpline.store.requests import find_requests_of, save_request
from helpline.store.retention import purge
from helpline.store.tables import FlagRow
from tests.builders import NOON, callback_request, volunteer_request
from tests.store.conftest import STORE_KEY

TIMES = SimpleNamespace(state_hours=24, transcript_days=90, request_days=365, draft_days=180, volunteer_days=365)
TABLES = ("requests", "callback_requests", "volunteer_requests", "feedback", "flagged_conversations")


@pytest.fixture
def reopen(database):
    """Open the same store with other keys, as after a restart."""
    opened = []

    def open_with(keys):
        opened.append(Database(database.engine.url.render_as_string(hide_password=False), Cipher(keys.split(","))))
        opened[-1].upgrade()
        return opened[-1]

    yield open_with
    for other in opened:
        other.close()


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
    assert erase_sender(database, "sender") == Erased(2, complete=True)
    assert _counts(database) == [2, 1, 1, 1, 1]
    assert len(find_requests_of(database, "another")) == 2
    assert erase_sender(database, "sender") == Erased(0, complete=True)


def test_a_flag_names_the_conversation_to_staff_only(database):
    flag_conversation(database, "+12155550199", "m1", "crisis/self", NOON)
    with database.transaction() as session:
        assert "5550199" not in repr(session.execute(text("SELECT * FROM flagged_conversations")).all())
        row = session.query(FlagRow).one()
    assert (row.sender_id, row.reason, row.created_at) == ("+12155550199", "crisis/self", NOON)


def test_with_a_replaced_key_the_deletion_knows_that_it_is_not_complete(database, reopen):
    _fill(database, "sender")
    replaced = reopen(Fernet.generate_key().decode())
    assert erase_sender(replaced, "sender") == Erased(0, complete=False)
    purge(replaced, TIMES, NOON + timedelta(days=4000))
    assert erase_sender(replaced, "sender") == Erased(0, complete=False)  # a request of then is still there
    with replaced.transaction() as session:
        session.execute(text("DELETE FROM requests"))
    purge(replaced, TIMES, NOON + timedelta(days=4000))
    assert erase_sender(replaced, "sender") == Erased(0, complete=True)


def test_a_newer_key_before_the_old_one_changes_nothing(database, reopen):
    _fill(database, "sender")
    rotated = reopen(f"{Fernet.generate_key().decode()},{STORE_KEY}")
    assert erase_sender(rotated, "sender") == Erased(2, complete=True)


def test_a_flag_that_waited_on_the_disk_does_not_come_back_after_the_deletion(database):
    write_turn(database, "sender", "website", 0, {}, [])
    end_conversation(database, "sender", NOON + timedelta(minutes=1))
    flag_conversation(database, "sender", "m1", "crisis/self", NOON)
    assert _counts(database)[-1] == 0
