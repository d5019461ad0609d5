"""``/sparql``: the SPARQL endpoint, and its description where it is asked without a query."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pyoxigraph as ox
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from dxplan.server import service
from dxplan.server.editions import Edition
from dxplan.server.formats import GRAPHS, RESULTS, Format, chosen
from dxplan.server.jobs import Job, Result
from dxplan.server.limits import HEADER, Limits
from dxplan.server.pages import page
from dxplan.server.paths import file_below
from dxplan.server.pool import Pool
from dxplan.server.protocol import operation
from dxplan.server.replies import VARY, given, lookup, see_other

__all__ = ["reply", "run"]

_WORKBENCH = "sparql.html"
_CHECKED = {"Cache-Control": "public, no-cache"}  # it may be kept, but is asked for anew with its entity tag


async def reply(request: Request, edition: Edition, limits: Limits, site: Path | None, root: str) -> Response:
    """Answer a request.

    :param root: the address of the server, which ends in a slash.
    :raises RefusalError: for what is no query, cannot be run, or reaches a limit.
    """
    asked = await operation(request, limits)
    headers = {**VARY, **_CHECKED, HEADER: limits.header()}
    if asked is None:
        return await _described(request, edition, limits, site, root, headers)
    result: Result = await run(request, edition.pool, asked.query, asked.seconds)
    return given(request, result.body, result.media, headers, edition.digest)


async def run(request: Request, pool: Pool, job: Job, seconds: float | None = None) -> Result:
    """Have a job done, unless the client goes away meanwhile, which ends it.

    :raises ClientDisconnect: when the client has gone away.
    """
    job_task = asyncio.create_task(pool.run(job, seconds))
    gone = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait({job_task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not job_task.done():
            raise ClientDisconnect
        result: Result = job_task.result()
        return result
    finally:
        gone.cancel()
        job_task.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _described(
    request: Request, edition: Edition, limits: Limits, site: Path | None, root: str, headers: dict[str, str]
) -> Response:
    page_first: dict[str, Format] = {**GRAPHS, "html": Format("text/html")}
    form = chosen(request.headers.get("accept"), None, page_first)
    if form.media == "text/html":
        if site is not None and file_below(site, _WORKBENCH) is not None:
            return see_other(_WORKBENCH, headers)
        lang = lookup(request)
        forms = [name for name in {**RESULTS, **GRAPHS} if name != "plain-json"]
        body = page("endpoint.html", lang, "sparql", forms=forms, limits=service.told(limits, lang))
        return given(request, body, form.media, {**headers, "Content-Language": lang}, edition.digest)
    triples = service.description(root, await edition.counts(), limits, edition.questions)
    assert isinstance(form.of, ox.RdfFormat)
    written = ox.serialize(triples, format=form.of, prefixes=service.NAMESPACES)
    assert written is not None
    return given(request, written, form.media, headers, edition.digest)
