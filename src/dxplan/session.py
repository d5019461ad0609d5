"""What the commands share: where they work, in which language, and how they tell of errors."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dxplan.corpus import Corpus
from dxplan.errors import DxplanError, InputError
from dxplan.project import Project, locate

if TYPE_CHECKING:  # what not every command needs is loaded where it is used: some run in less time than that takes
    from dxplan.asking.sources import Source
    from dxplan.store import Snapshot
    from dxplan.working.workers import Workers

__all__ = ["Commands", "Session", "default_language"]


def default_language() -> str:
    """Japanese unless the locale names another language; a locale that names none (C, POSIX) leaves Japanese.

    The environment is read as https://pubs.opengroup.org/onlinepubs/9699919799/basedefs/V1_chap08.html has it.
    """
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    name = next((name for name in names if name), "")
    return "ja" if name.startswith("ja") or name.partition(".")[0] in ("", "C", "POSIX") else "en"


@dataclass
class Session:
    """What every command works on."""

    given_root: Path | None
    lang: str

    @cached_property
    def project(self) -> Project:
        """The project that it works on."""
        return locate(self.given_root)

    @property
    def root(self) -> Path:
        """The folder of the project."""
        return self.project.root

    @cached_property
    def corpus(self) -> Corpus:
        """Its documents."""
        return Corpus(self.root, self.project.fingerprints)

    def say(self, ja: str, en: str) -> str:
        """Return the text in the language of this session."""
        return ja if self.lang == "ja" else en

    def source(self, endpoint: str | None, timeout: float = 60) -> Source:
        """Return the store, or an endpoint where one is given; tell when the store is older than the data."""
        if endpoint:
            from dxplan.asking.endpoint import Endpoint

            return Endpoint(endpoint, timeout)
        from dxplan.asking.sources import StoreSource
        from dxplan.store import input_digest

        snapshot = self.snapshot()
        if snapshot.manifest.digest != input_digest(self.corpus):
            note = self.say(
                "注意: ストアはデータより古いものです。「dxplan build」で作り直せます。",
                "Note: the store is older than the data. “dxplan build” makes it anew.",
            )
            click.echo(note, err=True)
        return StoreSource(snapshot.open(), snapshot.answers)

    def version_of(self, endpoint: str | None) -> str:
        """Return what tells one state of the data from another: the digest of the snapshot, or the endpoint."""
        return endpoint or self.snapshot().manifest.digest

    def snapshot(self) -> Snapshot:
        """Return the snapshot that answers; what the package carries is built when it is first asked.

        :raises InputError: when a project of the user's own has not been built yet.
        """
        if self.project.carried:
            return self.built()
        from dxplan.store import current

        return current(self.project.store)

    def built(self, workers: Workers | None = None) -> Snapshot:
        """Build the store unless it is up to date, with a progress bar."""
        from dxplan import building

        total = len(self.corpus.paths("plans")) + len(self.corpus.paths("reports")) + 1  # the store
        with self.progress(total, "作成", "building") as advance:
            return building.build(self.corpus, self.project.store, advance, self.project.parts, workers)

    @contextmanager
    def progress(self, total: int, ja: str, en: str) -> Iterator[Callable[..., None]]:
        """Show a bar on a terminal; yield what moves it on by one."""
        if not sys.stderr.isatty():
            yield lambda *_: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        with bar:
            task = bar.add_task(self.say(ja, en), total=total)
            yield lambda *_: bar.advance(task)


class Commands(click.Group):
    """Turns our errors into a message and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except DxplanError as error:
            lang = ctx.obj.lang if isinstance(ctx.obj, Session) else default_language()
            click.echo(error.text(lang), err=True)
            ctx.exit(error.exit_code)
        except OSError as error:
            if error.filename is not None or error.errno not in (errno.ENOSPC, errno.EIO, errno.EFBIG):
                raise
            lang = ctx.obj.lang if isinstance(ctx.obj, Session) else default_language()
            told = InputError(
                f"出力を書けません（{error.strerror}）。空き容量を確かめてください。",
                f"The output cannot be written ({error.strerror}). Check the free space.",
            )
            click.echo(told.text(lang), err=True)
            # What is still to be written goes nowhere, so that the end of the program does not fail of it again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(told.exit_code)
