"""A primary that is lost without a word: the store goes on with the standby as soon as that is promoted."""

import asyncio
import time

import pytest

from evaluation.chaos.postgresql_pair import PostgresqlPair, can_lose_packets, programs
from helpline.errors import StoreError
from helpline.store.calls import WORKERS, StoreCalls
from helpline.store.conversations import read_conversation
from helpline.store.database import Database
from helpline.store.encryption import Cipher
from tests.store.conftest import STORE_KEY, empty_database


@pytest.mark.skipif(programs() is None or not can_lose_packets(), reason="needs PostgreSQL's programs, root, iptables")
async def test_connections_to_a_machine_that_is_gone_are_not_waited_for():
    with PostgresqlPair() as pair:
        database = Database(pair.url, Cipher([STORE_KEY]))
        database.upgrade()
        calls = StoreCalls(database)
        await asyncio.gather(*(calls(read_conversation, str(one)) for one in range(WORKERS)))
        await asyncio.to_thread(pair.lose_primarys_machine)
        for _ in range(4):
            assert not await is_there(calls)
            await asyncio.sleep(1.0)
        await asyncio.to_thread(pair.promote)
        promoted = time.monotonic()
        while not await is_there(calls):
            assert time.monotonic() - promoted < 20
            await asyncio.sleep(0.5)
        calls.close()


async def is_there(calls: StoreCalls) -> bool:
    try:
        await calls(read_conversation, "visitor")
    except StoreError:
        return False
    return True


def test_of_several_servers_the_one_that_was_found_last_is_asked_first(tmp_path):
    with empty_database("postgresql", tmp_path) as single:
        url = single.engine.url
        place = f"{url.username}@127.0.0.1:1,{url.host}:{url.port or 5432}/{url.database}"
        several = Database(f"postgresql://{place}", Cipher([STORE_KEY]))
        with several.engine.connect() as first, several.engine.connect() as second:
            asked = [each.connection.dbapi_connection.info.dsn_parameters["port"] for each in (first, second)]
        assert asked == [f"1,{url.port or 5432}", f"{url.port or 5432},1"]
        several.close()
