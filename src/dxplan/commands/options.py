"""Options that several commands have, so that they are told alike everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import click

from dxplan.errors import UsageError
from dxplan.working.workers import Workers

__all__ = ["endpoint_option", "form_option", "timeout_option", "workers_options"]


def form_option(forms: Sequence[str]) -> Callable[[Any], Any]:
    """Return the option ``--format``, whose default is the first of the given forms."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(forms),
        default=forms[0],
        show_default=True,
        help="出力の形 / form of the output",
    )


def endpoint_option() -> Callable[[Any], Any]:
    """Return the option ``--endpoint``."""
    return click.option("--endpoint", metavar="URL", help="尋ねる先のSPARQLエンドポイント / endpoint to ask instead")


def timeout_option(ja: str = "問合せ", en: str = "a query") -> Callable[[Any], Any]:
    """Return the option ``--timeout``, in seconds.

    :param ja: what is waited for, in Japanese.
    :param en: the same in English.
    """
    return click.option(
        "--timeout",
        metavar="SECONDS",
        type=click.FloatRange(min=0, min_open=True),
        default=60,
        show_default=True,
        help=f"{ja}を待つ秒数 / seconds to wait for {en}",
    )


def workers_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options ``--workers`` and ``--scheduler``, which reach it as the parameter ``workers``."""

    @click.option(
        "--workers",
        "processes",
        type=click.IntRange(min=1),
        metavar="N",
        help="並行するプロセスの数 / number of processes [default: 1 a core]",
    )
    @click.option(
        "--scheduler",
        metavar="ADDRESS",
        help="計画ごとの作業をさせる Dask のクラスタ / Dask cluster to do the work plan by plan",
    )
    @wraps(command)
    def with_workers(*arguments: Any, processes: int | None, scheduler: str | None, **options: Any) -> Any:
        if processes is not None and scheduler is not None:
            raise UsageError(
                "--workers は --scheduler とともに使えません。どちらかにしてください。",
                "--workers does not go with --scheduler. Leave one out.",
            )
        return command(*arguments, workers=Workers(processes, scheduler), **options)

    return with_workers
