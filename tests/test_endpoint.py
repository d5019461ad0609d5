"""Asking a real SPARQL server elsewhere gives the same answers, and its failures in words."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pyoxigraph as ox
import pytest
from click.testing import Result

from dxplan import store
from dxplan.asking.endpoint import Endpoint
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.errors import EndpointError, UsageError

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def oxigraph(snapshot: store.Snapshot) -> Iterator[str]:
    """A real oxigraph server over the built store; yields the address of its endpoint."""
    port = free_port()
    program = Path(sys.executable).with_name("oxigraph")
    process = subprocess.Popen(
        [program, "serve-read-only", "--location", snapshot.path, "--bind", f"127.0.0.1:{port}", "--union-default-graph"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(100):
            try:
                urlopen(f"http://127.0.0.1:{port}/", timeout=1)
                break
            except URLError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/query"
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("name", load(ROOT / "queries"))
def test_a_server_answers_as_the_store_does(name: str, oxigraph: str, source: StoreSource) -> None:
    question = load(ROOT / "queries")[name]
    assert question.ask(Endpoint(oxigraph), {}) == question.ask(source, {})


def test_the_command_asks_the_server(oxigraph: str, run: Callable[..., Result]) -> None:
    arguments = (
        "--root",
        ROOT,
        "--lang",
        "ja",
        "ask",
        "cities-without-topic",
        "--topic",
        "電子図書館",
        "--as-of",
        "R3",
    )
    result = run(*arguments, "--endpoint", oxigraph)
    assert result.exit_code == 0
    assert "小美玉市 (municipality:08236)" in result.stdout
    assert "令和4年度（2022年度）" in result.stdout


def test_large_answers_come_whole(oxigraph: str, snapshot: store.Snapshot) -> None:
    answer = Endpoint(oxigraph).select("SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }")
    assert len(answer.rows) == snapshot.manifest.triples + snapshot.manifest.inferred


def test_every_kind_of_term_comes_back(oxigraph: str) -> None:
    query = 'SELECT * { VALUES (?a ?b ?c ?d) { (<http://a/b> "x"@ja 1.50 UNDEF) } BIND (BNODE() AS ?e) }'
    ((a, b, c, d, e),) = Endpoint(oxigraph).select(query).rows
    assert (a, b, d) == (ox.NamedNode("http://a/b"), ox.Literal("x", language="ja"), None)
    assert isinstance(c, ox.Literal)
    assert c.datatype.value.endswith("#decimal")
    assert isinstance(e, ox.BlankNode)


def test_a_malformed_query_is_the_users_fault(oxigraph: str) -> None:
    with pytest.raises(UsageError, match="refuses the query"):
        Endpoint(oxigraph).select("SELECT * WHERE {")


def test_nobody_listens(run: Callable[..., Result]) -> None:
    address = f"http://127.0.0.1:{free_port()}/query"
    result = run("--root", ROOT, "--lang", "ja", "ask", "items-by-division", "--endpoint", address)
    assert result.exit_code == 5
    assert address in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("address", ["ftp://example.org/", "example.org", "file:///etc/passwd", "http://"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError):
        Endpoint(address)


@pytest.fixture
def faulty() -> Iterator[tuple[str, list[tuple[int, bytes]], list[str]]]:
    """A server that gives prepared replies in turn, the last one for ever; yields address, replies, and paths asked."""
    replies: list[tuple[int, bytes]] = []
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append(self.path)
            status, body = replies.pop(0) if len(replies) > 1 else replies[0]
            if status == 0:
                time.sleep(3)
                return
            self.send_response(status)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", replies, asked
    server.shutdown()
    server.server_close()


EMPTY = b'{"head": {"vars": ["x"]}, "results": {"bindings": []}}'
Faulty = tuple[str, list[tuple[int, bytes]], list[str]]


def test_a_busy_server_is_asked_again(faulty: Faulty) -> None:
    address, replies, asked = faulty
    replies += [(503, b""), (429, b""), (200, EMPTY)]
    assert Endpoint(address).select("SELECT ?x {}").rows == []
    assert len(asked) == 3


def test_a_server_that_stays_busy_is_given_up(faulty: Faulty) -> None:
    address, replies, asked = faulty
    replies.append((503, b""))
    with pytest.raises(EndpointError, match="no answer"):
        Endpoint(address).select("SELECT ?x {}")
    assert len(asked) == 3


@pytest.mark.parametrize(
    "body", [b"<html>", b"{}", b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri"', b"\xff"]
)
def test_a_cut_or_foreign_answer_is_an_error(body: bytes, faulty: Faulty) -> None:
    address, replies, _ = faulty
    replies.append((200, body))
    with pytest.raises(EndpointError, match="not SPARQL results"):
        Endpoint(address).select("SELECT ?x {}")


@pytest.mark.parametrize("status", [401, 404, 500])
def test_other_failures_are_told_in_words(status: int, faulty: Faulty) -> None:
    address, replies, asked = faulty
    replies.append((status, b"broken"))
    with pytest.raises(EndpointError, match="no answer"):
        Endpoint(address).select("SELECT ?x {}")
    assert len(asked) == 1


def test_a_slow_server_is_not_waited_for_for_ever(faulty: Faulty) -> None:
    address, replies, _ = faulty
    replies.append((0, b""))
    with pytest.raises(EndpointError):
        Endpoint(address, timeout=1).select("SELECT ?x {}")
