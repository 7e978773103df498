"""A setting that cannot work stops the start with its name and what to write instead."""

import os
import subprocess
import sys

import pytest

from helpline import settings as module
from helpline.errors import SettingsError
from helpline.processes.environment import child_environment
from helpline.settings import ROOT, Settings, load_settings


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith("HELPLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(Settings.Config, "env_file", tmp_path / ".env")
    monkeypatch.setattr(Settings.__config__, "env_file", tmp_path / ".env")
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


def refusal() -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return str(caught.value)


def test_a_file_beside_the_project_gives_settings(tmp_path):
    (tmp_path / ".env").write_text(
        "# ours\nHELPLINE_MAX_MESSAGE_LENGTH=500\nHELPLINE_ALLOWED_ORIGINS=https://a.org, https://b.org\n"
    )
    settings = load_settings()
    assert settings.max_message_length == 500
    assert settings.allowed_origins == ["https://a.org", "https://b.org"]


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("HELPLINE_MAX_MESSAGE_LENGTH=500\n")
    monkeypatch.setenv("HELPLINE_MAX_MESSAGE_LENGTH", "600")
    assert load_settings().max_message_length == 600


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("HELPLINE_MAX_MESAGE_LENGTH", "HELPLINE_MAX_MESSAGE_LENGTH"),
        ("HELPLINE_DATABASE", "HELPLINE_DATABASE_URL"),
        ("HELPLINE_HOURS", "HELPLINE_HELPLINE_HOURS"),
        ("helpline_loglevel", "HELPLINE_LOG_LEVEL"),
        *module.REPLACED.items(),
    ],
)
def test_an_unknown_setting_is_refused_with_the_nearest_name(name, nearest, monkeypatch, tmp_path):
    expected = f"{name.upper()}: there is no such setting; it may be {nearest}"
    monkeypatch.setenv(name, "1")
    assert expected in refusal()
    monkeypatch.delenv(name)
    (tmp_path / ".env").write_text(f"{name}=1\n")
    assert expected in refusal()


def test_what_replaces_an_old_setting_is_a_setting():
    assert {name.removeprefix("HELPLINE_").lower() for name in module.REPLACED.values()} <= set(Settings.__fields__)
    assert {name.removeprefix("HELPLINE_").lower() for name in module.REPLACED}.isdisjoint(Settings.__fields__)


def test_all_that_is_wrong_is_said_at_once(monkeypatch):
    monkeypatch.setenv("HELPLINE_PROT", "1")
    monkeypatch.setenv("HELPLINE_LOG_LEVEL", "loud")
    said = refusal()
    assert "HELPLINE_PROT" in said
    assert "HELPLINE_LOG_LEVEL" in said


@pytest.mark.parametrize("region", ["XX", "UK", "12"])
def test_a_region_that_no_phone_number_has_is_refused(region, monkeypatch):
    monkeypatch.setenv("HELPLINE_DEFAULT_PHONE_REGION", region)
    assert "HELPLINE_DEFAULT_PHONE_REGION: is not a region" in refusal()


def test_a_region_may_be_written_small(monkeypatch):
    monkeypatch.setenv("HELPLINE_DEFAULT_PHONE_REGION", "ca")
    assert load_settings().default_phone_region == "CA"


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "US/Eastern", "America/Phoenix", "EST5EDT"])
def test_the_time_zone_of_a_place_is_taken(zone, monkeypatch):
    monkeypatch.setenv("HELPLINE_HELPLINE_HOURS", "Mon-Fri 09:00-17:00")
    monkeypatch.setenv("HELPLINE_HELPLINE_TIME_ZONE", zone)
    assert load_settings().helpline_time_zone == zone


@pytest.mark.parametrize("zone", ["EST", "Etc/GMT+5", "UTC", "MST"])
def test_a_time_zone_without_a_place_and_summer_time_is_refused(zone, monkeypatch):
    monkeypatch.setenv("HELPLINE_HELPLINE_HOURS", "Mon-Fri 09:00-17:00")
    monkeypatch.setenv("HELPLINE_HELPLINE_TIME_ZONE", zone)
    assert "HELPLINE_HELPLINE_TIME_ZONE: has no summer time" in refusal()
    assert "America/New_York" in refusal()


@pytest.mark.parametrize("zone", ["-05:00", "UTC-5", "Atlantis/Capital", "America", "../etc/passwd", "New York", ""])
def test_what_is_no_time_zone_is_refused(zone, monkeypatch):
    monkeypatch.setenv("HELPLINE_HELPLINE_HOURS", "Mon-Fri 09:00-17:00")
    monkeypatch.setenv("HELPLINE_HELPLINE_TIME_ZONE", zone)
    assert "HELPLINE_HELPLINE_TIME_ZONE: is not a time zone; write one such as America/New_York" in refusal()


def test_hours_without_a_time_zone_are_refused(monkeypatch):
    monkeypatch.setenv("HELPLINE_HELPLINE_HOURS", "Mon-Fri 09:00-17:00")
    assert "HELPLINE_HELPLINE_TIME_ZONE: the hours need a time zone" in refusal()


def test_a_time_zone_without_hours_is_refused(monkeypatch):
    monkeypatch.setenv("HELPLINE_HELPLINE_TIME_ZONE", "America/New_York")
    assert "HELPLINE_HELPLINE_TIME_ZONE: a time zone needs hours" in refusal()


def test_hours_that_cannot_be_read_are_named_and_not_called_missing(monkeypatch):
    monkeypatch.setenv("HELPLINE_HELPLINE_HOURS", "always")
    monkeypatch.setenv("HELPLINE_HELPLINE_TIME_ZONE", "America/New_York")
    said = refusal()
    assert "HELPLINE_HELPLINE_HOURS: cannot read" in said
    assert "HELPLINE_HELPLINE_TIME_ZONE" not in said


def test_the_command_line_says_it_in_a_sentence_and_not_in_a_traceback():
    ended = subprocess.run(
        [sys.executable, "-m", "helpline.cli.main", "train", "--force"],
        cwd=ROOT, env={**os.environ, "HELPLINE_LOGLEVEL": "DEBUG"}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "HELPLINE_LOGLEVEL: there is no such setting; it may be HELPLINE_LOG_LEVEL" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_setting_may_stand_in_a_file_of_its_own(where, monkeypatch, tmp_path):
    secret, origins = tmp_path / "token", tmp_path / "origins"
    secret.write_text("a-secret-with-more-than-32-characters-in-it\n")
    origins.write_text("https://a.org, https://b.org\n")
    given = {"HELPLINE_API_TOKEN_FILE": str(secret), "HELPLINE_ALLOWED_ORIGINS_FILE": str(origins)}
    if where == "environment":
        for name, value in given.items():
            monkeypatch.setenv(name, value)
    else:
        (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in given.items()))
    settings = load_settings()
    assert settings.api_token == "a-secret-with-more-than-32-characters-in-it"
    assert settings.allowed_origins == ["https://a.org", "https://b.org"]


def test_the_environment_wins_over_a_file_that_the_file_names(monkeypatch, tmp_path):
    (tmp_path / "length").write_text("500")
    (tmp_path / ".env").write_text(f"HELPLINE_MAX_MESSAGE_LENGTH_FILE={tmp_path / 'length'}\n")
    monkeypatch.setenv("HELPLINE_MAX_MESSAGE_LENGTH", "600")
    assert load_settings().max_message_length == 600


def test_a_file_that_the_environment_names_wins_over_the_file(monkeypatch, tmp_path):
    (tmp_path / "length").write_text("600")
    (tmp_path / ".env").write_text("HELPLINE_MAX_MESSAGE_LENGTH=500\n")
    monkeypatch.setenv("HELPLINE_MAX_MESSAGE_LENGTH_FILE", str(tmp_path / "length"))
    assert load_settings().max_message_length == 600


@pytest.mark.parametrize(
    ("content", "problem"),
    [(None, "cannot be read"), (b" \n", "is empty"), (b"\xff\xfe", "does not hold text"), (b"x" * 70_000, "too long")],
)
def test_a_file_that_holds_no_setting_is_named_and_what_it_holds_is_not(content, problem, monkeypatch, tmp_path):
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    monkeypatch.setenv("HELPLINE_API_TOKEN_FILE", str(tmp_path / "key"))
    said = refusal()
    assert f"HELPLINE_API_TOKEN_FILE: the file {tmp_path / 'key'}" in said
    assert problem in said
    assert "xxx" not in said


def test_a_setting_that_is_given_twice_is_refused(monkeypatch, tmp_path):
    (tmp_path / "length").write_text("600")
    monkeypatch.setenv("HELPLINE_MAX_MESSAGE_LENGTH_FILE", str(tmp_path / "length"))
    monkeypatch.setenv("HELPLINE_MAX_MESSAGE_LENGTH", "600")
    assert "HELPLINE_MAX_MESSAGE_LENGTH: is given twice" in refusal()


def test_a_file_for_no_setting_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("HELPLINE_API_TOKENS_FILE", str(tmp_path / "key"))
    assert "HELPLINE_API_TOKENS_FILE: there is no such setting; it may be HELPLINE_API_TOKEN" in refusal()


def test_what_stood_in_a_file_reaches_our_own_processes_once(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("a-secret-with-more-than-32-characters-in-it")
    monkeypatch.setenv("HELPLINE_API_TOKEN_FILE", str(tmp_path / "key"))
    made = child_environment(load_settings())
    assert made["HELPLINE_API_TOKEN"] == "a-secret-with-more-than-32-characters-in-it"
    assert "HELPLINE_API_TOKEN_FILE" not in made


@pytest.mark.parametrize("name", ["ENGINE_ADDRESSES", "ACTIONS_ADDRESS", "DELIVERY_ADDRESS", "PART_ADDRESS"])
@pytest.mark.parametrize("place", ["engine", "http://engine:7000", "engine:", "engine:70000000", "relative/x.sock"])
def test_a_part_is_found_by_host_and_port_or_by_a_socket(name, place, monkeypatch):
    monkeypatch.setenv(f"HELPLINE_{name}", place)
    assert f"HELPLINE_{name}: must be a host and a port, such as engine:7000" in refusal()


def test_figures_are_given_at_a_port_alone(monkeypatch):
    monkeypatch.setenv("HELPLINE_METRICS_ADDRESS", "/run/metrics.sock")
    assert "HELPLINE_METRICS_ADDRESS: must be an address and a port" in refusal()
