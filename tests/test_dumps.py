"""Everything in one file, for those who load it into a store of their own."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.corpus import Corpus
from dxplan.site import dumps
from dxplan.site.downloads import Download
from dxplan.site.files import File


@pytest.fixture(scope="module")
def made(source: StoreSource) -> list[tuple[File, Download]]:
    """The dumps of the store of the session."""
    return dumps.dumps(source.store)


def _unpacked(made: list[tuple[File, Download]], path: str) -> bytes:
    (content,) = (file[1] for file, _ in made if file[0] == path)
    return gzip.decompress(content)


def test_the_quads_are_those_of_the_store(source: StoreSource, made: list[tuple[File, Download]]) -> None:
    lines = _unpacked(made, dumps.NQUADS).decode().splitlines()
    assert len(lines) == len(set(lines)) == len(source.store)
    loaded = ox.Dataset(ox.parse("\n".join(lines).encode(), format=ox.RdfFormat.N_QUADS))
    asserted = ox.Dataset(source.store)
    for each in (loaded, asserted):
        each.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert loaded == asserted


def test_graphs_stand_one_after_the_other_and_are_sorted(made: list[tuple[File, Download]]) -> None:
    quads = list(ox.parse(_unpacked(made, dumps.NQUADS), format=ox.RdfFormat.N_QUADS))
    written = [(str(quad.graph_name), str(quad.triple)) for quad in quads if "_:" not in str(quad)]
    assert [graph for graph, _ in written] == sorted(graph for graph, _ in written)


def test_the_turtle_is_the_union_and_answers_the_questions(
    source: StoreSource, corpus: Corpus, made: list[tuple[File, Download]]
) -> None:
    """In a store that knows one graph only."""
    written = _unpacked(made, dumps.TURTLE)
    alone = ox.Store()
    alone.load(written, format=ox.RdfFormat.TURTLE)
    assert len(alone) == len({str(quad.triple) for quad in source.store if "_:" not in str(quad)}) + len(
        {quad for quad in source.store if "_:" in str(quad)}
    )
    question = load(corpus.root / "queries")["cities-without-topic"]
    assert question.ask(StoreSource(alone), {}) == question.ask(source, {})
    assert len(rdflib.Graph().parse(data=written, format="turtle")) == len(alone)


def test_the_same_data_gives_the_same_bytes(root: Path) -> None:
    """Blank nodes are named anew each time that a file is read; the dumps do not show it."""
    stores = [ox.Store(), ox.Store()]
    for each in stores:
        for document in Corpus(root).shared:
            each.extend(document.quads())
    assert {str(quad) for quad in stores[0]} != {str(quad) for quad in stores[1]}
    assert dumps.dumps(stores[0]) == dumps.dumps(stores[1])


def test_what_is_told_of_a_file_holds(made: list[tuple[File, Download]]) -> None:
    for (path, content), download in made:
        assert download.path == path
        assert download.size == len(content)
        assert download.sha256 == hashlib.sha256(content).hexdigest()
        assert content[4:8] == bytes(4), "gzip holds a time"
        assert download.title_ja and download.title_en
