"""Asking a real SPARQL server elsewhere gives the same answers, and its failures in words."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from click.testing import Result
from servers import free_port, oxigraph_server

from dxplan import store
from dxplan.asking.endpoint import Endpoint
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.errors import EndpointError, UsageError

ROOT = Path(__file__).parent.parent
QUESTIONS = load(ROOT / "queries")

#: The number of its rows is the cube of the number of triples: no server comes to an end.
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@contextmanager
def serving(snapshot: store.Snapshot, *options: str) -> Iterator[str]:
    """A real oxigraph server over a built store; yields the address of its endpoint."""
    with oxigraph_server(
        "--location", snapshot.path, "--union-default-graph", *options, command="serve-read-only"
    ) as at:
        yield f"{at}query"


@pytest.fixture(scope="module")
def oxigraph(snapshot: store.Snapshot) -> Iterator[str]:
    with serving(snapshot) as address:
        yield address


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_server_answers_as_the_store_does(name: str, oxigraph: str, source: StoreSource) -> None:
    question = QUESTIONS[name]
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


def test_a_malformed_query_is_the_users_fault(oxigraph: str, run: Callable[..., Result]) -> None:
    result = run("--root", ROOT, "--lang", "en", "query", "-", "--endpoint", oxigraph, input="SELECT * WHERE {")
    assert result.exit_code == 2
    assert f"{oxigraph}: refuses the query (400 error at 1:17: expected" in result.stderr


@pytest.mark.parametrize(
    "query",
    [
        "ASK { plan:08236-2022 a dx:Plan }",
        "ASK { plan:08236-2022 a dx:Item }",
        "CONSTRUCT WHERE { ?plan dx:municipality ?city }",
        "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH plan:08236-2022 { ?s ?p ?o } }",
        "DESCRIBE plan:08236-2022 topic:kakanai-madoguchi",
    ],
)
def test_every_form_of_query_is_answered(query: str, oxigraph: str, source: StoreSource) -> None:
    """Known prefixes need no declaration here either."""
    found, expected = Endpoint(oxigraph).run(query), source.run(query)
    assert type(found) is type(expected)
    assert found == expected or set(found) == set(expected)  # type: ignore[arg-type]


def test_nobody_listens(run: Callable[..., Result]) -> None:
    address = f"http://127.0.0.1:{free_port()}/query"
    result = run("--root", ROOT, "--lang", "ja", "ask", "items-by-division", "--endpoint", address)
    assert result.exit_code == 5
    assert f"{address}: つながりません" in result.stderr
    assert "Traceback" not in result.stderr


def test_time_is_up_while_a_server_thinks(snapshot: store.Snapshot) -> None:
    began = time.monotonic()
    with serving(snapshot) as address, pytest.raises(EndpointError, match=r"within 1 s.*--timeout") as told:
        Endpoint(address, timeout=1).select(ENDLESS)
    assert time.monotonic() - began < 10
    assert told.value.exit_code == 5
    assert "1秒では" in told.value.ja


def test_a_limit_can_be_a_part_of_a_second(snapshot: store.Snapshot) -> None:
    began = time.monotonic()
    with serving(snapshot) as address, pytest.raises(EndpointError, match=r"within 0.2 s"):
        Endpoint(address, timeout=0.2).select(ENDLESS)
    assert time.monotonic() - began < 10


def test_time_is_up_while_a_server_talks(snapshot: store.Snapshot) -> None:
    """Each piece comes in time, the whole does not."""
    began = time.monotonic()
    with serving(snapshot) as address, pytest.raises(EndpointError, match="within 1 s"):
        Endpoint(address, timeout=1).select("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("form", ["SELECT *", "CONSTRUCT { ?a ?b ?c }"])
def test_a_server_gives_up_in_mid_answer(form: str, snapshot: store.Snapshot) -> None:
    """Oxigraph sends its status, 200, before it knows."""
    query = form + " WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (?a = ?e && ?d = ?h && ?g = ?b) }"
    with serving(snapshot, "--timeout-s", "1") as address, pytest.raises(EndpointError, match="has been cancelled"):
        Endpoint(address, timeout=10).run(query)


@pytest.mark.parametrize(
    "address",
    ["ftp://example.org/", "example.org", "file:///etc/passwd", "http://", "http://[::1", "http://a:b/", "http://例/",
     "http://a b/", "http://user:secret@example.org/"],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError):
        Endpoint(address)


class Reply(NamedTuple):
    """What the faulty server sends; a body of None never comes."""

    status: int
    body: bytes | None = b""
    headers: dict[str, str] = {}  # noqa: RUF012


class Faulty(NamedTuple):
    """A server that gives prepared replies in turn, the last one for ever."""

    address: str
    replies: list[Reply]
    asked: list[str]

    def reply(self, status: int, body: bytes | None = b"", **headers: str) -> None:
        self.replies.append(Reply(status, body, {name.replace("_", "-"): text for name, text in headers.items()}))


@pytest.fixture
def faulty() -> Iterator[Faulty]:
    replies: list[Reply] = []
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def do_GET(self) -> None:
            asked.append(f"{self.command} {self.path}")
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
            if reply.body is None:
                time.sleep(3)
                return
            self.send_response(reply.status)
            for name, text in reply.headers.items():
                self.send_header(name, text)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(reply.body)

        def log_message(self, *arguments: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Faulty(f"http://127.0.0.1:{server.server_port}/", replies, asked)
    server.shutdown()
    server.server_close()


EMPTY = b'{"head": {"vars": ["x"]}, "results": {"bindings": []}}'


def failure(faulty: Faulty, timeout: int = 60) -> str:
    with pytest.raises(EndpointError) as told:
        Endpoint(faulty.address, timeout).select("SELECT ?x {}")
    assert faulty.address in told.value.ja and faulty.address in told.value.en
    return told.value.en


def test_a_busy_server_is_asked_again(faulty: Faulty) -> None:
    faulty.reply(503)
    faulty.reply(429)
    faulty.reply(200, EMPTY)
    assert Endpoint(faulty.address).select("SELECT ?x {}").rows == []
    assert len(faulty.asked) == 3


def test_a_server_that_stays_busy_is_given_up(faulty: Faulty) -> None:
    faulty.reply(503, b"come again")
    assert "is busy (503 come again; try 3). Ask again later" in failure(faulty)
    assert len(faulty.asked) == 3


@pytest.mark.parametrize("written", ["1", lambda: formatdate(time.time() + 2, usegmt=True)], ids=["seconds", "date"])
def test_a_busy_server_is_asked_when_it_says(written: str | Callable[[], str], faulty: Faulty) -> None:
    faulty.reply(503, Retry_After=written if isinstance(written, str) else written())
    faulty.reply(200, EMPTY)
    began = time.monotonic()
    assert Endpoint(faulty.address).select("SELECT ?x {}").rows == []
    assert 0.9 < time.monotonic() - began < 10


def test_nobody_waits_for_an_hour(faulty: Faulty) -> None:
    faulty.reply(429, Retry_After="3600")
    assert "Ask again in 3600 s" in failure(faulty)
    assert len(faulty.asked) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (503, b"Query timed out"),  # Fuseki
        (429, b'{"exception": "Operation timed out."}'),  # QLever
        (500, b"Virtuoso 42000 Error The estimated execution time 900 (sec) exceeds the limit of 60 (sec)."),
        (500, b"java.util.concurrent.TimeoutException\n\tat java.base"),  # Blazegraph
        (504, b"<html><head><title>504</title></head><body>Gateway Time-out</body></html>"),
    ],
)
def test_a_server_that_gave_up_is_not_asked_again(status: int, body: bytes, faulty: Faulty) -> None:
    faulty.reply(status, body)
    told = failure(faulty)
    assert "at a time limit of its own" in told
    assert str(status) in told and "<" not in told
    assert len(faulty.asked) == 1


def test_a_part_of_the_answer_is_not_taken_for_the_whole(faulty: Faulty) -> None:
    """Virtuoso sends the rows that it found in time, with 206, or in older versions with 200 and two headers."""
    faulty.reply(206, EMPTY)
    assert "at a time limit of its own (206" in failure(faulty)
    faulty.replies[:] = []
    faulty.reply(200, EMPTY, X_SQL_State="S1TAT", X_SQL_Message="RC...: Returning incomplete results")
    assert "Returning incomplete results" in failure(faulty)


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[]", b"\xff", b"", b'{"head": {"vars": ["x"]}, "results": null}'])
def test_a_foreign_answer_is_an_error(body: bytes, faulty: Faulty) -> None:
    faulty.reply(200, body)
    assert "no result of SPARQL" in failure(faulty)


@pytest.mark.parametrize(
    "headers", [{}, {"Content_Length": "500"}, {"Transfer_Encoding": "chunked"}], ids=["closed", "length", "chunked"]
)
def test_an_answer_cut_short_is_an_error(headers: dict[str, str], faulty: Faulty) -> None:
    text = '{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "時'.encode()[:-1]
    faulty.reply(200, b"100\r\n" + text if "Transfer_Encoding" in headers else text, **headers)
    assert "cut short" in failure(faulty)


def test_triples_cut_short_are_an_error(faulty: Faulty) -> None:
    """What came is whole Turtle."""
    faulty.reply(200, b"<http://a/b> <http://a/c> <http://a/d> .\n", Content_Length="500")
    with pytest.raises(EndpointError, match="cut short"):
        Endpoint(faulty.address).run("CONSTRUCT WHERE { ?s ?p ?o }")


def test_a_server_that_dies_in_mid_answer(faulty: Faulty) -> None:
    """The connection is reset, not closed."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def die() -> None:
            connection, _ = listening.accept()
            connection.recv(100)  # what is left unread makes the system send a reset
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"head":')
            time.sleep(0.2)
            connection.close()

        thread = threading.Thread(target=die)
        thread.start()
        with pytest.raises(EndpointError, match="cut short"):
            Endpoint(f"http://127.0.0.1:{listening.getsockname()[1]}/").select("SELECT ?x {}" + " " * 10_000)
        thread.join()


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "refuses access (401 broken)"), (403, "refuses access (403"), (404, "no SPARQL endpoint is at this address"),
     (405, "no SPARQL endpoint"), (410, "no SPARQL endpoint"), (414, "failed (414"), (500, "the server failed (500 broken)")],
)  # fmt: skip
def test_other_failures_are_told_in_words(status: int, words: str, faulty: Faulty) -> None:
    faulty.reply(status, b"broken")
    assert words in failure(faulty)
    assert len(faulty.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_an_endpoint_that_moved_is_told(status: int, faulty: Faulty) -> None:
    """A POST is followed as a GET without the query, or not at all."""
    faulty.reply(status, Location="/sparql")
    faulty.reply(200, EMPTY)
    assert f"has moved. Give the address {faulty.address}sparql" in failure(faulty)


def test_a_slow_server_is_not_waited_for_for_ever(faulty: Faulty) -> None:
    faulty.reply(200, None)
    assert "within 1 s" in failure(faulty, timeout=1)


def test_large_queries_arrive(oxigraph: str) -> None:
    """The labels of all things in a large answer are asked for at once."""
    listed = " ".join(f"<http://example.org/{number:050}>" for number in range(20_000))
    ((number,),) = Endpoint(oxigraph).select(f"SELECT (COUNT(?x) AS ?n) WHERE {{ VALUES ?x {{ {listed} }} }}").rows
    assert number is not None and number.value == "20000"
