"""``/ask``: the saved questions as plain addresses, such as ``/ask/timeline-of-city?city=小美玉市&format=csv``.

The page that was published of a question holds the answer for its default; asked for with values, it leads here.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote, urlencode

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
from dxplan.server.replies import VARY, given, lookup, see_other

__all__ = ["answer", "catalogue", "with_values"]

_FRESH = {"Cache-Control": "public, max-age=60"}
_OWN = ("lang", "format")  # parameters of every question
_PAGE = re.compile(r"questions/([^/]+?)(\.en)?\.html")
_LISTINGS = {"html": Format("text/html"), "json": Format("application/json")}


def catalogue(request: Request, edition: Edition) -> Response:
    """List the questions, as a page or in JSON.

    :raises RefusalError: 400 for what the list does not depend on.
    """
    own, values = _fields(request)
    if values:
        name = values[0][0]
        raise RefusalError(
            400,
            f"{name}: 質問の一覧にそのパラメータはありません。あるもの: format、lang。質問には ask/名前 で尋ねます。",
            f"{name}: the list of questions has no such parameter. It has: format, lang. Ask a question at ask/NAME.",
        )
    lang = lookup(request)
    form = chosen(request.headers.get("accept"), own.get("format"), _LISTINGS)
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
    own, values = _fields(request)
    lang = lookup(request)
    asked = Asking(unquote(name), tuple(values), lang, request.headers.get("accept"), own.get("format"))
    result: Result = await run(request, edition.pool, asked)
    headers = {**VARY, **_FRESH, HEADER: limits.header(), "Content-Language": lang}
    return given(request, result.body, result.media, headers, edition.digest)


def _fields(request: Request) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return what every question takes, and the values that the address gives.

    :raises RefusalError: 400 for a language that is none, or where one of them is given twice.
    """
    own: dict[str, str] = {}
    values: list[tuple[str, str]] = []
    for key, text in bodies.fields(request.scope["query_string"]):
        if key not in _OWN:
            values.append((key, text))
        elif key in own:
            raise RefusalError(400, f"{key} は一つだけにしてください。", f"Give one {key} only.")
        else:
            own[key] = text
    if own.get("lang", "ja") not in ("ja", "en"):
        raise RefusalError(400, f"lang={own['lang']}: ja か en にしてください。", f"lang={own['lang']}: give ja or en.")
    return own, values


def with_values(request: Request, raw: str, edition: Edition) -> Response | None:
    """Return where the published page of a question leads that is asked for with values; None for what is none.

    :param raw: the path as it came, without the leading slash.
    """
    found = _PAGE.fullmatch(raw)
    fields = bodies.fields(request.scope["query_string"]) if found else ()
    if found is None or not fields or unquote(found[1]) not in edition.questions:
        return None
    lang = [] if any(key == "lang" for key, _ in fields) else [("lang", "en" if found[2] else "ja")]
    return see_other(f"../ask/{found[1]}?{urlencode([*fields, *lang])}", _FRESH)
