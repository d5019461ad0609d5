"""IRIs are made and taken apart in one place, and survive the way through Turtle and SPARQL."""

import doctest

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dxplan import folding, iris, years

NAMES = st.text(
    st.characters(codec="utf-8", categories=("L", "N"), include_characters="()・・-_.,:;!?&'*+$%#@~=/"),
    min_size=1,
    max_size=30,
)


@pytest.mark.parametrize("module", [iris, years, folding])
def test_examples_in_the_documentation(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted > 0
    assert result.failed == 0


@example("national", "1.0.0-3")
@example("topic", ".a..b.")
@given(st.sampled_from(iris.KINDS), NAMES)
def test_a_shortened_iri_means_the_same_in_turtle_and_sparql(kind: str, name: str) -> None:
    iri = iris.make(kind, "08236", iris.key_name(name))
    short = iris.shorten(iri)
    declared = "\n".join(f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in iris.PREFIXES.items())
    read = list(ox.parse(f"{declared}\n{short} a {short} .".encode(), format=ox.RdfFormat.TURTLE))
    assert read[0].subject == ox.NamedNode(iri)
    rows = ox.Store().query(f"SELECT ?x {{ VALUES ?x {{ {short} }} }}", prefixes=iris.PREFIXES)
    assert [row["x"] for row in rows] == [ox.NamedNode(iri)]


@given(st.sampled_from(iris.KINDS), NAMES)
def test_an_iri_is_taken_apart_into_what_it_was_made_of(kind: str, name: str) -> None:
    key = iris.key_name(name)
    assert iris.split(iris.make(kind, key)) == ((kind, key) if key else None)


def test_prefixed_names_expand() -> None:
    assert iris.expand(r"term:08236-2022-OODA\(ウーダループ\)").endswith("/term/08236-2022-OODA(ウーダループ)")
    with pytest.raises(KeyError):
        iris.expand("nowhere:x")


def test_iris_of_others_are_not_ours() -> None:
    assert iris.split("https://w3id.org/dxplan/def#Item") is None
    assert iris.split("http://example.org/item/1") is None


def test_graphs_are_named_by_folder_and_file() -> None:
    assert iris.graph_iri("plans", "08236-2022") == "https://w3id.org/dxplan/plan/08236-2022"
    assert iris.graph_iri("reports", "08236-council-2024") == "https://w3id.org/dxplan/document/08236-council-2024"
    assert iris.graph_iri("reference", "topics") == "https://w3id.org/dxplan/reference/topics"
    assert iris.inferred_graph("https://w3id.org/dxplan/plan/08236-2022").endswith("/plan/08236-2022#inferred")
