"""The tables as CSV: what they hold is what the store holds, and what their metadata says is so."""

from __future__ import annotations

import csv
import io
import json
import warnings
from decimal import Decimal
from pathlib import Path

import csvw
import pyarrow.parquet as pq
import pyoxigraph as ox
import pytest

import dxplan
from dxplan.asking.sources import StoreSource
from dxplan.errors import InputError, UsageError
from dxplan.iris import BASE, DX
from dxplan.site import tables
from dxplan.site.columns import SEPARATOR, TABLES, Table


@pytest.fixture(scope="module")
def folder(source: StoreSource, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("tables")
    for (path, content), _ in tables.tables(source.store):
        (out / path).parent.mkdir(exist_ok=True)
        (out / path).write_bytes(content)
    return out


def _rows(folder: Path, name: str) -> dict[str, dict[str, str]]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["iri"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("name", [*(f"{table.name}.csv-metadata.json" for table in TABLES), "csv-metadata.json"])
def test_each_cell_fits_its_datatype_and_keys_hold(name: str, folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        read = csvw.CSVW(str(folder / "tables" / name), validate=True)
        assert read.is_valid
    for table in read.tables:
        assert table.check_primary_key()
        assert list(table.iterdicts(strict=True))


def test_a_broken_table_is_noticed(folder: Path, tmp_path: Path) -> None:
    """The check above is not empty."""
    for path in (folder / "tables").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    broken = tmp_path / "phases.csv"
    broken.write_text(broken.read_text(encoding="utf-8").replace(",2026,", ",later,", 1), encoding="utf-8")
    with pytest.raises(ValueError, match="through_year"):
        _ = csvw.CSVW(str(tmp_path / "phases.csv-metadata.json"), validate=True).is_valid


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_there_is_a_row_for_each_thing(table: Table, folder: Path, source: StoreSource) -> None:
    pattern = f"qb:dataSet {table.of}" if ":" in table.of else f"a <{DX}{table.of}>"
    found = source.select(f"SELECT DISTINCT ?x WHERE {{ ?x {pattern} }}").rows
    assert set(_rows(folder, table.name)) == {row[0].value for row in found if row[0] is not None}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_columns_are_named_in_both_languages_and_filled(table: Table, folder: Path) -> None:
    rows = _rows(folder, table.name)
    for column in table.columns:
        assert column.ja and column.en
        assert any(row[column.name] for row in rows.values()), f"{column.name} is empty in every row"
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))
    written = json.loads((folder / f"{table.path}-metadata.json").read_text(encoding="utf-8"))
    described = written["tables"][0] if "tables" in written else written
    assert [column["titles"]["und"] for column in described["tableSchema"]["columns"]] == names


def test_a_row_says_what_the_plan_says(folder: Path) -> None:
    item = _rows(folder, "elements")[BASE + "item/08236-2022-16"]
    assert item["role"] == "Item"
    assert item["notation"] == "16"
    assert item["label_ja"] == "書かない窓口の構築"
    assert item["municipality_ja"] == "小美玉市"
    assert item["plan"] == BASE + "plan/08236-2022"
    assert item["topic"].split(SEPARATOR) == [BASE + "topic/kakanai-madoguchi", BASE + "topic/one-stop-madoguchi"]
    assert len(item["topic_ja"].split(SEPARATOR)) == len(item["topic_en"].split(SEPARATOR)) == 2
    phase = _rows(folder, "phases")[BASE + "phase/08236-2022-16-1-2"]
    assert (phase["printed"], phase["from_year"], phase["through_year"]) == ("実施", "2024", "2026")
    figure = _rows(folder, "figures")[BASE + "figure/08236-2022-items"]
    assert (figure["value"], figure["unit"], figure["as_of"], figure["kind"]) == ("43", "件", "2022", "Stated")
    term = _rows(folder, "terms")[BASE + "term/08236-2022-RPA"]
    assert term["exact_topic"] == BASE + "topic/rpa"


def test_the_same_store_gives_the_same_bytes(source: StoreSource) -> None:
    assert tables.tables(source.store) == tables.tables(source.store)


def test_what_no_cell_can_hold_is_told() -> None:
    store = ox.Store()
    text = f"""
        @prefix dx: <{DX}> . @prefix fy: <{BASE}fy/> .
        <{BASE}phase/1> a dx:Phase ; dx:from fy:2022, fy:2023 .
    """
    store.load(text.encode(), format=ox.RdfFormat.TURTLE)
    (phases,) = (table for table in TABLES if table.name == "phases")
    with pytest.raises(InputError, match=r"phase/1>: dx:from has several values"):
        list(tables.rows(phases, store))


def test_a_reader_of_csv_finds_utf_8_without_a_mark(folder: Path) -> None:
    content = (folder / "tables/elements.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert next(csv.reader(io.StringIO(content.decode())))[0] == "iri"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_parquet_holds_what_csv_holds(table: Table, folder: Path) -> None:
    read = pq.read_table(folder / table.parquet).to_pylist()
    written = list(_rows(folder, table.name).values())
    assert [row["iri"] for row in read] == [row["iri"] for row in written]
    for row, texts in zip(read, written, strict=True):
        for column in table.columns:
            value, text = row[column.name], texts[column.name]
            if column.many:
                assert SEPARATOR.join(value) == text
            elif column.datatype == "integer":
                assert (value is None) == (text == "")
                assert value is None or (type(value) is int and str(value) == text)
            elif column.datatype == "boolean":
                assert value is {"": None, "true": True, "false": False}[text]
            elif column.datatype == "decimal":
                assert (value is None and not text) or value == Decimal(text)
            else:
                assert ("" if value is None else str(value)) == text


def test_a_table_of_python_has_numbers_and_says_what_is_missing(built: Path) -> None:
    graph = dxplan.open(built, lang="en")
    standings = graph.table("standings")
    assert standings.planned_from.dtype == "Int64"
    assert standings.planned_from.isna().sum() == (standings.standing != "Planned").sum()
    assert standings.attrs["title"] == "Standing of topics in cities"
    assert graph.table("coverage").linked_elements.sum() > 0
    with pytest.raises(UsageError, match="standings"):
        graph.table("standing")
