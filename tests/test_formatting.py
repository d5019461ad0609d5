"""To format a file never changes what it says: it is written anew with the same graph, or left as it is and told."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from dxplan.cli import main
from dxplan.turtle_tokens import tokens

ROOT = Path(__file__).parent.parent
PLANS = sorted((ROOT / "data/plans").glob("*.ttl"))

HEAD = "@prefix dx: <https://w3id.org/dxplan/def#> .\n@prefix item: <https://w3id.org/dxplan/item/> .\n"


def run(*given: str | Path, lang: str = "en") -> Result:
    return CliRunner().invoke(main, ["--root", str(ROOT), "--lang", lang, "format", *map(str, given)])


def as_rdflib(raw: bytes) -> rdflib.Graph | None:
    """The graph as rdflib, which is not the parser that formats, reads it; None where that refuses it."""
    try:
        return rdflib.Graph().parse(data=raw, format="turtle", publicID="http://nowhere/")
    except Exception:
        return None


def damaged(text: str, rng: random.Random) -> str:
    """A text of which one or two tokens were left out, doubled, exchanged or replaced by others of the text."""
    pieces = [token.text for token in tokens(text)]
    for _ in range(rng.choice((1, 1, 2))):
        at, other = rng.randrange(len(pieces)), rng.randrange(len(pieces))
        match rng.randrange(4):
            case 0:
                del pieces[at]
            case 1:
                pieces.insert(at, pieces[at])
            case 2:
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case _:
                pieces[at] = pieces[other]
    return "".join(pieces)


def blocks(path: Path, rng: random.Random) -> str:
    """The directives of a plan and a few of its subjects: as much as a person edits, and quick to read."""
    head, *subjects = re.split(r"\n\n(?=\S)", path.read_text(encoding="utf-8"))
    directives = [line for line in "\n".join([head, *subjects[:2]]).splitlines() if line.startswith("@prefix")]
    return "\n".join(directives) + "\n\n" + "\n\n".join(rng.sample(subjects[2:], 6)) + "\n"


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_no_sequence_of_tokens_changes_what_a_file_says(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    rng = random.Random(seed)
    path = tmp_path_factory.getbasetemp() / "damaged.ttl"
    raw = damaged(blocks(rng.choice(PLANS), rng), rng).encode()
    path.write_bytes(raw)
    result = run(path)
    after = path.read_bytes()
    if result.exit_code == 3:
        assert after == raw
        assert re.match(rf"{re.escape(str(path))}:\d+:\d+: .", result.stderr)
    else:
        assert (result.exit_code, result.stderr) == (0, "")
        before = as_rdflib(raw)
        assert before is None or isomorphic(before, as_rdflib(after) or rdflib.Graph())
        # Once formatted it stays as it is.
        assert run(path, "--check").exit_code == 0


@pytest.mark.parametrize(
    "text",
    [
        HEAD + 'PREFIX x: <http://x/>\nx:s x:p "SPARQL writes prefixes so" .\n',
        HEAD + '@prefix # a comment\n x: # another\n <http://x/> # and one more\n .\nx:s x:p "1" .\n',
        HEAD + 'item:a dx:p """one\r\ntwo\rthree\n""" , \'\'\'four "five" \'\'\' ;;; .\r\n',
        HEAD
        + 'item:a a dx:Item ; dx:p 1, 1.0, 1e0, "1"^^<http://www.w3.org/2001/XMLSchema#integer>, true, "x"@ja-JP .',
        HEAD + "item:a dx:p item:b . # a comment that ends the file",
        HEAD + "item:a dx:p <https://w3id.org/dxplan/item/\\u3042>, item:%41, item:a\\-b .\n",
        HEAD + "item:a dx:p item:b, item:b ; dx:p item:b .\nitem:a dx:p item:c .\n",
    ],
)
def test_every_form_of_turtle_that_names_its_nodes_keeps_its_statements(tmp_path: Path, text: str) -> None:
    path = tmp_path / "one.ttl"
    path.write_bytes(text.encode())
    before = as_rdflib(text.encode())
    assert before is not None and len(before) > 0
    result = run(path)
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{path}\n", "")
    assert isomorphic(before, as_rdflib(path.read_bytes()) or rdflib.Graph())


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        (HEAD + "item:a a dx:Item\n    dx:p item:b .\n", ":4:5: ", "A dot is expected"),
        ("@base <http://x/> .\n<a> <p> <b> .\n", ":1:1: ", "@base"),
        ("BASE <http://x/>\n<a> <p> <b> .\n", ":1:1: ", "BASE"),
        ('VERSION "1.2"\n' + HEAD + "item:a a dx:Item .\n", ":1:1: ", "RDF 1.2"),
        (HEAD + "item:a a dx:Item ;\n    dx:p [ dx:q item:b ] .\n", ":4:10: ", "Give the node an IRI"),
        (HEAD + "item:a dx:p ( item:b ) .\n", ":3:13: ", "Give the node an IRI"),
        (HEAD + "_:a dx:p item:b .\n", ":3:1: ", "Give the node an IRI"),
        (HEAD + "item:a dx:p item:b .\n  @prefix item: <http://y/> .\nitem:a dx:p 1 .\n", ":4:3: ", "two IRIs"),
        (HEAD + "item:a dx:p item:b {| dx:q 1 |} .\n", ":3:20: ", "RDF 1.2"),
        (HEAD + "<< item:a dx:p item:b >> dx:q 1 .\n", ":3:1: ", "RDF 1.2"),
        (HEAD + "item:a dx:p <<( item:a dx:p item:b )>> .\n", ":3:13: ", "RDF 1.2"),
        (HEAD + "item:a dx:p item:b ~ item:c .\n", ":3:20: ", "RDF 1.2"),
        (HEAD + 'item:a dx:p "x"@ar--rtl .\n', ":3:16: ", "RDF 1.2"),
        ("\ufeff" + HEAD + "item:a a dx:Item .\n", ":1:1: ", "byte order mark"),
    ],
)
def test_what_has_no_form_is_told_with_its_place_and_left(tmp_path: Path, text: str, place: str, said: str) -> None:
    path, good = tmp_path / "one.ttl", tmp_path / "good.ttl"
    path.write_bytes(text.encode())
    good.write_text(HEAD + "item:a a dx:Item ; dx:p 1 .\n", encoding="utf-8")
    result = run(path, good)
    # The others are formatted nevertheless.
    assert (result.exit_code, result.stdout) == (3, f"{good}\n")
    assert result.stderr.startswith(f"{path}{place}") and said in result.stderr
    assert path.read_bytes() == text.encode()
    assert run(path, lang="ja").stderr.startswith(f"{path}{place}")
    if "RDF 1.2" in said:  # all that reads Turtle says the same of it
        for command in (["check", "--engine", engine] for engine in ("sparql", "pyshacl")):
            told = CliRunner().invoke(main, ["--root", str(ROOT), "--lang", "en", *command, str(path)])
            assert (told.exit_code, told.stderr) == (3, result.stderr)


def test_check_lists_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "one.ttl"
    path.write_text(HEAD + "item:a a dx:Item ; dx:p 1 .\n", encoding="utf-8")
    before = path.read_bytes()
    result = run("--check", path, *PLANS)
    assert (result.exit_code, result.stdout, result.stderr) == (1, f"{path}\n", "")
    assert path.read_bytes() == before
    assert run(path).exit_code == 0
    assert run("--check", path).exit_code == 0


def test_a_place_that_cannot_be_written_is_told_and_the_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: str | bytes) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "one.ttl"
    path.write_text(HEAD + "item:a a dx:Item ; dx:p 1 .\n", encoding="utf-8")
    before = path.read_bytes()
    monkeypatch.setattr("dxplan.commands.format.write_atomically", full)
    result = run(path)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith(f"{path}: cannot be written (No space left on device)")
    assert path.read_bytes() == before
