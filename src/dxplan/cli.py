"""The command line: its options and its commands."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from dxplan import __version__
from dxplan.memory import collect_rarely
from dxplan.output import let_readers_go
from dxplan.session import Commands, Session, default_language

__all__ = ["main"]

#: Where each command stands, in the order in which they are listed. A command is loaded when it is called: all of
#: them together take longer to load than some take to run.
COMMANDS = {
    "build": "build.build",
    "check": "check.check",
    "format": "format.format_command",
    "diff": "diff.diff",
    "ask": "ask.ask",
    "verify": "verify.verify",
    "find": "find.find_command",
    "query": "query.query",
    "network": "network.network_command",
    "rules": "rules.rules",
    "status": "build.status",
    "publish": "publish.publish",
    "serve": "serve.serve",
    "push": "push.push",
}


class _Loading(Commands):
    """A group whose commands are loaded one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(".")
        command: click.Command = getattr(import_module(f"dxplan.commands.{module}"), name)
        return command


@click.group(cls=_Loading, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--root", type=click.Path(path_type=Path), help="プロジェクトのフォルダ / folder of the project")
@click.option("--lang", type=click.Choice(["ja", "en"]), help="表示の言語 / language of messages and labels")
@click.version_option(__version__, prog_name="dxplan")
@click.pass_context
def main(ctx: click.Context, root: Path | None, lang: str | None) -> None:
    """自治体DX計画のナレッジグラフ / the knowledge graph of Japanese municipal DX plans."""
    collect_rarely()
    let_readers_go()
    ctx.obj = Session(root, lang or default_language())
