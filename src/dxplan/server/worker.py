"""A worker: the process in which queries run, so that one can be stopped without harm to the others.

``python -m dxplan.server.worker`` reads jobs from standard input and writes what comes of them to standard output, each
pickled and led by its length. It holds itself to its limits:

- time: the system ends it some time after the limit even when the server that started it is no more, and in the midst
  of a query, where Oxigraph heeds nothing else;
- memory: what goes beyond the limit ends the process;
- the network: it can open no file or connection any more once the store is open, so that no query can make it ask
  another server, in whatever way it is written.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.errors import DxplanError
from dxplan.kept import Held
from dxplan.memory import collect_rarely
from dxplan.server import pages, refusals
from dxplan.server.asked import answer
from dxplan.server.jobs import Asking, Counting, Counts, Job, Querying, Setting
from dxplan.server.queries import run
from dxplan.server.reading import read_everywhere

__all__ = ["LENGTH", "main"]

#: How many bytes tell the length of a message.
LENGTH = 8
_ANSWERS = 64 * 2**20  # bytes of answers, as they are kept, that it holds
_GRACE = 2.0  # seconds after the limit, when the server should long have stopped it
_COUNT_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_COUNT_UNION = "SELECT (COUNT(*) AS ?n) WHERE { SELECT DISTINCT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } } }"


def main(jobs: BinaryIO, results: BinaryIO) -> None:
    """Do jobs until there are no more; the first message is the :class:`~dxplan.server.jobs.Setting`."""
    collect_rarely()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends us
    setting: Setting = _read(jobs)
    source = StoreSource(setting.snapshot.open(), Held(setting.snapshot.answers, _ANSWERS))
    store = source.store
    questions = load(setting.queries)
    for question in questions.values():
        _ = question.parameters
    # Later on no module or file can be read: what explains a mistake is loaded by making one, in full-width characters.
    pages.prepare()
    with contextlib.suppress(DxplanError):
        run(store, Querying('SELECT * WHERE { ?s "誤り" }'), setting.limits)

    def done(job: Job) -> Any:
        if isinstance(job, Querying):
            return run(store, job, setting.limits)
        if isinstance(job, Asking):
            return answer(source, questions, job, setting.limits)
        assert isinstance(job, Counting)
        graphs = {row["g"].value: int(row["n"].value) for row in store.query(_COUNT_GRAPHS)}  # type: ignore
        ((union,),) = store.query(_COUNT_UNION)  # type: ignore
        return Counts(graphs, int(union.value))

    if unread := read_everywhere(store, setting.snapshot.path):
        print("not all files of the store could be opened beforehand:", *sorted(unread), file=sys.stderr)
    _bind(setting.limits.memory)
    idle = _largest()
    _write(results, None, False)  # ready
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            job: Job = _read(jobs)
            signal.setitimer(signal.ITIMER_REAL, setting.limits.seconds + _GRACE)
            found: Any
            try:
                found = done(job)
            except DxplanError as refusal:
                found = refusal
            except MemoryError:
                found = refusals.memory(setting.limits.memory)
            except RecursionError:
                found = refusals.nested()
            except Exception as error:
                found = RuntimeError(f"{type(error).__name__}: {error}")
            signal.setitimer(signal.ITIMER_REAL, 0)
            last = _largest() - idle > setting.limits.memory // 2
            _write(results, found, last)
            if last:  # memory that was given back lies scattered; the next query shall have all that it may take
                return


def _read(file: BinaryIO) -> Any:
    head = file.read(LENGTH)
    if len(head) < LENGTH:
        raise EOFError
    return pickle.loads(file.read(int.from_bytes(head)))


def _write(file: BinaryIO, found: Any, last: bool) -> None:
    message = pickle.dumps((found, last))
    file.write(len(message).to_bytes(LENGTH))
    file.write(message)
    file.flush()


def _bind(memory: int) -> None:
    """Bind this process to its memory, and keep it from opening anything."""
    try:
        import resource
    except ImportError:  # not a Unix system
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    lowest = os.dup(0)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, lowest))


def _largest() -> int:
    """Return how many bytes of memory this process has held at once."""
    try:
        import resource
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024  # as getrusage(2) of each has it
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    # What a library prints shall not stand between the results.
    written = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    main(sys.stdin.buffer, written)
