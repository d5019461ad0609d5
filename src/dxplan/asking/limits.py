"""Queries with a time limit: run in a process of their own, since Oxigraph cannot be interrupted in a query.

``python -m dxplan.asking.limits STORE`` is that process: it reads a query from standard input and writes what comes of
it, pickled, to standard output. A plain subprocess is used, since those of :mod:`multiprocessing` run the main module
of the user anew.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from dxplan.asking.answers import Answer
from dxplan.asking.sources import Outcome, StoreSource, answer_of
from dxplan.errors import DxplanError, EngineError, UsageError

__all__ = ["LimitedSource"]


@dataclass(frozen=True)
class LimitedSource:
    """A store on disk whose queries are stopped after a time.

    :param path: the folder of a snapshot.
    :param seconds: how long a query may take.
    """

    path: Path
    seconds: float

    def run(self, query: str, name: str = "SPARQL") -> Outcome:
        """Run a query of any form; see :class:`~dxplan.asking.sources.Source`.

        :raises EngineError: when it takes longer than it may, or its process ends for want of memory.
        """
        try:
            done = subprocess.run(
                [sys.executable, "-m", __name__, str(self.path), name],
                input=query.encode(),
                capture_output=True,
                timeout=self.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise EngineError(
                f"{name}: {self.seconds:g}秒で終わらないため問合せを止めました。"
                "条件を絞るか、--timeout で時間を延ばしてください。",
                f"{name}: the query was stopped after {self.seconds:g} s. Narrow it, or allow more with --timeout.",
            ) from None
        if done.returncode != 0:
            last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
            told = " ".join(last) or f"{done.returncode}"
            raise EngineError(
                f"{name}: 問合せの実行が途中で終わりました（{told}）。メモリが足りないときは条件を絞ってください。",
                f"{name}: the query ended before its answer ({told}). If memory ran out, narrow it.",
            )
        outcome: Outcome | DxplanError = pickle.loads(done.stdout)
        if isinstance(outcome, DxplanError):
            raise outcome
        return outcome

    def select(self, query: str) -> Answer:
        """Run a SELECT query; see :class:`~dxplan.asking.sources.Source`."""
        return answer_of(self.run(query))


def _main(path: str, name: str) -> None:
    try:
        outcome: Outcome | DxplanError = StoreSource(ox.Store.read_only(path)).run(
            sys.stdin.buffer.read().decode(), name
        )
    except UsageError as error:
        outcome = error
    sys.stdout.buffer.write(pickle.dumps(outcome))


if __name__ == "__main__":
    _main(*sys.argv[1:])
