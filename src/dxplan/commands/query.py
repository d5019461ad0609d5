"""``dxplan query``."""

from __future__ import annotations

from typing import Any

import click

from dxplan.asking.answers import FORMATS, render
from dxplan.asking.questions import headings
from dxplan.commands.options import endpoint_option, form_option
from dxplan.session import Session

__all__ = ["query"]


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8"))
@form_option(FORMATS)
@endpoint_option()
@click.pass_obj
def query(session: Session, file: Any, form: str, endpoint: str | None) -> None:
    """SPARQLのSELECTを実行する。- は標準入力 / run a SPARQL SELECT from FILE, or - for standard input."""
    source = session.source(endpoint)
    found = source.select(file.read())
    shown = headings(None, found, source, session.lang) if form in ("table", "md") else None
    click.echo(render(found, form, shown), nl=False)
