"""Fixtures: the real project, a store built from it once, and small projects to break."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from filelock import FileLock

from dxplan import building, store
from dxplan.asking.sources import StoreSource
from dxplan.checking.evaluation import Compiled, Evaluation
from dxplan.checking.rules import RuleBook
from dxplan.cli import main
from dxplan.corpus import Corpus
from dxplan.kept import Kept
from dxplan.memory import collect_rarely

ROOT = Path(__file__).parent.parent
#: What makes a folder a project.
PARTS = ("ontology", "shapes", "data", "queries")


# Much of what tests share stays in memory to the end; to look through it for rubbish again and again takes long.
collect_rarely()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together in one process, where there are several, what shares what is costly to make."""
    for item in items:
        if "published" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("published"))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return Corpus(ROOT)


@pytest.fixture(scope="session")
def book(corpus: Corpus) -> RuleBook:
    return RuleBook(corpus)


@pytest.fixture(scope="session")
def evaluation(corpus: Corpus, book: RuleBook) -> Evaluation:
    """The compiled engine."""
    return Evaluation(Compiled.of(book), corpus)


@pytest.fixture(scope="session")
def snapshot(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> store.Snapshot:
    return building.build(corpus, tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="session")
def source(snapshot: store.Snapshot) -> StoreSource:
    return StoreSource(snapshot.open())


@pytest.fixture(scope="session")
def built(snapshot: store.Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root whose store is the one built for these tests."""
    root = tmp_path_factory.mktemp("root")
    for part in ("ontology", "shapes", "data", "queries"):
        (root / part).symlink_to(ROOT / part)
    (root / "build").mkdir()
    (root / "build" / "store").symlink_to(snapshot.path.parent)
    return root


@pytest.fixture(scope="session")
def published(snapshot: store.Snapshot, compiled_rules: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site as the command writes it, once, also where tests run in several processes.

    SPARQL runs in its page where the parts from npm have been fetched. What the command said stands beside it, and what
    it keeps for the next time.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    out = shared / "published"
    with FileLock(shared / "published.lock"):
        if not out.exists():
            root = tmp_path_factory.mktemp("publisher")
            for part in (*PARTS, "tests"):
                (root / part).symlink_to(ROOT / part)
            (root / "build").mkdir()
            (root / "build" / "store").symlink_to(snapshot.path.parent)
            (root / "build" / "web").symlink_to(ROOT / "build" / "web")
            shutil.copytree(compiled_rules, out.with_suffix(".findings"))
            (root / "build" / "findings").symlink_to(out.with_suffix(".findings"))
            command = [sys.executable, "-m", "dxplan", "--root", root, "--lang", "en", "publish", "--out", out]
            environment = {**os.environ, "PYTHONHASHSEED": "7"}  # another than that of the tests
            done = subprocess.run([str(part) for part in command], check=True, capture_output=True, env=environment)
            out.with_suffix(".txt").write_bytes(done.stdout)
    return out


@pytest.fixture(scope="session")
def compiled_rules(book: RuleBook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as ``build/findings`` is once the rules have been compiled, with no result of a check in it."""
    folder = tmp_path_factory.mktemp("findings")
    Compiled.of(book, Kept(folder))
    return folder


@pytest.fixture
def project(compiled_rules: Path, snapshot: store.Snapshot, tmp_path: Path) -> Path:
    """A copy of the project that a test may break.

    Its rules are compiled, and what its plans come to is kept, as they are from the second check and build on: a process
    of its own takes seconds for that.
    """
    copy = tmp_path / "project"
    for part in PARTS:
        shutil.copytree(ROOT / part, copy / part)
    shutil.copytree(compiled_rules, copy / "build" / "findings")
    shutil.copytree(snapshot.path.parent / ".parts", copy / "build" / "parts")
    return copy


@pytest.fixture
def built_project(project: Path, snapshot: store.Snapshot) -> Path:
    """A project that has been built: its store is a copy of that of the session, which is made of the same files."""
    shutil.copytree(snapshot.path.parent, project / "build" / "store")
    return project


@pytest.fixture
def run() -> Callable[..., Result]:
    """Run the command line; standard output and standard error are kept apart."""

    def call(*arguments: object, **options: object) -> Result:
        return CliRunner().invoke(main, [str(a) for a in arguments], **options)  # type: ignore[arg-type]

    return call
