"""A task, for a process that reads no files: some documents of a root with all that they are read with, or bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from socket import gethostname
from threading import Lock
from typing import Any

from dxplan.corpus import Corpus, File
from dxplan.documents import SHARED, Document, content
from dxplan.errors import EngineError
from dxplan.kept import digest_of, engine_digest

__all__ = ["Group", "Make", "Preparation", "Task", "Work", "material", "perform", "prepare"]

#: What is done with the documents of a task. It is made once in a process, of a corpus that holds what is
#: shared.
Work = Callable[[Any], Any]
Make = Callable[[Corpus], Work]
#: What a task is about: files to be read as documents.
Group = Sequence[File]
_Contents = tuple[tuple[File, bytes], ...]


@dataclass(frozen=True)
class Preparation:
    """What every task of a kind needs: how its work is made, and the files that all plans share.

    :param name: what tells one preparation from another; the digest of all that is in it.
    """

    name: str
    make: Make
    root: Path
    shared: _Contents
    engine: str

    @classmethod
    def of(cls, make: Make, corpus: Corpus) -> Preparation:
        """Read what is shared of a corpus."""
        files = corpus.files(*SHARED, "shapes")
        name = digest_of([repr(make), engine_digest(), *(corpus.digest_of(file) for file in files)])
        return cls(name, make, corpus.root, _contents(files), engine_digest())


@dataclass(frozen=True)
class Task:
    """Documents to work on together, and the plans that they are read with."""

    number: int
    files: tuple[File, ...] = ()
    contents: _Contents = ()

    @classmethod
    def of(cls, number: int, group: Group, corpus: Corpus) -> Task:
        """Read what a task is about."""
        beside = [plan for file in group for plan in corpus.context_of(file)]
        return cls(number, tuple(group), _contents(dict.fromkeys([*group, *beside])))


def material(group: Group, corpus: Corpus) -> list[Document]:
    """Return what the work of a task is given: its documents."""
    return [corpus.document(file.path, file.folder) for file in group]


def _contents(files: Sequence[File] | dict[File, None]) -> _Contents:
    return tuple((file, content(file.path)) for file in files)


# Of this process: what tasks of each kind need, and, once one was performed, the corpus and the work.
_prepared: dict[str, Preparation] = {}
_ready: dict[str, tuple[Corpus, Work]] = {}
# A worker of a cluster may have several threads; the stores that the work is done in take one task at a time.
_lock = Lock()


def prepare(preparation: Preparation) -> None:
    """Take in what tasks need; a process forgets what it needed for others."""
    if preparation.name not in _prepared:
        _prepared.clear()
        _ready.clear()
        _prepared[preparation.name] = preparation


def perform(name: str, task: Task) -> Any:
    """Perform a task.

    :param name: the preparation that it needs.
    :raises DxplanError: what the work raises, or EngineError when this process has another version of the code.
    """
    with _lock:
        if name not in _ready:
            preparation = _prepared[name]
            if preparation.engine != engine_digest():
                raise EngineError(
                    f"{gethostname()}: ワーカーの dxplan か、そのエンジンの版が違います。同じものを入れてください。",
                    f"{gethostname()}: the worker has another version of dxplan or of its engines. Install the same.",
                )
            corpus = Corpus(preparation.root, given=dict(preparation.shared))
            _ready[name] = corpus, preparation.make(corpus)
        corpus, work = _ready[name]
        with corpus.lent(dict(task.contents)):
            return work(material(task.files, corpus))
