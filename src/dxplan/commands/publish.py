"""``dxplan publish``."""

from __future__ import annotations

from pathlib import Path

import click

from dxplan.errors import UsageError
from dxplan.iris import BASE
from dxplan.session import Session

__all__ = ["publish"]


@click.command()
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="サイトを書くフォルダ / folder to write the site to",
)
@click.option(
    "--base",
    default=BASE,
    show_default=True,
    metavar="URL",
    help="サイトを置くアドレス / address where the site is put",
)
@click.pass_obj
def publish(session: Session, out: Path, base: str) -> None:
    """サイトを書く。IRIごとのページとデータ / write the site: pages and data for every IRI.

    終了コード / exit codes: 0, 2 (使い方、書けないフォルダ / usage, a folder that cannot be written),
    3 (読めない入力 / unreadable input), 4 (規則の誤り / broken rules).
    """
    from dxplan.charts.letters import font_files
    from dxplan.site import publication  # templates and rules take a while to load
    from dxplan.site.composition import Composition

    address = publication.base_of(base)
    composition = Composition(session.project, session.corpus, session.built(), address)
    with session.progress(len(composition), "公開", "publishing") as advance:
        written = publication.publish(out, composition.producers(advance))
    click.echo(
        session.say(
            f"{out} に{written.files:,}ファイル（{written.size / 1e6:.1f} MB）を書きました",
            f"Wrote {written.files:,} files ({written.size / 1e6:.1f} MB) to {out}",
        )
    )
    try:
        font_files()
    except UsageError as missing:
        told = session.say("注意: 新しい図は含まれていません。", "Note: no new charts are included. ")
        click.echo(told + missing.text(session.lang), err=True)
    if not composition.has_sparql:
        click.echo(
            session.say(
                "注意: ページの中で動く SPARQL は含まれていません。"
                "チェックアウトで「make site」を実行すると加わります。",
                "Note: SPARQL in the page is not included. “make site” in a checkout adds it.",
            ),
            err=True,
        )
