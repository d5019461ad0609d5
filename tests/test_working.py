"""Work plan by plan gives the same wherever it is done, and whoever is lost on the way."""

import gc
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import Result

from dxplan import store
from dxplan.checking.check import check
from dxplan.checking.rules import RuleBook
from dxplan.corpus import Corpus, File
from dxplan.documents import Document
from dxplan.errors import EndpointError, EngineError, InputError
from dxplan.working.tasks import Work
from dxplan.working.workers import Workers

SCHEDULER = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
WORKER = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1", "--host", "127.0.0.1"]


@contextmanager
def process(command: Sequence[str], says: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a command until it has said something on standard error; yield it and what it said."""
    running = subprocess.Popen(
        [*command, "--no-dashboard"], stderr=subprocess.PIPE, text=True, cwd=folder, start_new_session=True
    )
    try:
        assert running.stderr is not None
        for line in running.stderr:
            if found := re.search(says, line):
                yield running, found[1]
                break
        else:
            raise AssertionError(f"{command} said nothing like {says}")
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        running.stderr.close()


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """A scheduler and two workers, each a process of its own, and no nanny to bring a lost one back."""
    with (
        process(SCHEDULER, r"Scheduler at:\s+(tcp://\S+)", folder) as (_, address),
        process([*WORKER, "--no-nanny", address], r"Registered to:\s+(\S+)", folder) as (one, _),
        process([*WORKER, "--no-nanny", address], r"Registered to:\s+(\S+)", folder) as (two, _),
    ):
        yield address, [one, two]


@pytest.fixture
def twelve(project: Path) -> Path:
    """A project with twelve plans."""
    folder = project / "data/plans"
    text = (folder / "08205-2022.ttl").read_text(encoding="utf-8")
    for number in range(8):
        code = f"4810{number}"
        (folder / f"{code}-2022.ttl").write_text(text.replace("08205", code), encoding="utf-8")
    return project


def found(root: Path, workers: Workers, advance: Callable[[File], None] = lambda file: None) -> object:
    corpus = Corpus(root)
    report = check(corpus.files("plans", "reports"), corpus, RuleBook(corpus), "sparql", None, advance, workers)
    return report, report.checked


def test_a_cluster_that_loses_a_worker_loses_nothing(twelve: Path, tmp_path: Path) -> None:
    with cluster(tmp_path) as (address, workers):
        done: list[File] = []

        def kill_one(file: File) -> None:
            done.append(file)
            if len(done) == 2:
                os.killpg(workers[0].pid, signal.SIGKILL)

        on_cluster = found(twelve, Workers(scheduler=address), kill_one)
        assert workers[0].wait(10) == -signal.SIGKILL
        assert workers[1].poll() is None
    assert len(done) == 13
    assert on_cluster == found(twelve, Workers(1))


def has_blank(quad: ox.Quad) -> bool:
    """Tell whether a statement has a blank node, which has another name in each store."""
    return any(isinstance(term, ox.BlankNode) for term in (quad.subject, quad.object))


def test_the_command_builds_on_a_cluster(twelve: Path, tmp_path: Path, run: Callable[..., Result]) -> None:
    here = run("--root", twelve, "--lang", "en", "build")
    (twelve / "build").rename(tmp_path / "build-here")
    with cluster(tmp_path) as (address, _):
        there = run("--root", twelve, "--lang", "en", "build", "--scheduler", address)
    assert (there.exit_code, there.output) == (0, here.output)
    ours, theirs = (
        {str(quad) for quad in store.current(folder / "store").open() if not has_blank(quad)}
        for folder in (tmp_path / "build-here", twelve / "build")
    )
    assert ours == theirs
    # What the documents of a city say together was made by a worker too.
    assert any("municipality/08236#topic-rpa" in quad for quad in ours)
    assert "12 plans" in there.output


def test_no_scheduler_and_no_worker_are_told(twelve: Path, tmp_path: Path, run: Callable[..., Result]) -> None:
    with pytest.raises(EndpointError, match="cannot be reached"):
        found(twelve, Workers(scheduler="tcp://127.0.0.1:9"))
    with (
        process(SCHEDULER, r"Scheduler at:\s+(tcp://\S+)", tmp_path) as (_, address),
        pytest.raises(EndpointError, match="there is no worker"),
    ):
        found(twelve, Workers(scheduler=address))
    both = run("--root", twelve, "--lang", "en", "check", "--workers", "2", "--scheduler", address)
    assert (both.exit_code, "Leave one out" in both.output) == (2, True)


def test_processes_find_what_one_process_finds(twelve: Path) -> None:
    assert found(twelve, Workers(2)) == found(twelve, Workers(1))


def test_a_plan_that_cannot_be_read_is_told_from_another_process(twelve: Path) -> None:
    broken = twelve / "data/plans/48103-2022.ttl"
    broken.write_text("plan:48103-2022 a\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"48103-2022\.ttl:1:"):
        found(twelve, Workers(2))


def dies(corpus: Corpus) -> Work:
    def die(documents: Sequence[Document]) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    return die


def test_a_lost_process_is_told(corpus: Corpus) -> None:
    with pytest.raises(EngineError, match="fewer --workers"):
        list(Workers(2).run(dies, [(file,) for file in corpus.files("plans")], corpus, 0))


def paths_read(corpus: Corpus) -> Work:
    def read(documents: Sequence[Document]) -> list[str]:
        return [document.key for document in [*documents, *(c for d in documents for c in corpus.context(d))]]

    return read


def test_a_task_brings_what_it_is_read_with(corpus: Corpus, project: Path) -> None:
    copy = Corpus(project)
    groups = [(file,) for file in copy.files("plans", "reports")]
    results = sorted(Workers(2).run(paths_read, groups, copy, 0))
    assert [keys for _, keys in results] == [
        ["08205-2022"], ["08221-2023"], ["08223-2023"], ["08236-2022"], ["08236-council-2024", "08236-2022"],
    ]  # fmt: skip


def thresholds(corpus: Corpus) -> Work:
    return lambda documents: gc.get_threshold()


def test_processes_of_ours_look_rarely_for_rubbish(corpus: Corpus) -> None:
    groups = [(file,) for file in corpus.files("plans")]
    expected = gc.get_threshold()  # of this process, which is as rare
    assert expected > (10_000, 10, 10)
    assert [told for _, told in Workers(2).run(thresholds, groups, corpus, 0)] == [expected] * len(groups)
