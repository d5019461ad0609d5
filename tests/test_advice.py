"""What is said of slow queries is so, and the rewritten query means the same."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from dxplan.asking.advice import slow_parts

E = "http://e/"
TERMS = [ox.NamedNode(E + name) for name in "abcde"]
PROPERTIES = [ox.NamedNode(E + name) for name in "pqr"]
graphs = st.lists(st.tuples(st.sampled_from(TERMS), st.sampled_from(PROPERTIES), st.sampled_from(TERMS)), max_size=14)

#: Queries with what is to be done: MINUS, OPTIONAL, or nothing that we would dare.
QUERIES = [
    ("SELECT ?x { ?x :p ?y FILTER NOT EXISTS { ?x :q ?z . ?z :r ?w } }", "MINUS"),
    ("SELECT ?x { ?x :p ?y . FILTER NOT EXISTS { ?x :q/:r ?w } ?y :q ?v }", "MINUS"),
    ("SELECT ?x { ?x :p ?y FILTER NOT EXISTS { ?y :q ?x ; :r ?w } . ?y :q ?v }", "MINUS"),
    ("SELECT ?x { ?x :p ?y FILTER (NOT EXISTS { ?y :q ?x ; :r ?w }) ?y :q ?v . }", "MINUS"),
    ("SELECT * {\n  ?x :p ?y # so\n  FILTER NOT EXISTS {\n    ?y :q ?x ; :r ?w # and so\n  }\n  ?y :q ?v\n}", "MINUS"),
    ("SELECT ?x { ?x :p ?y { ?y :q ?x FILTER NOT EXISTS { ?x :r ?a . ?a :p ?b } } }", "MINUS"),
    ("SELECT ?x { { ?x :p ?y FILTER NOT EXISTS { ?x :r ?a . ?a :p ?b } } UNION { ?x :q ?y } }", "MINUS"),
    ("SELECT ?x { ?x :p ?y MINUS { ?x :q ?z FILTER NOT EXISTS { ?z :p ?a . ?a :q ?b } } }", "MINUS"),
    ("SELECT ?x { ?x :p ?y FILTER NOT EXISTS { ?x :q ?z . ?z :r ?w FILTER (?w != ?z) } }", "MINUS"),
    ("ASK { ?x :p ?y FILTER NOT EXISTS { ?x :q ?z . ?z :r ?w FILTER (?w != ?z) } }", "MINUS"),
    ("SELECT ?x { ?x :p ?y FILTER NOT EXISTS { ?x :q ?z . ?z :r ?w FILTER (?w = ?y) } }", "OPTIONAL"),
    ("SELECT ?found ?x { ?x :p ?found FILTER NOT EXISTS { ?x :q ?z ; :r ?w FILTER (?w = ?found || ?z = ?w) } }", "OPTIONAL"),
    ("SELECT * { ?x :p ?y FILTER NOT EXISTS { ?x :q ?z . ?z :r ?w FILTER (?w = ?y) } }", None),
    ("SELECT ?x { ?x :p ?y FILTER NOT EXISTS { ?a :q ?z . ?z :r ?w } }", None),  # nothing shared
    ("SELECT ?x { ?x :p ?y OPTIONAL { ?y :q ?z } FILTER NOT EXISTS { ?x :q ?a . ?a :r ?z } }", None),
    ("SELECT ?x { ?x :p ?y OPTIONAL { ?y :q ?z FILTER NOT EXISTS { ?z :q ?a . ?a :r ?x } } }", None),
    ("SELECT ?x { ?x :p ?y FILTER NOT EXISTS { ?x :q ?z OPTIONAL { ?z :r ?y } ?z :p ?z } }", None),
    ("SELECT ?x { ?x :p ?y FILTER NOT EXISTS { ?x :q ?z FILTER NOT EXISTS { ?z :q ?a . ?a :r ?b } } }", None),
    ("SELECT ?x { ?x :p ?y FILTER EXISTS { { ?y :q ?z FILTER NOT EXISTS { ?z :q ?a . ?a :r ?x } } } }", None),
    ("SELECT ?x { ?x :p ?y FILTER NOT EXISTS { { ?x :q ?z . ?z :r ?w } UNION { ?x :r ?w } } }", None),
]  # fmt: skip


def with_prefix(query: str) -> str:
    return f"PREFIX : <{E}>\n{query}"


def found(store: ox.Store, query: str) -> list[str]:
    result = store.query(query)
    if isinstance(result, ox.QueryBoolean):
        return [str(bool(result))]
    assert isinstance(result, ox.QuerySolutions)
    names = sorted(variable.value for variable in result.variables)
    return sorted(str([row[name] for name in names]) for row in result)


@pytest.mark.parametrize(("query", "way"), QUERIES)
def test_the_way_is_the_one_that_means_the_same(query: str, way: str | None) -> None:
    (part, *more) = slow_parts(with_prefix(query))
    assert len(more) == query.count("NOT EXISTS") - 1
    assert part.triples >= 2
    assert part.line == 2 + query.partition("NOT EXISTS")[0].count("\n")
    if way is None:
        assert part.rewritten is None
    else:
        assert part.rewritten is not None
        assert part.rewritten.count(way) == query.count(way) + 1
        assert slow_parts(part.rewritten) == []


@pytest.mark.parametrize("query", [query for query, way in QUERIES if way])
@given(quads=graphs)
def test_a_rewritten_query_has_the_same_answer(query: str, quads: list[tuple[ox.NamedNode, ...]]) -> None:
    rewritten = slow_parts(with_prefix(query))[0].rewritten
    assert rewritten is not None
    store = ox.Store()
    store.extend(ox.Quad(*quad) for quad in quads)
    assert found(store, rewritten) == found(store, with_prefix(query))


def test_rdflib_agrees_on_a_rewritten_query() -> None:
    graph = rdflib.Graph().parse(
        data="@prefix : <http://e/> . :a :p :b ; :q :c . :c :r :d . :b :p :c .", format="turtle"
    )
    query = with_prefix(QUERIES[0][0])
    rewritten = slow_parts(query)[0].rewritten
    assert rewritten is not None
    assert [tuple(row) for row in graph.query(query)] == [tuple(row) for row in graph.query(rewritten)]  # type: ignore[arg-type]
    assert len(list(graph.query(rewritten))) == 1


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x { ?x :p ?y FILTER NOT EXISTS { ?x :q ?z } }",  # one triple is quick
        "SELECT ?x { ?x :p ?y MINUS { ?x :q ?z . ?z :r ?w } }",
        'SELECT ?x { ?x :p "FILTER NOT EXISTS { ?a :b ?c . ?c :d ?e }" }',
        "SELECT ?x { ?x :p ?y } # FILTER NOT EXISTS { ?a :b ?c . ?c :d ?e }",
        "SELECT ?x { FILTER NOT EXISTS {",
        "",
    ],
)
def test_nothing_is_said_without_cause(query: str) -> None:
    assert slow_parts(with_prefix(query)) == []


def test_each_of_several_parts_is_told() -> None:
    query = with_prefix(
        "SELECT ?x {\n?x :p ?y\nFILTER NOT EXISTS { ?x :q ?z . ?z :r ?w }\nFILTER NOT EXISTS { ?y :q/:r/:p ?w } }"
    )
    assert [(part.line, part.triples) for part in slow_parts(query)] == [(4, 2), (5, 3)]
