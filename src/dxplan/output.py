"""Standard output whose reader may go away before all is written, as ``head`` does."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Buffer  # type: ignore[attr-defined]

__all__ = ["let_readers_go"]


class _Output(io.FileIO):
    def write(self, data: Buffer, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            return memoryview(data).nbytes


def let_readers_go() -> None:
    """Let what nobody reads any more go nowhere: a command ends as it would have, and its code tells its result."""
    shown = sys.__stdout__
    if shown is None or shown is not sys.stdout or shown.isatty():
        return
    raw = _Output(shown.fileno(), "w", closefd=False)
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(raw), shown.encoding, shown.errors)
