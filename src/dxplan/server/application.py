"""The application: what stands at which address, and what holds for every answer."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dxplan.errors import DxplanError
from dxplan.server import endpoint, files, openapi, questions, things
from dxplan.server.editions import Editions
from dxplan.server.limits import HEADER, Limits
from dxplan.server.refusals import RefusalError
from dxplan.server.replies import given, refused
from dxplan.site import workbench

__all__ = ["application"]

_METHODS = {"/sparql": "GET, HEAD, POST, OPTIONS"}
_READING = "GET, HEAD, OPTIONS"
_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")


def application(editions: Editions, limits: Limits, site: Path | None, address: str) -> ASGIApp:
    """Return the application.

    :param site: a published folder, whose pages are shown instead of plain ones.
    :param address: the address of the server, for a request that names none.
    """

    def root(request: Request) -> str:
        host = request.headers.get("host", "")
        if not _HOST.fullmatch(host):  # it becomes part of IRIs
            return address
        return f"{request.url.scheme}://{host}{request.scope.get('root_path', '')}/"

    async def sparql(request: Request) -> Response:
        async with editions.use() as edition:
            return await endpoint.reply(request, edition, limits, site, root(request))

    async def ask(request: Request) -> Response:
        async with editions.use() as edition:
            return questions.catalogue(request, edition)

    async def question(request: Request) -> Response:
        async with editions.use() as edition:
            return await questions.answer(request, request.path_params["name"], edition, limits)

    async def description(request: Request) -> Response:
        async with editions.use() as edition:
            body = json.dumps(openapi.document(root(request), edition.questions, limits), ensure_ascii=False, indent=1)
            headers = {"Cache-Control": "public, max-age=60"}
            return given(request, body + "\n", "application/json", headers, edition.digest)

    async def answering(request: Request) -> Response:
        """Tell the page for SPARQL, which is the same on a host of plain files, that this server answers."""
        async with editions.use() as edition:
            body = workbench.endpoint("sparql").decode()
            return given(request, body, "application/json", {"Cache-Control": "no-cache"}, edition.digest)

    async def other(request: Request) -> Response:
        prefix = request.scope.get("root_path", "")
        raw = request.scope["raw_path"].decode("ascii").removeprefix(prefix).removeprefix("/")
        async with editions.use() as edition:
            found = questions.with_values(request, raw, edition) or things.reply(request, raw, edition, site)
        if found is None and site is not None:
            found = files.reply(request, raw, site)
        if found is None:
            raise things.missing()
        return found

    app = Starlette(
        routes=[
            Route("/sparql", sparql, methods=["GET", "POST"]),
            Route("/ask", ask, methods=["GET"]),
            Route("/ask/{name}", question, methods=["GET"]),
            Route("/openapi.json", description, methods=["GET"]),
            Route("/" + workbench.ENDPOINT, answering, methods=["GET"]),
            Route("/{path:path}", other, methods=["GET"]),
        ],
        middleware=[Middleware(_Everywhere)],
        exception_handlers={DxplanError: _refused, HTTPException: _refused_by_route, ClientDisconnect: _gone},
    )
    app.router.redirect_slashes = False
    return app


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, DxplanError)
    return refused(request, error)


async def _refused_by_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code != 405:
        return refused(request, things.missing())
    allowed = _METHODS.get(request.scope["path"], _READING)
    told = RefusalError(
        405,
        f"{request.method} は使えません。使えるもの: {allowed}",
        f"{request.method} is not allowed here. There is: {allowed}",
        {"Allow": allowed},
    )
    return refused(request, told)


async def _gone(request: Request, error: Exception) -> Response:
    """Answer a client that has gone away; nobody reads it."""
    return Response(status_code=400)


class _Everywhere:
    """What holds for every answer: that pages of others may read it, and that no browser guesses what it is."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Access-Control-Allow-Origin"] = "*"
                headers["Access-Control-Expose-Headers"] = f"ETag, Link, Location, Retry-After, {HEADER}"
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        if scope["method"] == "OPTIONS":
            allowed = _METHODS.get(scope["path"], _READING)
            headers = {
                "Allow": allowed,
                "Access-Control-Allow-Methods": allowed,
                "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match, Range",
                "Access-Control-Max-Age": "86400",
            }
            await Response(status_code=204, headers=headers)(scope, receive, told)
            return
        await self.app(scope, receive, told)
