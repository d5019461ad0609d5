"""``dxplan network``."""

from __future__ import annotations

from pathlib import Path

import click

from dxplan.asking.answers import FORMATS, render
from dxplan.commands.options import form_option
from dxplan.session import Session

__all__ = ["network_command"]


@click.command("network")
@click.option("--city", default="municipality:08236", show_default=True, help="市 / city")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="図のSVG / SVG file to draw")
@form_option(FORMATS)
@click.pass_obj
def network_command(session: Session, city: str, out: Path | None, form: str) -> None:
    """なければ止まる取組の多い順に担当課を並べる / rank divisions by what would stall without them."""
    from dxplan import network  # networkx takes time to load, which the other commands should not

    source = session.source(None)
    graph = network.build(source, network.city_iri(city, source), session.lang)
    answer = network.ranking(graph)
    click.echo(render(answer, form, network.headings(session.lang)), nl=False)
    if out is not None:
        network.draw(graph, out, session.lang)
        click.echo(session.say(f"図を {out} に書きました", f"Wrote the figure to {out}"), err=True)
