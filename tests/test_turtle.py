"""Lines are told as a real parser understands the text, and our files have one form."""

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from dxplan.canonical import canonical
from dxplan.turtle import Lines, statements

ROOT = Path(__file__).parent.parent
DATA = sorted((ROOT / "data").rglob("*.ttl"))
ALL = [*DATA, *sorted((ROOT / "ontology").glob("*.ttl")), *sorted((ROOT / "shapes").glob("*.ttl"))]


def as_graph(text: str) -> rdflib.Graph:
    """The graph as Oxigraph reads it."""
    lines = "".join(
        f"{t.subject} {t.predicate} {t.object} .\n" for t in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)
    )
    return rdflib.Graph().parse(data=lines, format="nt")


def told(text: str) -> rdflib.Graph:
    """The graph of what :func:`statements` tells."""
    lines = "".join(f"{s.subject} {s.predicate} {s.object} .\n" for s in statements(text))
    return rdflib.Graph().parse(data=lines, format="nt")


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.name)
def test_every_statement_of_our_files_is_told(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    read = {ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)}
    named = {t for t in read if isinstance(t.subject, ox.NamedNode) and not isinstance(t.object, ox.BlankNode)}
    ours = {ox.Triple(s.subject, s.predicate, s.object) for s in statements(text)}
    assert named <= ours
    assert len(ours) == len(read)


@pytest.mark.parametrize("path", DATA, ids=lambda p: p.name)
def test_data_is_in_canonical_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == canonical(text), f"run: dxplan format {path.name}"


TRICKY = '''@prefix a: <http://a/> .
PREFIX b: <http://b#>
@base <http://base/x/> .
# a comment with "quotes" and <brackets>
a:s a b:C ; # 犬
    a:p "x # not a comment", 'single', """long "quoted"
text""", 1, 2.5, -3e4, true, "v"@ja-JP, "7"^^a:t ;
    a:q <../up>, [ a:in ( 1 [ a:deep "d" ] ) ], _:node.1 ;;
    .
a:esc\\(1\\) a:p\\-q a:with.dot, a:%41 .
[] a:p "anonymous" .
[ a:p "alone" ] .
( a:x ) a:p () .
'''


def test_every_form_of_turtle_is_understood() -> None:
    assert isomorphic(told(TRICKY), as_graph(TRICKY))


#: The examples of https://www.rfc-editor.org/rfc/rfc3986#section-5.4, and what is easily resolved wrongly.
RELATIVE = [
    "g:h",
    "g",
    "./g",
    "g/",
    "/g",
    "//g",
    "?y",
    "g?y",
    "#s",
    "g#s",
    "g?y#s",
    ";x",
    "g;x",
    "g;x?y#s",
    ".",
    "./",
    "..",
    "../",
    "../g",
    "../..",
    "../../",
    "../../g",
    "../../../g",
    "../../../../g",
    "/./g",
    "/../g",
    "g.",
    ".g",
    "g..",
    "..g",
    "./../g",
    "./g/.",
    "g/./h",
    "g/../h",
    "g;x=1/./y",
    "g;x=1/../y",
    "g?y/./x",
    "g?y/../x",
    "g#s/./x",
    "g#s/../x",
    "//de//xyz",
    "/a//b/../c",
    "%7Eg",
]


@pytest.mark.parametrize(
    "base", ["http://a/b/c/d;p?q", "http://a/b/c/d;p?q#part", "https://w3id.org/dxplan/def#", "http://a"]
)
def test_relative_iris_are_resolved_as_the_parser_does(base: str) -> None:
    text = f"@base <{base}> .\n" + "".join(f"<{each}> <p> <{each}> .\n" for each in ["", *RELATIVE])
    read = [(q.subject, q.predicate, q.object) for q in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)]
    assert [(s.subject, s.predicate, s.object) for s in statements(text)] == read
    assert len(read) == 1 + len(RELATIVE) > 40


def test_lines_and_columns() -> None:
    lines = Lines(TRICKY)
    s = ox.NamedNode("http://a/s")
    assert lines.find(s) == (5, 1)
    assert lines.find(s, ox.NamedNode("http://a/p"), ox.Literal("single")) == (6, 30)
    assert lines.find(s, ox.NamedNode("http://a/q"), ox.NamedNode("http://base/up")) == (8, 9)
    assert lines.find(s, ox.NamedNode("http://a/absent")) == (5, 1)
    assert lines.find(ox.NamedNode("http://a/nobody")) is None


LITERALS = st.builds(
    rdflib.Literal, st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=20),
    lang=st.sampled_from([None, "ja", "en-GB"]),
)  # fmt: skip
IRIS = st.builds(lambda n: rdflib.URIRef(f"http://example.org/{n}"), st.text("abc-()20窓口・", min_size=1, max_size=8))
NODES = st.one_of(
    IRIS, LITERALS, st.integers().map(rdflib.Literal), st.builds(lambda n: rdflib.BNode(f"b{n}"), st.integers(0, 3))
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(IRIS, IRIS, NODES), min_size=1, max_size=12))
def test_whatever_rdflib_writes_is_told_statement_by_statement(
    triples: list[tuple[rdflib.URIRef, rdflib.URIRef, rdflib.term.Node]],
) -> None:
    graph = rdflib.Graph()
    for triple in triples:
        graph.add(triple)
    text = graph.serialize(format="turtle")
    read = set(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE))
    assert len(statements(text)) == len(read)


def test_canonical_form_keeps_comments_and_puts_things_in_order() -> None:
    text = """# head
@prefix z: <http://z/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dct: <http://purl.org/dc/terms/> .

# above
z:b dct:source z:d ; z:p 1, 2 ; # why two
  rdfs:label "b"@en, "ビー"@ja ; a z:C .
"""
    assert (
        canonical(text)
        == """# head

@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix z: <http://z/> .

# above
z:b
    a z:C ;
    rdfs:label "ビー"@ja ;
    rdfs:label "b"@en ;
    z:p 1 ;
    # why two
    z:p 2 ;
    dct:source z:d .
"""
    )


def test_blank_nodes_have_no_canonical_form() -> None:
    with pytest.raises(ValueError, match="Blank nodes"):
        canonical("@prefix a: <http://a/> .\na:s a:p [ a:q 1 ] .")
