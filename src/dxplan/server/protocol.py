"""The SPARQL 1.1 Protocol, https://www.w3.org/TR/sparql11-protocol/: which query a request asks to run, if any."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message

import pyoxigraph as ox
from starlette.requests import Request

from dxplan.server import bodies
from dxplan.server.jobs import Querying
from dxplan.server.limits import Limits
from dxplan.server.refusals import RefusalError

__all__ = ["QUERY", "Operation", "operation"]

#: The media type of a query as it is.
QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_FORM = "application/x-www-form-urlencoded"
_ESCAPED = 3  # bytes that a byte may take in a form
_UPDATES_OF_DATASET = ("using-graph-uri", "using-named-graph-uri")


@dataclass(frozen=True)
class Operation:
    """A query to run.

    :param seconds: how long it may take, where the client wants it to be less than the server allows.
    """

    query: Querying
    seconds: float | None = None


async def operation(request: Request, limits: Limits) -> Operation | None:
    """Return the operation that a request asks for, or None for a request without any, which asks for the service.

    :raises RefusalError: for what is no query, is twice in it, is an update, or is sent in a form that is not known.
    """
    named = list(bodies.fields(request.scope["query_string"]))
    if request.method == "POST":
        media, charset = _content_type(request)
        if media == _UPDATE:
            raise _no_updates()
        if media not in (_FORM, QUERY):
            raise RefusalError(
                415,
                f"Content-Type は {_FORM} か {QUERY} にしてください。",
                f"Send it with the Content-Type {_FORM} or {QUERY}.",
                {"Accept-Post": f"{_FORM}, {QUERY}"},
            )
        if charset not in ("", "utf-8", "us-ascii"):
            raise RefusalError(415, "charset は utf-8 にしてください。", "Send it with the charset utf-8.")
        if media == _FORM:
            named += bodies.fields(await bodies.read(request, limits.text * _ESCAPED))
        else:
            named.append(("query", _decoded(await bodies.read(request, limits.text))))
    elif not named:
        return None
    return _operation(request, named, limits)


def _content_type(request: Request) -> tuple[str, str]:
    message = Message()
    message["Content-Type"] = request.headers.get("content-type", "")
    return message.get_content_type(), str(message.get_param("charset", "")).lower()


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusalError(400, "問合せを UTF-8 で送ってください。", "Send the query in UTF-8.") from None


def _operation(request: Request, named: Sequence[tuple[str, str]], limits: Limits) -> Operation:
    def of(name: str) -> list[str]:
        return [value for each, value in named if each == name]

    if of("update") or any(map(of, _UPDATES_OF_DATASET)):
        raise _no_updates()
    queries = of("query")
    if len(queries) != 1:
        raise RefusalError(
            400,
            "query は一つだけ指定してください。" if queries else "query パラメータに問合せを指定してください。",
            "Give one query parameter only." if queries else "Give the query in the parameter query.",
        )
    if len(queries[0].encode(errors="replace")) > limits.text:
        raise RefusalError(
            413,
            f"問合せは {limits.text:,} バイトまでです。短くしてください。",
            f"A query may have up to {limits.text:,} bytes. Make it shorter.",
        )
    query = Querying(
        queries[0],
        request.headers.get("accept"),
        _one("format", of("format")),
        _graphs("default-graph-uri", of("default-graph-uri")),
        _graphs("named-graph-uri", of("named-graph-uri")),
    )
    return Operation(query, _seconds(_one("timeout", of("timeout"))))


def _one(name: str, values: list[str]) -> str | None:
    if len(values) > 1:
        raise RefusalError(400, f"{name} は一つだけにしてください。", f"Give one {name} only.")
    return values[0] if values else None


def _graphs(name: str, iris: list[str]) -> tuple[str, ...] | None:
    for iri in iris:
        try:
            ox.NamedNode(iri)
        except ValueError:
            raise RefusalError(400, f"{name}={iri}: IRI ではありません。", f"{name}={iri}: is no IRI.") from None
    return tuple(iris) or None


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise RefusalError(400, f"timeout={text}: 正の秒数にしてください。", f"timeout={text}: give it in seconds.")
    return seconds


def _no_updates() -> RefusalError:
    return RefusalError(
        403,
        "このエンドポイントは読み取り専用です。データを変える命令は実行しません。",
        "This endpoint is read-only. Updates are not run.",
    )
