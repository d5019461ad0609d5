"""Options that several commands have, so that they are told alike everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

__all__ = ["endpoint_option", "form_option"]


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
