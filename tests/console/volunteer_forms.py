"""Every form about volunteers, matches and mails that changes something, in an order in which each can be sent."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from helpline.store.audit import Actor
from helpline.store.mail_refusals import refuse_mail
from helpline.store.requests import digest_contact, save_request
from helpline.store.volunteer_changes import add_volunteer
from tests.builders import volunteer, volunteer_request
from tests.console.conftest import Browser, Console
from tests.console.test_mails import written
from tests.console.test_match import Coordinator
from tests.console.test_matching import made
from tests.console.test_volunteers import FILLED

ADDRESS = "nobody@example.org"
CSV = "name,email,role,languages,methods\nIda,ida@example.org,patient,en,email\n"
Changes = dict[str, Callable[[], Any]]


class VolunteerForms:
    """A store with two volunteers who can be matched, one whom forms change, requests, and mails in trouble.

    Args:
        console: The console.
        browser: Of a coordinator.
    """

    def __init__(self, console: Console, browser: Browser) -> None:
        self.browser = browser
        database, at = console.database, console.database.now()
        for name in ("Joan", "Bev", "Ola"):
            profile = {"name": name, "email": f"{name}@example.org", "phone": None, "trained_on": date(2025, 1, 1)}
            add_volunteer(database, Actor(None, "test"), volunteer(**profile))
        self.request = Coordinator(console, browser)
        save_request(database, volunteer_request(main_concern="scans"), "ann", at)
        self.again, self.left = written(console)[1], written(console, "550")[1]
        with database.transaction() as session:
            refuse_mail(session, digest_contact(database, ADDRESS), at)

    def changes(self) -> Changes:
        """Return each change by its route."""
        return {**self._mails(), **self._match(), **self._plan(), **self._volunteer()}

    def _match(self) -> Changes:
        def step(path: str, **fields: Any) -> Callable[[], Any]:
            def post() -> Any:
                on = self.request
                return self.browser.post(f"/queue/{on.code}/match/{path}", version=str(on.version), **fields)

            return post

        route = "/queue/{reference}/match/"
        return {
            f"{route}need": step("need", language="en", concerns=["dating"]),
            f"{route}ask": step("ask", volunteer="1"),
            f"{route}answer": step("answer", match="1", answer="yes"),
            f"{route}offer": step("offer", offered="1"),
            f"{route}chosen": step("chosen", chosen="1"),
            f"{route}final": step("final", match="1"),
            f"{route}outcome": step("outcome", match="1", side="visitor", answer="helped"),
            f"{route}end": step("end", match="1"),
        }

    def _plan(self) -> Changes:
        def accept() -> Any:
            self.browser.post("/matching/plan")
            version = re.search(r'name="version" value="(\d+)"', made(self.browser).text)[1]
            return self.browser.post("/matching/accept", which="all", version=version)

        return {"/matching/accept": accept}

    def _volunteer(self) -> Changes:
        def on(path: str, version: int, **fields: Any) -> Callable[[], Any]:
            return lambda: self.browser.post(f"/volunteers/3/{path}", version=str(version), **fields)

        def take_in() -> Any:
            shown = self.browser.post("/volunteers/import", csv=CSV).text
            mark = re.search(r'name="mark" value="([^"]+)"', shown)[1]
            return self.browser.post("/volunteers/import/confirm", csv=CSV, mark=mark)

        route = "/volunteers/{number:int}/"
        return {
            "/volunteers/new": lambda: self.browser.post("/volunteers/new", **FILLED),
            f"{route}contact": on("contact", 1),
            f"{route}edit": on("edit", 1, **{**FILLED, "email": "ola@example.org", "phone": ""}),
            f"{route}pause": on("pause", 2),
            f"{route}activate": on("activate", 3),
            f"{route}remove": on("remove", 4),
            f"{route}delete": on("delete", 5, sure="yes"),
            "/volunteers/import/confirm": take_in,
            "/volunteers/export": lambda: self.browser.post("/volunteers/export"),
        }

    def _mails(self) -> Changes:
        return {
            "/mails/{number:int}/send": lambda: self.browser.post(f"/mails/{self.again}/send"),
            "/mails/{number:int}/leave": lambda: self.browser.post(f"/mails/{self.left}/leave"),
            "/mails/allow": lambda: self.browser.post("/mails/allow", address=ADDRESS),
        }
