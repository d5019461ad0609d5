"""Who does the work: this process, several on this machine, or those of a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from dxplan.corpus import Corpus
from dxplan.errors import EngineError
from dxplan.memory import collect_rarely
from dxplan.working.cluster import connected
from dxplan.working.tasks import Group, Make, Preparation, Task, material, perform, prepare

__all__ = ["Workers"]

# So many tasks for each process are under way: enough that none waits, few enough that plans are not all in memory.
_AHEAD = 3


@dataclass(frozen=True)
class Workers:
    """Where tasks are performed.

    :param processes: how many processes of this machine; by default one for each core.
    :param scheduler: the address of the scheduler of a Dask cluster, such as ``tcp://host:8786``, instead.
    """

    processes: int | None = None
    scheduler: str | None = None

    def threads(self, groups: int, few: int) -> int:
        """Return how many threads work may have, so that no more cores are at work than processes were allowed.

        :param groups: how many groups there are, of which up to ``few`` are done in this process.
        """
        return self._allowed if self._here(groups, few) else 1

    @property
    def _allowed(self) -> int:
        return self.processes or os.cpu_count() or 1

    def _here(self, groups: int, few: int) -> bool:
        """Tell whether this process does the work itself."""
        return self.scheduler is None and (groups <= max(few, 1) or self._allowed < 2)

    def run(self, make: Make, groups: Sequence[Group], corpus: Corpus, few: int) -> Iterator[tuple[int, Any]]:
        """Do the same work on groups of documents.

        :param make: makes the work; it has a name in a module, so that it can be sent to another process.
        :param few: up to so many groups are done in this process: starting others takes longer.
        :return: the number of each group with its result, as they are done.
        :raises DxplanError: what the work raises, or EngineError when processes are lost.
        """
        if self._here(len(groups), few):
            if groups:
                work = make(corpus)
                for number, group in enumerate(groups):
                    yield number, work(material(group, corpus))
            return
        preparation = Preparation.of(make, corpus)
        with self._executor(preparation, min(self._allowed, len(groups))) as (executor, width):
            try:
                yield from _in_turn(executor, preparation.name, groups, corpus, width * _AHEAD)
            except BrokenExecutor:
                raise EngineError(
                    "作業のプロセスが止められました（メモリ不足かもしれません）。--workers を減らしてください。",
                    "A process at work was stopped (perhaps for lack of memory). Try again with fewer --workers.",
                ) from None

    def _executor(self, preparation: Preparation, processes: int) -> AbstractContextManager[tuple[Executor, int]]:
        if self.scheduler is not None:
            return connected(self.scheduler, preparation)
        return _local(preparation, processes)


def _begin(preparation: Preparation) -> None:
    collect_rarely()
    prepare(preparation)


@contextmanager
def _local(preparation: Preparation, processes: int) -> Iterator[tuple[Executor, int]]:
    from concurrent.futures import ProcessPoolExecutor  # takes time to load, which work in this process need not
    from multiprocessing import get_context

    context = get_context("spawn")  # a fork would copy the threads of the store in whatever state they are
    with ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(preparation,)) as pool:
        try:
            yield pool, processes
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _in_turn(
    executor: Executor, name: str, groups: Sequence[Group], corpus: Corpus, ahead: int
) -> Iterator[tuple[int, Any]]:
    """Keep some tasks under way and yield results as they come."""
    under_way: dict[Future[Any], int] = {}
    number = 0
    while number < len(groups) or under_way:
        while number < len(groups) and len(under_way) < ahead:
            task = Task.of(number, groups[number], corpus)
            under_way[executor.submit(perform, name, task)] = number
            number += 1
        done, _ = wait(under_way, return_when=FIRST_COMPLETED)
        for future in done:
            yield under_way.pop(future), future.result()
