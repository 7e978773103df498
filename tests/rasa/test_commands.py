"""Rasa's own commands, in a shell without any setting, do from the clone what Rasa's users expect of them.

Each runs for real. Only `rasa train` trains, on the first examples of each intent; the others take the model that the
session has already.
"""

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from helpline.nlu.trained_model import TrainedModel
from helpline.processes.sockets import free_port
from helpline.settings import ROOT
from tests.few_examples import copy_with_few_examples

RASA = str(Path(sys.executable).with_name("rasa"))
SHELL = {name: value for name, value in os.environ.items() if not name.startswith("HELPLINE_")}
SHELL["RASA_MAX_CACHE_SIZE"] = "0"  # Rasa knows nothing of changes of our code, and would take a component from before
START_SECONDS = 120
TRAINED_FROM = ("config.yml", "domain.yml", "assets", "content", "actions", "helpline")
MODELS = ("ours", "rasas")
EXAMPLES = """
nlu:
  - {intent: greet, examples: "- hello\\n- hi there\\n"}
  - {intent: faq/ned, examples: "- what does NED mean\\n- what is NED\\n"}
"""


def run(command: list[str], folder: Path = ROOT, said: str = "") -> str:
    """Run a command and return what it printed."""
    ended = subprocess.run(command, cwd=folder, env=SHELL, input=said, capture_output=True, text=True, timeout=500)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
    return ended.stdout + ended.stderr


@contextmanager
def serving(address: str, *arguments: str) -> Iterator[None]:
    """Run a server of Rasa's until it answers, and end it."""
    server = subprocess.Popen([RASA, *arguments], cwd=ROOT, env=SHELL, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            assert server.poll() is None, "it stopped by itself"
            try:
                assert httpx.get(address).status_code == 200
                break
            except httpx.TransportError:
                assert time.monotonic() < until, "it does not answer"
                time.sleep(0.3)
        yield
    finally:
        server.terminate()
        server.wait(20)


class Terminal:
    """A terminal with a command in it."""

    def __init__(self, *command: str) -> None:
        self.keys, other = pty.openpty()
        self.process = subprocess.Popen(command, cwd=ROOT, env={**SHELL, "TERM": "xterm"}, stdin=other, stdout=other)
        os.close(other)

    def type(self, text: str) -> None:
        os.write(self.keys, text.encode())

    def read_until(self, words: str, seconds: float = START_SECONDS) -> None:
        """Wait until some words stand on the screen, wherever it breaks its lines."""
        seen, until = "", time.monotonic() + seconds
        while words.replace(" ", "") not in re.sub(r"\s|\x1b\[[\d;?]*[A-Za-z]", "", seen):
            assert time.monotonic() < until, seen[-3000:]
            assert self.process.poll() is None, seen[-3000:]
            if select.select([self.keys], [], [], 0.5)[0]:
                seen += os.read(self.keys, 65536).decode(errors="replace")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.keys)


def test_train_makes_the_model_that_helpline_train_makes(tmp_path):
    for part in TRAINED_FROM:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, tmp_path / part)
        else:
            shutil.copy(ROOT / part, tmp_path / part)
    copy_with_few_examples(tmp_path)
    run([sys.executable, "-m", "helpline.rasa.train", str(tmp_path / "models" / "ours.tar.gz")], tmp_path)
    run([RASA, "train", "--fixed-model-name", "rasas"], tmp_path)
    ours, rasas = (TrainedModel(tmp_path / "models" / f"{name}.tar.gz").parse("what does NED mean") for name in MODELS)
    assert ours == rasas
    assert ours["intent"]["full_retrieval_intent_name"] == "faq/ned"


def test_shell_talks_and_offers_choices(trained_model):
    terminal = Terminal(RASA, "shell", "--port", str(free_port()), "--model", str(trained_model))
    try:
        terminal.read_until("Bot loaded. Type a message and press enter")
        terminal.type("what does NED mean\r")
        terminal.read_until("NED stands for no evidence of disease")
        terminal.read_until("How is it different from stable?")
        terminal.type("\r")  # the first choice
        terminal.read_until("Stable disease: the cancer is there, and it is not growing")
    finally:
        terminal.close()


def test_shell_nlu_says_what_was_understood(trained_model):
    said = run([RASA, "shell", "nlu", "--model", str(trained_model)], said="what does NED mean\n")
    printed = re.search(r"^\{.*?^\}", said, re.M | re.S)
    assert printed
    assert json.loads(printed[0])["intent"]["full_retrieval_intent_name"] == "faq/ned"


def test_run_answers_on_the_rest_channel(trained_model):
    port = free_port()
    address = f"http://localhost:{port}"
    with serving(address, "run", "--port", str(port), "--model", str(trained_model)):

        def say(message: str) -> str:
            replies = httpx.post(f"{address}/webhooks/rest/webhook", json={"sender": "me", "message": message}).json()
            return "\n".join(reply["text"] for reply in replies)

        assert "no evidence of disease" in say("what does NED mean")
        assert "not considered curable" in say("so am I cured")
        assert "988" in say("I want to kill myself")


def test_run_actions_serves_our_actions():
    port = free_port()
    with serving(f"http://localhost:{port}/health", "run", "actions", "--port", str(port)):
        served = {action["name"] for action in httpx.get(f"http://localhost:{port}/actions").json()}
    assert {"validate_callback_form", "action_save_callback", "action_check_request"} <= served


def test_test_finds_our_conversations_and_all_pass(trained_model, tmp_path):
    nlu = tmp_path / "nlu.yml"  # all of data/ takes minutes
    nlu.write_text(EXAMPLES)
    places = ["--nlu", str(nlu), "--model", str(trained_model), "--out", str(tmp_path)]
    run([RASA, "test", *places, "--fail-on-prediction-errors"])
    played = json.loads((tmp_path / "story_report.json").read_text())
    stories = sum(path.read_text().count("- story:") for path in (ROOT / "tests").glob("test_*.yml"))
    assert played["conversation_accuracy"] == {
        "accuracy": 1.0,
        "correct": stories,
        "with_warnings": 0,
        "total": stories,
    }
    assert json.loads((tmp_path / "intent_report.json").read_text())["accuracy"] == 1.0


def test_test_fails_where_a_conversation_is_not_as_written(trained_model, tmp_path):
    story = (ROOT / "tests" / "test_danger.yml").read_text().replace("action: utter_violence", "action: utter_crisis")
    (tmp_path / "test_wrong.yml").write_text(story)
    command = [RASA, "test", "core", "--stories", str(tmp_path), "--model", str(trained_model), "--out", str(tmp_path)]
    ended = subprocess.run([*command, "--fail-on-prediction-errors"], cwd=ROOT, env=SHELL, capture_output=True)
    assert ended.returncode == 1


def test_data_validate_finds_the_data_in_order(tmp_path):
    data = copy_with_few_examples(tmp_path)
    said = run([RASA, "data", "validate", "--fail-on-warnings", "--data", str(data)])
    assert "No story structure conflicts found" in said
