"""The command: ``python scripts/nation``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dxplan.errors import DxplanError
from dxplan.session import Session, default_language
from nation.municipalities import MOST
from nation.nation import write_nation

__all__ = ["main"]

_ROOT = Path(__file__).resolve().parents[2]


@click.command()
@click.option(
    "--plans",
    type=click.IntRange(1, MOST),
    required=True,
    help="計画の数。実在の四つが先に来る / number of plans, the four real ones first",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="書く先のフォルダ / folder to write",
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="同じ種からは同じ国ができる / a seed makes one nation"
)
@click.option(
    "--reports",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    metavar="RATE",
    help="一計画あたりの報告の数 / reports to a plan, on average",
)
@click.option("--lang", type=click.Choice(["ja", "en"]), help="言語（既定はロケール） / language (default: the locale)")
def main(plans: int, out: Path, seed: int, reports: float, lang: str | None) -> None:
    """合成した国を書く / write a synthetic nation.

    終了コード / exit codes: 0, 2 (書けないフォルダ / no folder to write to), 3 (読めない入力 / unreadable input).
    """
    session = Session(_ROOT, lang or default_language())
    try:
        with session.progress(plans, "作成", "making") as advance:
            write_nation(_ROOT, out, plans, seed, reports, advance)
    except DxplanError as error:
        click.echo(error.text(session.lang), err=True)
        sys.exit(error.exit_code)
