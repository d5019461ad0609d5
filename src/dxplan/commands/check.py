"""``dxplan check``, and the check that other commands tell of."""

from __future__ import annotations

from pathlib import Path

import click

from dxplan.check import check as run_check
from dxplan.documents import Document
from dxplan.findings import SEVERITIES, Report, as_json, as_text
from dxplan.rules import RuleBook
from dxplan.session import Session

__all__ = ["check", "report"]


def report(session: Session, paths: tuple[Path, ...]) -> Report:
    """Check the given files, or everything where none is given."""
    corpus = session.corpus
    book = RuleBook(corpus)
    documents: list[Document] = (
        [corpus.document(path) for path in paths]
        if paths
        else corpus.documents("reference", "national", "plans", "reports")
    )
    with session.progress(len(documents), "検査", "checking") as advance:
        return run_check(documents, corpus, book, session.root / "build" / "findings", advance)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="出力の形 / form of the output",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="violation",
    show_default=True,
    help="終了コード1にする重さ / severity that gives exit code 1",
)
@click.pass_context
def check(ctx: click.Context, paths: tuple[Path, ...], form: str, fail_on: str) -> None:
    """整合を検査する / check consistency. PATHS がなければ全部 / everything without PATHS.

    終了コード / exit codes: 0 なし / nothing, 1 指摘あり / findings, 2 使い方 / usage,
    3 読めない入力 / unreadable input, 4 規則の誤り / broken rules.
    """
    session: Session = ctx.obj
    found = report(session, paths)
    click.echo({"text": as_text, "json": as_json}[form](found, session.lang))
    ctx.exit(1 if found.reaches(fail_on) else 0)
