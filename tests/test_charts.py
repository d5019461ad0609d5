"""A chart shows what the answer says, all of it and nothing else, in both languages."""

from __future__ import annotations

import csv
import io
import itertools
import os
import re
import sys
import threading
import warnings
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from click.testing import Result

from dxplan.asking import charting
from dxplan.asking.answers import Answer, Headings, render
from dxplan.asking.charting import Declaration
from dxplan.asking.parameters import resolve
from dxplan.asking.questions import Question, headings, load
from dxplan.asking.sources import StoreSource
from dxplan.charts import bars, canvas, chart, divisions, letters, matrix, spread, targets, timeline
from dxplan.charts.frame import Body, framed
from dxplan.charts.reader import Reader, year_lines
from dxplan.charts.shapes import Box, Drawing, Text
from dxplan.errors import InputError, RulesError, UsageError
from dxplan.iris import BASE, PREFIXES

ROOT = Path(__file__).parent.parent
QUESTIONS = load(ROOT / "queries")
CHARTED = {name: question for name, question in QUESTIONS.items() if question.chart is not None}
SVG = "{http://www.w3.org/2000/svg}"

XSD = PREFIXES["xsd"]


def term(value: object) -> ox.NamedNode | ox.Literal | None:
    """An IRI of ours from a prefixed key, a number, or a text."""
    if value is None:
        return None
    if isinstance(value, str) and value.startswith(("fy/", "def#", "city/", "item/", "stage/", "division/")):
        return ox.NamedNode(BASE + value)
    return ox.Literal(value)  # type: ignore[arg-type]


def answer(columns: str, *rows: tuple[object, ...]) -> Answer:
    return Answer(columns.split(), [tuple(map(term, row)) for row in rows])


def reader_of(found: Answer, lang: str = "en", **words: str) -> Reader:
    return Reader(found, Headings(words=words), lang)


def asked(source: StoreSource, name: str, lang: str = "en", **given: str) -> Reader:
    question = QUESTIONS[name]
    values = {p.name: resolve(p, given[p.name], source) for p in question.parameters if p.name in given}
    found = question.ask(source, values, lang)
    return Reader(found, headings(question, found, source, lang), lang)


def told(name: str) -> Declaration:
    found = QUESTIONS[name].chart
    assert found is not None
    return found


def drawn(source: StoreSource, name: str, lang: str, **given: str) -> Drawing:
    rows = asked(source, name, lang, **given)
    return chart.draw(QUESTIONS[name], rows.answer, rows.headings, lang)


# ---- Every chart ----


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("name", CHARTED)
def test_every_chart_is_drawn_with_every_letter(name: str, lang: str, source: StoreSource) -> None:
    rows = asked(source, name, lang)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        element = chart.svg(QUESTIONS[name], rows.answer, rows.headings, lang, [("a", "b")])
    root = ET.fromstring(element)
    assert root.tag == SVG + "svg"
    assert root.get("role") == "img"
    title, desc = root[0], root[1]
    assert (title.tag, desc.tag) == (SVG + "title", SVG + "desc")
    assert title.text == QUESTIONS[name].summary(lang)
    assert desc.text
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert root.get("lang") == lang
    assert not root.findall(f".//{SVG}text"), "letters are outlines, so that no font is needed"
    drawing = chart.draw(QUESTIONS[name], rows.answer, rows.headings, lang)
    marked = [g for g in root.iter(SVG + "g") if "-row-" in g.get("id", "")]
    assert [g[0].text for g in marked] == drawing.tips()
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))


def overlapping(drawing: Drawing) -> list[tuple[str, str]]:
    """Lines of text that lie upon each other."""
    places = []
    for shape in drawing.shapes:
        if isinstance(shape, Text):
            wide = letters.width(shape.text, shape.size)
            left = shape.x - {"left": 0.0, "center": wide / 2, "right": wide}[shape.align]
            half = shape.size * 0.45
            places.append((left, shape.y - half, left + wide, shape.y + half, shape.text))
    return [
        (a[4], b[4])
        for a, b in itertools.combinations(places, 2)
        if a[0] < b[2] - 0.5 and b[0] < a[2] - 0.5 and a[1] < b[3] - 0.5 and b[1] < a[3] - 0.5
    ]


CASES = [
    *((name, lang, {}) for name in CHARTED for lang in ("ja", "en")),
    *(("timeline-of-city", lang, {"city": city}) for lang in ("ja", "en") for city in ("08205", "08221", "08236")),
    *(("timeline-of-topic", "en", {"topic": topic}) for topic in ("denshi-shinsei", "ai", "telework")),
    ("first-year-of-each-stage", "en", {"topic": "ai"}),
    ("spread-of-topic", "en", {"topic": "denshi-shinsei"}),
    ("national-coverage-matrix", "ja", {"version": "national:1.0"}),
    ("topics-lacking-in-city", "ja", {"city": "08236"}),
]


@pytest.mark.parametrize(
    ("name", "lang", "given"), CASES, ids=lambda v: v if isinstance(v, str) else ",".join(v.values())
)
def test_no_text_lies_upon_another_or_beyond_the_sheet(
    name: str, lang: str, given: dict[str, str], source: StoreSource
) -> None:
    drawing = drawn(source, name, lang, **given)
    assert overlapping(drawing) == []
    for shape in drawing.shapes:
        if isinstance(shape, Text):
            wide = letters.width(shape.text, shape.size)
            left = shape.x - {"left": 0.0, "center": wide / 2, "right": wide}[shape.align]
            assert left >= 0, shape.text
            assert left + wide <= drawing.width, shape.text
            assert 0 < shape.y < drawing.height


@pytest.mark.parametrize("name", CHARTED)
def test_a_chart_holds_every_row_of_its_answer(name: str, source: StoreSource) -> None:
    rows = asked(source, name)
    number = len(drawn(source, name, "en").tips())
    parts = told(name)
    if parts.kind == "bars":
        model = bars.read(rows, parts)
        assert sum(len(found) for panel in model.panels for found in panel.bars.values()) == len(
            parts.columns("values")
        ) * (len(rows) - model.left_out)
    elif parts.kind == "network":
        graphs = [each.graph for each in divisions.read(rows, parts)]
        assert number == sum(len(graph) + graph.size() for graph in graphs)
    else:
        assert number == len(rows)


def test_declarations_name_columns_of_their_answers() -> None:
    for name, question in CHARTED.items():
        with (ROOT / "tests" / "queries" / f"{name}.csv").open(encoding="utf-8") as file:
            assert next(csv.reader(file)) == question.columns
    assert {told(name).kind for name in CHARTED} == set(charting.KINDS)


# ---- What is drawn ----


def test_the_matrix_is_the_answer(source: StoreSource) -> None:
    rows = asked(source, "national-coverage-matrix")
    found = matrix.read(rows, told("national-coverage-matrix"))
    assert list(found.columns.values()) == ["Ishioka City", "Hitachinaka City", "Itako City", "Omitama City"]
    assert len(found.rows) == 11
    printed = {key for key, cells in found.cells.items() if cells[0].mark == "full"}
    assert printed == {
        (rows.key(row, "nationalItem"), rows.key(row, "city")) for row in rows if rows.key(row, "standing") == "printed"
    }
    city, item = BASE + "municipality/08236", BASE + "national/2.0-9"
    assert found.cells[item, city] == (matrix.Cell("dash", "no such item in the version cited"),)
    assert found.cells[item, BASE + "municipality/08221"] == (matrix.Cell("cross", "none"),)


def test_not_in_the_plan_and_unknown_are_drawn_unlike() -> None:
    told_ = Declaration(
        "matrix", {"row": "a", "column": "b", "cell": "c", "marks": {"none": "cross", "unknown": "question"}}
    )
    found = matrix.read(reader_of(answer("a b c", ("x", "y", "none"), ("x", "z", "unknown"))), told_)
    drawing = framed(matrix.draw(found, reader_of(answer("a"))), "t")
    forms = {shape.tip: shape.form for shape in drawing.shapes if hasattr(shape, "form") and shape.tip}  # type: ignore[union-attr]
    assert forms == {"x × y: none": "cross", "x × z: unknown": "question"}


def test_a_matrix_of_numbers_has_its_rows_in_natural_order(source: StoreSource) -> None:
    rows = asked(source, "coverage-by-national-item")
    found = matrix.read(rows, told("coverage-by-national-item"))
    assert [key.rsplit("-", 1)[1] for key in found.rows] == [str(number) for number in range(1, 12)]
    numbers = {key: cells[0].number for key, cells in found.cells.items()}
    assert numbers == {
        (rows.key(row, "nationalItem"), rows.key(row, "city")): rows.number(row, "elements") for row in rows
    }


def test_an_empty_cell_is_explained() -> None:
    told_ = Declaration("matrix", {"row": "a", "column": "b", "cell": "c"})
    rows = reader_of(answer("a b c", ("x", "y", 1), ("z", "w", 2)))
    body = matrix.draw(matrix.read(rows, told_), rows)
    assert body.notes == ("An empty cell has no row in the answer.",)


def test_a_code_without_a_mark_is_told_of() -> None:
    told_ = Declaration("matrix", {"row": "a", "column": "b", "cell": "c", "marks": {"none": "cross"}})
    with pytest.raises(InputError, match="odd"):
        matrix.read(reader_of(answer("a b c", ("x", "y", "odd"))), told_)


def test_the_timeline_is_the_answer(source: StoreSource) -> None:
    rows = asked(source, "timeline-of-topic", "ja")
    found = timeline.read(rows, told("timeline-of-topic"))
    assert found.years == range(2021, 2027)
    spans = {
        (lane.group, span.first, span.last, span.series, span.open, span.told)
        for lane in found.lanes
        for span in lane.spans
    }
    assert spans == {
        (
            rows.label(row, "city"),
            rows.year(row, "from"),
            rows.year(row, "through"),
            rows.code(row, "stage") or "in-service",
            rows.key(row, "reading").endswith("Reconstructed"),
            rows.key(row, "printed"),
        )
        for row in rows
    }
    assert ("石岡市", 2021, None, "in-service", False, "") in spans
    assert ("小美玉市", 2024, 2026, "implement", False, "実施") in spans
    assert ("潮来市", 2023, 2023, "study", True, "事業の検討／実施計画の作成") in spans


def test_bars_stand_where_their_years_are(source: StoreSource) -> None:
    drawing = drawn(source, "timeline-of-topic", "en")
    boxes = {shape.tip: shape for shape in drawing.shapes if isinstance(shape, Box) and shape.tip}
    whole = next(box for tip, box in boxes.items() if "FY2024–FY2026" in tip)
    study = next(box for tip, box in boxes.items() if tip.startswith("Omitama") and "FY2022–FY2023" in tip)
    step = (whole.width + 2.4) / 3
    assert study.width + 2.4 == pytest.approx(2 * step)
    assert study.x + 2 * step == pytest.approx(whole.x)
    for tip, box in boxes.items():
        assert box.dashed is (box.hatch != "") is ("reconstructed" in tip)


def test_bars_never_lie_upon_each_other(source: StoreSource) -> None:
    for city in ("08205", "08221", "08223", "08236"):
        drawing = drawn(source, "timeline-of-city", "en", city=city)
        boxes = [shape for shape in drawing.shapes if isinstance(shape, Box) and shape.tip]
        for a, b in itertools.combinations(boxes, 2):
            apart = a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y
            assert apart, (a.tip, b.tip)


def test_phases_without_years_stand_beside_the_years(source: StoreSource) -> None:
    rows = asked(source, "timeline-of-city", city="08221")
    undated = sum(rows.year(row, "from") is None for row in rows)
    assert undated
    tips = drawn(source, "timeline-of-city", "en", city="08221").tips()
    assert sum("no year to read" in tip for tip in tips) == undated


def test_a_stage_has_one_colour_whatever_the_city(source: StoreSource) -> None:
    colours: dict[str, set[str]] = {}
    for city in ("08205", "08221", "08223", "08236"):
        for shape in drawn(source, "timeline-of-city", "en", city=city).shapes:
            if isinstance(shape, Box) and shape.tip and not shape.dashed:
                colours.setdefault(re.split(r": |, ", shape.tip)[-3 if "FY" in shape.tip else 0], set()).add(shape.fill)
    found = {name: fills for name, fills in colours.items() if name in ("Study", "Implementation", "Review")}
    assert len(found) == 3
    assert all(len(fills) == 1 for fills in found.values())


def test_the_national_deadline_is_a_line_at_the_end_of_its_year(source: StoreSource) -> None:
    rows = asked(source, "phases-after-national-deadline")
    found = timeline.read(rows, told("phases-after-national-deadline"))
    assert [(s.first, s.last, s.limit) for lane in found.lanes for s in lane.spans] == [
        (rows.year(row, "from"), rows.year(row, "through"), rows.year(row, "deadline")) for row in rows
    ]


def test_the_spread_is_the_answer(source: StoreSource) -> None:
    found = spread.read(asked(source, "spread-of-topic"), told("spread-of-topic"))
    assert found.years == [spread.Year(2021, 1, 1), spread.Year(2022, 1, 2), spread.Year(2023, 2, 4)]
    assert found.headings == ("fiscal year", "cities that begin", "cities so far")


def test_years_in_which_nothing_begins_keep_their_room() -> None:
    rows = reader_of(answer("y n t", ("fy/2009", 1, 1), ("fy/2012", 1, 2)))
    body = spread.draw(spread.read(rows, Declaration("spread", {"year": "y", "new": "n", "total": "t"})), rows)
    texts = {shape.text for shape in body.shapes if isinstance(shape, Text)}
    assert {"FY2009", "FY2010", "FY2011", "FY2012"} <= texts


def test_percentages_share_an_axis_and_other_units_have_their_own() -> None:
    parts = {"label": ["g", "l"], "target": "t", "observed": "o", "unit": "u"}
    rows = reader_of(
        answer(
            "g l t o u",
            ("G", "a", 90, 45, "%"),
            ("G", "b", 50, 100, "%"),
            ("G", "c", 300, 119, "件"),
            ("G", "d", 3, None, "課"),
        )
    )
    found = targets.read(rows, Declaration("targets", parts))
    assert found[0] == targets.Target("G", "a", 90, 45, "%")
    marks = [s for s in targets.draw(found, rows).shapes if getattr(s, "form", "") in ("diamond", "circle")]
    at = {(getattr(s, "form", ""), round(s.x - marks[0].x, 3)) for s in marks}  # type: ignore[union-attr]
    wide = marks[1].x - marks[0].x  # type: ignore[union-attr]
    assert wide == pytest.approx(290 * 0.45)
    assert ("diamond", round(290 * 0.05, 3)) in at  # 50 %, 5 points right of 45 %
    assert ("circle", round(290 * 0.55, 3)) in at  # 100 %
    assert ("circle", round(290 * (119 / 300 - 0.45), 3)) in at  # on its own scale
    assert len(marks) == 7


def test_targets_are_the_answer(source: StoreSource) -> None:
    rows = asked(source, "targets-and-observed-values")
    found = targets.read(rows, told("targets-and-observed-values"))
    assert [(t.target, t.observed, t.unit) for t in found] == [
        (rows.number(row, "target"), rows.number(row, "observed"), rows.key(row, "unit")) for row in rows
    ]


def test_divisions_are_joined_by_what_they_share(source: StoreSource) -> None:
    rows = asked(source, "items-shared-by-divisions", "ja")
    found = {each.title: each.graph for each in divisions.read(rows, told("items-shared-by-divisions"))}
    assert set(found) == {"小美玉市", "ひたちなか市", "潮来市"}
    for title, graph in found.items():
        members: dict[str, set[str]] = {}
        for row in rows:
            if rows.label(row, "city") == title:
                members.setdefault(rows.key(row, "item"), set()).add(rows.key(row, "division"))
        pairs = Counter(pair for each in members.values() for pair in itertools.combinations(sorted(each), 2))
        assert {tuple(sorted(edge)): len(shared) for *edge, shared in graph.edges(data="shared")} == pairs


def test_bars_are_the_answer(source: StoreSource) -> None:
    rows = asked(source, "actions-by-stage-and-year")
    model = bars.read(rows, told("actions-by-stage-and-year"))
    (panel,) = model.panels
    assert model.stacked
    assert [(bar.series, bar.number) for found in panel.bars.values() for bar in found] == [
        (rows.key(row, "printed"), rows.number(row, "count")) for row in rows
    ]
    assert next(label for (label,) in panel.labels.values()) == "FY2022 (Reiwa 4)"


def test_rows_that_are_not_drawn_are_told_of(source: StoreSource) -> None:
    rows = asked(source, "topics-by-number-of-cities")
    model = bars.read(rows, told("topics-by-number-of-cities"))
    assert model.left_out == len(rows) - 40
    assert f"The first 40 of {len(rows)} rows of the answer are drawn." in bars.draw(model, rows).notes


def test_a_bar_is_as_long_as_its_number() -> None:
    rows = reader_of(answer("l n m", ("a", 10, 0), ("b", 5, 2)))
    model = bars.read(rows, Declaration("bars", {"label": "l", "values": ["n", "m"]}))
    body = bars.draw(model, rows)
    long = {s.tip: s.width for s in body.shapes if isinstance(s, Box) and s.tip}
    assert long["a: n 10"] == pytest.approx(2 * long["b: n 5"]) == pytest.approx(5 * long["b: m 2"])
    assert "a: m 0" not in long
    assert body.notes == ("What is 0 has no bar.",)


def test_a_number_below_zero_is_refused() -> None:
    with pytest.raises(InputError, match="below zero"):
        bars.read(reader_of(answer("l n", ("a", -1))), Declaration("bars", {"label": "l", "values": "n"}))


def test_years_are_named_as_their_labels_are(source: StoreSource) -> None:
    labels = source.select(
        f"SELECT ?y ?l WHERE {{ ?f a <{PREFIXES['dx']}FiscalYear> ; <{PREFIXES['dx']}year> ?y ; <{PREFIXES['rdfs']}label> ?l }}"
    )
    assert len(labels.rows) == 82
    for year, label in labels.rows:
        assert isinstance(year, ox.Literal) and isinstance(label, ox.Literal)
        first, second = year_lines(int(year.value), label.language or "")
        assert label.value == (f"{first}（{second}年度）" if label.language == "ja" else f"{first} ({second})")


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("matrix", {"row": "a", "column": "a", "cell": "a"}), ("timeline", {"lane": "a", "from": "a"}),
        ("spread", {"year": "a", "new": "a", "total": "a"}), ("bars", {"label": "a", "values": "a"}),
        ("targets", {"label": "a", "target": "a", "observed": "a", "unit": "a"}), ("network", {"node": "a", "shared": "a"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("found", [answer("a"), answer("a", (None,))])
def test_nothing_to_draw_is_told(kind: str, parts: dict[str, str], found: Answer) -> None:
    question = Question(Path("x.rq"), "", {"summary": "s", "summary_en": "s"})
    question.__dict__["chart"] = Declaration(kind, parts)
    with pytest.raises(UsageError, match="nothing to draw"):
        chart.draw(question, found, Headings(), "en")


def test_a_column_that_is_no_year_or_number_is_told_of() -> None:
    rows = reader_of(answer("a", ("many",)))
    with pytest.raises(InputError, match="must be a number"):
        rows.number(0, "a")
    with pytest.raises(InputError, match="must be a fiscal year"):
        rows.year(0, "a")


# ---- Letters ----


def test_lines_fit_and_japanese_breaks_where_it_may() -> None:
    text = "「優先的にオンライン化を推進すべき」とする手続、その他"
    for room in range(30, 200, 7):
        lines = letters.wrap(text, 8, room, 9)
        assert "".join(lines).replace("…", "") == text[: len("".join(lines).replace("…", ""))]
        assert all(letters.width(line, 8) <= room for line in lines)
        assert not any(line[0] in "、。」ーィ" for line in lines[1:])
    assert letters.wrap("Putting administrative procedures online", 8, 90, 3) == [
        "Putting administrative", "procedures online",
    ]  # fmt: skip


def test_what_does_not_fit_is_abridged() -> None:
    (line,) = letters.wrap("一二三四五六七八九十", 10, 55, 1)
    assert line == "一二三四…"
    assert letters.wrap("", 8, 50) == [""]


def test_variants_and_control_characters_are_drawn_plainly() -> None:
    assert letters.plain("葛\U000e0100城市\u200b\n\tか\u3099") == "葛城市 が"


def test_a_letter_that_no_font_has_is_never_drawn_as_a_box() -> None:
    drawing = framed(Body(100, 10, (Text(0, 5, "\U0001f1ef\U00020089"),)), "t")
    for draw in (lambda: canvas.svg(drawing, "x", "t", "ja"), lambda: canvas.png(drawing)):
        with pytest.raises(InputError, match="lack a letter"):
            draw()


def test_drawing_leaves_the_settings_of_the_library_as_they_were() -> None:
    import matplotlib as mpl

    letters.font_files.cache_clear()
    before = dict(mpl.rcParams)
    canvas.png(framed(Body(10, 10, ()), "t"))
    assert dict(mpl.rcParams) == before


# ---- Files ----


@pytest.mark.parametrize("ending", chart.ENDINGS)
def test_the_same_answer_gives_the_same_bytes(ending: str, source: StoreSource, tmp_path: Path) -> None:
    rows = asked(source, "timeline-of-topic", "ja")
    written = []
    for name in ("a", "b"):
        path = tmp_path / (name + ending)
        chart.write(path, QUESTIONS["timeline-of-topic"], rows.answer, rows.headings, "ja", [("主題", "x")], "SELECT")
        written.append(path.read_bytes())
    assert written[0] == written[1]
    assert b"matplotlib.org" not in written[0]


def test_png_is_a_picture_that_is_not_blank(source: StoreSource, tmp_path: Path) -> None:
    from matplotlib.image import imread

    rows = asked(source, "spread-of-topic", "ja")
    path = tmp_path / "x.PNG"
    chart.write(path, QUESTIONS["spread-of-topic"], rows.answer, rows.headings, "ja")
    pixels = imread(path, format="png")
    drawing = chart.draw(QUESTIONS["spread-of-topic"], rows.answer, rows.headings, "ja")
    assert pixels.shape[1] == pytest.approx(drawing.width * 2, abs=1)
    assert pixels.shape[0] == pytest.approx(drawing.height * 2, abs=1)
    assert pixels.min() < 0.3
    assert pixels.max() == 1.0
    assert {line.split(b"\0")[0] for line in re.findall(rb"tEXt([^\0]+\0)", path.read_bytes())} == set()


class Page(HTMLParser):
    """Counts elements and collects attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def test_html_holds_the_chart_the_answer_and_the_query_and_asks_for_nothing(
    run: Callable[..., Result], built: Path, tmp_path: Path
) -> None:
    path = tmp_path / "x.html"
    result = run(
        "--root", built, "--lang", "en", "ask", "timeline-of-topic", "--topic", "ai", "--format", "csv", "--chart", path
    )
    assert result.exit_code == 0, result.stderr
    assert f"Wrote the chart to {path}" in result.stderr
    rows = list(csv.reader(io.StringIO(result.stdout)))
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    assert ("html", "lang", "en") in page.attributes
    assert page.tags["svg"] == page.tags["table"] == page.tags["h1"] == page.tags["details"] == 1
    assert page.tags["tr"] == len(rows)
    assert not page.tags["script"] and not page.tags["link"] and not page.tags["img"] and not page.tags["iframe"]
    assert "Use of AI" in text
    assert "VALUES ?topic { &lt;https://w3id.org/dxplan/topic/ai&gt; }" in text
    assert {name for tag, name, value in page.attributes if "://" in value} == {"href", "xmlns", "xmlns:xlink"}
    assert all(value.startswith(BASE) for tag, name, value in page.attributes if tag == "a" and name == "href")
    assert not re.search(r"url\((?!#)|@import|\son\w+=", text)


NASTY = '<script>alert("x")</script> & $a_1$ --> ]]>'


@pytest.mark.parametrize("ending", [".svg", ".html"])
def test_labels_are_text_and_nothing_else(ending: str, tmp_path: Path) -> None:
    head = {"summary": NASTY, "summary_en": NASTY, "description": NASTY, "description_en": NASTY}
    question = Question(Path("x.rq"), "", head)
    question.__dict__["chart"] = Declaration("bars", {"label": "a", "values": "n"})
    found = Answer(
        ["a", "n", "link"],
        [(ox.Literal(NASTY), ox.Literal(1), ox.NamedNode("javascript:alert(1)"))],
    )
    path = tmp_path / f"x{ending}"
    chart.write(path, question, found, Headings(columns={"a": NASTY}), "en", [(NASTY, NASTY)], NASTY)
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    assert not page.tags["script"]
    assert not any(value.startswith("javascript") for _, _, value in page.attributes)
    if ending == ".svg":
        root = ET.fromstring(text)
        assert root[0].text == NASTY


# ---- The command ----


def test_the_chart_is_written_beside_the_table(run: Callable[..., Result], built: Path, tmp_path: Path) -> None:
    plain = run("--root", built, "--lang", "ja", "ask", "spread-of-topic")
    result = run("--root", built, "--lang", "ja", "ask", "spread-of-topic", "--chart", tmp_path / "new" / "x.svg")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == plain.stdout
    assert "図を" in result.stderr
    root = ET.parse(tmp_path / "new" / "x.svg").getroot()
    assert len([g for g in root.iter(SVG + "g") if "-row-" in g.get("id", "")]) == 3


def test_the_answer_of_an_endpoint_is_drawn_too(
    run: Callable[..., Result], root: Path, source: StoreSource, tmp_path: Path
) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked_ = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            body = render(source.select(asked_["query"][0]), "json").encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        path = tmp_path / "x.svg"
        url = f"http://127.0.0.1:{server.server_port}/"
        result = run("--root", root, "--lang", "en", "ask", "spread-of-topic", "--endpoint", url, "--chart", path)
        server.shutdown()
    assert result.exit_code == 0, result.stderr
    rows = asked(source, "spread-of-topic")
    question = QUESTIONS["spread-of-topic"]
    local = chart.svg(question, rows.answer, rows.headings, "en", [("topic", "Counter without form-filling")])
    assert path.read_text(encoding="utf-8") == local


def test_only_questions_with_a_chart_offer_one(run: Callable[..., Result], built: Path, tmp_path: Path) -> None:
    assert "--chart FILE" in run("--root", built, "ask", "spread-of-topic", "--help").stdout
    assert "--chart" not in run("--root", built, "ask", "errata-of-document", "--help").stdout
    result = run("--root", built, "--lang", "en", "ask", "errata-of-document", "--chart", tmp_path / "x.svg")
    assert result.exit_code == 2
    assert all(name in result.stderr for name in CHARTED)
    assert not list(tmp_path.iterdir())


def test_another_ending_is_refused(run: Callable[..., Result], built: Path, tmp_path: Path) -> None:
    for name in ("x.pdf", "x", "svg"):
        result = run("--root", built, "--lang", "en", "ask", "spread-of-topic", "--chart", tmp_path / name)
        assert result.exit_code == 2
        assert ".svg, .png, .html" in result.stderr
    assert not list(tmp_path.iterdir())


def test_an_empty_answer_gives_no_file(run: Callable[..., Result], built: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.svg"
    path.write_text("old", encoding="utf-8")
    result = run("--root", built, "--lang", "en", "ask", "topics-lacking-in-city", "--minimum", "9", "--chart", path)
    assert result.exit_code == 2
    assert "nothing to draw" in result.stderr
    assert "0 rows" in result.stdout
    assert path.read_text(encoding="utf-8") == "old"


def test_a_file_that_cannot_be_written_leaves_the_old_one(
    run: Callable[..., Result], built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = run("--root", built, "--lang", "en", "ask", "spread-of-topic", "--chart", path)
    assert result.exit_code == 2
    assert "No space left on device" in result.stderr
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_a_file_is_told_of(run: Callable[..., Result], built: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("--root", built, "--lang", "en", "ask", "spread-of-topic", "--chart", tmp_path / "file" / "x.svg")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_without_the_library_it_is_told_what_to_install(
    run: Callable[..., Result], built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters.font_files.cache_clear()
    letters._fonts.cache_clear()
    letters._advance.cache_clear()
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    result = run("--root", built, "--lang", "en", "ask", "spread-of-topic", "--chart", tmp_path / "x.svg")
    assert result.exit_code == 2
    assert "pip install 'dxplan[charts]'" in result.stderr
    assert not list(tmp_path.iterdir())


# ---- Declarations ----

HEAD = """#+ summary: 何か
#+ summary_en: What?
#+ description: 説明。
#+ description_en: Told.
#+ tags: [x]
"""


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("matrix", "one of the kinds matrix, timeline"), ("{kind: pie}", "one of the kinds"), ("[]", "one of the kinds"),
        ("{kind: spread, year: a}", "give spread its new, total"),
        ("{kind: bars, label: a, values: b, colour: a}", "bars has no colour"),
        ("{kind: bars, label: a, values: c}", r"values must name columns of the question \(c\). They are: a, b"),
        ("{kind: bars, label: [], values: b}", "label must name columns"),
        ("{kind: bars, label: a, values: b, most: 0}", "most must be a whole number"),
        ("{kind: bars, label: a, values: b, most: true}", "most must be a whole number"),
        ("{kind: bars, label: a, values: b, stacked: 1}", "stacked must be true or false"),
        ("{kind: bars, label: a, values: b, order: a}", "order must be a list of codes"),
        ("{kind: matrix, row: [a], column: a, cell: b}", "row must name columns"),
        ("{kind: matrix, row: a, column: a, cell: b, marks: {x: star}}", "where a mark is one of full, ring"),
    ],
)  # fmt: skip
def test_a_declaration_that_cannot_be_drawn_is_told_of(written: str, wanted: str, tmp_path: Path) -> None:
    text = f"{HEAD}#+ chart: {written}\nSELECT ?a ?b WHERE {{ ?a ?p ?b }}"
    (tmp_path / "odd.rq").write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match=wanted) as told_of:
        load(tmp_path)
    assert str(tmp_path / "odd.rq") in str(told_of.value)


@pytest.mark.parametrize(("query", "wanted"), [("ASK {}", "SELECT"), ("SELECT ?a WHERE {", "is not closed")])
def test_a_chart_needs_columns(query: str, wanted: str, tmp_path: Path) -> None:
    (tmp_path / "odd.rq").write_text(f"{HEAD}#+ chart: {{kind: bars, label: a, values: b}}\n{query}", encoding="utf-8")
    with pytest.raises(RulesError, match=wanted):
        load(tmp_path)


def test_a_question_without_a_declaration_has_no_chart() -> None:
    assert QUESTIONS["errata-of-document"].chart is None
    with pytest.raises(UsageError, match="no chart"):
        chart.draw(QUESTIONS["errata-of-document"], answer("a"), Headings(), "en")


def test_the_code_names_no_question() -> None:
    for path in (ROOT / "src/dxplan/charts").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not [name for name in QUESTIONS if name in text], path.name
