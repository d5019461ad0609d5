"""Measures engines of SPARQL on our saved questions: time, memory, and whether they answer the same.

Every engine loads the same statements and is asked the files of ``queries/`` with permitted values that are drawn by a
seed, the same of all, and never those of the files. The engines:

``ours``
    the store as ``dxplan ask`` asks it: Oxigraph on disk, within the process.
``rdflib``
    one ``Graph`` that holds everything.
``jena``
    Apache Jena: a TDB2 database that ``tdb2.tdbloader`` made, behind one Fuseki server, so that Java starts once.
``oxigraph``
    the server of Oxigraph on disk, to set beside Fuseki: both are asked over HTTP.

A server is measured until the last byte of its answer, in JSON, has come; what its engine does not do, a question
without data tells. Run by ``make benchmark-questions``.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import geometric_mean, median
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from measuring import ROOT, insert, jena_home, machine, number, own_process, peak_of, process

#: The first is the reference: the others are told as multiples of its time, and must give its rows.
ENGINES = {
    "ours": "`dxplan`: Oxigraph in the process",
    "rdflib": "rdflib",
    "jena": "Apache Jena TDB2, Fuseki, HTTP",
    "oxigraph": "Oxigraph's server, HTTP",
}
MARK = "questions"
# Where the questions stand with the values that were drawn.
_BOUND = "bound.json"
#: A question without data: what an engine needs besides answering.
EMPTY = "SELECT ?x WHERE { VALUES ?x { 1 } }"
#: Seconds after which an engine that has answered a question ENOUGH times is not asked it again.
CAP, ENOUGH = 10.0, 3
#: The default graph is the union of the others.
CONFIG = """
PREFIX fuseki: <http://jena.apache.org/fuseki#>
PREFIX tdb2: <http://jena.apache.org/2016/tdb#>
[] a fuseki:Server .
[] a fuseki:Service ; fuseki:name "dxplan" ; fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "query" ] ;
    fuseki:dataset [ a tdb2:DatasetTDB2 ; tdb2:location "tdb2" ; tdb2:unionDefaultGraph true ] .
"""

Cell = str | float
Rows = list[tuple[Cell, ...]]


@dataclass
class Measured:
    """What was measured of one engine.

    :param load: seconds until the statements are loaded.
    :param ready: seconds until what is loaded can be asked.
    :param loading: peak memory of loading, in MiB; ``asking``: of what answers.
    :param times: milliseconds of each run, by question.
    """

    load: float = 0.0
    ready: float = 0.0
    loading: float = 0.0
    asking: float = 0.0
    times: dict[str, list[float]] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)
    problem: str = ""

    def time(self, question: str) -> float:
        """Return the median milliseconds of a question."""
        return median(self.times[question])

    def ratio(self, question: str, reference: Measured) -> float:
        """Return by how many times it takes longer than the reference."""
        return self.time(question) / reference.time(question)

    def pure(self, question: str) -> float:
        """Return the median milliseconds less those of a question without data."""
        return max(self.time(question) - self.time(""), 0.01)


def _texts(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """Return the questions by name, with the one without data under an empty name."""
    bound = json.loads((folder / _BOUND).read_text(encoding="utf-8"))
    return {"": EMPTY} | {name: bound[name] for name in names}


def _ask(ask: Callable[[str], Any], told: Measured, texts: Mapping[str, str], repeat: int, warm: int) -> dict[str, Any]:
    """Ask all questions in turn, again and again, so that a noisy minute falls on all; return the last answers."""
    answers = {}
    for turn in range(warm + repeat):
        for name, text in texts.items():
            times = told.times.setdefault(name, [])
            if len(times) >= ENOUGH and sum(times) > CAP * 1000:
                continue
            start = time.perf_counter()
            answers[name] = ask(text)
            if turn >= warm:
                times.append((time.perf_counter() - start) * 1000)
    return answers


def _cell(value: str, datatype: str | None, language: str | None, kind: str) -> Cell:
    """Return a term as all engines can tell it: they write one number in several ways (3, 3.0)."""
    if kind != "literal":
        return "_:" if kind == "bnode" else f"<{value}>"
    kept = (datatype or "").rpartition("#")[2]
    if kept in ("integer", "decimal", "double"):
        return float(value)
    return value + (f"@{language}" if language else f"^^{kept}" if kept not in ("", "string") else "")


# What follows runs in processes of its own and imports what it measures only there.


def _prepare(folder: Path, names: Sequence[str]) -> dict[str, int]:
    """Write everything that our store holds as N-Quads, and as N-Triples without repetition; and the questions."""
    import pyoxigraph as ox
    from drawing import draw

    from dxplan import building
    from dxplan.asking.questions import load
    from dxplan.asking.sources import StoreSource
    from dxplan.corpus import Corpus

    snapshot = building.build(Corpus(ROOT), folder / "built")
    built = snapshot.open()
    built.dump(str(folder / "all.nq"), format=ox.RdfFormat.N_QUADS)
    triples = sorted({f"{quad.triple} .\n" for quad in built})
    (folder / "all.nt").write_text("".join(triples), encoding="utf-8")
    source = StoreSource(built)
    questions = load(ROOT / "queries")
    bound = {name: questions[name].bound(terms) for name in names for terms, _ in draw(questions[name], source, 1)}
    (folder / _BOUND).write_text(json.dumps(bound, ensure_ascii=False), encoding="utf-8")
    return {"plans": snapshot.manifest.plans, "quads": len(built)}


def _load_ours(folder: Path) -> dict[str, float]:
    import pyoxigraph as ox

    start = time.perf_counter()
    loaded = ox.Store(str(folder / "ours"))
    loaded.bulk_load(path=str(folder / "all.nq"), format=ox.RdfFormat.N_QUADS)
    loaded.optimize()
    loaded.flush()
    return {"load": time.perf_counter() - start}


def _ask_ours(folder: Path, names: Sequence[str], repeat: int, warm: int) -> Measured:
    import pyoxigraph as ox

    from dxplan.asking.sources import StoreSource

    told = Measured()
    start = time.perf_counter()
    source = StoreSource(ox.Store.read_only(str(folder / "ours")))
    told.ready = time.perf_counter() - start
    for name, answer in _ask(source.select, told, _texts(folder, names), repeat, warm).items():
        told.rows[name] = [tuple(_of_oxigraph(term) for term in row) for row in answer.rows]
    return told


def _of_oxigraph(term: Any) -> Cell:
    import pyoxigraph as ox

    if term is None:
        return ""
    if isinstance(term, ox.Literal):
        return _cell(term.value, term.datatype.value, term.language, "literal")
    return _cell(term.value, None, None, "bnode" if isinstance(term, ox.BlankNode) else "uri")


def _ask_rdflib(folder: Path, names: Sequence[str], repeat: int, warm: int) -> Measured:
    import rdflib

    told = Measured()
    start = time.perf_counter()
    graph = rdflib.Graph().parse(folder / "all.nt")
    told.load = time.perf_counter() - start
    told.loading = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    # It answers only as far as it is read.
    texts = _texts(folder, names)
    for name, rows in _ask(lambda text: list(graph.query(text)), told, texts, repeat, min(warm, 1)).items():
        told.rows[name] = [tuple(_of_rdflib(term) for term in row) for row in rows]
    return told


def _of_rdflib(term: Any) -> Cell:
    import rdflib

    if term is None:
        return ""
    if isinstance(term, rdflib.Literal):
        return _cell(str(term), str(term.datatype) if term.datatype else None, term.language, "literal")
    return _cell(str(term), None, None, "bnode" if isinstance(term, rdflib.BNode) else "uri")


# What follows starts these processes and the servers, and asks the servers. It stays small: see measuring.process.


def _own_process(step: str, folder: Path, *arguments: str) -> tuple[dict[str, Any], float, str]:
    """Run a step in a process of its own; return what it tells, its peak memory, and what went wrong."""
    return own_process(__file__, folder / f"{step}.json", "--measure", step, "--folder", folder, *arguments)


def _in_python(engine: str, folder: Path, asked: Sequence[str]) -> Measured:
    loaded: dict[str, Any] = {}
    loading = 0.0
    if engine == "ours":
        loaded, loading, problem = _own_process("load-ours", folder)
        if problem:
            return Measured(problem=problem)
    told, asking, problem = _own_process(f"ask-{engine}", folder, *asked)
    if problem:
        return Measured(problem=problem)
    told["rows"] = {name: [tuple(row) for row in rows] for name, rows in told["rows"].items()}
    return Measured(**told | {"loading": loading or told["loading"], "asking": asking} | loaded)


def _of_json(row: dict[str, Any], name: str) -> Cell:
    if name not in row:
        return ""
    term = row[name]
    kind = "literal" if term["type"] == "typed-literal" else term["type"]
    return _cell(term["value"], term.get("datatype"), term.get("xml:lang"), kind)


@contextmanager
def _served(command: Sequence[str | Path], folder: Path, url: str, told: Measured) -> Iterator[None]:
    """Start a server and wait until it answers."""
    start = time.perf_counter()
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            while server.poll() is None and time.perf_counter() - start < 60:
                try:
                    _post(url, EMPTY)
                    break
                except URLError:
                    time.sleep(0.02)
            told.ready = time.perf_counter() - start
            yield
        finally:
            told.asking = peak_of(server)


def _post(url: str, query: str) -> bytes:
    headers = {"Accept": "application/sparql-results+json"}
    with urlopen(Request(url, urlencode({"query": query}).encode(), headers), timeout=600) as response:
        body: bytes = response.read()
    return body


def _over_http(engine: str, folder: Path, names: Sequence[str], repeat: int, warm: int) -> Measured:
    told = Measured()
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    if engine == "jena":
        home, jar = jena_home(), next(iter(sorted((ROOT / "build/peers").glob("jena-fuseki-server-*.jar"))[-1:]), None)
        if home is None or jar is None:
            return Measured(problem="not installed")
        (folder / "config.ttl").write_text(CONFIG, encoding="utf-8")
        load: list[str | Path] = [home / "bin/tdb2.tdbloader", "--loc", folder / "tdb2", folder / "all.nq"]
        serve: list[str | Path] = ["java", "-jar", jar, "--config=config.ttl", "--localhost", f"--port={port}"]
        url = f"http://127.0.0.1:{port}/dxplan/query"
    else:
        program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
        if program is None:
            return Measured(problem="not installed")
        place = ["--location", str(folder / "oxigraph")]
        load = [program, "load", *place, "--file", folder / "all.nq"]
        serve = [program, "serve-read-only", *place, "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
        url = f"http://127.0.0.1:{port}/query"
    (told.load, _), told.loading, code = process(load, folder / "load.out")
    if code:
        return Measured(problem=f"loading failed with exit code {code}")
    try:
        with _served(serve, folder, url, told):
            answers = _ask(lambda text: _post(url, text), told, _texts(folder, names), repeat, warm)
    except URLError as error:
        return Measured(problem=f"gives no answer: {error}")
    for name, body in answers.items():
        found = json.loads(body)
        told.rows[name] = [
            tuple(_of_json(row, one) for one in found["head"]["vars"]) for row in found["results"]["bindings"]
        ]
    return told


def table(measured: dict[str, Measured], names: Sequence[str], held: dict[str, int]) -> str:
    """Return the Markdown tables: one row an engine, then one row a question."""
    good = {engine: told for engine, told in measured.items() if not told.problem}
    first, reference = next(iter(good.items()))
    versions = machine("pyoxigraph", "rdflib", "oxigraph")
    least = min(len(times) for told in good.values() for times in told.times.values())
    lines = [
        f"{len(names)} questions, {held['plans']} plans, {held['quads']} statements, median of {least} runs or more. "
        f"Measured {versions}.",
        "",
        "| engine | load, s | ready, s | peak loading, MiB | peak asking, MiB | without data, ms | all questions, ms "
        f"| times {first} | less the time without data |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for engine, told in measured.items():
        if told.problem:
            lines.append(f"| {ENGINES[engine]} | {told.problem} | | | | | | | |")
            continue
        ratios = [told.ratio(name, reference) for name in names]
        pure = geometric_mean([told.pure(name) / reference.pure(name) for name in names])
        spread = f"{number(geometric_mean(ratios))} ({number(min(ratios))}–{number(max(ratios))})"
        lines.append(
            f"| {ENGINES[engine]} | {number(told.load)} | {number(told.ready) if told.ready else '–'} "
            f"| {told.loading:.0f} | {told.asking:.0f} "
            f"| {number(told.time(''))} | {number(sum(map(told.time, names)))} "
            f"| {'1' if told is reference else spread} | {'1' if told is reference else number(pure)} |"
        )
    others = [engine for engine in good if engine != first]
    lines += [
        "",
        f"Milliseconds of `{first}`, the least and the most of them, and how many times as long the others take:",
        "",
        f"| question | rows | {first}, ms | least–most |" + "".join(f" {engine} |" for engine in others),
        f"|---|--:|--:|--:|{'--:|' * len(others)}",
    ]
    for name in sorted(names, key=reference.time, reverse=True):
        times = reference.times[name]
        lines.append(
            f"| {name} | {len(reference.rows[name])} | {number(median(times))} "
            f"| {number(min(times))}–{number(max(times))} |"
            + "".join(f" {number(good[engine].ratio(name, reference))} |" for engine in others)
        )
    return "\n".join(lines)


def differences(measured: dict[str, Measured]) -> Iterator[str]:
    """Tell the rows that an engine gives more, or less, than the reference."""
    good = {engine: told for engine, told in measured.items() if not told.problem}
    reference = next(iter(good.values()))
    for engine, told in good.items():
        for name, rows in told.rows.items():
            ours, theirs = (sorted(map(repr, each)) for each in (reference.rows[name], rows))
            if ours != theirs:
                yield f"{engine} {name}: {len(theirs)} rows, not {len(ours)}"
                yield from (f"  - {row}" for row in ours if row not in theirs)
                yield from (f"  + {row}" for row in theirs if row not in ours)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures engines of SPARQL on our saved questions.")
    known = sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help="names of questions (default: all)")
    parser.add_argument("--engines", default=",".join(ENGINES), help="comma-separated (default: %(default)s)")
    parser.add_argument("--repeat", type=int, default=7, help="runs that are measured (default: %(default)s)")
    parser.add_argument("--warm", type=int, default=5, help="runs before them; of rdflib one (default: %(default)s)")
    parser.add_argument("--into", type=Path, help=f"file to write the table into, at <!-- {MARK} -->")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.engines = given.engines.split(",")
    given.questions = given.questions or known
    if unknown := [*sorted({*given.engines} - {*ENGINES}), *sorted({*given.questions} - {*known})]:
        parser.error(f"no such engine or question: {', '.join(unknown)}")
    return given


def _measure(given: argparse.Namespace) -> dict[str, Any]:
    if given.measure == "prepare":
        return dict(_prepare(given.folder, given.questions))
    if given.measure == "load-ours":
        return dict(_load_ours(given.folder))
    asking = _ask_ours if given.measure == "ask-ours" else _ask_rdflib
    return vars(asking(given.folder, given.questions, given.repeat, given.warm))


def main() -> None:
    """Measure, compare and print."""
    given = _arguments()
    if given.measure:
        print(json.dumps(_measure(given), ensure_ascii=False))
        return
    measured: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        held, _, problem = _own_process("prepare", folder, *given.questions)
        if problem:
            raise SystemExit(f"the store cannot be built: {problem}")
        for engine in [engine for engine in ENGINES if engine in given.engines]:
            print(f"{engine} …", file=sys.stderr, flush=True)
            if engine in ("ours", "rdflib"):
                asked = ["--repeat", str(given.repeat), "--warm", str(given.warm), *given.questions]
                measured[engine] = _in_python(engine, folder, asked)
            else:
                measured[engine] = _over_http(engine, folder, given.questions, given.repeat, given.warm)
    if all(told.problem for told in measured.values()):
        raise SystemExit("; ".join(f"{engine}: {told.problem}" for engine, told in measured.items()))
    shown = table(measured, given.questions, held)
    print(shown)
    if found := list(differences(measured)):
        raise SystemExit("\n".join(["the answers differ:", *found]))
    if given.into:
        insert(given.into, shown, MARK)


if __name__ == "__main__":
    main()
