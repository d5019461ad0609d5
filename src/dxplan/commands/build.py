"""``dxplan build`` and ``dxplan status``."""

from __future__ import annotations

import click

from dxplan import store
from dxplan.commands.check import report
from dxplan.commands.options import workers_options
from dxplan.session import Session
from dxplan.working.workers import Workers

__all__ = ["build", "status"]


@click.command()
@click.option(
    "--check", "checked", is_flag=True, help="先に検査し、違反があれば作らない / check first; stop at violations"
)
@workers_options
@click.pass_context
def build(ctx: click.Context, checked: bool, workers: Workers) -> None:
    """読み、推論し、ストアを作る / read, infer and write the store.

    終了コード / exit codes: 0, 1 (--check で違反 / violations with --check), 3 (読めない入力 / unreadable input),
    4 (規則の誤り / broken rules), 5 (届かないクラスタ / no cluster), 6 (失われたプロセス / lost processes).
    """
    session: Session = ctx.obj
    if checked:
        found = report(session, (), workers)
        click.echo(found.summary(session.lang))
        if found.reaches("violation"):
            click.echo(
                session.say(
                    "ストアは作りませんでした。違反は「dxplan check --engine sparql」で見られます。",
                    "The store was not built. “dxplan check --engine sparql” shows the violations.",
                ),
                err=True,
            )
            ctx.exit(1)
    snapshot = session.built(workers)
    m = snapshot.manifest
    if snapshot.is_new:
        click.echo(session.say("ストアを作りました: ", "Built the store: ") + _contents(session, m))
    else:
        click.echo(
            session.say("入力に変わりはなく、ストアはそのままです: ", "Nothing changed, the store stays: ")
            + _contents(session, m)
        )


def _contents(session: Session, m: store.Manifest) -> str:
    return session.say(
        f"計画{m.plans}、報告{m.reports}、トリプル{m.triples:,}、推論{m.inferred:,}",
        f"{m.plans} plans, {m.reports} reports, {m.triples:,} triples, {m.inferred:,} inferred",
    )


@click.command()
@click.pass_obj
def status(session: Session) -> None:
    """何が入っているかを一行で示す / tell in one line what there is."""
    snapshot = session.snapshot()
    counts = report(session, ()).counts()
    found = session.say(
        f"、指摘{sum(counts.values())}（違反{counts['violation']}、警告{counts['warning']}、情報{counts['info']}）",
        f", {sum(counts.values())} findings ({counts['violation']} violations, {counts['warning']} warnings, "
        f"{counts['info']} info)",
    )
    click.echo(_contents(session, snapshot.manifest) + found)
