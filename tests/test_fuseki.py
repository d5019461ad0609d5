"""Apache Jena Fuseki, a server beside oxigraph's, gives the same answers and its failures in words: `make test-all`."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from urllib.request import Request, urlopen

import pyoxigraph as ox
import pytest
from click.testing import Result
from servers import free_port
from test_endpoint import ENDLESS, serving

from dxplan import building, store
from dxplan.asking.answers import Answer, Term
from dxplan.asking.endpoint import Endpoint
from dxplan.asking.parameters import permitted
from dxplan.asking.questions import Question, load
from dxplan.asking.sources import Source, StoreSource
from dxplan.corpus import Corpus
from dxplan.errors import EndpointError

pytestmark = pytest.mark.java

ROOT = Path(__file__).parent.parent
QUESTIONS = load(ROOT / "queries")
#: Two datasets whose default graph is the union of the others, and the first once more, with a time limit of its own.
CONFIG = """
PREFIX fuseki: <http://jena.apache.org/fuseki#>
PREFIX ja: <http://jena.hpl.hp.com/2005/11/Assembler#>
PREFIX tdb2: <http://jena.apache.org/2016/tdb#>
[] a fuseki:Server .
<#whole> a tdb2:DatasetTDB2 ; tdb2:location "--mem--" ; tdb2:unionDefaultGraph true .
<#other> a tdb2:DatasetTDB2 ; tdb2:location "--mem--" ; tdb2:unionDefaultGraph true .
[] a fuseki:Service ; fuseki:name "whole" ; fuseki:dataset <#whole> ;
    fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "query" ] ,
        [ fuseki:operation fuseki:gsp-rw ; fuseki:name "data" ] .
[] a fuseki:Service ; fuseki:name "other" ; fuseki:dataset <#other> ;
    fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "query" ] ,
        [ fuseki:operation fuseki:gsp-rw ; fuseki:name "data" ] .
[] a fuseki:Service ; fuseki:name "hurried" ; fuseki:dataset <#whole> ;
    fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "query" ;
        ja:context [ ja:cxtName "arq:queryTimeout" ; ja:cxtValue "2000" ] ] .
"""


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> store.Snapshot:
    """A store with other answers: one plan was not collected, one only in part."""
    root = tmp_path_factory.mktemp("other")
    for part in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / part, root / part)
    (root / "data/plans/08221-2023.ttl").unlink()
    plan = root / "data/plans/08223-2023.ttl"
    plan.write_text(plan.read_text(encoding="utf-8").replace("dx:Complete", "dx:Partial"), encoding="utf-8")
    return building.build(Corpus(root), tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="session")
def fuseki(
    snapshot: store.Snapshot, other: store.Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], str]]:
    """A real Fuseki server over both stores; yields what makes the name of a service the address of its endpoint."""
    folder = tmp_path_factory.mktemp("fuseki")
    (folder / "config.ttl").write_text(CONFIG, encoding="utf-8")
    (jar,) = sorted((ROOT / "build/peers").glob("jena-fuseki-server-*.jar"))[-1:]
    base = f"http://127.0.0.1:{(port := free_port())}"
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        ["java", "-jar", jar, "--config=config.ttl", "--localhost", f"--port={port}", "--ping"],
        cwd=folder, stdout=log, stderr=log,
    )  # fmt: skip
    try:
        for _ in range(300):
            try:
                urlopen(f"{base}/$/ping", timeout=5).close()
                break
            except OSError:  # not there yet, or on a busy machine too slow to answer in time
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.1)
        for name, held in (("whole", snapshot), ("other", other)):
            dump = held.open().dump(format=ox.RdfFormat.N_QUADS)
            types = {"Content-Type": "application/n-quads"}
            urlopen(Request(f"{base}/{name}/data", dump, types, method="PUT"), timeout=300).close()
        yield lambda name: f"{base}/{name}/query"
    finally:
        process.kill()
        process.wait(10)
        log.close()


def cell(term: Term | None) -> str | float:
    """Engines write one number in several ways (3, 3.0)."""
    if isinstance(term, ox.Literal) and term.datatype.value.rsplit("#")[-1] in ("integer", "decimal", "double"):
        return float(term.value)
    return "_:" if isinstance(term, ox.BlankNode) else str(term)  # each engine names them anew


def rows(answer: Answer) -> list[tuple[str | float, ...]]:
    return [tuple(map(cell, row)) for row in answer.rows]


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_the_same_answer_in_the_same_order(
    name: str, fuseki: Callable[[str], str], source: StoreSource
) -> None:
    found, expected = (QUESTIONS[name].ask(each, {}) for each in (Endpoint(fuseki("whole")), source))
    assert found.columns == expected.columns
    assert rows(found) == rows(expected)


def other_values(question: Question, source: Source) -> Iterator[dict[str, ox.NamedNode | ox.Literal]]:
    """Values that differ from the defaults in one parameter, by the number of rows they give: the most first."""
    found = []
    for parameter in question.parameters:
        values = [each.value for each in permitted(parameter, source) if each.value != parameter.default]
        for value in values[:: max(1, len(values) // 4)]:
            bound = {parameter.name: value}
            found.append((len(question.ask(source, bound, "en").rows), bound))
    return iter([bound for _, bound in sorted(found, key=lambda each: each[0], reverse=True)])


@pytest.fixture(scope="session")
def oxigraph(other: store.Snapshot) -> Iterator[str]:
    with serving(other) as address:
        yield address


@pytest.mark.parametrize("name", QUESTIONS)
def test_other_values_in_other_data_have_the_same_answer(
    name: str, fuseki: Callable[[str], str], oxigraph: str, other: store.Snapshot
) -> None:
    question, source = QUESTIONS[name], StoreSource(other.open())
    for values in list(islice(other_values(question, source), 2)) or [{}]:
        expected = question.ask(source, values, "en")
        assert question.ask(Endpoint(oxigraph), values, "en") == expected, values
        assert rows(question.ask(Endpoint(fuseki("other")), values, "en")) == rows(expected), values


def checksum(answer: Answer) -> tuple[int, int]:
    """The number of rows and a sum of them in any order."""
    return len(answer.rows), sum(map(hash, rows(answer)))


@pytest.mark.parametrize(
    ("query", "least"),
    [
        ("SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }", 30_000),
        # Oxigraph meets a triple of two graphs twice in their union, so that only different rows can be compared.
        ("SELECT DISTINCT ?s ?p ?x WHERE { ?s ?p ?o . ?o ?q ?x }", 200_000),
    ],
    ids=["graphs", "join"],
)
def test_large_answers_come_whole(query: str, least: int, fuseki: Callable[[str], str], source: StoreSource) -> None:
    found, expected = (checksum(each.select(query)) for each in (Endpoint(fuseki("whole")), source))
    assert found == expected
    assert found[0] >= least


def test_the_command_asks_the_server(fuseki: Callable[[str], str], run: Callable[..., Result]) -> None:
    result = run("--root", ROOT, "--lang", "ja", "ask", "topics-of-one-city", "--endpoint", fuseki("whole"))
    assert result.exit_code == 0
    assert "(topic:" in result.stdout


def test_things_of_large_answers_have_their_labels(fuseki: Callable[[str], str], run: Callable[..., Result]) -> None:
    """They are asked for in one query, longer than the forms that Fuseki's Jetty takes by default."""
    query = "SELECT DISTINCT ?s WHERE { ?s ?p ?o }"
    result = run("--root", ROOT, "--lang", "ja", "query", "-", "--endpoint", fuseki("whole"), input=query)
    assert result.exit_code == 0, result.stderr
    assert "小美玉市 (municipality:08236)" in result.stdout


def test_a_malformed_query_is_the_users_fault(fuseki: Callable[[str], str], run: Callable[..., Result]) -> None:
    arguments = ("--root", ROOT, "--lang", "en", "query", "-", "--endpoint", fuseki("whole"))
    result = run(*arguments, input="SELECT * WHERE {")
    assert result.exit_code == 2
    assert 'refuses the query (400 Parse error: Encountered "<EOF>" at line 1, column 16.)' in result.stderr


@pytest.mark.parametrize(
    "query",
    ["ASK { plan:08236-2022 a dx:Plan }", "CONSTRUCT { ?s a ?o } WHERE { GRAPH plan:08236-2022 { ?s a ?o } }"],
    ids=["ask", "construct"],
)
def test_other_forms_of_query_are_answered(query: str, fuseki: Callable[[str], str], source: StoreSource) -> None:
    found, expected = Endpoint(fuseki("whole")).run(query), source.run(query)
    assert found == expected or set(found) == set(expected)  # type: ignore[arg-type]


def test_there_is_nothing_at_the_address(fuseki: Callable[[str], str]) -> None:
    with pytest.raises(EndpointError, match="no SPARQL endpoint is at this address"):
        Endpoint(fuseki("nothing")).select("SELECT * {}")


def test_time_is_up_here(fuseki: Callable[[str], str]) -> None:
    began = time.monotonic()
    with pytest.raises(EndpointError, match="within 1 s") as told:
        Endpoint(fuseki("hurried"), timeout=1).select(ENDLESS)
    assert time.monotonic() - began < 5
    assert told.value.exit_code == 5


def test_time_is_up_there(fuseki: Callable[[str], str], run: Callable[..., Result]) -> None:
    """Fuseki says so with the status of a busy server, 503; it is not asked again."""
    began = time.monotonic()
    result = run("--root", ROOT, "--lang", "en", "query", "-", "--endpoint", fuseki("hurried"), input=ENDLESS)
    assert 1.9 < time.monotonic() - began < 3.9  # once
    assert result.exit_code == 5
    assert "at a time limit of its own (503 Query timed out). Ask for less." in result.stderr


def test_time_is_up_there_in_mid_answer(fuseki: Callable[[str], str]) -> None:
    """The status, 200, has been sent; what comes is cut, with a word about it at the end."""
    with pytest.raises(EndpointError, match=r"\(Query cancelled due to timeout during execution Incomplete results\)"):
        Endpoint(fuseki("hurried")).select("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . FILTER (?b = ?f || ?a = ?d) }")
