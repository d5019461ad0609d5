"""``/ask``: the saved questions as plain addresses, such as ``/ask/timeline-of-city?city=小美玉市&format=csv``."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from dxplan.asking.questions import Question
from dxplan.server import bodies
from dxplan.server.editions import Edition
from dxplan.server.endpoint import run
from dxplan.server.formats import Format, chosen
from dxplan.server.jobs import Asking, Result
from dxplan.server.limits import HEADER, Limits
from dxplan.server.openapi import default_text
from dxplan.server.pages import page
from dxplan.server.refusals import RefusalError
from dxplan.server.replies import VARY, given, lookup

__all__ = ["answer", "catalogue"]

_FRESH = {"Cache-Control": "public, max-age=60"}
_OWN = ("lang", "format")  # parameters of every question
_LISTINGS = {"html": Format("text/html"), "json": Format("application/json")}


def catalogue(request: Request, edition: Edition) -> Response:
    """List the questions, as a page or in JSON."""
    lang = lookup(request)
    form = chosen(request.headers.get("accept"), request.query_params.get("format"), _LISTINGS)
    headers = {**VARY, **_FRESH, "Link": '<openapi.json>; rel="service-desc"; type="application/json"'}
    if form.media == "text/html":
        body = page("questions.html", lang, "ask", questions=list(edition.questions.values()))
        headers["Content-Language"] = lang
    else:
        listed = [_listed(question) for question in edition.questions.values()]
        body = json.dumps({"questions": listed}, ensure_ascii=False, indent=1) + "\n"
    return given(request, body, form.media, headers, edition.digest)


def _listed(question: Question) -> dict[str, Any]:
    return {
        "name": question.name,
        "href": f"ask/{question.name}",
        "summary": {lang: question.summary(lang) for lang in ("ja", "en")},
        "description": {lang: question.description(lang) for lang in ("ja", "en")},
        "tags": question.tags,
        "parameters": [
            {
                "name": each.option,
                "help": each.help,
                "default": default_text(each),
            }
            for each in question.parameters
        ],
        "columns": question.columns,
    }


async def answer(request: Request, name: str, edition: Edition, limits: Limits) -> Response:
    """Answer a question.

    :param name: its name as it stands in the path.
    :raises RefusalError: as :func:`dxplan.server.asked.answer` does.
    """
    given_values = bodies.fields(request.scope["query_string"])
    own: dict[str, str] = {}
    values: list[tuple[str, str]] = []
    for key, text in given_values:
        if key not in _OWN:
            values.append((key, text))
        elif key in own:
            raise RefusalError(400, f"{key} は一つだけにしてください。", f"Give one {key} only.")
        else:
            own[key] = text
    if own.get("lang", "ja") not in ("ja", "en"):
        raise RefusalError(400, f"lang={own['lang']}: ja か en にしてください。", f"lang={own['lang']}: give ja or en.")
    lang = lookup(request)
    asked = Asking(unquote(name), tuple(values), lang, request.headers.get("accept"), own.get("format"))
    result: Result = await run(request, edition.pool, asked)
    headers = {**VARY, **_FRESH, HEADER: limits.header(), "Content-Language": lang}
    return given(request, result.body, result.media, headers, edition.digest)
