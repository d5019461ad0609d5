"""``dxplan serve``."""

from __future__ import annotations

from pathlib import Path

import click

from dxplan.server.limits import Limits
from dxplan.session import Session

__all__ = ["serve"]

_DEFAULTS = Limits()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="待ち受けるアドレス / address to listen at")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True,
    help="ポート。0なら空いているもの / port; 0 takes a free one",
)  # fmt: skip
@click.option(
    "--site", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="「dxplan publish」の出力。なければ簡素なページ / what “dxplan publish” wrote; without it, plain pages",
)  # fmt: skip
@click.option(
    "--timeout", metavar="SECONDS", type=click.FloatRange(min=0, min_open=True), default=_DEFAULTS.seconds,
    show_default=True, help="問合せの制限時間 / seconds that a query may take",
)  # fmt: skip
@click.option(
    "--rows", type=click.IntRange(min=1), default=_DEFAULTS.rows, show_default=True,
    help="答えの行数の上限 / rows that an answer may have",
)  # fmt: skip
@click.option(
    "--memory", metavar="MIB", type=click.IntRange(min=64), default=_DEFAULTS.memory >> 20, show_default=True,
    help="一つの問合せのメモリの上限 / memory that a query may take",
)  # fmt: skip
@click.option(
    "--workers", type=click.IntRange(min=1), default=_DEFAULTS.workers, show_default=True,
    help="同時に実行する問合せの数 / queries that run at once",
)  # fmt: skip
@click.option("--access-log", is_flag=True, help="要求ごとに一行記録する / log a line for each request")
@click.pass_obj
def serve(
    session: Session,
    host: str,
    port: int,
    site: Path | None,
    timeout: float,
    rows: int,
    memory: int,
    workers: int,
    access_log: bool,
) -> None:
    """ページ、データ、SPARQLエンドポイントを公開する / serve pages, data and the SPARQL endpoint.

    ストアが作り直されると、止まらずに新しいものへ移る / a newly built store is taken up without a pause.
    終了コード / exit codes: 0 (SIGTERM、SIGINT), 2 (使えないアドレスやポート / address or port that cannot be used),
    3 (ストアがない / no store yet).
    """
    from dxplan.server import running  # the server takes long to load

    limits = Limits(seconds=timeout, rows=rows, memory=memory << 20, workers=workers)
    folder = session.snapshot().path.parent
    with running.listen(host, port) as bound:
        address = running.address(bound)

        def ready() -> None:
            click.echo(
                session.say(f"{address} で公開しています（Ctrl-C で終了）", f"Serving at {address} (Ctrl-C ends)")
            )

        running.serve(bound, folder, session.project.queries, site, limits, ready, access_log=access_log)
