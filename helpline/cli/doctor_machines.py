"""What `helpline doctor` looks at of the machine and of several machines: disk, time, Redis, the other parts."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from redis import Redis
from redis.exceptions import RedisError

from helpline.processes.sockets import Place, engine_places, host_and_port, place_of, resolved
from helpline.settings import USUAL_TIME_ZONE, VAR, Settings
from helpline.store.database import open_database

# With less, the store and the logs of a busy week do not fit.
LEAST_FREE = 500 * 1024 * 1024
_CLOCKS_APART = timedelta(seconds=30)
_SECONDS = 2.0
# New York's distance from UTC in winter and in summer: without them, no hours are told right.
_WINTER, _SUMMER = timedelta(hours=-5), timedelta(hours=-4)
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
# Each machine would make its own of these, and what one signs or encrypts the others could not read.
SHARED_KEYS = ("encryption_key", "api_token", "session_secret", "console_secret", "link_secret", "backup_key")


class Findings:
    """What was looked at: sentences, and whether one of them says that something is wrong."""

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.well = True

    def good(self, sentence: str) -> None:
        """Say that something is as it must be, or off on purpose."""
        self.sentences.append(f"Well:   {sentence}")

    def wrong(self, sentence: str) -> None:
        """Say that something is wrong, and what to do."""
        self.sentences.append(f"Wrong:  {sentence}")
        self.well = False


def look_at_disk(settings: Settings, findings: Findings) -> None:
    """See that what must be written can be, and that there is room."""
    folders = {settings.spool_directory.absolute(), settings.run_directory.absolute(), VAR}
    problems = []
    for folder in sorted(folders):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=folder) as file:
                file.write(b"written")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            if folder == VAR and settings.engine_addresses and settings.database_url.startswith("postgresql"):
                continue  # nothing of ours need be written there
            problems.append(f"nothing can be written into {folder} ({error.strerror}); mend its rights or its disk.")
            continue
        free = shutil.disk_usage(folder).free
        if free < LEAST_FREE:
            problems.append(f"the disk of {folder} has {free / 1e6:.0f} MB left; make room, 500 MB at least.")
    for problem in problems:
        findings.wrong(problem)
    if not problems:
        findings.good("what must be written can be, and the disk has room.")


def look_at_time_zones(settings: Settings, findings: Findings) -> None:
    """See that the time zone data are there, and know summer time."""
    year = datetime.now(timezone.utc).year
    try:
        zone = ZoneInfo(settings.helpline_time_zone or USUAL_TIME_ZONE)
        new_york = ZoneInfo(USUAL_TIME_ZONE)
    except (ZoneInfoNotFoundError, OSError):
        findings.wrong("the time zone data are missing. On Debian: apt-get install tzdata.")
        return
    winter, summer = (datetime(year, month, 15, tzinfo=new_york).utcoffset() for month in (1, 7))
    if (winter, summer) != (_WINTER, _SUMMER):
        findings.wrong("the time zone data are damaged or of another time: New York has no summer time in them.")
    else:
        findings.good(f"the time zone data are there; it is {datetime.now(zone):%H:%M} in {zone.key}.")


def look_at_database_clock(settings: Settings, findings: Findings) -> None:
    """Compare our clock with that of PostgreSQL: machines whose clocks differ disagree on what is over."""
    if not settings.database_url.startswith("postgresql"):
        return
    database = open_database(settings)
    try:
        with database.engine.connect() as connection:
            theirs: datetime = connection.exec_driver_sql("SELECT now()").scalar_one()
    except Exception as error:  # what the store says of it stands above
        findings.wrong(f"PostgreSQL's clock cannot be read ({type(error).__name__}).")
        return
    finally:
        database.close()
    apart = abs(datetime.now(timezone.utc) - theirs)
    if apart > _CLOCKS_APART:
        findings.wrong(f"our clock and PostgreSQL's are {apart.total_seconds():.0f} seconds apart. Set both by NTP.")
    else:
        findings.good("our clock and PostgreSQL's are the same.")


def look_at_redis(settings: Settings, findings: Findings) -> None:
    """See that Redis answers, where there is one."""
    if settings.redis_url is None:
        findings.good("limits are counted in memory, which is right for one front door.")
        return
    try:
        with Redis.from_url(settings.redis_url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS) as redis:
            redis.ping()
    except (RedisError, ValueError) as error:
        findings.wrong(
            f"Redis does not answer ({type(error).__name__}): each front door counts its limits by itself. "
            "See that the one of HELPLINE_REDIS_URL runs and can be reached."
        )
    else:
        findings.good("Redis answers.")


def look_at_parts(settings: Settings, findings: Findings) -> None:
    """See that the parts that the settings name can be reached, where the product runs on several machines."""
    if not settings.engine_addresses:
        return
    engines = asyncio.run(resolved(engine_places(settings)))
    named = [("engine", place, "HELPLINE_ENGINE_ADDRESSES") for place in engines]
    if not engines:
        findings.wrong("none of the names in HELPLINE_ENGINE_ADDRESSES leads to an engine.")
    for part in ("actions", "delivery"):
        if getattr(settings, f"{part}_address"):
            named.append((part, place_of(settings, part), f"HELPLINE_{part.upper()}_ADDRESS"))
    for part, place, setting in named:
        if asyncio.run(_is_there(place)):
            findings.good(f"{part} is there, at {place}.")
        else:
            findings.wrong(f"{part} cannot be reached at {place}: start it, or mend {setting}.")


def look_at_several_machines(settings: Settings, findings: Findings) -> None:
    """See that what several machines must share is shared."""
    if not settings.engine_addresses:
        return
    lacking = [name for name in SHARED_KEYS if getattr(settings, name) is None]
    for name in lacking:
        findings.wrong(
            f"HELPLINE_{name.upper()} is not set: each machine would make its own. Make one and give it to all."
        )
    if not settings.database_url.startswith("postgresql"):
        findings.wrong("several machines cannot share SQLite: set HELPLINE_DATABASE_URL to a PostgreSQL.")
    if settings.host not in _LOOPBACK and not settings.trusted_proxies:
        findings.wrong(
            "HELPLINE_TRUSTED_PROXIES is not set: behind a proxy all visitors would share the limits of one address."
        )
    if not lacking:
        findings.good("all machines have the same keys, as far as this one can tell.")


async def _is_there(place: Place) -> bool:
    opening = (
        asyncio.open_unix_connection(str(place))
        if isinstance(place, Path)
        else asyncio.open_connection(*host_and_port(place))
    )
    try:
        _, writer = await asyncio.wait_for(opening, _SECONDS)
    except (OSError, asyncio.TimeoutError):
        return False
    writer.close()
    return True


LOOKS: tuple[Callable[[Settings, Findings], None], ...] = (
    look_at_disk,
    look_at_time_zones,
    look_at_database_clock,
    look_at_redis,
    look_at_parts,
    look_at_several_machines,
)
