"""Connections that are not held open by those who send or read too slowly.

Uvicorn closes a connection that idles between two requests, but waits for ever for the head of a request that has begun
and for a client that does not read (https://www.uvicorn.org/settings/#timeouts names no limit for either).
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["HEAD_WITHIN", "Connection"]

#: Seconds within which the head of a request must have come, counted from the connection or the answer before.
HEAD_WITHIN = 5.0
_READ_WITHIN = 30.0  # seconds within which a client must take what was sent before


class Connection(H11Protocol):
    """A connection with deadlines."""

    _head: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Take in what was sent; a head that is whole is waited for no longer."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop(self._head)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._await_head()
        super().on_response_complete()
        if self.cycle is not None and not self.cycle.response_complete:  # it had come already
            self._stop(self._head)

    def pause_writing(self) -> None:
        """Wait for a client that reads slowly, but not for ever."""
        super().pause_writing()
        self._reading = self.loop.call_later(_READ_WITHIN, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on with a client that has read."""
        self._stop(self._reading)
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop(self._head)
        self._stop(self._reading)
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._stop(self._head)
        self._head = self.loop.call_later(HEAD_WITHIN, self.transport.close)

    @staticmethod
    def _stop(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()
