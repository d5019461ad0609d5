"""Answers to the saved questions, found before a snapshot is used, so that nobody waits for them."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from dxplan.asking.questions import headings, load
from dxplan.asking.sources import StoreSource
from dxplan.errors import EngineError
from dxplan.memory import collect_rarely
from dxplan.store import Snapshot

__all__ = ["Pair", "answer_all", "pairs"]

#: The name of a question, and the language of the labels in its answer.
Pair = tuple[str, str]


def pairs(queries: Path) -> list[Pair]:
    """Return what there is to answer: every question of a folder in each language."""
    return [(path.stem, lang) for path in sorted(queries.glob("*.rq")) for lang in ("ja", "en")]


def answer_all(
    snapshot: Snapshot,
    queries: Path,
    processes: int | None = None,
    advance: Callable[[Pair], None] = lambda pair: None,
) -> None:
    """Answer every saved question as it stands, and keep the answers with the snapshot.

    :param queries: the folder of the questions.
    :param processes: how many processes of this machine do it; by default one for each core.
    :param advance: called after each answer.
    :raises EngineError: when a process is lost, as for lack of memory.
    """
    load(queries)  # a mistake in a file is told before any process is started
    work = pairs(queries)
    processes = min(processes or os.cpu_count() or 1, len(work))
    if processes < 2:
        desk = _Desk(snapshot, queries)
        for pair in work:
            desk.answer(pair)
            advance(pair)
        return
    context = get_context("spawn")  # as for all processes of ours: a fork would copy threads in whatever state they are
    with ProcessPoolExecutor(processes, context, initializer=_open, initargs=(snapshot, queries)) as pool:
        try:
            under_way = {pool.submit(_answer, pair): pair for pair in work}
            for future in as_completed(under_way):
                future.result()
                advance(under_way[future])
        except BrokenProcessPool:
            raise EngineError(
                "答えを求めるプロセスが止められました（メモリ不足かもしれません）。--workers を減らしてください。",
                "A process that looked for answers was stopped (perhaps for lack of memory). Try again with fewer "
                "--workers.",
            ) from None
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


class _Desk:
    """The questions, and the store that answers them."""

    def __init__(self, snapshot: Snapshot, queries: Path) -> None:
        self.questions = load(queries)
        self.source = StoreSource(snapshot.open(), snapshot.answers, always=True)

    def answer(self, pair: Pair) -> None:
        """Answer a question, and find the words by which its answer is shown."""
        name, lang = pair
        question = self.questions[name]
        headings(question, question.ask(self.source, {}, lang), self.source, lang)


_desk: _Desk | None = None  # that of a process that does nothing else


def _open(snapshot: Snapshot, queries: Path) -> None:
    global _desk
    collect_rarely()
    _desk = _Desk(snapshot, queries)


def _answer(pair: Pair) -> None:
    assert _desk is not None
    _desk.answer(pair)
