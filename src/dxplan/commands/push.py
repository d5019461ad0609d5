"""``dxplan push``."""

from __future__ import annotations

import click

from dxplan.errors import UsageError
from dxplan.session import Session

__all__ = ["push"]


@click.command()
@click.option(
    "--endpoint", metavar="URL", required=True,
    help="送り先に尋ねるSPARQLエンドポイント / SPARQL endpoint by which the other store is asked",
)  # fmt: skip
@click.option("--graph-store", metavar="URL", help="Graph Store Protocol の送り先 / where it takes graphs")
@click.option("--update", metavar="URL", help="SPARQL Update の送り先 / where it takes updates")
@click.option(
    "--timeout", metavar="SECONDS", type=click.FloatRange(min=0, min_open=True), default=300, show_default=True,
    help="一つの要求を待つ秒数 / seconds that a request may take",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="送らずに、何を送るかを言う / tell what would be sent, and send nothing")
@click.pass_obj
def push(
    session: Session, endpoint: str, graph_store: str | None, update: str | None, timeout: float, dry_run: bool
) -> None:
    """ほかのSPARQLストアに、変わったグラフだけを送る / send the graphs that changed to another SPARQL store.

    利用者名と合言葉は環境変数 DXPLAN_PUSH_USER と DXPLAN_PUSH_PASSWORD、または DXPLAN_PUSH_TOKEN から読む /
    credentials are read from these environment variables.

    --graph-store はグラフを一つずつ一度に置き換える。--update は大きなグラフを分けて送り、その間は途中の状態が見える /
    --graph-store replaces each graph at once; --update sends a large one in pieces, which can be seen meanwhile.

    終了コード / exit codes: 0, 2 (誤った指定 / wrong usage), 3 (ストアがない / no store yet),
    5 (送り先が受け付けない / the other store does not take it).
    """
    from dxplan.pushing.push import apply, difference, is_union  # HTTP takes long to load
    from dxplan.pushing.remotes import Remote, credentials

    if (graph_store is None) == (update is None):
        raise UsageError(
            "--graph-store か --update のどちらか一つを指定してください。"
            "Oxigraph では …/store と …/update、Fuseki では …/data と …/update です。",
            "Give either --graph-store or --update. "
            "Oxigraph has them at …/store and …/update, Fuseki at …/data and …/update.",
        )
    opened = session.snapshot().open()
    with Remote.client_for(credentials(), timeout) as client:
        remote = Remote(endpoint, graph_store, update, client)
        change = difference(opened, remote)
        if dry_run:
            for iri in change.send:
                click.echo(f"+ {iri}")
            for iri in change.drop:
                click.echo(f"- {iri}")
            return
        with session.progress(len(change.send) + len(change.drop), "送信", "pushing") as advance:
            sent = apply(opened, remote, change, advance)
        click.echo(
            session.say(
                f"送ったグラフ{len(change.send)}（トリプル{sent:,}）、消したグラフ{len(change.drop)}、"
                f"そのままのグラフ{len(change.same)}",
                f"{len(change.send)} graphs sent ({sent:,} triples), {len(change.drop)} dropped, "
                f"{len(change.same)} unchanged",
            )
        )
        if not is_union(remote):
            note = session.say(
                "注意: 送り先の既定グラフが名前付きグラフの和ではないため、保存された質問に答えられません。"
                "oxigraph serve は --union-default-graph、Fuseki は tdb2:unionDefaultGraph true で動かしてください。",
                "Note: the default graph there is not the union of the named graphs, so it cannot answer the saved "
                "questions. Run oxigraph serve with --union-default-graph, Fuseki with tdb2:unionDefaultGraph true.",
            )
            click.echo(note, err=True)
