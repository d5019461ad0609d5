"""Pushing the graph into real SPARQL stores of others: what is sent, what is left alone, and what a failure leaves."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import Request, urlopen

import httpx
import pyoxigraph as ox
import pytest
from click.testing import Result
from servers import ROOT, free_port, newer_snapshot, oxigraph_server, root_with, small_root

from dxplan import store
from dxplan.asking.endpoint import Endpoint
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.errors import EndpointError
from dxplan.iris import BASE, LEDGER
from dxplan.kept import write_atomically
from dxplan.pushing import push
from dxplan.pushing.graphs import Graph, digests, graph
from dxplan.pushing.remotes import Remote, credentials

QUESTIONS = load(ROOT / "queries")
FOREIGN = "https://example.org/foreign"
PLAN, OTHER = BASE + "plan/08236-2022", BASE + "plan/08223-2023"
ADDED = ox.Quad(ox.NamedNode(BASE + "topic/new"), ox.NamedNode("http://a/b"), ox.Literal("新"), ox.NamedNode(PLAN))


@pytest.fixture
def remote() -> Iterator[str]:
    """An Oxigraph server that holds a graph of somebody else already."""
    with oxigraph_server("--union-default-graph") as address:
        put(address, FOREIGN, "<http://a/a> <http://a/b> <http://a/c> .")
        yield address


def put(address: str, iri: str, text: str) -> None:
    headers = {"Content-Type": "text/turtle"}
    httpx.put(address + "store", params={"graph": iri}, content=text, headers=headers).raise_for_status()


def some(iri: str, count: int) -> Iterator[ox.Quad]:
    for number in range(count):
        subject = ox.NamedNode(f"{BASE}item/{number}")
        yield ox.Quad(subject, ADDED.predicate, ox.Literal("行\n\"'"), ox.NamedNode(iri))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with four graphs, one of which has blank nodes."""
    folder = tmp_path / "root"
    folder.mkdir()
    blank = ox.BlankNode()
    ontology = ox.NamedNode(BASE + "def")
    of_all = ox.Quad(ox.NamedNode(BASE), ADDED.predicate, blank, ontology)
    quads = [of_all, ox.Quad(blank, ADDED.predicate, blank, ontology)]
    return small_root(folder, [*quads, *some(PLAN, 30), *some(OTHER, 20), *some(PLAN + "#inferred", 10)])


@pytest.fixture
def pushed(root: Path, remote: str, run: Callable[..., Result]) -> Callable[..., Result]:
    """Push the project at ``root`` to the server."""

    def call(*options: str, by: str = "--graph-store") -> Result:
        where = {"--graph-store": "store", "--update": "update"}[by]
        return run(
            "--root", root, "--lang", "en", "push", "--endpoint", f"{remote}query", by, f"{remote}{where}", *options
        )

    return call


def sizes(address: str) -> dict[str, int]:
    rows = Endpoint(address + "query").select(
        "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    ).rows  # fmt: skip
    return {g.value: int(n.value) for g, n in rows if g is not None and n is not None}


def expected(root: Path) -> dict[str, int]:
    opened = store.current(root / "build" / "store").open()
    return {iri: len(graph(opened, iri).lines) for iri in digests(opened)}


def assert_same(address: str, root: Path) -> None:
    found = sizes(address)
    assert found.pop(LEDGER) == 2 * len(expected(root))
    assert found.pop(FOREIGN) == 1
    assert found == expected(root)


@pytest.mark.parametrize("by", ["--graph-store", "--update"])
def test_the_other_store_then_holds_the_same(by: str, pushed: Callable[..., Result], remote: str, root: Path) -> None:
    result = pushed(by=by)
    assert result.exit_code == 0, result.stderr
    assert "4 graphs sent (62 triples), 0 dropped, 0 unchanged" in result.stdout
    assert not result.stderr
    assert_same(remote, root)


def test_the_other_store_then_answers_alike(
    remote: str, built: Path, run: Callable[..., Result], source: StoreSource
) -> None:
    result = run("--root", built, "push", "--endpoint", f"{remote}query", "--graph-store", f"{remote}store")
    assert result.exit_code == 0, result.stderr
    for question in QUESTIONS.values():
        assert question.ask(Endpoint(remote + "query"), {}) == question.ask(source, {})


@pytest.mark.parametrize("by", ["--graph-store", "--update"])
def test_only_what_changed_is_sent(by: str, pushed: Callable[..., Result], remote: str, root: Path) -> None:
    pushed()
    count = len(expected(root))
    assert f"0 graphs sent (0 triples), 0 dropped, {count} unchanged" in pushed(by=by).stdout
    newer_snapshot(root / "build" / "store", "a" * 16, ADDED)
    assert pushed("--dry-run", by=by).stdout == f"+ {PLAN}\n"
    assert f"1 graphs sent ({expected(root)[PLAN]:,} triples), 0 dropped, {count - 1} unchanged" in pushed(by=by).stdout
    assert_same(remote, root)


@pytest.mark.parametrize("by", ["--graph-store", "--update"])
def test_what_is_no_more_is_dropped_and_nothing_else(
    by: str, pushed: Callable[..., Result], remote: str, root: Path
) -> None:
    new = ox.Quad(ADDED.subject, ADDED.predicate, ADDED.object, ox.NamedNode(BASE + "plan/99999-2030"))
    before = store.current(root / "build" / "store").path.name
    newer_snapshot(root / "build" / "store", "a" * 16, new)
    pushed()
    write_atomically(root / "build" / "store" / "CURRENT", before)
    assert pushed("--dry-run").stdout == f"- {BASE}plan/99999-2030\n"
    assert "0 graphs sent (0 triples), 1 dropped" in pushed(by=by).stdout
    assert_same(remote, root)


class _Failing(httpx.BaseTransport):
    """Sends so many requests to a real server, then loses the connection."""

    def __init__(self, count: int) -> None:
        self.left = count
        self.real = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.left -= 1
        if self.left < 0:
            raise httpx.ConnectError("lost", request=request)
        return self.real.handle_request(request)

    def close(self) -> None:
        self.real.close()


@pytest.mark.parametrize("count", range(1, 10))
def test_a_push_that_breaks_off_is_resumed(
    count: int, pushed: Callable[..., Result], remote: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even back to what was there before: the ledger never says of a graph what is not so."""
    pushed()
    kept = root / "build" / "store"
    before = store.current(kept)
    gone = ox.Quad(ADDED.subject, ADDED.predicate, ADDED.object, ox.NamedNode(OTHER))
    newer_snapshot(kept, "a" * 16, ADDED, gone)
    monkeypatch.setattr("dxplan.pushing.remotes._pause", lambda state: 0)
    with httpx.Client(transport=_Failing(count)) as client:
        there = Remote(f"{remote}query", f"{remote}store", None, client)
        newer = store.current(kept).open()
        try:
            push.apply(newer, there, push.difference(newer, there))
        except EndpointError as error:
            assert "lost" in error.en and "goes on from here" in error.en
    others = {iri: size for iri, size in sizes(remote).items() if iri not in (PLAN, OTHER, LEDGER, FOREIGN)}
    assert others == {iri: size for iri, size in expected(root).items() if iri not in (PLAN, OTHER)}
    write_atomically(kept / "CURRENT", before.path.name)
    assert pushed().exit_code == 0
    assert_same(remote, root)
    assert "0 graphs sent" in pushed().stdout


def test_a_large_graph_goes_in_pieces_and_blank_nodes_in_one(remote: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dxplan.pushing.remotes._PIECE", 200)
    sent: list[httpx.Request] = []
    with httpx.Client(event_hooks={"request": [sent.append]}) as client:
        there = Remote(f"{remote}query", None, f"{remote}update", client)
        lines = tuple(f"<http://a/{number:03}> <http://a/b> <http://a/c> ." for number in range(50))
        there.replace(Graph("http://g/1", lines, has_blank_nodes=False))
        assert len(sent) > 10
        assert all(len(request.content) < 1000 for request in sent)
        there.replace(Graph("http://g/2", (*lines, "_:c14n0 <http://a/b> _:c14n0 ."), has_blank_nodes=True))
    found = sizes(remote)
    assert (found["http://g/1"], found["http://g/2"]) == (50, 51)


def test_a_digest_does_not_hang_on_names_of_blank_nodes(snapshot: store.Snapshot) -> None:
    copy = ox.Store()
    opened = snapshot.open()
    names = {quad.subject: ox.BlankNode() for quad in opened if isinstance(quad.subject, ox.BlankNode)}
    assert names
    copy.bulk_extend(
        ox.Quad(names.get(q.subject, q.subject), q.predicate, names.get(q.object, q.object), q.graph_name)  # type: ignore
        for q in opened
    )
    assert digests(copy) == digests(opened)


def test_a_default_graph_that_is_no_union_is_told(root: Path, run: Callable[..., Result]) -> None:
    with oxigraph_server() as address:
        result = run(
            "--root", root, "--lang", "en", "push", "--endpoint", f"{address}query", "--graph-store", f"{address}store"
        )
    assert result.exit_code == 0
    assert "--union-default-graph" in result.stderr and "tdb2:unionDefaultGraph" in result.stderr


def test_wrong_usage(run: Callable[..., Result], root: Path) -> None:
    common = ("--root", root, "--lang", "en", "push", "--endpoint", "http://127.0.0.1:1/query")
    for options, words in [
        ((), "Give either --graph-store or --update"),
        (("--graph-store", "http://a/", "--update", "http://a/"), "Give either"),
        (("--graph-store", "ftp://a/"), "--graph-store: give an address"),
        (("--update", "http://user:secret@a/"), "--update: give an address"),
    ]:
        result = run(*common, *options)
        assert result.exit_code == 2
        assert words in result.stderr and "secret" not in result.stderr


def test_nobody_listens(run: Callable[..., Result], root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dxplan.pushing.remotes._pause", lambda state: 0)
    address = f"http://127.0.0.1:{free_port()}/"
    result = run("--root", root, "--lang", "ja", "push", "--endpoint", address, "--update", address)
    assert result.exit_code == 5
    assert f"{address}: POST に失敗しました" in result.stderr


# Credentials and busy servers


def test_credentials_come_from_the_environment_and_are_never_shown(
    run: Callable[..., Result], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str | None]] = []
    statuses = [503, 401]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append((self.path, self.headers.get("Authorization")))
            self.send_response(statuses.pop(0))
            self.send_header("Retry-After", "1")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        monkeypatch.setenv("DXPLAN_PUSH_TOKEN", "s3cret")
        began = time.monotonic()
        result = run("--root", root, "--lang", "en", "push", "--endpoint", address, "--update", address)
        server.shutdown()
    assert asked == [("/", "Bearer s3cret")] * 2
    assert time.monotonic() - began > 1  # as the server wanted it
    assert result.exit_code == 5
    assert "failed (401 Unauthorized)" in result.stderr
    assert "s3cret" not in result.output + result.stderr
    basic = credentials({"DXPLAN_PUSH_USER": "a", "DXPLAN_PUSH_PASSWORD": "b"})
    assert isinstance(basic, httpx.BasicAuth)
    assert credentials({}) is None


# Apache Jena Fuseki


CONFIG = """
PREFIX fuseki: <http://jena.apache.org/fuseki#>
PREFIX tdb2: <http://jena.apache.org/2016/tdb#>
[] a fuseki:Server .
[] a fuseki:Service ; fuseki:name "dx" ;
    fuseki:dataset [ a tdb2:DatasetTDB2 ; tdb2:location "--mem--" ; tdb2:unionDefaultGraph true ] ;
    fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "query" ] ,
        [ fuseki:operation fuseki:update ; fuseki:name "update" ] ,
        [ fuseki:operation fuseki:gsp-rw ; fuseki:name "data" ] .
"""


@pytest.mark.java
def test_fuseki_takes_it(
    tmp_path: Path, snapshot: store.Snapshot, run: Callable[..., Result], source: StoreSource
) -> None:
    (tmp_path / "project").mkdir()
    root = root_with(snapshot, tmp_path / "project")
    (tmp_path / "config.ttl").write_text(CONFIG, encoding="utf-8")
    (jar,) = sorted((ROOT / "build/peers").glob("jena-fuseki-server-*.jar"))[-1:]
    port = free_port()
    process = subprocess.Popen(
        ["java", "-jar", jar, "--config=config.ttl", "--localhost", f"--port={port}", "--ping"],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}/"
        for _ in range(300):
            try:
                urlopen(Request(f"{address}$/ping"), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        common = ("--root", root, "--lang", "en", "push", "--endpoint", f"{address}dx/query")
        first = run(*common, "--graph-store", f"{address}dx/data")
        assert first.exit_code == 0, first.stderr
        assert not first.stderr
        newer_snapshot(root / "build" / "store", "a" * 16, ADDED)
        second = run(*common, "--update", f"{address}dx/update")
        assert "1 graphs sent" in second.stdout, second.stderr
        for name in ("cities-without-topic", "timeline-of-city", "terms-side-by-side"):
            found = QUESTIONS[name].ask(Endpoint(f"{address}dx/query"), {})
            assert found == QUESTIONS[name].ask(source, {})
    finally:
        process.kill()
        process.wait(10)
