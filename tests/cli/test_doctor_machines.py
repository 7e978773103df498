"""What the doctor says of disk, time, Redis and a product on several machines."""

import shutil
import socket
import zoneinfo
from pathlib import Path

from helpline.cli import doctor_machines as module
from helpline.cli.doctor_machines import Findings
from helpline.processes.sockets import free_port
from helpline.settings import Settings
from tests.store.conftest import STORE_KEY, empty_database

KEYS = dict.fromkeys(module.SHARED_KEYS, "a-secret-with-more-than-32-characters-in-it")


def look(at, **settings) -> Findings:
    found = Findings()
    at(Settings(**settings), found)
    return found


def test_a_disk_without_room_is_wrong(tmp_path, monkeypatch):
    folders = {"spool_directory": tmp_path / "spool", "run_directory": tmp_path / "run"}
    monkeypatch.setattr(module, "VAR", tmp_path)
    assert look(module.look_at_disk, **folders).well
    monkeypatch.setattr(module, "LEAST_FREE", shutil.disk_usage(tmp_path).total + 1)
    found = look(module.look_at_disk, **folders)
    assert not found.well
    assert "MB left; make room" in found.sentences[0]


def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "VAR", tmp_path)
    (tmp_path / "file").write_text("no folder")
    found = look(module.look_at_disk, spool_directory=tmp_path / "file" / "spool", run_directory=tmp_path)
    assert not found.well
    assert f"nothing can be written into {tmp_path / 'file' / 'spool'}" in found.sentences[0]


def test_time_zone_data_that_are_missing_or_damaged_are_wrong(tmp_path, monkeypatch):
    assert look(module.look_at_time_zones).well
    before = zoneinfo.TZPATH
    try:
        (tmp_path / "America").mkdir()
        shutil.copy(
            next(Path(path) / "UTC" for path in before if (Path(path) / "UTC").exists()), tmp_path / "America/New_York"
        )
        zoneinfo.reset_tzpath([str(tmp_path)])
        zoneinfo.ZoneInfo.clear_cache()
        damaged = look(module.look_at_time_zones)
    finally:
        zoneinfo.reset_tzpath(before)
        zoneinfo.ZoneInfo.clear_cache()
    assert not damaged.well
    assert "no summer time" in damaged.sentences[0]


def test_the_clock_is_compared_with_postgresqls(tmp_path, monkeypatch):
    with empty_database("postgresql", tmp_path) as store:
        given = {"database_url": store.engine.url.render_as_string(False), "encryption_key": STORE_KEY}
        found = look(module.look_at_database_clock, **given)
        assert found.well, found.sentences
        monkeypatch.setattr(module, "_CLOCKS_APART", module.timedelta(0))
        assert "seconds apart. Set both by NTP" in look(module.look_at_database_clock, **given).sentences[0]
    gone = look(module.look_at_database_clock, **given)
    assert not gone.well
    assert look(module.look_at_database_clock, database_url="sqlite:///x.db").sentences == []


def test_redis_is_asked(redis_url):
    away = look(module.look_at_redis, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    assert not away.well
    assert "HELPLINE_REDIS_URL" in away.sentences[0]
    assert look(module.look_at_redis, redis_url=redis_url).well
    assert "in memory" in look(module.look_at_redis).sentences[0]


def test_parts_that_cannot_be_reached_are_named_with_their_setting():
    with socket.create_server(("127.0.0.1", 0)) as there:
        port = there.getsockname()[1]
        found = look(
            module.look_at_parts,
            engine_addresses=[f"127.0.0.1:{port}", f"127.0.0.1:{free_port()}"],
            actions_address="/no/such.sock",
        )
    said = "\n".join(found.sentences)
    assert f"engine is there, at 127.0.0.1:{port}" in said
    assert "mend HELPLINE_ENGINE_ADDRESSES" in said
    assert "actions cannot be reached at /no/such.sock: start it, or mend HELPLINE_ACTIONS_ADDRESS" in said
    assert not look(module.look_at_parts, engine_addresses=["no-such-name.invalid:7000"]).well
    assert look(module.look_at_parts).sentences == []


def test_what_several_machines_must_share_is_asked_for():
    shared = {"engine_addresses": ["engine:7000"], "database_url": "postgresql://a@b/c"}
    assert look(module.look_at_several_machines, **shared, **KEYS).well
    for name in module.SHARED_KEYS:
        found = look(module.look_at_several_machines, **shared, **{**KEYS, name: None})
        assert f"HELPLINE_{name.upper()} is not set: each machine would make its own" in found.sentences[0]
    assert not look(module.look_at_several_machines, **{**shared, "database_url": "sqlite:///x.db"}, **KEYS).well
    assert not look(module.look_at_several_machines, **shared, **KEYS, host="0.0.0.0").well
    assert look(module.look_at_several_machines, **shared, **KEYS, host="0.0.0.0", trusted_proxies=["10.0.0.1"]).well
    assert look(module.look_at_several_machines).sentences == []


def test_it_looks_at_all_of_this():
    names = {name for name in vars(module) if name.startswith("look_at_")}
    assert {each.__name__ for each in module.LOOKS} == names
