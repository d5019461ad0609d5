"""The machines of a Dask cluster: https://distributed.dask.org."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from dxplan.errors import EndpointError, UsageError
from dxplan.working.tasks import Preparation, prepare

__all__ = ["connected"]

_RETRIES = 3
_TIMEOUT = 10  # seconds to reach the scheduler


@contextmanager
def connected(address: str, preparation: Preparation) -> Iterator[tuple[Executor, int]]:
    """Connect to a cluster whose workers, now and later, are given what tasks need.

    A task whose worker is lost is done again by another.

    :param address: of the scheduler.
    :return: what takes tasks, and how many are done at a time.
    :raises UsageError: where Dask is not installed.
    :raises EndpointError: when there is no scheduler at the address, or no worker.
    """
    try:
        from distributed import Client, WorkerPlugin
    except ImportError:
        raise UsageError(
            "--scheduler には Dask が要ります。pip install 'dxplan[cluster]' で入れてください。",
            "--scheduler needs Dask. Install it with pip install 'dxplan[cluster]'.",
        ) from None

    class Preparing(WorkerPlugin):  # type: ignore[misc]
        """Gives a worker what tasks need, also one that comes later in place of a lost one."""

        def setup(self, worker: object) -> None:
            prepare(preparation)

    try:
        client = Client(address, timeout=_TIMEOUT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise EndpointError(
            f"--scheduler {address}: 接続できません（{error}）。アドレスを確かめてください。",
            f"--scheduler {address}: cannot be reached ({error}). Check the address.",
        ) from None
    with client:
        width = sum(client.nthreads().values())
        if not width:
            raise EndpointError(
                f"--scheduler {address}: ワーカーがありません。dask worker {address} で加えてください。",
                f"--scheduler {address}: there is no worker. Add one with dask worker {address}.",
            )
        client.register_plugin(Preparing(), name=preparation.name)
        try:
            with client.get_executor(pure=False, retries=_RETRIES) as executor:
                yield executor, width
        finally:
            client.unregister_worker_plugin(preparation.name)
