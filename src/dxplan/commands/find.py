"""``dxplan find``."""

from __future__ import annotations

import json
import sys

import click
from rich.console import Console
from rich.table import Table

from dxplan.asking.search import Hit, described, matches
from dxplan.checking.findings import label
from dxplan.commands.options import endpoint_option, form_option
from dxplan.errors import UsageError
from dxplan.iris import KINDS, shorten
from dxplan.session import Session

__all__ = ["find_command"]


@click.command("find")
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--kind", type=click.Choice(KINDS), metavar="KIND", help="種類（item、topicなど）/ kind, such as item or topic"
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="見せる件数 / how many to show"
)
@form_option(("table", "json"))
@endpoint_option()
@click.pass_obj
def find_command(
    session: Session, words: tuple[str, ...], kind: str | None, limit: int, form: str, endpoint: str | None
) -> None:
    """名称・別名・印刷の題名で探す / search labels, alternative labels and printed titles.

    終了コード / exit codes: 0, 2 (見つからない / nothing found).
    """
    text = " ".join(words)
    source = session.source(endpoint)
    found = matches(text, source, kind)
    if not found:
        raise UsageError(
            f"{text}: 見つかりません。語を短くするか、--kind を外してください。",
            f"{text}: nothing found. Use fewer or shorter words, or leave out --kind.",
        )
    hits = described(found[:limit], source)
    if form == "json":
        shown = [_to_json(hit, session.lang) for hit in hits]
        click.echo(json.dumps({"total": len(found), "hits": shown}, ensure_ascii=False, indent=2))
        return
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for title in (session.say("名称", "name"), session.say("種類", "kind"), session.say("市", "city"), "IRI"):
        table.add_column(title, overflow="fold")
    for hit in hits:
        name = label(hit.labels, session.lang)
        also = f" ({hit.matched})" if hit.matched not in hit.labels.values() else ""
        table.add_row(
            name + also, label(hit.kind_labels, session.lang), label(hit.city_labels, session.lang), shorten(hit.iri)
        )
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(table)
    left = len(found) - limit
    if left > 0:
        click.echo(session.say(f"ほか{left}件（--limit で増やせます）", f"{left} more (--limit shows more)"))


def _to_json(hit: Hit, lang: str) -> dict[str, str]:
    return {
        "iri": hit.iri,
        "kind": hit.kind,
        "label": label(hit.labels, lang),
        "matched": hit.matched,
        "city": label(hit.city_labels, lang),
    }
