"""The knowledge graph for those who work in Python: ``dxplan.open()``."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from dxplan import building, store
from dxplan.asking.answers import Answer
from dxplan.asking.endpoint import Endpoint
from dxplan.asking.limits import LimitedSource
from dxplan.asking.parameters import resolve
from dxplan.asking.questions import Question, asked, headings, load
from dxplan.asking.rows import Rows, frame
from dxplan.asking.search import Hit, find
from dxplan.asking.sources import Source, StoreSource
from dxplan.corpus import Corpus
from dxplan.errors import UsageError
from dxplan.folding import nearest
from dxplan.project import Project, locate
from dxplan.session import default_language

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import rdflib

__all__ = ["Graph", "open_graph"]


def open_graph(root: str | Path | None, lang: str | None, endpoint: str | None, timeout: float) -> Graph:
    """Open the knowledge graph; see :func:`dxplan.open`."""
    chosen = lang or default_language()
    if chosen not in ("ja", "en"):
        raise UsageError(f"lang={chosen!r}: ja か en にしてください。", f"lang={chosen!r}: give ja or en.")
    return Graph(locate(None if root is None else Path(root)), chosen, endpoint, timeout)


class Graph:
    """The knowledge graph, to be asked; :func:`dxplan.open` returns it."""

    def __init__(self, project: Project, lang: str, endpoint: str | None, timeout: float) -> None:
        self.project = project
        self.lang = lang
        self._endpoint = endpoint
        self._timeout = timeout

    @cached_property
    def _snapshot(self) -> store.Snapshot:
        corpus = Corpus(self.project.root, self.project.fingerprints)
        return building.build(corpus, self.project.store, kept=self.project.parts)

    @cached_property
    def _source(self) -> Source:
        if self._endpoint is not None:
            return Endpoint(self._endpoint, self._timeout)
        return StoreSource(self._snapshot.open(), self._snapshot.answers)

    @cached_property
    def questions(self) -> dict[str, Question]:
        """The saved questions by name.

        >>> import dxplan
        >>> dxplan.open().questions["cities-without-topic"].summary("en")
        'Which cities have no plan to begin a topic by a given year?'
        """
        return load(self.project.queries)

    def ask(self, name: str, /, **parameters: str | int) -> Rows:
        """Answer a saved question.

        :param name: one of :attr:`questions`.
        :param parameters: its parameters, as in ``dxplan ask``: IRIs, prefixed names, keys or labels in any spelling;
            ``-`` in a name is ``_`` here.
        :raises UsageError: for an unknown name or value, with what comes near.

        >>> import dxplan
        >>> rows = dxplan.open(lang="en").ask("spread-of-topic", topic="RPA")
        >>> rows[0]
        {'fiscalYear': 'https://w3id.org/dxplan/fy/2020', 'newCities': 1, 'cities': 1}
        """
        question = self.questions.get(name)
        if question is None:
            near = nearest(name, self.questions) or list(self.questions)
            raise UsageError(
                f"{name}: そのような質問はありません。近いもの: {'、'.join(near)}",
                f"{name}: no such question. Did you mean: {', '.join(near)}?",
            )
        known = {parameter.option.replace("-", "_"): parameter for parameter in question.parameters}
        for given in parameters:
            if given not in known:
                raise UsageError(
                    f"{name}: パラメータ {given} はありません。あるもの: {'、'.join(known) or 'なし'}",
                    f"{name}: has no parameter {given}. It has: {', '.join(known) or 'none'}.",
                )
        values = {known[n].name: resolve(known[n], str(given), self._source) for n, given in parameters.items()}
        question.want_defaults(self._source, values)
        answer = question.ask(self._source, values, self.lang)
        shown = headings(question, answer, self._source, self.lang)

        def draw(path: Path) -> None:
            from dxplan.charts.chart import checked, write  # the drawing library takes long to load

            told = asked(question, values, self._source, self.lang)
            write(checked(path), question, answer, shown, self.lang, told, question.bound(values, self.lang))

        def state() -> str:
            from dxplan.asking.sentences import sentence  # templates take long to load

            return sentence(question, values, answer, shown, self._source, self.lang)

        return Rows(answer, shown, question.summary(self.lang), draw if question.chart else None, state)

    def query(self, sparql: str) -> Rows | bool | rdflib.Graph:
        """Run a SPARQL query: SELECT gives rows, ASK a truth value, CONSTRUCT and DESCRIBE a graph of rdflib.

        Well-known prefixes need no declaration.

        :raises UsageError: for text that is no query, with line and column.
        :raises EngineError: when it takes longer than the time limit.

        >>> import dxplan
        >>> graph = dxplan.open()
        >>> graph.query("ASK { ?plan a dx:Plan ; dx:municipality municipality:08236 }")
        True
        >>> len(graph.query("SELECT ?city { ?city a dx:Municipality }"))
        4
        """
        source = self._source if self._endpoint else LimitedSource(self._snapshot.path, self._timeout)
        outcome = source.run(sparql)
        if isinstance(outcome, Answer):
            return Rows(outcome, headings(None, outcome, self._source, self.lang))
        return outcome if isinstance(outcome, bool) else _rdflib_graph(outcome)

    def table(self, name: str) -> pd.DataFrame:
        """Return one of the tables that ``dxplan publish`` writes as a DataFrame of pandas, one row for each thing.

        :param name: ``standings`` (what the documents of each city say of each topic), ``coverage`` (of each national
            item), ``elements``, ``phases``, ``terms`` or ``figures``.
        :raises UsageError: for an unknown name, for an endpoint, or when pandas is not installed.

        >>> import dxplan
        >>> standings = dxplan.open().table("standings")
        >>> standings[standings.topic_ja == "RPA"].set_index("city_ja").standing["石岡市"]
        'Planned'
        """
        from dxplan.site import tables  # what pages need is not loaded by those who ask one question
        from dxplan.site.columns import TABLES

        known = {table.name: table for table in TABLES}
        if name not in known:
            raise UsageError(
                f"{name}: そのような表はありません。あるもの: {'、'.join(known)}",
                f"{name}: no such table. There are: {', '.join(known)}.",
            )
        if self._endpoint is not None:
            raise UsageError(
                "表は手元のストアから作ります。endpoint= を付けずに開いてください。",
                "Tables are made from a store here. Open without endpoint=.",
            )
        table = known[name]
        typed = tables.typed(table, tables.rows(table, self._snapshot.open()))
        # Of a column with an empty cell pandas would make floats; these types have a sign of their own for it.
        names = {"integer": "Int64", "boolean": "boolean"}
        types = {c.name: names[c.datatype] for c in table.columns if c.datatype in names and not c.many}
        return frame(typed, table.ja if self.lang == "ja" else table.en).astype(types)

    def find(self, text: str, kind: str | None = None) -> list[Hit]:
        """Return what carries a name that contains a text, best first.

        >>> import dxplan
        >>> dxplan.open().find("書かない窓口")[0].iri
        'https://w3id.org/dxplan/topic/kakanai-madoguchi'
        """
        return find(text, self._source, kind)

    def rdflib(self) -> rdflib.Dataset:
        """Return everything as a Dataset of rdflib, one named graph for each document and its inferences.

        >>> import dxplan
        >>> dataset = dxplan.open().rdflib()
        >>> plan = dataset.graph("https://w3id.org/dxplan/plan/08236-2022")
        >>> len(plan) > 5_000
        True
        """
        import rdflib

        dataset = rdflib.Dataset(default_union=True)
        dataset.parse(data=self._dump(), format="nquads")
        return dataset

    def _dump(self) -> bytes:
        if self._endpoint is None:
            dump = self._snapshot.open().dump(format=ox.RdfFormat.N_QUADS)
            assert dump is not None
            return dump
        rows = self._source.select("SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }").rows
        return "".join(f"{s} {p} {o} {g} .\n" for g, s, p, o in rows).encode()

    def networkx(self) -> nx.MultiDiGraph:
        """Return everything that joins two things of ours as a graph of networkx; nodes are IRIs.

        >>> import dxplan
        >>> graph = dxplan.open().networkx()
        >>> graph.nodes["https://w3id.org/dxplan/topic/rpa"]["label_ja"]
        'RPA'
        """
        from dxplan.network.graphs import whole

        return whole(self._source)


def _rdflib_graph(triples: list[ox.Triple]) -> rdflib.Graph:
    import rdflib

    from dxplan.iris import PREFIXES

    graph = rdflib.Graph()
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri)
    return graph.parse(data="".join(f"{triple} .\n" for triple in triples), format="nt")
