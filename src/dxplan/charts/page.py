"""A chart as one page of HTML that needs nothing else: the drawing, the answer as a table, and the query."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import pyoxigraph as ox

from dxplan.charts.reader import Reader

__all__ = ["page"]

_STYLE = """
body { font: 16px/1.6 system-ui, sans-serif; color: #222; background: #fff; margin: 2rem auto; max-width: 75rem;
  padding: 0 1rem; }
h1 { font-size: 1.3rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
dt { color: #5f5f5f; }
dd { margin: 0; }
figure { margin: 1.5rem 0; overflow-x: auto; }
svg { max-width: 100%; height: auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .85rem; }
caption { text-align: left; font-weight: bold; padding: .4rem 0; }
th, td { border: 1px solid #bbb; padding: .25rem .5rem; text-align: left; vertical-align: top; }
th { background: #f3f3f3; }
td.number { text-align: right; }
pre { white-space: pre-wrap; background: #f3f3f3; padding: 1rem; font-size: .8rem; }
a { color: #00558a; }
@media print { body { margin: 0; max-width: none; } details:not([open]) { display: none; } tr { break-inside: avoid; } }
""".strip()


def page(
    reader: Reader, title: str, description: str, parameters: Iterable[tuple[str, str]], drawn: str, query: str
) -> str:
    """Return the page, in ``reader.lang``.

    :param drawn: the drawing as an ``svg`` element.
    :param query: the query as it was run; without one, the page has none.
    """
    asked = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in parameters)
    shown = [name for name in reader.answer.columns if not _is_beside(name, reader.answer.columns)]
    heads = "".join(f'<th scope="col">{escape(reader.heading(name))}</th>' for name in shown)
    lines = "\n".join(f"<tr>{''.join(_cell(reader, row, name) for name in shown)}</tr>" for row in reader)
    caption = reader.say(f"答え（{len(reader)}行）", f"Answer ({len(reader)} row{'s' * (len(reader) != 1)})")
    told = reader.say("この答えを出した問合せ（SPARQL）", "The query that gave this answer (SPARQL)")
    body = f"""<h1>{escape(title)}</h1>
<p>{escape(description)}</p>
{f"<dl>{asked}</dl>" if asked else ""}
<figure>
{drawn}</figure>
<div class="scroll">
<table>
<caption>{escape(caption)}</caption>
<thead><tr>{heads}</tr></thead>
<tbody>
{lines}
</tbody>
</table>
</div>
{f"<details><summary>{escape(told)}</summary><pre>{escape(query)}</pre></details>" if query else ""}"""
    return f"""<!DOCTYPE html>
<html lang="{reader.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>
{_STYLE}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def _is_beside(name: str, columns: list[str]) -> bool:
    return name.endswith("Label") and name.removesuffix("Label") in columns


def _cell(reader: Reader, row: int, column: str) -> str:
    term = reader.term(row, column)
    label = escape(reader.label(row, column))
    if isinstance(term, ox.NamedNode):
        if not term.value.startswith(("http://", "https://")):  # nothing that a browser would run
            return f"<td>{label}</td>"
        return f'<td><a href="{escape(term.value)}">{label}</a></td>'
    if isinstance(term, ox.Literal) and term.datatype.value.rsplit("#", 1)[-1] in ("integer", "decimal", "double"):
        return f'<td class="number">{label}</td>'
    return f"<td>{label}</td>"
