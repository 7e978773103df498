"""Rasa's own server is run as its users run it."""

import asyncio
from pathlib import Path

import pytest

from evaluation.benchmark.rasa_servers import FLOOR_MESSAGES, floor_server, make_starter_bot
from helpline.errors import StartError


def test_the_floor_answers_every_button_without_understanding_anything(trained_model, tmp_path):
    async def press_all(server) -> list[str]:
        async with server.visitor(1) as visitor:
            return [(await visitor.say(text)).text for text in FLOOR_MESSAGES]

    with floor_server(tmp_path) as server:
        answers = asyncio.run(press_all(server))
        assert server.megabytes() > 100
        assert server.cpu_seconds() > 1
    assert len(set(answers)) == len(FLOOR_MESSAGES)
    assert "evidence" in answers[0]


@pytest.mark.parametrize(
    ("python", "said"), [("/bin/true", "made no starter bot"), ("/no/python", "There is no Python")]
)
def test_an_environment_without_rasa_makes_no_starter_bot(python, said, tmp_path):
    with pytest.raises(StartError, match=said):
        make_starter_bot(Path(python), tmp_path)
