"""The workers of a snapshot: as many processes as queries may run at once, each stopped and made anew where it must be.

A worker has a pipe of its own and is ended by a signal that it cannot put off. ``pebble.ProcessPool`` was tried first:
its workers share one pipe under a lock, it asks a worker kindly to end and then waits three seconds with that lock in
hand, and Oxigraph in a query hears no kind word; so one endless query would hold up everybody else.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import pickle
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Coroutine
from typing import Any

from dxplan.errors import DxplanError
from dxplan.server import refusals
from dxplan.server.jobs import Job, Setting
from dxplan.server.worker import LENGTH

__all__ = ["Pool"]

_LOG = logging.getLogger("dxplan.server")
_RETRY_AFTER = 5  # seconds
_PAUSE = 0.5  # seconds before a worker that cannot start is tried again


class _Worker:
    """One process and its pipes."""

    def __init__(self, process: Process, setting: Setting) -> None:
        self._process = process
        self._setting = setting
        assert process.stdin is not None
        assert process.stdout is not None
        self._jobs, self._results = process.stdin, process.stdout

    @classmethod
    async def start(cls, setting: Setting) -> _Worker:
        """Start a process and wait until it has opened the store.

        :raises OSError: when it cannot.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "dxplan.server.worker",
            stdin=PIPE, stdout=PIPE, stderr=asyncio.subprocess.DEVNULL, limit=2**20,
            start_new_session=True,  # Ctrl-C in a terminal is for the server alone
            env={**os.environ, "MALLOC_ARENA_MAX": "2"},  # each arena takes 64 MiB of the address space
        )  # fmt: skip
        worker = cls(process, setting)
        try:
            await worker._send(setting)
            await worker._receive()
        except (asyncio.IncompleteReadError, ConnectionError):
            await process.wait()
            raise OSError(f"a worker ended at its start with {process.returncode}") from None
        except BaseException:
            worker.kill()
            raise
        return worker

    @property
    def is_alive(self) -> bool:
        """Whether its process still runs."""
        return self._process.returncode is None

    async def do(self, job: Job, seconds: float) -> tuple[Any, bool]:
        """Have a job done; return what comes of it and whether the worker ends now.

        :raises RefusalError: when it takes too long, or the process ends.
        """
        try:
            async with asyncio.timeout(seconds):
                await self._send(job)
                return await self._receive()
        except TimeoutError:
            raise refusals.late(seconds) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise await self._reason(seconds) from None

    async def _send(self, message: object) -> None:
        written = pickle.dumps(message)
        self._jobs.write(len(written).to_bytes(LENGTH))
        self._jobs.write(written)
        await self._jobs.drain()

    async def _receive(self) -> tuple[Any, bool]:
        length = int.from_bytes(await self._results.readexactly(LENGTH))
        found: tuple[Any, bool] = pickle.loads(await self._results.readexactly(length))
        return found

    async def _reason(self, seconds: float) -> DxplanError:
        """Return why the process ended."""
        code = await self._process.wait()
        if code == -signal.SIGSEGV:  # the stack overflowed: Oxigraph reads brackets in brackets by recursion
            return refusals.nested()
        if code in (-signal.SIGABRT, -signal.SIGKILL):  # Rust ends itself so; the system ends what takes too much so
            return refusals.memory(self._setting.limits.memory)
        if code == -signal.SIGALRM:
            return refusals.late(seconds)
        _LOG.error("a worker ended with %s", code)
        return refusals.unexpected()

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def ended(self) -> None:
        """Wait until it has ended, and close its pipes."""
        self._jobs.close()
        await self._process.wait()


class Pool:
    """Workers that stand ready, and those who wait for one."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._workers: set[_Worker] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._closed = False

    async def start(self) -> None:
        """Start all workers, and wait for the first.

        :raises OSError: when it cannot start.
        """
        self._take_in(await _Worker.start(self._setting))
        for _ in range(self._setting.limits.workers - 1):
            self._replace()

    async def run(self, job: Job, seconds: float | None = None) -> Any:
        """Have a job done by a worker and return what comes of it.

        A caller that is cancelled takes its worker with it, so that nobody works for one who has gone away.

        :param seconds: a time limit below that of the server.
        :raises RefusalError: when too many wait, at a limit, and as the job itself does.
        """
        limit = min(seconds or self._setting.limits.seconds, self._setting.limits.seconds)
        worker = await self._next()
        try:
            found, last = await worker.do(job, limit)
        except BaseException:
            self._discard(worker)
            raise
        if last:
            self._discard(worker)
        else:
            self._idle.put_nowait(worker)
        if isinstance(found, DxplanError):
            raise found
        if isinstance(found, Exception):
            _LOG.error("a worker failed: %s", found)
            raise refusals.unexpected()
        return found

    async def close(self) -> None:
        """End all workers, and wait for it."""
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in list(self._workers):
            worker.kill()
        await asyncio.gather(*(worker.ended() for worker in self._workers))
        self._workers.clear()

    async def _next(self) -> _Worker:
        if self._idle.empty() and self._waiting >= self._setting.limits.waiting:
            raise refusals.busy(_RETRY_AFTER)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._setting.limits.patience):
                while not (worker := await self._idle.get()).is_alive:  # the system may have ended it
                    self._discard(worker)
                return worker
        except TimeoutError:
            raise refusals.busy(_RETRY_AFTER) from None
        finally:
            self._waiting -= 1

    def _take_in(self, worker: _Worker) -> None:
        self._workers.add(worker)
        self._idle.put_nowait(worker)

    def _discard(self, worker: _Worker) -> None:
        worker.kill()
        self._workers.discard(worker)
        self._spawn(worker.ended())
        if not self._closed:
            self._replace()

    def _replace(self) -> None:
        self._spawn(self._another())

    async def _another(self) -> None:
        while not self._closed:
            try:
                worker = await _Worker.start(self._setting)
            except OSError as error:
                _LOG.error("%s", error)
                await asyncio.sleep(_PAUSE)
                continue
            self._take_in(worker)
            return

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
