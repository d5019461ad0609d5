"""Apache Jena, a second engine of SPARQL and of SHACL, agrees: `make test-all`."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import SH

from dxplan import store
from dxplan.asking.questions import load
from dxplan.checking.evaluation import Evaluation
from dxplan.checking.rules import RuleBook
from dxplan.corpus import Corpus
from dxplan.documents import read
from dxplan.iris import SHAPE

pytestmark = pytest.mark.java

ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "shapes"


def jena(program: str, *arguments: object) -> str:
    (home,) = sorted((ROOT / "build/peers").glob("apache-jena-*/bin"))[-1:]
    done = subprocess.run([home / program, *map(str, arguments)], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dump(snapshot: store.Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything asserted and inferred as one graph."""
    path = tmp_path_factory.mktemp("dump") / "everything.nt"
    lines = {f"{quad.triple} ." for quad in snapshot.open()}
    path.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
    return path


def cell(text: str) -> str | float:
    """Engines write one number in several ways (3, 3.0)."""
    try:
        return float(text)
    except ValueError:
        return text


def rows(text: str) -> list[tuple[str | float, ...]]:
    return sorted((tuple(map(cell, row)) for row in list(csv.reader(io.StringIO(text)))[1:]), key=str)


@pytest.mark.parametrize("name", load(ROOT / "queries"))
def test_a_saved_question_runs_as_it_stands_with_the_same_rows(name: str, dump: Path) -> None:
    answer = jena("arq", "--data", dump, "--query", ROOT / "queries" / f"{name}.rq", "--results", "CSV")
    assert rows(answer) == rows((ROOT / "tests/queries" / f"{name}.csv").read_text(encoding="utf-8"))


def cases() -> list[Path]:
    """The valid case and the first and the last counter-example of each file: each costs a start of Java."""
    chosen: list[Path] = []
    for folder in sorted(CASES.iterdir()):
        invalid = sorted(folder.glob("invalid.*"))
        chosen += [*sorted(folder.glob("valid.*")), *dict.fromkeys([invalid[0], invalid[-1]])]
    return chosen


@pytest.mark.parametrize("path", cases(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_rules_find_the_same_in_jena(
    path: Path, corpus: Corpus, book: RuleBook, evaluation: Evaluation, tmp_path: Path
) -> None:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.nt"
    book.graph.serialize(shapes, format="turtle")
    document = read(path, "plans")
    data.write_text("".join(f"{t} .\n" for d in [*corpus.shared, document] for t in d.triples), encoding="utf-8")
    report = rdflib.Graph().parse(data=jena("shacl", "validate", "--shapes", shapes, "--data", data), format="turtle")
    own = {str(term) for term in document.subjects}
    told = set()
    for result in report.objects(None, SH.result):
        focus = str(report.value(result, SH.focusNode))
        if focus in own:
            told.add((str(report.value(result, SH.sourceShape)).removeprefix(SHAPE), focus))
    findings, _ = evaluation.validate([document])
    assert told == {(f.rule, f.focus) for f in findings if not f.focus.startswith("_:")}
