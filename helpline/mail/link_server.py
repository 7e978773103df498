"""Answers the front door's questions about links, within the delivery process, which holds the store.

``POST /links/show``    {token}: what a link leads to
``POST /links/answer``  {token, answer}: takes an answer
"""

import json
from datetime import datetime, timezone

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from helpline.channels.store_calls import PatientCalls
from helpline.errors import StoreError
from helpline.mail.answers import LinkAnswers


class LinkServer:
    """The routes.

    Args:
        store: The helpline store.
        answers: Reads links and takes their answers.
    """

    def __init__(self, store: PatientCalls, answers: LinkAnswers) -> None:
        self._store = store
        self._answers = answers

    def routes(self) -> list[BaseRoute]:
        """Return them."""
        return [
            Route("/links/show", self._show, methods=["POST"]),
            Route("/links/answer", self._answer, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        try:
            body = json.loads(await request.body())
            view = await self._store(self._answers.show, str(body["token"]), _now())
        except StoreError:
            return Response(status_code=503)
        return JSONResponse(view.as_dict())

    async def _answer(self, request: Request) -> Response:
        try:
            body = json.loads(await request.body())
            view = await self._store(self._answers.take, str(body["token"]), body["answer"], _now())
        except StoreError:
            return Response(status_code=503)
        return JSONResponse(view.as_dict())


def _now() -> datetime:
    return datetime.now(timezone.utc)
