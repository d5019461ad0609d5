"""``dxplan build`` and ``dxplan status``."""

from __future__ import annotations

import click

from dxplan import store
from dxplan.commands.check import report
from dxplan.session import Session

__all__ = ["build", "status"]


@click.command()
@click.pass_obj
def build(session: Session) -> None:
    """読み、推論し、ストアを作る / read, infer and write the store.

    終了コード / exit codes: 0, 3 (読めない入力 / unreadable input), 4 (規則の誤り / broken rules).
    """
    snapshot = session.built()
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
