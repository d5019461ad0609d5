"""Asking a SPARQL 1.1 endpoint elsewhere."""

from __future__ import annotations

import ast
import json
import re
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException, IncompleteRead
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit

import pyoxigraph as ox
from SPARQLWrapper import ASK, JSON, POST, SELECT, TURTLE, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from dxplan import __version__
from dxplan.asking.answers import Answer, Term
from dxplan.asking.sources import Outcome, answer_of
from dxplan.asking.sparql import form, with_prefixes
from dxplan.errors import DxplanError, EndpointError, UsageError

__all__ = ["Endpoint"]

_IN_JSON = (SELECT, ASK)  # results of the other forms come in Turtle
_PATIENCE = 10  # seconds; a server that is busy for longer is not asked again
#: By what a server that gave a query up is known. The status does not tell: Fuseki sends 503, QLever 429, Virtuoso and
#: Blazegraph 500; Fuseki and Oxigraph send 200, half an answer, and then these words.
_GIVEN_UP = re.compile(r"tim(e|ed|ing)[\s-]?out|time\s?limit|took too long|execution time|cancell?ed|S1TAT", re.I)
_STATUS = {400: "malformed", 401: "refused", 403: "refused", 407: "refused", 404: "absent", 405: "absent",
           410: "absent", 408: "given-up", 504: "given-up", 429: "busy", 502: "busy", 503: "busy"}  # fmt: skip
_TOLD = {
    "address": ("http:// または https:// で始まる ASCII のアドレスを --endpoint に指定してください。",
                "give --endpoint an address in ASCII that begins with http:// or https://."),
    "malformed": ("問合せが受け付けられません（{words}）。", "refuses the query ({words})."),
    "unreachable": ("つながりません（{words}）。アドレスと、サーバが動いているかを確かめてください。",
                    "cannot be reached ({words}). Check the address and that the server runs."),
    "moved": ("移転しています。{words} を指定してください。", "has moved. Give the address {words}."),
    "absent": ("SPARQL エンドポイントがありません（{words}）。/sparql や /query で終わるアドレスが多くあります。",
               "no SPARQL endpoint is at this address ({words}). Many end in /sparql or /query."),
    "refused": ("アクセスが拒まれました（{words}）。運用者に許可を求めてください。",
                "refuses access ({words}). Ask those who run it to let you in."),
    "busy": ("混んでいます（{words}、{tries}回目）。{wait}もう一度尋ねてください。",
             "is busy ({words}; try {tries}). Ask again {wait}."),
    "given-up": ("サーバが自らの制限時間で打ち切りました（{words}）。問合せの範囲を狭めてください。",
                 "the server gave the query up at a time limit of its own ({words}). Ask for less."),
    "slow": ("{words}秒では答えが終わりません。問合せの範囲を狭めるか、--timeout で長く待ってください。",
             "no whole answer within {words} s. Ask for less, or wait longer with --timeout."),
    "cut": ("答えが途中で切れています（{words}）。もう一度尋ねるか、問合せの範囲を狭めてください。",
            "its answer is cut short ({words}). Ask again, or ask for less."),
    "foreign": ("SPARQL の結果として読めない答えです（{words}）。エンドポイントのアドレスかを確かめてください。",
                "its answer is no result of SPARQL ({words}). Check that this is the address of an endpoint."),
    "failed": ("サーバが失敗しました（{words}）。", "the server failed ({words})."),
}  # fmt: skip


class _NoAnswerError(Exception):
    """Why, by a key of ``_TOLD``; ``wait`` is after how many seconds a busy server wants to be asked again."""

    def __init__(self, kind: str, words: str = "", wait: float | None = None) -> None:
        super().__init__(words)
        self.kind, self.words, self.wait = kind, words if len(words) <= 200 else words[:200] + "…", wait


def _is_worth_a_try(error: BaseException) -> bool:
    return isinstance(error, _NoAnswerError) and error.kind == "busy" and (error.wait or 0) <= _PATIENCE


def _pause(state: RetryCallState) -> float:
    wait: float | None = getattr(state.outcome and state.outcome.exception(), "wait", None)
    return wait_exponential(multiplier=0.2, max=2)(state) if wait is None else max(wait, 0)


@dataclass(frozen=True)
class Endpoint:
    """A remote endpoint; a busy one is asked up to three times, one that gave the query up only once.

    :param url: its address, ``http://`` or ``https://``.
    :param timeout: seconds to wait for the whole of an answer.
    """

    url: str
    timeout: float = 60

    def __post_init__(self) -> None:
        """Refuse what is no address of http or https, with a UsageError."""
        with suppress(ValueError):  # a bracket that is not closed, or a port that is no number
            parts = urlsplit(self.url)
            plain = self.url.isascii() and self.url.isprintable() and " " not in self.url and not parts.username
            if parts.scheme in ("http", "https") and parts.hostname and plain and parts.port != 0:
                return
        raise self._error(_NoAnswerError("address"))

    def run(self, query: str, name: str = "SPARQL") -> Outcome:
        """Run a query of any form; see :class:`~dxplan.asking.sources.Source`.

        :raises UsageError: when the endpoint finds the query malformed.
        :raises EndpointError: when it cannot be reached, refuses, fails, is too slow, or answers with something else.
        """
        again = retry_if_exception(_is_worth_a_try)
        retrying = Retrying(retry=again, stop=stop_after_attempt(3), wait=_pause, reraise=True)
        asked = form(query) or SELECT  # what is no query, the endpoint will refuse
        try:
            return _read(retrying(self._fetch, with_prefixes(query), asked), asked)
        except _NoAnswerError as failure:
            raise self._error(failure, retrying.statistics["attempt_number"]) from None

    def select(self, query: str) -> Answer:
        """Run a SELECT query; see :class:`~dxplan.asking.sources.Source`."""
        return answer_of(self.run(query))

    def _fetch(self, query: str, asked: str) -> bytes:
        wrapper = SPARQLWrapper(self.url, agent=f"dxplan/{__version__}")
        # Not setQuery: it guesses the form from words, and takes “addresses” in a comment for the update ADD.
        wrapper.queryString, wrapper.queryType = query, asked
        wrapper.setMethod(POST)
        wrapper.setReturnFormat(JSON if asked in _IN_JSON else TURTLE)
        wrapper.timeout = self.timeout  # type: ignore[assignment]  # of each piece; setTimeout would cut fractions off
        deadline = time.monotonic() + self.timeout
        try:
            with closing(wrapper.query().response) as response:
                if response.url != self.url:  # urllib follows with GET, and so without the query
                    raise _NoAnswerError("moved", response.url)
                body = bytearray()
                while piece := response.read1(2**20):
                    body += piece
                    if time.monotonic() > deadline:
                        raise TimeoutError
                if len(body) < int(response.headers.get("Content-Length", 0)):
                    raise IncompleteRead(bytes(body))
                # The rows that Virtuoso found in time: https://github.com/openlink/virtuoso-opensource/issues/112
                if response.status == 206 or "X-SQL-State" in response.headers:
                    raise _NoAnswerError("given-up", response.headers.get("X-SQL-Message", "206 Partial Content"))
                return bytes(body)
        except (HTTPError, SPARQLWrapperException) as error:
            raise _refusal(error) from None
        except TimeoutError:
            raise _NoAnswerError("slow", f"{self.timeout:g}") from None
        except URLError as error:
            raise _NoAnswerError("unreachable", str(error.reason)) from None
        except (OSError, HTTPException) as error:
            raise _NoAnswerError("cut", str(error) or type(error).__name__) from None

    def _error(self, failure: _NoAnswerError, tries: int = 0) -> DxplanError:
        wait = ("後で", "later") if not failure.wait else (f"{failure.wait:g}秒後に", f"in {failure.wait:g} s")
        ja, en = (
            f"{self.url}: {told.format(words=failure.words, tries=tries, wait=when)}"
            for told, when in zip(_TOLD[failure.kind], wait, strict=True)
        )
        return UsageError(ja, en) if failure.kind in ("address", "malformed") else EndpointError(ja, en)


def _refusal(error: HTTPError | SPARQLWrapperException) -> _NoAnswerError:
    """Return what a status that is not 200 tells."""
    reply: HTTPError = error if isinstance(error, HTTPError) else error.__context__  # type: ignore[assignment]
    with closing(reply):  # SPARQLWrapper leaves the connection of a failure open
        # What SPARQLWrapper has read it keeps as the text of a Python literal.
        said: bytes = ast.literal_eval(str(error).partition("Response:\n")[2] or "b''")
        with suppress(OSError, HTTPException):
            said = said or reply.read(10_000)
        text = said.decode(errors="replace")
        if "<html" in text[:500].lower():
            text = re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<(style|script|head)\b.*?</\1>", " ", text))
        words = " ".join(f"{reply.code} {text or reply.reason}".split())
        kind = _STATUS.get(reply.code, "failed")
        if kind in ("busy", "failed") and _GIVEN_UP.search(text):
            kind = "given-up"
        if 300 <= reply.code < 400:
            kind, words = "moved", urljoin(reply.url, reply.headers.get("Location", ""))
        return _NoAnswerError(kind, words, _seconds(reply.headers.get("Retry-After", "")))


def _seconds(text: str) -> float | None:
    with suppress(ValueError):
        return float(text if text.isdecimal() else round(parsedate_to_datetime(text).timestamp() - time.time()))
    return None


def _read(body: bytes, asked: str) -> Outcome:
    try:
        if asked not in _IN_JSON:
            return [quad.triple for quad in ox.parse(body, format=ox.RdfFormat.TURTLE)]
        found = json.loads(body)
        if asked == ASK:
            return bool(found["boolean"])
        columns, rows = list(found["head"]["vars"]), found["results"]["bindings"]
        return Answer(columns, [tuple(_term(row[name]) if name in row else None for name in columns) for row in rows])
    except (ValueError, KeyError, TypeError, SyntaxError) as error:
        text = body.decode(errors="replace").strip()
        behind = re.split(r'[]{}"[]|\.\n', text[-200:])[-1]  # the last piece of JSON or Turtle
        words = " ".join(re.findall(r"[^\s#*]+", behind))
        if _GIVEN_UP.search(words):
            raise _NoAnswerError("given-up", words) from None
        if text.startswith("{") and isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
            raise _NoAnswerError("cut", f"{len(body)} bytes") from None
        raise _NoAnswerError("foreign", " ".join(text[:100].split()) or "0 bytes") from None


def _term(value: dict[str, str]) -> Term:
    if value["type"] == "uri":
        return ox.NamedNode(value["value"])
    if value["type"] == "bnode":
        return ox.BlankNode("b" + value["value"].encode().hex())  # any label may come; ours must be plain
    if language := value.get("xml:lang"):
        return ox.Literal(value["value"], language=language)
    datatype = value.get("datatype")
    return ox.Literal(value["value"], datatype=ox.NamedNode(datatype) if datatype else None)
