"""Measures servers over HTTP: requests per second, how long half and 99 in 100 of them take, and whether answers agree.

Rows agree in any order, a page to the byte.

All serve the same statements and are asked the same, over connections that are kept open, by as many processes as
``--clients`` says. Each client is the loop of :func:`_client` on ``http.client`` of the standard library: tools that
send faster are not on PyPI, and those that are there cost more than the servers. Clients and servers share the machine,
so the figures compare servers; they are no promise.

``ours``
    ``dxplan serve``: queries in worker processes that can be stopped.
``oxigraph``
    ``oxigraph serve-read-only``.
``rdflib-endpoint``
    rdflib behind FastAPI; ``pip install 'rdflib-endpoint[cli]'``.
``nginx``
    the static page alone; ``apt-get install nginx-light``.

Those that are not installed are left out, and named. Run by ``python benchmarks/serving.py``.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import pyoxigraph as ox
from drawing import draw
from measuring import ROOT, insert, machine, number

from dxplan import store
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.iris import BASE, PREFIXES

#: Where in the page the table stands.
MARK = "serving"
#: The servers; the first of those that are asked the same is the reference.
SERVERS = ("ours", "oxigraph", "rdflib-endpoint", "nginx")
_PAGE = "plan/08236-2022.html"
_QUESTION = "cities-without-topic"
#: What is asked: a query, or an empty one for a page.
ASKED = {
    "small-query": f"SELECT ?label WHERE {{ <{BASE}plan/08236-2022> <{PREFIXES['rdfs']}label> ?label }}",
    _QUESTION: "",  # with values that are drawn from what is served
    "page": "",
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("asked", nargs="*", metavar="ASKED", help=f"{', '.join(ASKED)} (default: all)")
    parser.add_argument("--servers", default=",".join(SERVERS), help="comma-separated (default: %(default)s)")
    parser.add_argument("--clients", type=int, default=4, help="processes that ask")
    parser.add_argument("--seconds", type=float, default=5, help="how long each measurement lasts")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project whose store is served")
    parser.add_argument("--into", type=Path, help=f"file to write the table into, at <!-- {MARK} -->")
    given = parser.parse_args()
    given.servers = given.servers.split(",")
    given.asked = given.asked or list(ASKED)
    if unknown := [*sorted({*given.servers} - {*SERVERS}), *sorted({*given.asked} - {*ASKED})]:
        parser.error(f"no such server or nothing to ask: {', '.join(unknown)}")
    return given


def main() -> None:
    """Measure, compare and print a table in Markdown."""
    given = _arguments()
    snapshot = store.current(given.root / "build" / "store")
    statements = snapshot.manifest.triples + snapshot.manifest.inferred
    lines = [
        f"{statements} statements, {given.clients} clients, {given.seconds:g} s each. "
        f"Measured {machine('pyoxigraph', 'uvicorn', 'starlette', 'rdflib-endpoint', 'oxigraph')}.",
        "",
        "| asked | server | same answer | requests/s | times the first | p50 ms | p99 ms |",
        "|---|---|---|--:|--:|--:|--:|",
    ]
    differing = []
    with tempfile.TemporaryDirectory() as name:
        for asked in given.asked:
            query, first = _drawn(snapshot) if asked == _QUESTION else ASKED[asked], None
            for server in given.servers:
                if (asked == "page") != (server == "nginx") and server != "ours":
                    continue
                with _serving(server, given.root, snapshot, Path(name)) as place:
                    if place is None:
                        lines.append(f"| {asked} | {server} | not installed | | | | |")
                        continue
                    port, endpoint = place
                    path = endpoint if query else f"/{_PAGE}"
                    times, answer = _measure(port, path, query, given.clients, given.seconds)
                marks, rate = quantiles(times, n=100), given.clients * len(times) / sum(times)
                same = "reference" if first is None else "yes" if answer == first[1] else "no"
                first = first or (rate, answer)
                if same == "no":
                    differing.append(f"{asked}: {server}")
                shown = " | ".join(map(number, (rate, rate / first[0], marks[49] * 1000, marks[98] * 1000)))
                lines.append(f"| {asked} | {server} | {same} | {shown} |")
    print("\n".join(lines))
    if differing:
        raise SystemExit("\n".join(["the answers differ:", *differing]))
    if given.into:
        insert(given.into, "\n".join(lines), MARK)


def _drawn(snapshot: store.Snapshot) -> str:
    """Return the question with permitted values that are not those of its file."""
    question = load(ROOT / "queries")[_QUESTION]
    ((terms, _),) = draw(question, StoreSource(snapshot.open()), 1)
    return question.bound(terms)


def _measure(port: int, path: str, query: str, clients: int, seconds: float) -> tuple[list[float], list[str]]:
    """Return how many seconds each request took, and what was answered, as it can be compared."""
    with multiprocessing.get_context("spawn").Pool(clients) as pool:
        parts = pool.starmap(_client, [(port, path, query, seconds)] * clients)
    body = parts[0][1]
    return [each for times, _ in parts for each in times], rows(body) if query else [body.decode()]


def rows(body: bytes) -> list[str]:
    """Return the rows of an answer in JSON, in an order of their own."""
    return sorted(json.dumps(row, sort_keys=True) for row in json.loads(body)["results"]["bindings"])


def _client(port: int, path: str, query: str, seconds: float) -> tuple[list[float], bytes]:
    """Return how many seconds each request took, two at least, and the first answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Accept": "application/sparql-results+json, text/html"}
    if query:
        headers["Content-Type"] = "application/sparql-query"
    times: list[float] = []

    def ask() -> bytes:
        connection.request("POST" if query else "GET", path, query.encode() or None, headers)
        reply = connection.getresponse()
        body = reply.read()
        assert reply.status == 200, (reply.status, body[:200])
        assert body
        return body

    answer = ask()
    end = time.perf_counter() + seconds
    while (began := time.perf_counter()) < end or len(times) < 2:
        ask()
        times.append(time.perf_counter() - began)
    connection.close()
    return times, answer


@contextmanager
def _serving(server: str, project: Path, snapshot: store.Snapshot, folder: Path) -> Iterator[tuple[int, str] | None]:
    """Start a server; yield its port and the path of its endpoint, or None where it is not installed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command, endpoint = _command(server, project, snapshot, folder, port)
    if command is None:
        yield None
        return
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        time.sleep(2)  # all workers
        yield port, endpoint
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _command(
    server: str, project: Path, snapshot: store.Snapshot, folder: Path, port: int
) -> tuple[Sequence[str | Path] | None, str]:
    tools = Path(sys.executable).parent
    if server == "ours":
        site = _site(folder)
        options: list[str | Path] = ["--port", str(port), "--site", site, "--workers", str(max(4, os.cpu_count() or 1))]
        return [sys.executable, "-m", "dxplan", "--root", project, "serve", *options], "/sparql"
    if server == "oxigraph":
        options = ["--location", snapshot.path, "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
        program = shutil.which("oxigraph", path=f"{tools}{os.pathsep}{os.environ.get('PATH', '')}")
        return (None if program is None else [program, "serve-read-only", *options]), "/query"
    if server == "rdflib-endpoint":
        program = shutil.which("rdflib-endpoint", path=f"{tools}{os.pathsep}{os.environ.get('PATH', '')}")
        dump = folder / "dump.nt"
        ox.serialize((quad.triple for quad in snapshot.open()), str(dump), format=ox.RdfFormat.N_TRIPLES)
        return (None if program is None else [program, "serve", dump, "--port", str(port)]), "/"
    program = shutil.which("nginx", path=f"/usr/sbin{os.pathsep}{os.environ.get('PATH', '')}")
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 2;"
        "events { worker_connections 256; }"
        "http { types { text/html html; } access_log off; keepalive_requests 1000000;"
        f" server {{ listen 127.0.0.1:{port}; root {_site(folder)}; }} }}",
        encoding="utf-8",
    )
    return (None if program is None else [program, "-e", f"{folder}/error.log", "-c", folder / "nginx.conf"]), ""


def _site(folder: Path) -> Path:
    """Return a folder with one page of a usual size."""
    page = folder / "site" / _PAGE
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("<!doctype html><p>" + "計画の頁。" * 1_000, encoding="utf-8")
    folder.chmod(0o755)  # nginx reads as a user of its own
    return folder / "site"


if __name__ == "__main__":
    main()
