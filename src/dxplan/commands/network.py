"""``dxplan network``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pyoxigraph as ox
from rich.console import Console
from rich.table import Table

from dxplan.asking.answers import FORMATS, render
from dxplan.asking.parameters import Parameter
from dxplan.commands.options import endpoint_option, form_option
from dxplan.errors import UsageError
from dxplan.folding import nearest
from dxplan.iris import shorten
from dxplan.session import Session

if TYPE_CHECKING:
    from dxplan.network.analyses import Analysis

__all__ = ["network_command"]


def _analyses() -> dict[str, Analysis]:
    from dxplan.network.analyses import analyses  # networkx takes time to load, which the other commands should not

    return analyses()


class _Analyses(click.Group):
    """One command for each analysis, its options made from the parameters."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_analyses())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        session = ctx.find_object(Session)
        assert session is not None
        known = _analyses()
        if cmd_name not in known:
            near = nearest(cmd_name, known) or list(known)
            raise UsageError(
                f"{cmd_name}: そのような分析はありません。近いもの: {'、'.join(near)}",
                f"{cmd_name}: no such analysis. Did you mean: {', '.join(near)}?",
            )
        return _analysis_command(known[cmd_name], session)


def _analysis_command(analysis: Analysis, session: Session) -> click.Command:
    def answer(form: str, endpoint: str | None, out: Path | None = None, **given: str | bool | None) -> None:
        source = session.source(endpoint)
        values: dict[str, ox.NamedNode | ox.Literal] = {}
        for parameter in analysis.parameters:
            text = given[parameter.option.replace("-", "_")]
            if isinstance(text, bool):
                values[parameter.name] = ox.Literal(text)
            elif text is not None:
                values[parameter.name] = analysis.value(parameter.name, text, source)
        found, headings, reading = analysis.run(source, values, session.lang)
        click.echo(render(found, form, headings), nl=False)
        # CSV and JSON are data and stay so.
        beside = form not in ("table", "md")
        click.echo(reading if beside else f"\n{reading}", err=beside)
        if out is not None:
            analysis.draw(source, values, out, session.lang)
            click.echo(session.say(f"図を {out} に書きました", f"Wrote the figure to {out}"), err=True)

    params = [_parameter(analysis, parameter, session.lang) for parameter in analysis.parameters]
    if analysis.drawable:
        params.append(
            click.Option(
                ["--out"],
                metavar="FILE.svg",
                type=click.Path(path_type=Path, dir_okay=False),
                help=session.say("図を描くSVGファイル", "SVG file to draw"),
            )
        )
    lang = session.lang
    command = click.Command(
        analysis.name,
        callback=answer,
        help=f"{analysis.title[lang]}\n\n{analysis.description[lang]}",
        short_help=analysis.title[lang],
        params=params,
    )
    return endpoint_option()(form_option(FORMATS)(command))  # type: ignore[no-any-return]


def _parameter(analysis: Analysis, parameter: Parameter, lang: str) -> click.Parameter:
    name = parameter.option.replace("-", "_")
    if parameter.name in analysis.positional:
        return click.Argument([name], metavar=parameter.name.upper())
    if isinstance(parameter.default, ox.Literal) and parameter.default.value in ("true", "false"):
        return click.Option([f"--{parameter.option}"], is_flag=True, help=parameter.help[lang])
    default = parameter.default
    told = shorten(default.value) if isinstance(default, ox.NamedNode) else default.value
    return click.Option([f"--{parameter.option}"], help=f"{parameter.help[lang]} [{told}]")


@click.group("network", cls=_Analyses, invoke_without_command=True)
@click.pass_context
def network_command(ctx: click.Context) -> None:
    """計画を網として分析する。名前がなければ分析の一覧 / run a network analysis; without a name, the catalogue."""
    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    table.add_column(session.say("名前", "name"), no_wrap=True)
    table.add_column(session.say("分析", "analysis"))
    for analysis in _analyses().values():
        table.add_row(analysis.name, analysis.title[session.lang])
    Console(width=None if sys.stdout.isatty() else 160).print(table)
