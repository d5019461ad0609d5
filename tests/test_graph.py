"""dxplan.open() gives the graph to those who work in Python, in a checkout and out of it."""

from __future__ import annotations

import doctest
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import networkx as nx
import pandas as pd
import pyoxigraph as ox
import pytest
import rdflib

import dxplan
from dxplan import graph as graph_module
from dxplan import store
from dxplan.asking.questions import load
from dxplan.asking.rows import Rows, value_of
from dxplan.asking.sources import StoreSource
from dxplan.errors import EngineError, UsageError
from dxplan.graph import Graph
from dxplan.project import locate

ROOT = Path(__file__).parent.parent
QUESTIONS = load(ROOT / "queries")
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(scope="module")
def graph(built: Path) -> Graph:
    return dxplan.open(built, lang="en")


@pytest.mark.parametrize("module", [dxplan, graph_module])
def test_the_examples_are_so(module: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "tests")
    done = doctest.testmod(module)  # type: ignore[arg-type]
    assert done.attempted > 0
    assert done.failed == 0


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_gives_the_rows_of_the_store(name: str, graph: Graph, source: StoreSource) -> None:
    rows = graph.ask(name)
    assert rows.answer == QUESTIONS[name].ask(source, {}, "en")
    assert len(list(rows)) == len(rows) == len(rows.to_dataframe())
    assert all(list(row) == rows.columns for row in rows)


def test_values_are_those_of_python() -> None:
    def literal(text: str, name: str) -> ox.Literal:
        return ox.Literal(text, datatype=ox.NamedNode(XSD + name))

    assert value_of(literal("3", "integer")) == 3
    assert value_of(literal("1.50", "decimal")) == Decimal("1.5")
    assert value_of(literal("2021-10-01", "date")) == date(2021, 10, 1)
    assert value_of(literal("true", "boolean")) is True
    assert value_of(literal("false", "boolean")) is False
    assert value_of(literal("2021-10", "gYearMonth")) == "2021-10"
    assert value_of(literal("2021-13-45", "date")) == "2021-13-45"
    assert value_of(literal("many", "integer")) == "many"
    assert value_of(ox.Literal("窓口", language="ja")) == "窓口"
    assert value_of(ox.NamedNode("http://e/a")) == "http://e/a"
    assert value_of(None) is None


def test_rows_can_be_taken_by_number_and_as_a_frame(graph: Graph) -> None:
    rows = graph.ask("cities-without-topic", topic="電子図書館", as_of="R4")
    assert rows[0] == next(iter(rows))
    assert rows[:2] == list(rows)[:2]
    assert rows[-1]["cityLabel"] == "Itako City"
    frame = rows.to_dataframe()
    assert isinstance(frame, pd.DataFrame)
    assert list(frame["cityLabel"]) == [row["cityLabel"] for row in rows]
    assert frame.attrs["title"] == "Which cities have no plan to begin a topic by a given year?"
    assert repr(rows).startswith(
        f"{rows.sentence}\n\nWhich cities have no plan to begin a topic by a given year?\n\ncity "
    )


def test_a_year_may_be_a_number(graph: Graph) -> None:
    assert graph.ask("cities-without-topic", as_of=2022).answer == graph.ask("cities-without-topic", as_of="R4").answer


def test_a_notebook_shows_a_table_and_nothing_that_runs() -> None:
    answer = dxplan.asking.answers.Answer(["a"], [(ox.Literal("<script>alert(1)</script>"),)])  # type: ignore[attr-defined]
    shown = Rows(answer, title="<b>")._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "<caption>&lt;b&gt;</caption>" in shown


def test_mistakes_are_told(graph: Graph) -> None:
    with pytest.raises(UsageError, match="Did you mean: cities-without-topic"):
        graph.ask("cities-without-topics")
    with pytest.raises(UsageError, match=r"has no parameter city\. It has: topic, as_of"):
        graph.ask("cities-without-topic", city="小美玉市")
    with pytest.raises(UsageError, match="not found"):
        graph.ask("cities-without-topic", topic="空飛ぶ車")
    with pytest.raises(UsageError, match="give ja or en"):
        dxplan.open(lang="fr")
    with pytest.raises(UsageError, match="SPARQL:1:13"):
        graph.query("SELECT ?x { ?x a nonsense }")
    with pytest.raises(UsageError, match="has no chart"):
        graph.query("SELECT ?x { ?x a dx:Plan }").chart("x.svg")  # type: ignore[union-attr]


def test_a_query_of_each_form(graph: Graph) -> None:
    rows = graph.query("SELECT ?c { ?c a dx:Municipality } ORDER BY ?c")
    assert isinstance(rows, Rows)
    assert rows[0]["c"] == "https://w3id.org/dxplan/municipality/08205"
    assert graph.query("ASK { ?x a dx:Nothing }") is False
    described = graph.query("DESCRIBE topic:rpa")
    assert isinstance(described, rdflib.Graph)
    assert "topic:rpa " in described.serialize(format="turtle")


def test_a_query_ends_in_time(built: Path) -> None:
    with pytest.raises(EngineError):
        dxplan.open(built, timeout=0.5).query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")


def test_rdflib_holds_everything(graph: Graph, snapshot: store.Snapshot) -> None:
    dataset = graph.rdflib()
    assert isinstance(dataset, rdflib.Dataset)
    assert len(list(dataset.quads())) == snapshot.manifest.triples + snapshot.manifest.inferred
    plan = dataset.graph("https://w3id.org/dxplan/plan/08236-2022")
    assert (rdflib.URIRef("https://w3id.org/dxplan/item/08236-2022-16"), None, None) in plan
    assert dataset.query("ASK { ?x a <https://w3id.org/dxplan/def#Plan> }").askAnswer is True


def test_networkx_joins_what_the_graph_joins(graph: Graph) -> None:
    whole = graph.networkx()
    assert isinstance(whole, nx.MultiDiGraph)
    item = "https://w3id.org/dxplan/item/08236-2022-16"
    assert whole.nodes[item]["kind"] == "item"
    assert nx.has_path(whole, item, "https://w3id.org/dxplan/municipality/08236")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """The wheel, unpacked where no checkout is; yields a folder to stand in and the environment."""
    place = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = place.glob("*.whl")
    site = place / "site"
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(site)], check=True)
    here = place / "somewhere"
    here.mkdir()
    environment = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(site), "XDG_CACHE_HOME": str(place / "cache"), "LANG": "ja_JP.UTF-8",
    }  # fmt: skip
    yield here, environment


def in_python(code: str, installed: tuple[Path, dict[str, str]]) -> str:
    here, environment = installed
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=here, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def command(arguments: list[str], installed: tuple[Path, dict[str, str]]) -> subprocess.CompletedProcess[str]:
    here, environment = installed
    return subprocess.run(
        [sys.executable, "-m", "dxplan", *arguments],
        cwd=here, env=environment, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_an_installed_package_answers_anywhere(installed: tuple[Path, dict[str, str]]) -> None:
    code = "import dxplan; g = dxplan.open(); print(dxplan.__file__, g.project.root); print(len(g.ask('topic-across-cities')))"
    where, rows = in_python(code, installed).splitlines()
    site = installed[1]["PYTHONPATH"]
    assert where == f"{site}/dxplan/__init__.py {site}/dxplan/carried"
    recorded = (ROOT / "tests/queries/topic-across-cities.csv").read_text(encoding="utf-8").splitlines()
    assert int(rows) == len(recorded) - 1


def test_its_commands_answer_anywhere(installed: tuple[Path, dict[str, str]]) -> None:
    asked = command(["ask", "cities-without-topic", "--format", "csv"], installed)
    assert asked.stdout.encode() == (ROOT / "tests/queries/cities-without-topic.csv").read_bytes().replace(
        b"\r\n", b"\n"
    )
    plan = str(ROOT / "data/plans/08223-2023.ttl")
    checked = command(["check", "--engine", "sparql", plan], installed)
    assert checked.returncode == 0, checked.stderr
    accepted = command(["check", "--engine", "sparql", "--fail-on", "info", "--accept", "試し", plan], installed)
    assert accepted.returncode == 0, accepted.stderr
    assert (installed[0] / "baseline.yaml").is_file()
    assert command(["rules", "Plan-has-city"], installed).returncode in (0, 2)
    assert command(["status"], installed).returncode == 0
    site = Path(installed[1]["PYTHONPATH"])
    assert not list(site.rglob("build")), "nothing is built where the package stands"


def test_a_checkout_goes_before_what_is_carried(
    installed: tuple[Path, dict[str, str]], project: Path, tmp_path: Path
) -> None:
    _, environment = installed
    code = "import dxplan; print(dxplan.open().project.root)"
    (project / "deep" / "down").mkdir(parents=True)
    assert in_python(code, (project / "deep/down", environment)).strip() == str(project)
    named = f"import dxplan; print(dxplan.open({str(project)!r}).project.root)"
    assert in_python(named, (tmp_path, environment)).strip() == str(project)


def test_a_folder_that_is_no_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no ontology/dxplan\.ttl"):
        locate(tmp_path)
    with pytest.raises(UsageError, match=r"has no ontology/dxplan\.ttl"):
        dxplan.open(tmp_path)


def test_the_nearest_folder_upwards_is_the_project() -> None:
    assert locate(None, ROOT / "data" / "plans").root == ROOT


def test_the_readme_shows_what_works(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for readme in ("README.md", "README.ja.md"):
        code = (ROOT / readme).read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
        monkeypatch.chdir(tmp_path)
        exec(compile(code.replace("dxplan.open(", f"dxplan.open({str(built)!r}, "), readme, "exec"), {})
        assert (tmp_path / "timeline.svg").read_text(encoding="utf-8").count("<svg") == 1
        (tmp_path / "timeline.svg").unlink()
