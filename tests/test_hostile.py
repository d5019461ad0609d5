"""What people send who mean harm, or know no better: the server refuses it in words and answers the others meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from servers import Served, serving

from dxplan.server import negotiation, paths

#: The number of its rows is the cube of the number of triples: it never comes to an end.
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LIMIT = 3.0  # seconds that a query may take
SOON = 10.0  # seconds: far more than is needed, and far less than for ever


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "public"
    folder.mkdir()
    (folder / "open.txt").write_text("open")
    (folder.parent / "secret.txt").write_text("secret")
    (folder.parent / "public-not").mkdir()
    (folder.parent / "public-not" / "secret.txt").write_text("secret")
    return folder


@pytest.fixture(scope="module")
def served(built: Path, site: Path) -> Iterator[Served]:
    with serving(built, "--timeout", LIMIT, "--memory", 256, "--workers", 3, "--site", site) as found:
        yield found


@pytest.fixture
def web(served: Served) -> Iterator[httpx.Client]:
    """After each test the server still answers, and soon."""
    with httpx.Client(base_url=served.address, timeout=30, headers={"Accept-Language": "en"}) as client:
        yield client
        assert_well(client)


def assert_well(client: httpx.Client, within: float = SOON) -> None:
    """Others get a page, data and an answer."""
    began = time.monotonic()
    assert client.get("plan/08236-2022.html").status_code == 200
    assert client.get("plan/08236-2022.ttl").status_code == 200
    assert client.get("sparql", params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"] is True
    assert time.monotonic() - began < within


def raw(served: Served, request: bytes) -> bytes:
    """The whole answer to bytes as they are; a client would tidy them up."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=15) as connection:
        connection.sendall(request)
        answer = b""
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(65536):
                answer += piece
        return answer


# Paths


TRICKS = [
    "../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "%2e%2e%2fsecret.txt", "..%252fsecret.txt", "..\\secret.txt",
    "..%5csecret.txt", "x/../../secret.txt", "./../secret.txt", "../public-not/secret.txt", "..%2fpublic-not/secret.txt",
    "/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd", "open.txt%00.html", "%00", "open.txt/", "open.txt%2f..%2f..%2fsecret.txt",
    "....//secret.txt", "%c0%ae%c0%ae/secret.txt", "..;/secret.txt", "C:/secret.txt", "file:///etc/passwd", "a" * 5000,
    "open.txt%0d%0aX-Injected:%20yes", "~root", ".", "..", "plan/..%2f..%2fsecret.txt.html", "%",
]  # fmt: skip


@pytest.mark.parametrize("path", TRICKS, ids=range(len(TRICKS)))
def test_no_path_leads_out_of_the_folder(path: str, served: Served, web: httpx.Client) -> None:
    answer = raw(served, f"GET /{path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    assert answer.split(b" ")[1] in (b"404", b"400"), answer[:100]
    assert b"secret" not in answer.replace(path.encode(), b"") and b"root:" not in answer
    assert b"x-injected" not in answer.lower()


@settings(max_examples=300)
@given(name=st.text(alphabet="./\\%2eEfF50c\0:~ax-", max_size=30))
@example(name="..%2f..%2fsecret.txt")
def test_no_name_at_all_leads_out(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / "below"
    folder.mkdir(exist_ok=True)
    decoded = paths.unquoted(name)
    found = paths.file_below(folder, decoded) if decoded is not None else None
    assert found is None or found.resolve().is_relative_to(folder.resolve())


# Headers


@settings(max_examples=300)
@given(st.text(max_size=60) | st.from_regex(r"[a-z*]+/[a-z*]+(;q=[0-9.eE+-]*)?(,.*)?", fullmatch=True))
@example("text/html;q=1e999")
@example("text/html;q=nan, */*")
@example(",;q=,/*;*/")
@example("a/" + "*;q=0.1," * 10_000)
def test_any_accept_is_read(header: str) -> None:
    offers = ["text/html", "text/turtle"]
    assert negotiation.accepted(header, offers) in (*offers, None)
    assert negotiation.language(header) in ("ja", "en")
    assert all(0 <= each.quality <= 1 for each in negotiation.ranges(header))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.binary(max_size=40),
    name=st.sampled_from(["Accept", "Accept-Language", "If-None-Match", "Range", "Host", "Content-Type"]),
)
def test_no_header_makes_it_fail(value: bytes, name: str, served: Served) -> None:
    clean = bytes(byte for byte in value if byte not in b"\r\n\0")
    for path in ("plan/08236-2022", "open.txt", "sparql?query=ASK%7B%7D", "ask/topics-of-one-city"):
        host = b"" if name == "Host" else b"Host: a\r\n"
        head = f"GET /{path} HTTP/1.1\r\n{name}: ".encode() + clean + b"\r\n" + host + b"Connection: close\r\n\r\n"
        assert raw(served, head)[9:12] in (b"200", b"206", b"303", b"304", b"400", b"406", b"416")


def test_a_host_of_ones_own_enters_no_data(served: Served) -> None:
    for host in ('a"> <x', "a b", "[::1", "a/b@c", "é"):
        head = f"GET /sparql HTTP/1.1\r\nHost: {host}\r\nAccept: text/turtle\r\nConnection: close\r\n\r\n"
        answer = raw(served, head.encode("latin-1"))
        assert answer.startswith(b"HTTP/1.1 400") or f"<{served.address}sparql>".encode() in answer


@pytest.mark.parametrize("value", ["x\r\nX-Injected: yes", '"><script>alert(1)</script>', "\0", "\u2028", "'" * 100])
def test_what_is_sent_is_not_taken_for_a_part_of_the_answer(value: str, web: httpx.Client) -> None:
    for path, name in [
        ("ask/cities-without-topic", "topic"),
        ("ask/cities-without-topic", "lang"),
        ("ask/cities-without-topic", value),
        ("sparql", "format"),
        ("sparql", "default-graph-uri"),
        ("sparql", "timeout"),
    ]:
        query = {"query": "ASK {}"} if path == "sparql" else {}
        found = web.get(path, params={**query, name: value}, headers={"Accept": "text/html"})
        assert found.status_code == 400, (path, name)
        assert "x-injected" not in found.headers
        assert "<script>" not in found.text


@pytest.mark.parametrize("iri", ['a"b', "a%22b", "a<b", "a>b", "a{b}", "a b", "a%20b", "a|b", "a^b", "a`b", "a%5Cb"])
def test_iris_with_quotes(iri: str, web: httpx.Client) -> None:
    assert web.get(f"term/{iri}").status_code == 404
    assert web.get(f"term/{iri}.ttl").status_code == 404


def test_values_are_never_pasted_into_a_query(web: httpx.Client) -> None:
    for value in (
        "topic:x } } DROP ALL #",
        "<http://a> } SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } {",
        '<http://a"b>',
    ):
        found = web.get("ask/cities-without-topic", params={"topic": value})
        assert found.status_code == 400
        assert "not found" in found.text


# Queries


def test_a_large_query_is_refused(web: httpx.Client) -> None:
    large = "ASK {} #" + "x" * 10_000_000
    for sent in (
        {"data": {"query": large}},
        {"content": large, "headers": {"Content-Type": "application/sparql-query"}},
    ):
        found = web.post("sparql", **sent)  # type: ignore[arg-type]
        assert found.status_code == 413
        assert "bytes. Make it shorter." in found.text


def test_a_large_malformed_query_is_explained_in_time(web: httpx.Client) -> None:
    large = "SELECT * WHERE { " + "?s ?p ?o . " * 60_000 + " ?s ?p }"
    began = time.monotonic()
    found = web.post("sparql", data={"query": large})
    assert found.status_code in (400, 503)
    assert time.monotonic() - began < LIMIT + SOON


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE { " + "{" * 10_000 + "}" * 10_000 + " }",
        "SELECT * WHERE { FILTER (" + "(" * 10_000 + "1" + ")" * 10_000 + ") }",
        "SELECT * WHERE { FILTER (" + "!" * 100_000 + "true) }",
        "SELECT * WHERE { ?s " + "(" * 10_000 + "<a:b>" + ")*" * 10_000 + " ?o }",
        "SELECT * WHERE { ?s ?p " + "[ ?p " * 10_000 + "?o" + "]" * 10_000 + " }",
        "SELECT * WHERE { " + "{" * 10_000,
        "ASK {}" + "(" * 200_000,
    ],
    ids=["groups", "brackets", "negation", "paths", "nodes", "open", "rest"],
)  # fmt: skip
def test_deep_nesting_is_refused(query: str, web: httpx.Client) -> None:
    found = web.post("sparql", data={"query": query})
    assert found.status_code in (400, 503), found.text
    assert found.text


def test_endless_queries_are_stopped_and_others_answered_meanwhile(served: Served, web: httpx.Client) -> None:
    """Two of three workers are taken."""

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=served.address, timeout=30) as client:
            hogs = [asyncio.create_task(client.get("sparql", params={"query": ENDLESS})) for _ in range(2)]
            await asyncio.sleep(0.3)
            await asyncio.to_thread(assert_well, web)
            assert not any(hog.done() for hog in hogs)
            return list(await asyncio.gather(*hogs))

    began = time.monotonic()
    for reply in asyncio.run(ask()):
        assert reply.status_code == 503
        assert f"time limit of {LIMIT:g} s" in reply.text
    assert time.monotonic() - began < LIMIT + SOON


def test_when_all_are_taken_pages_still_come_and_queries_wait(served: Served, web: httpx.Client) -> None:
    async def ask() -> None:
        async with httpx.AsyncClient(base_url=served.address, timeout=30) as client:
            hogs = [asyncio.create_task(client.get("sparql", params={"query": ENDLESS})) for _ in range(3)]
            await asyncio.sleep(0.3)
            assert (await client.get("plan/08236-2022.html")).status_code == 200
            assert not any(hog.done() for hog in hogs)
            waited = await client.get("sparql", params={"query": "ASK {}"})
            assert waited.status_code == 200
            assert [reply.status_code for reply in await asyncio.gather(*hogs)] == [503] * 3

    asyncio.run(ask())


def test_more_than_may_wait_are_told_when_to_come_again(served: Served, web: httpx.Client) -> None:
    async def ask() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=200)
        async with httpx.AsyncClient(base_url=served.address, timeout=60, limits=limits) as client:
            asked = [asyncio.create_task(client.get("sparql", params={"query": ENDLESS})) for _ in range(90)]
            # On a machine that is busy this takes longer than a second.
            while sum(each.done() for each in asked) < 90 - 64 - 3:
                await asyncio.sleep(0.05)
            told = [each.result() for each in asked if each.done()]
            for each in asked:
                each.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
            return told

    replies = asyncio.run(ask())
    # 64 wait, three run, unless a worker is still coming back from the test before.
    assert 90 - 64 - 3 <= len(replies) <= 90 - 64
    for reply in replies:
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
        assert "Ask again in 5 s" in reply.text
    time.sleep(1)  # three workers begin anew


def test_one_who_goes_away_leaves_no_work_behind(served: Served, web: httpx.Client) -> None:
    """The process that worked on it ends at once, not when its time is up."""
    began = time.monotonic()
    workers = served.workers()
    with contextlib.suppress(httpx.ReadTimeout):
        web.get("sparql", params={"query": ENDLESS}, timeout=0.4)
    while all(worker.is_running() for worker in workers):
        assert time.monotonic() - began < LIMIT - 0.5
        time.sleep(0.05)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?i",
        "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?c), STR(?d), STR(?f))) AS ?x) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "SELECT DISTINCT ?a ?d ?g WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "CONSTRUCT { ?a ?e ?i } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    ],
    ids=["sort", "concatenate", "distinct", "rows", "triples"],
)  # fmt: skip
def test_memory_is_bounded(query: str, served: Served, web: httpx.Client) -> None:
    """Which limit is reached first depends on the machine."""
    largest = [0]
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            for worker in served.workers():
                with contextlib.suppress(psutil.Error):
                    largest[0] = max(largest[0], worker.memory_info().rss)

    thread = threading.Thread(target=watch)
    thread.start()
    found = web.post("sparql", data={"query": query})
    stop.set()
    thread.join()
    assert found.status_code in (400, 503)
    assert any(words in found.text for words in ("limit of 256 MiB", "time limit", "may be given"))
    assert largest[0] < 2**20 * (256 + 200)


def listening() -> tuple[socket.socket, list[bytes]]:
    server = socket.create_server(("127.0.0.1", 0))
    met: list[bytes] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                met.append(b"somebody")
                connection.close()

    threading.Thread(target=accept, daemon=True).start()
    return server, met


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
        "SELECT * WHERE {{ service silent <{0}> {{ ?s ?p ?o }} }}",
        "SELECT * WHERE {{ BIND (<{0}> AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
        # Oxigraph takes these for the keyword, who reads tokens by the grammar does not.
        "PREFIX ex: <{0}> SELECT * WHERE {{ FILTER(1<2)SERVICE#>\nex: {{ ?s ?p ?o }} }}",
        "PREFIX ex: <{0}> SELECT * WHERE {{ ?a ?b trueSERVICE ex: {{ ?s ?p ?o }} }}",
        "PREFIX ex: <{0}> SELECT * WHERE {{ FILTER(1<2)SERVICE#>\nSILENT ex: {{ ?s ?p ?o }} }}",
        "PREFIX ex: <{0}> SELECT * WHERE {{ {{}} \\u0053ERVICE ex: {{ ?s ?p ?o }} }}",
        "SELECT * FROM <{0}> WHERE {{ ?s ?p ?o }}",
        "LOAD <{0}>",
        "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    ],
)  # fmt: skip
def test_nobody_else_is_ever_asked(query: str, web: httpx.Client) -> None:
    server, met = listening()
    with server:
        found = web.post("sparql", data={"query": query.format(f"http://127.0.0.1:{server.getsockname()[1]}/")})
        time.sleep(0.05)
    assert not met
    if "FROM" not in query and "SILENT ex" not in query:
        assert found.status_code == 400, found.text


def test_words_that_only_look_like_a_service_are_no_harm(web: httpx.Client) -> None:
    query = """PREFIX schema: <https://schema.org/>  # SERVICE in a comment
        ASK { OPTIONAL { ?service a schema:Service ; schema:name "SERVICE <http://a/>" , <http://a/SERVICE> } }"""
    assert web.get("sparql", params={"query": query}).json()["boolean"] is True


def test_a_remote_graph_is_not_loaded(web: httpx.Client) -> None:
    server, met = listening()
    with server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        found = web.get("sparql", params={"query": "ASK { ?s ?p ?o }", "default-graph-uri": address})
    assert found.json()["boolean"] is False
    assert not met


# Slow clients


def test_slow_clients_hold_nobody_up(served: Served, web: httpx.Client) -> None:
    heads = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(100)]
    for connection in heads:
        connection.sendall(b"GET /plan/08236-2022 HTTP/1.1\r\nHost: a\r\nX-Slow: ")
    bodies = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(100)]
    for connection in bodies:
        connection.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: 1000\r\n\r\nASK"
        )
    assert_well(web)
    began = time.monotonic()
    last = began
    while time.monotonic() - began < 11.5:  # a byte now and then keeps none of them alive
        if time.monotonic() - last > 2:
            last = time.monotonic()
            for connection in [*heads, *bodies]:
                with contextlib.suppress(OSError):
                    connection.sendall(b" ")
        time.sleep(0.2)
    assert_well(web)
    for connection in heads:
        connection.settimeout(1)
        with contextlib.suppress(ConnectionError):
            assert connection.recv(1000) == b""
    for connection in bodies:
        connection.settimeout(1)
        with contextlib.suppress(ConnectionError):
            assert connection.recv(1000).startswith(b"HTTP/1.1 408")
    for connection in [*heads, *bodies]:
        connection.close()


def test_a_request_that_breaks_off(served: Served, web: httpx.Client) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        connection.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: 9\r\n\r\nA"
        )
    assert raw(served, b"\x16\x03\x01\x00\x00").startswith(b"HTTP/1.1 400")
    assert raw(served, b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 200_000 + b"\r\n\r\n")[9:12] in (b"400", b"431")
