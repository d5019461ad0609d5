"""The command line: its options and its commands."""

from __future__ import annotations

from pathlib import Path

import click

from dxplan import __version__
from dxplan.commands.ask import ask
from dxplan.commands.build import build, status
from dxplan.commands.check import check
from dxplan.commands.diff import diff
from dxplan.commands.find import find_command
from dxplan.commands.network import network_command
from dxplan.commands.publish import publish
from dxplan.commands.push import push
from dxplan.commands.query import query
from dxplan.commands.rules import rules
from dxplan.commands.serve import serve
from dxplan.commands.verify import verify
from dxplan.session import Commands, Session, default_language

__all__ = ["main"]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--root", type=click.Path(path_type=Path), help="プロジェクトのフォルダ / folder of the project")
@click.option("--lang", type=click.Choice(["ja", "en"]), help="表示の言語 / language of messages and labels")
@click.version_option(__version__, prog_name="dxplan")
@click.pass_context
def main(ctx: click.Context, root: Path | None, lang: str | None) -> None:
    """自治体DX計画のナレッジグラフ / the knowledge graph of Japanese municipal DX plans."""
    ctx.obj = Session(root, lang or default_language())


for command in (
    build,
    check,
    diff,
    ask,
    verify,
    find_command,
    query,
    network_command,
    rules,
    status,
    publish,
    serve,
    push,
):
    main.add_command(command)
