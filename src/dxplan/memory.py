"""How Python looks after memory."""

from __future__ import annotations

import atexit
import gc

__all__ = ["collect_rarely"]

# How many more objects there are before Python looks for cycles among the young, the older and the oldest. Its own
# numbers (700, 10, 10) suit programs with few objects: here it would spend a tenth of its time looking.
_MORE = (50_000, 20, 50)


def collect_rarely() -> None:
    """Let Python look rarely for objects that nobody needs any more: we make very many, and hardly any in cycles.

    For a process of our own only, not for one that belongs to others.
    """
    gc.set_threshold(*_MORE)
    atexit.register(gc.freeze)  # what is left at the end goes with the process, and is not looked through once more
