"""A SPARQL 1.1 store of others, written by the Graph Store Protocol or by Update.

https://www.w3.org/TR/sparql11-http-rdf-update/ replaces a graph in one request. By
https://www.w3.org/TR/sparql11-update/ a large graph takes several, between which it stands half in the store.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from dxplan import __version__
from dxplan.errors import EndpointError, UsageError
from dxplan.pushing.graphs import Graph

__all__ = ["Remote", "credentials"]

_BUSY = (429, 502, 503)
_TRIES = 4
_PATIENCE = 30.0  # seconds that a busy server may have us wait before the next try
_PIECE = 2**19  # characters of an update


def credentials(environment: Mapping[str, str] = os.environ) -> httpx.Auth | None:
    """Return what a store is opened with: ``DXPLAN_PUSH_TOKEN``, or ``DXPLAN_PUSH_USER`` and ``DXPLAN_PUSH_PASSWORD``.

    They come from the environment alone, since what stands on a command line is seen by everybody on the machine.
    """
    if token := environment.get("DXPLAN_PUSH_TOKEN"):
        return _Bearer(token)
    if user := environment.get("DXPLAN_PUSH_USER"):
        return httpx.BasicAuth(user, environment.get("DXPLAN_PUSH_PASSWORD", ""))
    return None


class _Bearer(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def _checked(option: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        plain = url.isascii() and url.isprintable() and " " not in url and not parts.username
        if parts.scheme in ("http", "https") and parts.hostname and plain and parts.port != 0:
            return url
    except ValueError:
        pass
    # The address itself may hold a password, which is not repeated.
    raise UsageError(
        f"{option}: http:// または https:// で始まる ASCII のアドレスを、利用者名を含めずに指定してください。"
        "認証には環境変数 DXPLAN_PUSH_USER と DXPLAN_PUSH_PASSWORD、または DXPLAN_PUSH_TOKEN を使います。",
        f"{option}: give an address in ASCII that begins with http:// or https:// and holds no user. "
        "Credentials come from DXPLAN_PUSH_USER and DXPLAN_PUSH_PASSWORD, or DXPLAN_PUSH_TOKEN.",
    )


@dataclass(frozen=True)
class Remote:
    """A store of others.

    :param endpoint: where it is asked.
    :param graph_store: where it is written by the Graph Store Protocol, or None where ``update`` is given.
    :param update: where it is written by Update.
    :param client: what speaks HTTP; see :meth:`client_for`.
    """

    endpoint: str
    graph_store: str | None
    update: str | None
    client: httpx.Client

    def __post_init__(self) -> None:
        """Refuse what is no address, with a UsageError."""
        for option, url in (
            ("--endpoint", self.endpoint),
            ("--graph-store", self.graph_store),
            ("--update", self.update),
        ):
            if url is not None:
                _checked(option, url)

    @staticmethod
    def client_for(auth: httpx.Auth | None, timeout: float) -> httpx.Client:
        """Return a client that follows no redirect, so that credentials go nowhere else."""
        return httpx.Client(auth=auth, timeout=timeout, headers={"User-Agent": f"dxplan/{__version__}"})

    def select(self, query: str) -> list[dict[str, str]]:
        """Return the values of each row of a SELECT query by variable."""
        found = self._ask(query)
        return [{name: cell["value"] for name, cell in row.items()} for row in found["results"]["bindings"]]

    def ask(self, query: str) -> bool:
        """Return the truth of an ASK query."""
        return bool(self._ask(query)["boolean"])

    def replace(self, graph: Graph) -> None:
        """Make a graph hold just these triples."""
        if self.graph_store is not None:
            self._write("PUT", graph.iri, graph.lines)
            return
        pieces = list(_pieces(graph))
        drop = f"DROP SILENT GRAPH <{graph.iri}>"
        # A request is one transaction in most stores.
        self._update(f"{drop} ;\n{_insert(graph.iri, pieces[0])}" if pieces else drop)
        for piece in pieces[1:]:
            self._update(_insert(graph.iri, piece))

    def add(self, iri: str, lines: Sequence[str]) -> None:
        """Add triples to a graph."""
        if self.graph_store is not None:
            self._write("POST", iri, lines)
        else:
            self._update(_insert(iri, lines))

    def drop(self, iri: str) -> None:
        """Remove a graph; it may be gone already."""
        if self.graph_store is not None:
            self._send("DELETE", self.graph_store, absent=True, params={"graph": iri})
        else:
            self._update(f"DROP SILENT GRAPH <{iri}>")

    def _ask(self, query: str) -> dict[str, dict[str, list[dict[str, dict[str, str]]]]]:
        headers = {"Accept": "application/sparql-results+json"}
        reply = self._send("POST", self.endpoint, data={"query": query}, headers=headers)
        try:
            found = reply.json()
            if "boolean" not in found and "bindings" not in found["results"]:
                raise ValueError
        except (ValueError, KeyError, TypeError):
            words = " ".join(reply.text[:100].split())
            raise EndpointError(
                f"{self.endpoint}: SPARQL の結果として読めない答えです（{words}）。アドレスを確かめてください。",
                f"{self.endpoint}: its answer is no result of SPARQL ({words}). Check the address.",
            ) from None
        return found  # type: ignore[no-any-return]

    def _write(self, method: str, iri: str, lines: Sequence[str]) -> None:
        assert self.graph_store is not None
        headers = {"Content-Type": "text/turtle; charset=utf-8"}  # N-Triples is Turtle, which every store takes
        content = "".join(f"{line}\n" for line in lines).encode()
        self._send(method, self.graph_store, params={"graph": iri}, content=content, headers=headers)

    def _update(self, text: str) -> None:
        assert self.update is not None
        headers = {"Content-Type": "application/sparql-update; charset=utf-8"}
        self._send("POST", self.update, content=text.encode(), headers=headers)

    def _send(self, method: str, url: str, *, absent: bool = False, **parts: object) -> httpx.Response:
        """Send a request, which can be repeated without harm, until the server is not busy."""
        address = httpx.URL(url).copy_merge_params(parts.pop("params", {}))  # type: ignore[arg-type]

        def once() -> httpx.Response:
            reply = self.client.request(method, address, **parts)  # type: ignore[arg-type]
            return reply if absent and reply.status_code == 404 else reply.raise_for_status()

        retry = retry_if_exception(_is_passing)
        try:
            return Retrying(retry=retry, stop=stop_after_attempt(_TRIES), wait=_pause, reraise=True)(once)
        except httpx.HTTPStatusError as error:
            reply = error.response
            words = " ".join(f"{reply.status_code} {reply.text or reply.reason_phrase}".split())[:200]
            if reply.has_redirect_location:
                words = f"{reply.status_code} → {reply.headers['Location']}"[:200]
        except httpx.HTTPError as error:
            words = str(error) or type(error).__name__
        raise EndpointError(
            f"{url}: {method} に失敗しました（{words}）。アドレスと権限を確かめ、もう一度実行してください。"
            "続きから送ります。",
            f"{url}: {method} failed ({words}). Check the address and the permission, and run it again; "
            "it goes on from here.",
        )


def _is_passing(error: BaseException) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in _BUSY and (_wanted(error) or 0) <= _PATIENCE
    return isinstance(error, httpx.TransportError)


def _wanted(error: BaseException | None) -> float | None:
    """Return after how many seconds a busy server wants to be asked again."""
    text = error.response.headers.get("Retry-After", "") if isinstance(error, httpx.HTTPStatusError) else ""
    try:
        return float(text) if text.isdecimal() else parsedate_to_datetime(text).timestamp() - time.time()
    except ValueError:
        return None


def _pause(state: RetryCallState) -> float:
    wanted = _wanted(state.outcome.exception() if state.outcome else None)
    return wait_exponential(multiplier=0.3, max=5)(state) if wanted is None else max(wanted, 0)


def _pieces(graph: Graph) -> Iterator[Sequence[str]]:
    piece: list[str] = []
    size = 0
    for line in graph.lines:
        if piece and size + len(line) > _PIECE and not graph.has_blank_nodes:
            yield piece
            piece, size = [], 0
        piece.append(line)
        size += len(line)
    if piece:
        yield piece


def _insert(iri: str, lines: Sequence[str]) -> str:
    return "INSERT DATA {{ GRAPH <{}> {{\n{}\n}} }}".format(iri, "\n".join(lines))
