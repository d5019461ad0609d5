"""``dxplan check``, and the check that other commands tell of."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dxplan.checking import baseline
from dxplan.checking.check import ENGINES
from dxplan.checking.check import check as run_check
from dxplan.checking.evaluation import Compiled
from dxplan.checking.findings import SEVERITIES
from dxplan.checking.report import Report
from dxplan.checking.rules import RuleBook
from dxplan.commands.options import form_option, workers_options
from dxplan.corpus import File
from dxplan.documents import Document
from dxplan.errors import InputError, UsageError
from dxplan.kept import Kept
from dxplan.reporting.renderings import FORMS, Look, render
from dxplan.session import Session
from dxplan.working.workers import Workers
from dxplan.years import fiscal_year

if TYPE_CHECKING:  # takes time to load, which a check without a baseline need not
    from dxplan.checking.acceptances import Entry

__all__ = ["check", "report"]


@dataclass(frozen=True)
class _Checked:
    """A report before any baseline, and what is held against it.

    :param subjects: IRIs that the checked files describe; None when everything was checked.
    :param path: the file of what is accepted, None for none.
    :param entries: what it accepts.
    """

    report: Report
    subjects: Collection[str] | None
    path: Path | None
    entries: Sequence[Entry]

    def again(self) -> _Checked:
        """Return the same with the baseline as it stands now."""
        if self.path is None or not self.path.is_file():
            return self
        from dxplan.checking.acceptances import read

        return replace(self, entries=read(self.path, self.report.rules))

    def without_accepted(self, session: Session) -> Report:
        """Return the report without what the baseline accepts."""
        if self.path is None:
            return self.report
        shown = session.corpus.relative(self.path)
        return baseline.apply(self.report, self.entries, shown, date.today(), self.subjects)


def _run(
    session: Session, paths: tuple[Path, ...], known: Path | None, engine: str, workers: Workers | None = None
) -> _Checked:
    corpus = session.corpus
    book = RuleBook(corpus)
    entries: Sequence[Entry] = []
    if known is not None and known.is_file():
        Compiled.recall(book, Kept(session.project.findings))  # where the rules are known they need not be read
        from dxplan.checking.acceptances import read

        # A mistake in it is told before a long check.
        entries = read(known, [rule.id for rule in book.rules])
    documents = [corpus.document(path) for path in paths]
    files: Sequence[File | Document] = documents or corpus.files("reference", "national", "plans", "reports")
    with session.progress(len(files), "検査", "checking") as advance:
        found = run_check(files, corpus, book, engine, session.project.findings, advance, workers)
    corpus.save()
    subjects = frozenset[str]().union(*(document.subjects for document in documents)) if paths else None
    return _Checked(replace(found, book=book.rules), subjects, known, entries)


def report(session: Session, paths: tuple[Path, ...], workers: Workers | None = None) -> Report:
    """Check the given files, or everything where none is given, with the baseline of the project, in a few seconds."""
    return _run(session, paths, _baseline(session, None, False), "sparql", workers).without_accepted(session)


def _baseline(session: Session, named: Path | None, without: bool) -> Path | None:
    """Return the file of the baseline that counts, or None.

    :raises InputError: when the file that was named does not exist.
    """
    if without:
        return None
    if named is None:
        usual = session.project.own / baseline.DEFAULT
        return usual if usual.is_file() else None
    if not named.is_file():
        raise InputError(
            f"--baseline {named}: ファイルがありません。パスを確かめてください。",
            f"--baseline {named}: no such file. Check the path.",
        )
    return named


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@form_option(FORMS)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="violation",
    show_default=True,
    help="終了コード1にする重さ / severity that gives exit code 1",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="pyshacl",
    show_default=True,
    help="pySHACL か、同じ規則を多くの計画のために訳したもの / pySHACL, or the same rules compiled for many plans",
)
@click.option(
    "--all", "everything", is_flag=True, help="指摘と受入れをすべて見せる / show every finding and acceptance"
)
@click.option(
    "--baseline",
    "named",
    type=click.Path(path_type=Path, dir_okay=False),
    help="受け入れた指摘のファイル / file of accepted findings [default: baseline.yaml]",
)
@click.option("--no-baseline", is_flag=True, help="受入れを無視する / ignore what is accepted")
@click.option(
    "--accept",
    "reason",
    metavar="REASON",
    help="--fail-on 以上の指摘を理由とともに受け入れる / accept the findings at or above --fail-on, with this reason",
)
@click.option("--until", metavar="YEAR", help="受け入れる最後の年度 / last fiscal year of --accept")
@workers_options
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[Path, ...],
    form: str,
    fail_on: str,
    engine: str,
    everything: bool,
    named: Path | None,
    no_baseline: bool,
    reason: str | None,
    until: str | None,
    workers: Workers,
) -> None:
    """整合を検査する / check consistency. PATHS がなければ全部 / everything without PATHS.

    終了コード / exit codes: 0 なし / nothing, 1 指摘あり / findings, 2 使い方 / usage,
    3 読めない入力 / unreadable input, 4 規則の誤り / broken rules.
    """
    session: Session = ctx.obj
    _refuse_contradictions(named, no_baseline, reason, until)
    last = None if until is None else _last_year(until, date.today())
    if reason is None:
        found = _run(session, paths, _baseline(session, named, no_baseline), engine, workers).without_accepted(session)
    else:
        path = named or session.project.own / baseline.DEFAULT
        found = _accepting(session, _run(session, paths, path, engine, workers), path, fail_on, reason, last)
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")  # https://no-color.org
    click.echo(render(found, form, Look(session.lang, fail_on, everything, colour)), nl=False)
    click.echo()
    ctx.exit(1 if found.reaches(fail_on) else 0)


def _refuse_contradictions(named: Path | None, without: bool, reason: str | None, until: str | None) -> None:
    if without and (named is not None or reason is not None):
        raise UsageError(
            "--no-baseline は --baseline や --accept とともに使えません。どちらかにしてください。",
            "--no-baseline goes with neither --baseline nor --accept. Leave one out.",
        )
    if until is not None and reason is None:
        raise UsageError(
            "--until は --accept とともに使います。--accept に理由を書いてください。",
            "--until goes with --accept. Give --accept a reason.",
        )
    if reason is not None and not reason.strip():
        raise UsageError("--accept に理由を書いてください。", "Give --accept a reason.")


def _last_year(text: str, today: date) -> int:
    try:
        year = fiscal_year(text)
    except ValueError:
        raise UsageError(
            f"--until {text}: 年度として読めません。2026、R8、令和8年度 のように書いてください。",
            f"--until {text}: no fiscal year. Write it as 2026, R8 or 令和8年度.",
        ) from None
    if year < baseline.year_of(today):
        raise UsageError(
            f"--until {text}: もう過ぎた年度です。今年度以降にしてください。",
            f"--until {text}: is over. Name this fiscal year or a later one.",
        )
    return year


def _accepting(session: Session, checked: _Checked, path: Path, fail_on: str, reason: str, until: int | None) -> Report:
    """Write what is found into the baseline, tell how much, and return what is left."""
    from dxplan.checking.accepting import accept

    before = checked.without_accepted(session)
    chosen = [finding for finding in before.findings if finding.reaches(fail_on)]
    count = accept(path, chosen, reason, until, checked.report.rules)
    shown = session.corpus.relative(path)
    click.echo(
        session.say(f"{shown} に{count}件の受入れを書きました", f"Wrote {count} acceptances to {shown}")
        if count
        else session.say("受け入れる指摘はありません", "There is nothing to accept"),
        err=True,
    )
    return checked.again().without_accepted(session)
