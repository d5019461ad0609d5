"""Apache Jena, a second engine of SPARQL and of SHACL, agrees: `make test-all`."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path

import pytest

from dxplan import store
from dxplan.documents import Corpus, read
from dxplan.questions import load
from dxplan.rules import RuleBook
from dxplan.validation import validate

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


def test_the_rules_find_the_same_in_jena(corpus: Corpus, book: RuleBook, tmp_path: Path) -> None:
    """One file of all counter-examples at once would hide which rule spoke; so one of each shapes file is tried."""
    shapes = tmp_path / "shapes.ttl"
    book.graph.serialize(shapes, format="turtle")
    tried = [
        next(iter(sorted(folder.glob(pattern))))
        for folder in sorted(CASES.iterdir())
        for pattern in ("valid.*", "invalid.*")
    ]
    for path in tried:
        document = read(path, "plans")
        data = tmp_path / "data.nt"
        data.write_text("".join(f"{t} .\n" for d in [*corpus.shared, document] for t in d.triples), encoding="utf-8")
        report = jena("shacl", "validate", "--text", "--shapes", shapes, "--data", data)
        if path.name.startswith("valid."):
            assert "Conforms" in report, f"{path}: {report}"
        else:
            findings, _ = validate(book, [document], corpus)
            for finding in findings:
                assert finding.focus in report or finding.focus.rsplit("/", 1)[1] in report, f"{path}: {report}"
