"""The synthetic visitor: asks a topic and tells of a crisis, through the front door, and checks the answers.

The front door knows it by a proof that only our own processes can make. Its conversations reach no staff: a danger that
it tells of raises no flag, and what it said is deleted when it leaves.
"""

import time
from dataclasses import dataclass
from uuid import uuid4

import httpx

from helpline.observability.probe_marks import HEADER, probe_proof
from helpline.safety.replies import danger_replies
from helpline.settings import ROOT
from helpline.web.wording import load_wording

TOPIC, CRISIS = "topic", "crisis"
# What is asked, and how much of the answer must be as it is written.
_TOPIC_FILE, _TOPIC_RESPONSE, _TOPIC_QUESTION = "ned.yml", "utter_faq/ned", "what does NED mean?"
_CRISIS_KIND, _CRISIS_MESSAGE = "crisis/self", "I want to kill myself"
_COMPARED = 60
_SECONDS = 20.0


@dataclass(frozen=True)
class Probed:
    """How a question was answered: what it was about, whether right, after how many seconds, and what was wrong."""

    what: str
    is_right: bool
    seconds: float
    problem: str = ""


class Probe:
    """Visits a front door.

    Args:
        url: The front door's address, as visitors reach it.
        session_secret: Secret of the website's sessions.
        verify: A file with the certificate to believe; else those that the system believes.
    """

    def __init__(self, url: str, session_secret: str, verify: str | None = None) -> None:
        self._url = f"{url}/webhooks/website"
        self._proof = probe_proof(session_secret)
        self._verify = httpx.create_ssl_context(verify=verify) if verify else True
        topic = load_wording(ROOT / "data" / "topics" / _TOPIC_FILE).of(_TOPIC_RESPONSE)
        crisis = danger_replies()[_CRISIS_KIND]
        self._asked = {TOPIC: (_TOPIC_QUESTION, topic), CRISIS: (_CRISIS_MESSAGE, crisis)}

    def visit(self) -> list[Probed]:
        """Ask everything once."""
        try:
            with httpx.Client(base_url=self._url, verify=self._verify, timeout=_SECONDS) as http:
                opened = http.post("/sessions", json={}, headers={HEADER: self._proof}).raise_for_status()
                http.headers["Authorization"] = f"Bearer {opened.json()['token']}"
                found = [self._ask(http, what) for what in self._asked]
                http.delete("/session", params={"requests": "true"})
                return found
        except (httpx.HTTPError, ValueError, KeyError) as error:
            return [Probed(what, False, 0.0, f"no conversation ({type(error).__name__})") for what in self._asked]

    def _ask(self, http: httpx.Client, what: str) -> Probed:
        question, wanted = self._asked[what]
        started = time.monotonic()
        try:
            answer = http.post("/messages", json={"client_message_id": str(uuid4()), "text": question})
            seconds = time.monotonic() - started
            if answer.status_code != httpx.codes.OK:
                return Probed(what, False, seconds, f"status {answer.status_code}")
            heard = " ".join(message["text"] for message in answer.json()["messages"])
        except (httpx.HTTPError, ValueError, KeyError) as error:
            return Probed(what, False, time.monotonic() - started, f"no answer ({type(error).__name__})")
        is_right = _plain(heard).startswith(_plain(wanted)[:_COMPARED])
        return Probed(what, is_right, seconds, "" if is_right else "another answer than the one that is written")


def _plain(text: str) -> str:
    return " ".join(text.split())
