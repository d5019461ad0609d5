"""What every answer has in common: entity tags and 304, links, errors in the form and language wanted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from dxplan.errors import DxplanError
from dxplan.server.formats import with_charset
from dxplan.server.negotiation import accepted, language
from dxplan.server.pages import page
from dxplan.server.refusals import RefusalError

__all__ = ["SEE_OTHER", "VARY", "given", "links", "lookup", "refused", "see_other", "unchanged"]

#: For an answer whose form was negotiated.
VARY = {"Vary": "Accept, Accept-Language"}
SEE_OTHER = 303
_ERRORS = ("text/plain", "text/html", "application/problem+json", "application/json")


def given(
    request: Request, body: bytes | str, media: str, headers: Mapping[str, str], digest: str, status: int = 200
) -> Response:
    """Return a body, or 304 where the client has it already.

    :param digest: the digest of the snapshot, which the entity tag begins with.
    """
    written = body.encode() if isinstance(body, str) else body
    tag = f'"{digest}-{hashlib.sha256(written).hexdigest()[:16]}"'
    told = {**headers, "ETag": tag}
    if unchanged(request.headers, tag):
        return Response(status_code=304, headers=told)
    return Response(written, status, {**told, "Content-Type": with_charset(media)})


def unchanged(headers: Headers, tag: str) -> bool:
    """Tell whether ``If-None-Match`` names an entity tag, https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2."""
    named = [each.strip().removeprefix("W/") for each in headers.get("if-none-match", "").split(",")]
    return tag in named or named == ["*"]


def see_other(location: str, headers: Mapping[str, str]) -> Response:
    """Return a redirect to a document about a thing, https://www.w3.org/TR/cooluris/#r303gendocument."""
    return Response(status_code=SEE_OTHER, headers={**headers, "Location": location})


def links(listed: Iterable[tuple[str, Mapping[str, str]]]) -> str:
    """Return a ``Link`` header of targets and their parameters.

    >>> links([("a/課", {"rel": "alternate", "type": "text/turtle"})])
    '<a/%E8%AA%B2>; rel="alternate"; type="text/turtle"'
    """
    return ", ".join(
        f"<{quote(target, safe=_SAFE)}>" + "".join(f'; {name}="{value}"' for name, value in parameters.items())
        for target, parameters in listed
    )


_SAFE = "/:%#?&=+,;@!$'()*~[]"


def refused(request: Request, error: DxplanError, status: int | None = None) -> Response:
    """Return an error as a page, as https://www.rfc-editor.org/rfc/rfc9457, or as plain text.

    A machine that names no language is told in both.
    """
    if status is None:
        status = error.status if isinstance(error, RefusalError) else 400
    headers = {**(error.headers if isinstance(error, RefusalError) else {}), **VARY, "Cache-Control": "no-store"}
    asked = request.headers.get("accept-language")
    lang = lookup(request)
    title = HTTPStatus(status).phrase
    media = accepted(request.headers.get("accept"), _ERRORS) or "text/plain"
    if media == "text/html":
        told_to_people = {"status": status, "title": f"{status} {title}", "detail": error.text(lang)}
        body = page("message.html", lang, _here(request), **told_to_people)
    elif media == "text/plain":
        body = (error.text(lang) if asked else f"{error.en}\n{error.ja}") + "\n"
    else:
        message = {"ja": error.ja, "en": error.en}
        told = {"title": title, "status": status, "detail": error.text(lang if asked else "en"), "message": message}
        body = json.dumps(told, ensure_ascii=False) + "\n"
        media = "application/problem+json"
    return Response(body, status, {**headers, "Content-Type": with_charset(media)})


def _here(request: Request) -> str:
    path: bytes = request.scope.get("raw_path", b"/")
    return path.decode("latin-1").lstrip("/")


def lookup(request: Request) -> str:
    """Return the language of a request: what its address names, else what its header prefers."""
    named = request.query_params.get("lang")
    return named if named in ("ja", "en") else language(request.headers.get("accept-language"))
