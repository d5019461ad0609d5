"""Files are read whole or refused with their place and what to do."""

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import Result

from dxplan.corpus import Corpus
from dxplan.documents import read
from dxplan.errors import InputError
from dxplan.rdflib_terms import to_rdflib

PREFIX = b"@prefix a: <http://a/> .\n"
BAD = {
    "not-turtle.ttl": (b"hello world", "1:1", "Turtle"),
    "no-full-stop.ttl": (PREFIX + b"a:x a:y a:z\na:b a:c a:d .", "3:1", "「.」"),
    "unknown-prefix.ttl": (PREFIX + b"a:x b:y a:z .", "2:5", "@prefix"),
    "relative-iri.ttl": (PREFIX + b"a:x a:y <z> .", "2:9", "相対IRI"),
    "space-in-iri.ttl": (PREFIX + b"a:x a:y <http://a/ b> .", "2:9", "使えない文字"),
    "open-quote.ttl": (PREFIX + b'a:x a:y "open .\n', "2:9", "引用符"),
    "cp932.ttl": (PREFIX + 'a:x a:y "窓口" .'.encode("cp932"), "2:10", "CP932"),
    "utf16.ttl": ("a".encode("utf-16"), "1:1", "UTF-16"),
    "bom.ttl": (b"\xef\xbb\xbf" + PREFIX + b"a:x a:y a:z .", "1:1", "BOM"),
    "empty.ttl": (b"", "", "空です"),
    "only-prefixes.ttl": (PREFIX, "", "空です"),
    "long-line.ttl": (PREFIX + b'a:x a:y "' + b"x" * 1_000_000, "2:9", "引用符"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_with_place_and_advice(
    name: str, tmp_path: Path, root: Path, run: Callable[..., Result]
) -> None:
    content, place, advice = BAD[name]
    path = tmp_path / name
    path.write_bytes(content)
    result = run("--root", root, "--lang", "ja", "check", path)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert str(path) in result.stderr
    assert f"{path}:{place}" in result.stderr if place else True
    assert advice in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr) < 2_000


@pytest.mark.parametrize(("name", "words"), [("missing.ttl", "no such file"), (".", "is a folder")])
def test_what_is_no_file_is_refused(
    name: str, words: str, tmp_path: Path, root: Path, run: Callable[..., Result]
) -> None:
    result = run("--root", root, "--lang", "en", "check", tmp_path / name)
    assert result.exit_code == 3
    assert words in result.stderr


def test_the_message_shows_the_offending_text(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(PREFIX + b"a:x a:y nonsense .")
    with pytest.raises(InputError, match="nonsense"):
        read(path)


def test_every_folder_has_documents_with_graphs_of_their_own(corpus: Corpus) -> None:
    documents = [*corpus.shared, *corpus.own]
    assert len({d.graph for d in documents}) == len(documents)
    assert "https://w3id.org/dxplan/plan/08236-2022" in {d.graph for d in corpus.documents("plans")}


def test_paths_are_shown_from_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through links too, to folders and to files: where a file really is decides."""
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    for folder in (root / "data/plans", elsewhere):
        folder.mkdir(parents=True)
        (folder / "a.ttl").touch()
    (root / "linked").symlink_to(elsewhere)
    (root / "out.ttl").symlink_to(elsewhere / "a.ttl")
    (elsewhere / "in.ttl").symlink_to(root / "data/plans/a.ttl")
    (elsewhere / "back").symlink_to(root / "data")
    monkeypatch.chdir(root / "data")
    corpus = Corpus(Path(".."))
    shown = {
        root / "data/plans/a.ttl": "data/plans/a.ttl",
        Path("plans/a.ttl"): "data/plans/a.ttl",
        Path("../x.ttl"): "x.ttl",
        elsewhere / "in.ttl": "data/plans/a.ttl",
        elsewhere / "back/plans/a.ttl": "data/plans/a.ttl",
        elsewhere / "a.ttl": str(elsewhere / "a.ttl"),
        root / "out.ttl": str(root / "out.ttl"),
        root / "linked/a.ttl": str(root / "linked/a.ttl"),
        Path("../../elsewhere/a.ttl"): "../../elsewhere/a.ttl",
    }
    assert {path: corpus.relative(path) for path in shown} == shown


def test_a_report_is_read_with_its_plan(corpus: Corpus) -> None:
    (report,) = [d for d in corpus.documents("reports") if d.key == "08236-council-2024"]
    assert [d.key for d in corpus.context(report)] == ["08236-2022"]


def test_a_report_without_its_plan_is_refused(project: Path, run: Callable[..., Result]) -> None:
    (project / "data/plans/08236-2022.ttl").unlink()
    result = run("--root", project, "--lang", "en", "build")
    assert result.exit_code == 3
    assert "data/reports/08236-council-2024.ttl:" in result.stderr
    assert not (project / "build/store/CURRENT").exists()


def test_literals_keep_their_form_in_rdflib() -> None:
    text = b'@prefix a: <http://a/> . @prefix x: <http://www.w3.org/2001/XMLSchema#> .\na:s a:p "007"^^x:integer, "50.0"^^x:decimal, "plain", "v"@ja .'
    graph = to_rdflib(ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(text, format=ox.RdfFormat.TURTLE))
    assert {str(o) for o in graph.objects()} == {"007", "50.0", "plain", "v"}
    assert {getattr(o, "datatype", None) is None for o in graph.objects() if str(o) == "plain"} == {True}
