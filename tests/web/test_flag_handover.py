"""Flags of danger on a front door's disk reach the store of an engine elsewhere, each once and none lost."""

import asyncio
import contextlib
from datetime import datetime, timezone

from cryptography.fernet import Fernet
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from helpline.store.encryption import Cipher
from helpline.store.flag_spool import FlagSpool
from helpline.web.engine_client import EngineClient
from helpline.web.flag_handover import hand_over_flags
from helpline.web.http_server import Server

AT = datetime(2026, 11, 2, 8, 30, tzinfo=timezone.utc)


async def test_a_flag_stays_until_an_engine_has_stored_it(tmp_path):
    taken, state = [], {"status": 503}

    async def keep(request: Request) -> Response:
        if state["status"] == 200:
            taken.append(await request.json())
        return JSONResponse({}, state["status"])

    spool = FlagSpool(tmp_path, Cipher([Fernet.generate_key().decode()]))
    await spool.add("website-1", "m1", "crisis/self", AT)
    await spool.add("website-2", "m2", "violence", AT)
    with Server(Starlette(routes=[Route("/flags", keep, methods=["POST"])]), port=0) as server:
        client = EngineClient(server.url.removeprefix("http://"), "s" * 40)
        handing = asyncio.create_task(hand_over_flags(spool, client, every=0.05))
        await asyncio.sleep(0.5)
        assert len(spool.read_lines()) == 2
        state["status"] = 200
        for _ in range(200):
            if not spool.read_lines():
                break
            await asyncio.sleep(0.05)
        handing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await handing
        await client.close()
    assert spool.read_lines() == []
    # Once at least: the store does not mind a flag that it has.
    assert list(dict.fromkeys((each["conversation"], each["reason"]) for each in taken)) == [
        ("website-1", "crisis/self"),
        ("website-2", "violence"),
    ]
    assert taken[0]["at"] == AT.isoformat()
