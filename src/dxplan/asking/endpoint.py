"""Asking a SPARQL 1.1 endpoint elsewhere."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

import pyoxigraph as ox
from SPARQLWrapper import JSON, POST, SELECT, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, QueryBadFormed, SPARQLWrapperException
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_exponential

from dxplan import __version__
from dxplan.asking.answers import Answer, Term
from dxplan.errors import EndpointError, UsageError

__all__ = ["Endpoint"]

_TRIES = 3


def _is_busy(error: BaseException) -> bool:
    return isinstance(error, HTTPError) and error.code in (429, 502, 503, 504)


@dataclass(frozen=True)
class Endpoint:
    """A remote endpoint; a busy one is asked again up to three times.

    :param url: its address, ``http://`` or ``https://``.
    :param timeout: seconds to wait for an answer.
    """

    url: str
    timeout: int = 60

    def __post_init__(self) -> None:
        """Refuse addresses that are no endpoint.

        :raises UsageError: when the address is not one of http or https.
        """
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise UsageError(
                f"--endpoint {self.url}: http:// または https:// のアドレスを指定してください。",
                f"--endpoint {self.url}: give an address that begins with http:// or https://.",
            )

    def select(self, query: str) -> Answer:
        """Run a SELECT query.

        :raises UsageError: when the endpoint finds the query malformed.
        :raises EndpointError: when it cannot be reached, fails, or answers with something else.
        """
        try:
            body = self._fetch(query)
            return _answer(json.loads(body))
        except QueryBadFormed as error:
            raise UsageError(
                f"{self.url}: 問合せが受け付けられません（{_short(error)}）。",
                f"{self.url}: refuses the query ({_short(error)}).",
            ) from None
        except (HTTPError, URLError, OSError, EndPointInternalError, SPARQLWrapperException) as error:
            raise EndpointError(
                f"{self.url}: 答えが得られません（{_short(error)}）。"
                "アドレスと、サーバが動いているかを確かめてください。",
                f"{self.url}: gives no answer ({_short(error)}). Check the address and that the server runs.",
            ) from None
        except (ValueError, KeyError, TypeError) as error:
            raise EndpointError(
                f"{self.url}: SPARQL の結果（JSON）として読めない答えです（{_short(error)}）。",
                f"{self.url}: its answer is not SPARQL results in JSON ({_short(error)}).",
            ) from None

    @retry(
        retry=retry_if_exception(_is_busy),
        stop=stop_after_attempt(_TRIES),
        wait=wait_exponential(multiplier=0.2, max=2),
        reraise=True,
    )
    def _fetch(self, query: str) -> bytes:
        wrapper = SPARQLWrapper(self.url, agent=f"dxplan/{__version__}")
        wrapper.setQuery(query)
        wrapper.queryType = SELECT  # it guesses from words, and takes “addresses” in a comment for the update ADD
        wrapper.setMethod(POST)
        wrapper.setReturnFormat(JSON)
        wrapper.setTimeout(self.timeout)
        try:
            with closing(wrapper.query().response) as response:
                body: bytes = response.read()
        except Exception as error:
            for cause in (error, error.__context__):
                if isinstance(cause, HTTPError):
                    cause.close()  # SPARQLWrapper leaves the connection of a failure open
            raise
        return body


def _short(error: BaseException) -> str:
    words = str(getattr(error, "reason", "") or error)
    return " ".join(words.split())[:200]


def _answer(body: dict) -> Answer:  # type: ignore[type-arg]
    columns = list(body["head"]["vars"])
    rows = [
        tuple(_term(binding[name]) if name in binding else None for name in columns)
        for binding in body["results"]["bindings"]
    ]
    return Answer(columns, rows)


def _term(value: dict[str, str]) -> Term:
    if value["type"] == "uri":
        return ox.NamedNode(value["value"])
    if value["type"] == "bnode":
        return ox.BlankNode("b" + value["value"].encode().hex())  # any label may come; ours must be plain
    if language := value.get("xml:lang"):
        return ox.Literal(value["value"], language=language)
    if datatype := value.get("datatype"):
        return ox.Literal(value["value"], datatype=ox.NamedNode(datatype))
    return ox.Literal(value["value"])
