"""Running the server: where it listens, and how it begins and ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from dxplan.errors import InputError, UsageError
from dxplan.server.application import application
from dxplan.server.connections import Connection
from dxplan.server.editions import Editions
from dxplan.server.limits import Limits

__all__ = ["address", "listen", "serve"]

_CONNECTIONS = 400  # below the 1,024 files that a process may have open on most systems
_ENDS_WITHIN = 5  # seconds for requests under way when the server is told to end


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address; port 0 takes any that is free.

    :raises UsageError: when it is in use, not permitted, or no address of this machine.
    """
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        # With the protocol named, asyncio sets TCP_NODELAY; without it, each answer waits 40 ms for its second packet.
        bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(place)
        except BaseException:
            bound.close()
            raise
    except OSError as error:
        words = error.strerror or str(error)
        raise UsageError(
            f"{host}:{port} では待ち受けられません（{words}）。使われていないポートを --port で指定してください。",
            f"Cannot listen at {host}:{port} ({words}). Choose a port that is free with --port.",
        ) from None
    return bound


def address(bound: socket.socket) -> str:
    """Return the address by which a browser on this machine reaches a socket."""
    host, port = bound.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class _Server(uvicorn.Server):
    """A server that tells when it can be reached."""

    ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready()


def serve(
    bound: socket.socket,
    folder: Path,
    queries: Path,
    site: Path | None,
    limits: Limits,
    ready: Callable[[], None],
    *,
    access_log: bool = False,
) -> None:
    """Serve until a signal, SIGTERM or SIGINT, ends it.

    :param folder: where the snapshots of the store are.
    :param queries: where the saved questions are.
    :param ready: called when the server can be reached.
    :raises InputError: when there is no snapshot that can be opened.
    """
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    logging.getLogger("dxplan.server").setLevel(logging.INFO)
    logging.getLogger("uvicorn.access").setLevel(logging.INFO)
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # less would tell of every malformed request
    # Uvicorn sends a signal that ended it to itself once more, for those who were there before; a wanted end is none.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: None)
    asyncio.run(_serve(bound, folder, queries, site, limits, ready, access_log))


async def _serve(
    bound: socket.socket,
    folder: Path,
    queries: Path,
    site: Path | None,
    limits: Limits,
    ready: Callable[[], None],
    access_log: bool,
) -> None:
    editions = Editions(folder, queries, limits)
    try:
        await editions.start()
    except OSError as error:
        raise InputError(
            f"{folder}: ストアを開けません（{error}）。「dxplan build」で作り直してください。",
            f"{folder}: the store cannot be opened ({error}). Make it anew with “dxplan build”.",
        ) from None
    config = uvicorn.Config(
        application(editions, limits, site, address(bound)),
        http=Connection, ws="none", lifespan="off", log_config=None, access_log=access_log, server_header=False,
        limit_concurrency=_CONNECTIONS, timeout_keep_alive=5, timeout_graceful_shutdown=_ENDS_WITHIN,
    )  # fmt: skip
    server = _Server(config)
    server.ready = ready
    watching = asyncio.create_task(editions.watch())
    try:
        await server.serve([bound])
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        await editions.close()
