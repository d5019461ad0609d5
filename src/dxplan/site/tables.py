"""What the graph holds and its cubes as tables: CSV with metadata that other tools read, and Parquet.

One row for each thing, sorted by its IRI; several values of a cell stand in one, with
:data:`~dxplan.site.columns.SEPARATOR` between them. ``<table>.csv-metadata.json`` tells of every column what it is
called in Japanese and English, its datatype and the property that it stands for
(https://www.w3.org/TR/tabular-metadata/); ``csv-metadata.json`` tells of all tables.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from dxplan.errors import InputError
from dxplan.iris import DX, expand, key_of, split
from dxplan.site.columns import SEPARATOR, TABLES, Column, Shown, Table
from dxplan.site.downloads import Download
from dxplan.site.dumps import offer
from dxplan.site.files import File

__all__ = ["GROUP", "Value", "metadata", "parquet", "rows", "tables", "typed"]

#: What a cell holds once it is read.
Value = str | int | bool | Decimal | list[str] | None

#: Where the metadata of all tables stands; those who find none beside a table look here.
GROUP = "tables/csv-metadata.json"

_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_MEDIA_TYPE = "text/csv"
_PARQUET = "application/vnd.apache.parquet"
_BY_NAME = {table.name: table for table in TABLES}


def tables(store: ox.Store) -> list[tuple[File, Download | None]]:
    """Return each table with what a reader wants to know of it, and its metadata, which is no download of its own."""
    made: list[tuple[File, Download | None]] = []
    for table in TABLES:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")  # as RFC 4180 has it
        writer.writerow([column.name for column in table.columns])
        found = list(rows(table, store))
        writer.writerows(found)
        made.append(offer(table.path, out.getvalue().encode(), _MEDIA_TYPE, f"{table.ja}（CSV）", f"{table.en} (CSV)"))
        made.append(((f"{table.path}-metadata.json", _json(metadata(table))), None))
        told = f"{table.ja}（Parquet）", f"{table.en} (Parquet)"
        made.append(offer(table.parquet, parquet(typed(table, found)), _PARQUET, *told))
    made.append(((GROUP, _json(_group(list(TABLES)))), None))
    return made


def rows(table: Table, store: ox.Store) -> Iterator[list[str]]:
    """Yield the cells of each row.

    :raises InputError: for data against the rules, which a cell cannot hold.
    """
    member, whole = ("rdf:type", DX + table.of) if ":" not in table.of else ("qb:dataSet", expand(table.of))
    members = store.quads_for_pattern(None, ox.NamedNode(expand(member)), ox.NamedNode(whole))
    for iri in sorted({quad.subject.value for quad in members if isinstance(quad.subject, ox.NamedNode)}):
        yield [SEPARATOR.join(_cell(column, iri, store)) for column in table.columns]


def typed(table: Table, found: Iterable[Sequence[str]]) -> dict[str, list[Value]]:
    """Return the columns of a table with values of Python: numbers, truth values and lists, None for an empty cell.

    :param found: its rows, as :func:`rows` yields them.
    """
    cells = list(zip(*found, strict=True)) or [()] * len(table.columns)
    return {
        column.name: [_typed(column, text) for text in texts]
        for column, texts in zip(table.columns, cells, strict=True)
    }


def _typed(column: Column, text: str) -> Value:
    if column.many:
        return text.split(SEPARATOR) if text else []
    if not text:
        return None
    readers: dict[str, Callable[[str], Value]] = {
        "integer": int,
        "decimal": Decimal,
        "boolean": lambda written: written in ("true", "1"),
    }
    return readers.get(column.datatype, str)(text)


def parquet(columns: Mapping[str, Sequence[Value]]) -> bytes:
    """Return columns as a file of Parquet (https://parquet.apache.org/docs/)."""
    import pyarrow as pa  # takes long to load
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table({name: list(values) for name, values in columns.items()}), out)
    return out.getvalue()


def _cell(column: Column, iri: str, store: ox.Store) -> list[str]:
    found: list[ox.NamedNode | ox.Literal] = [ox.NamedNode(iri)]
    for step in column.path.split():
        found = [value for node in found if isinstance(node, ox.NamedNode) for value in _values(node, step, store)]
    if column.kind:
        found = [node for node in found if (split(node.value) or ("",))[0] == column.kind]
    if column.among:
        found = [node for node in found if node.value in {DX + name for name in column.among}]
    texts = [text for node in found if (text := _text(node, column.shown, store)) is not None]
    if len(texts) > 1 and not column.many:
        raise InputError(
            f"<{iri}>: {column.path} の値が複数あります。「dxplan check」を実行して直してください。",
            f"<{iri}>: {column.path} has several values. Run “dxplan check” and mend it.",
        )
    if column.many and any(SEPARATOR in text for text in texts):
        raise InputError(
            f"<{iri}>: {column.path} の値に「{SEPARATOR}」があり、表の区切りと紛れます。全角の「｜」で書いてください。",
            f"<{iri}>: a value of {column.path} holds “{SEPARATOR}”, which separates values in a table. Write “｜”.",
        )
    return texts


def _values(node: ox.NamedNode, step: str, store: ox.Store) -> list[ox.NamedNode | ox.Literal]:
    """Return the values of a property, each once, sorted: those of the columns of one list stand in one order."""
    quads = store.quads_for_pattern(node, ox.NamedNode(expand(step)), None)
    return sorted({quad.object for quad in quads if isinstance(quad.object, (ox.NamedNode, ox.Literal))}, key=str)


def _text(node: ox.NamedNode | ox.Literal, shown: Shown, store: ox.Store) -> str | None:
    if isinstance(node, ox.Literal):
        return node.value if node.language is None or node.language == shown else None
    if shown == "iri":
        return node.value
    if shown in ("ja", "en"):
        labels = _values(node, "rdfs:label", store)
        return next((each.value for each in labels if isinstance(each, ox.Literal) and each.language == shown), "")
    return key_of(node.value)


def metadata(table: Table) -> dict[str, Any]:
    """Return the metadata of a table, together with that of a table whose rows it names."""
    if table.foreign:
        return _group([table, _BY_NAME[table.foreign[1]]])
    return {"@context": _CONTEXT, **_described(table)}


_CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "ja"}]


def _group(members: list[Table]) -> dict[str, Any]:
    return {"@context": _CONTEXT, "tables": [_described(table) for table in members]}


def _described(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "aboutUrl": "{+iri}",
        "primaryKey": "iri",
        "columns": [_column(column) for column in table.columns],
    }
    if table.foreign:
        name, other = table.foreign
        reference = {"resource": f"{other}.csv", "columnReference": "iri"}
        schema["foreignKeys"] = [{"columnReference": name, "reference": reference}]
    return {
        "url": f"{table.name}.csv",
        "dc:title": [{"@value": table.ja, "@language": "ja"}, {"@value": table.en, "@language": "en"}],
        "dc:license": {"@id": _LICENCE},
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": schema,
    }


def _column(column: Column) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": column.name,
        # A header is matched with the titles; und is the sign for any language (tabular-metadata, 5.1.6).
        "titles": {"und": column.name, "ja": column.ja, "en": column.en},
        "datatype": column.datatype,
    }
    if " " not in column.path:  # a longer way is no property
        last = column.path or "dct:identifier"
        is_label = column.shown in ("ja", "en") and column.path not in _LITERALS
        told |= {"suppressOutput": True} if is_label or not column.path else {"propertyUrl": expand(last)}
    else:
        told["suppressOutput"] = True
    if column.shown in ("ja", "en"):
        told["lang"] = column.shown
    if column.datatype == "anyURI" and not column.many and "propertyUrl" in told:
        told["valueUrl"] = f"{{+{column.name}}}"
    if column.many:
        told["separator"] = SEPARATOR
    if column.required:
        told["required"] = True
    return told


_LITERALS = ("rdfs:label", "skos:altLabel", "skos:definition", "dct:description", "dx:population")


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
