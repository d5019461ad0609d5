"""The site: every IRI has its page and data, every link leads somewhere, and what a page shows is what the graph says."""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import posixpath
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare
from filelock import FileLock
from rdflib.namespace import RDF, SH

from dxplan import folding, store
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.checking.check import check
from dxplan.checking.rules import RuleBook
from dxplan.corpus import Corpus
from dxplan.errors import InputError, UsageError
from dxplan.iris import BASE, DX, SHAPE, make
from dxplan.project import Project
from dxplan.site import publication
from dxplan.site.addresses import FORMS, address
from dxplan.site.composition import Composition
from dxplan.site.downloads import Download
from dxplan.site.files import File, safe_path
from dxplan.site.languages import JAPANESE, marked
from dxplan.site.material import Material
from dxplan.site.pages import Pages
from dxplan.site.rendering import Page, Renderer
from dxplan.site.sections.national import MARKS

ROOT = Path(__file__).parent.parent
ELSEWHERE = "https://example.org/dx/"
#: Attributes that hold words, and those that hold identifiers of other elements of the page.
READ_OUT = {"title", "placeholder", "aria-label", "alt", "content"}
NAMING = {"aria-labelledby", "aria-describedby", "for"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
LANGUAGES = (".html", ".en.html")
QUESTIONS = load(ROOT / "queries")


@dataclass
class Node:
    """An element of a page, with its text in order."""

    tag: str
    attrs: dict[str, str]
    parent: Node | None = None
    children: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def find(self, tag: str = "", **attrs: str) -> list[Node]:
        wanted = {name.replace("_", "-").strip("-"): value for name, value in attrs.items()}
        return [
            node
            for node in self.walk()
            if (not tag or node.tag == tag)
            and all(
                value in node.attrs.get(name, "").split() if name == "class" else node.attrs.get(name) == value
                for name, value in wanted.items()
            )
        ]

    def having(self, attr: str) -> list[Node]:
        return [node for node in self.walk() if attr in node.attrs]

    @property
    def text(self) -> str:
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    @property
    def lang(self) -> str:
        return self.attrs.get("lang", self.parent.lang if self.parent else "")


class Reader(HTMLParser):
    """Reads a page into nodes, and complains about tags that do not match."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.at = self.root
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(dict(attrs)) != len(attrs):
            self.wrong.append(f"<{tag}> has an attribute twice")
        node = Node(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(node)
        if tag not in VOID:
            self.at = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.at.tag != tag:
            self.wrong.append(f"</{tag}> in <{self.at.tag}>")
        if self.at.parent is not None:
            self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)

    def updatepos(self, i: int, j: int) -> int:
        """Count no lines: nobody asks for them, and there are a million tags."""
        return j


def read(path: Path) -> Node:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader.root


def material_of(corpus: Corpus, source: ox.Store, kept: Path | None = None) -> Material:
    return Material(corpus, source, ROOT / "queries", kept)


@pytest.fixture(scope="session")
def material(corpus: Corpus, snapshot: store.Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Material:
    return material_of(corpus, snapshot.open(), tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="session")
def site(published: Path) -> Path:
    return published


@pytest.fixture(scope="session")
def survey(site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What is wrong with any page, by demand; read once."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    kept = shared / "survey.json"
    with FileLock(shared / "survey.lock"):
        if not kept.exists():
            kept.write_text(json.dumps(_survey(site)), encoding="utf-8")
    return json.loads(kept.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _survey(site: Path) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    ids: dict[str, set[str]] = {}
    links: list[tuple[str, str]] = []
    files = {p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file()}

    def tell(demand: str, file: str, what: str) -> None:
        wrong.setdefault(demand, []).append(f"{file}: {what}")

    pages = sorted(each for each in files if each.endswith(".html"))
    wrong["pages"] = pages
    for file in pages:
        reader = Reader()
        reader.feed((site / file).read_text(encoding="utf-8"))
        root = reader.root
        for what in reader.wrong:
            tell("markup", file, what)
        nodes = list(root.walk())
        named = [node.attrs["id"] for node in nodes if "id" in node.attrs]
        ids[file] = set(named)
        for name, count in Counter(named).items():
            if count > 1:
                tell("ids", file, f"{name} {count} times")
        _look(file, nodes, ids[file], tell)
        for node in nodes:
            if node.tag == "a" and "href" in node.attrs:
                links.append((file, node.attrs["href"]))
            if node.tag == "form" and "action" in node.attrs:
                links.append((file, node.attrs["action"]))
            if node.tag in ("link", "script", "img", "source", "iframe", "object", "use"):
                target = node.attrs.get("src") or node.attrs.get("href", "")
                if node.tag == "link" and node.attrs.get("rel") in ("canonical", "alternate") and ":" in target:
                    continue
                if target.startswith("data:"):
                    continue
                if ":" in target or target.startswith("//"):
                    tell("requests", file, f"<{node.tag}> {target}")
                elif target and not target.startswith("#"):
                    links.append((file, target))
            if "url(" in node.attrs.get("style", "") and "url(#" not in node.attrs["style"]:
                tell("requests", file, node.attrs["style"])
    for file, target in links:
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            if parts.scheme not in ("http", "https"):
                tell("links", file, target)
            continue
        there = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(parts.path))) if parts.path else file
        if target.startswith("/") or there.startswith("..") or there not in files:
            tell("links", file, target)
        elif parts.fragment and there.endswith(".html") and unquote(parts.fragment) not in ids[there]:
            tell("anchors", file, target)
    return wrong


def _look(file: str, nodes: list[Node], ids: set[str], tell: object) -> None:
    assert callable(tell)
    levels = [int(n.tag[1]) for n in nodes if n.tag in HEADINGS]
    if levels.count(1) != 1 or levels[:1] != [1]:
        tell("headings", file, f"h1: {levels.count(1)}")
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            tell("headings", file, f"h{before} before h{after}")
    if [n.attrs.get("lang") for n in nodes if n.tag == "html"] != ["en" if file.endswith(".en.html") else "ja"]:
        tell("language", file, "lang of html")
    if [n.tag for n in nodes].count("main") != 1 or not any(n.tag == "title" and n.text.strip() for n in nodes):
        tell("landmarks", file, "main, title")
    english = file.endswith(".en.html")
    for node in nodes:
        if english and node.tag not in ("script", "style", "title", "desc"):
            for child in node.children:
                if isinstance(child, str) and JAPANESE.search(child) and node.lang != "ja":
                    tell("language", file, child.strip()[:60])
        for name in READ_OUT & node.attrs.keys():
            if english and JAPANESE.search(node.attrs[name]) and node.lang != "ja":
                tell("language", file, f"{name}={node.attrs[name][:60]}")
            if "<" in node.attrs[name]:
                tell("markup", file, f"{name}={node.attrs[name]}")
        if node.tag == "th" and node.attrs.get("scope") not in ("col", "row"):
            tell("tables", file, f"th {node.text[:40]}")
        if node.tag == "table" and not any(isinstance(c, Node) and c.tag == "caption" for c in node.children):
            tell("tables", file, "no caption")
        if "scroll" in node.attrs.get("class", "").split() and not {"tabindex", "role"} <= set(node.attrs):
            tell("landmarks", file, "a part that scrolls cannot be reached by keyboard")
        if node.tag == "img" and "alt" not in node.attrs:
            tell("alternatives", file, "img without alt")
        if node.tag == "svg" and not any(
            each in node.attrs for each in ("aria-label", "aria-labelledby", "aria-hidden")
        ):
            tell("alternatives", file, "svg without a name")
        if node.tag in ("input", "select") and not node.attrs.get("id"):
            tell("labels", file, f"{node.tag} without id")
        for name in NAMING & node.attrs.keys():
            for target in node.attrs[name].split():
                if target not in ids:
                    tell("labels", file, f"{name}={target}")
        if node.tag in ("a", "button") and not (node.text.strip() or any(i.attrs.get("alt") for i in node.find("img"))):
            tell("labels", file, f"empty {node.tag}")
        if any(name.startswith("on") for name in node.attrs):
            tell("markup", file, f"script in <{node.tag}>")


@pytest.mark.parametrize(
    "demand",
    [
        "markup",
        "ids",
        "headings",
        "landmarks",
        "language",
        "tables",
        "alternatives",
        "labels",
        "links",
        "anchors",
        "requests",
    ],
)
def test_every_page(demand: str, survey: dict[str, list[str]]) -> None:
    assert len(survey["pages"]) > 4_000
    assert survey.get(demand, []) == []


def test_the_survey_sees_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "a.en.html").write_text(
        """<!DOCTYPE html><html lang="en"><head><title>A</title><link rel="stylesheet" href="https://e.org/a.css"></head>
        <body><main><h1 id="x">日本語</h1><h3 id="x">B</h3><table><tr><th>C</th></tr></table><img src="b.png">
        <svg></svg><a href="gone.html">D</a><a href="#gone">E</a><p aria-labelledby="y"></main></body></html>""",
        encoding="utf-8",
    )
    demands = {
        "ids",
        "headings",
        "language",
        "tables",
        "alternatives",
        "labels",
        "links",
        "anchors",
        "requests",
        "markup",
    }
    assert demands <= set(_survey(tmp_path))


def test_every_iri_has_its_files(site: Path, material: Material) -> None:
    subjects = material.descriptions.subjects
    assert len(subjects) > 2_000
    assert [at + form for at in subjects for form in FORMS if not (site / (at + form)).is_file()] == []
    assert all((site / f"shape{form}").is_file() for form in FORMS)


def test_data_are_what_the_graph_says(site: Path, material: Material) -> None:
    for iri in (
        make("item", "08236-2022-16"),
        make("topic", "rpa"),
        make("term", "08236-2022-OODA(ウーダループ)"),
        BASE,
    ):
        at = address(iri)
        expected = set(material.descriptions.about(iri))
        for suffix, form in ((".ttl", ox.RdfFormat.TURTLE), (".jsonld", ox.RdfFormat.JSON_LD)):
            found = {quad.triple for quad in ox.parse((site / f"{at}{suffix}").read_bytes(), format=form)}
            assert found == expected, f"{at}{suffix}"


def test_style_asks_for_nothing_elsewhere_and_letters_stand_out(site: Path) -> None:
    style = (site / "assets/site.css").read_text(encoding="utf-8")
    assert "@import" not in style and "url(" not in style
    script = (site / "assets/search.js").read_text(encoding="utf-8")
    assert "http" not in script and len(script.splitlines()) <= 200
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block)) for block in style.split(":root {")[1:3])
    grounds = ("ground", "panel", "note", "study", "pilot", "implement", "expand", "review", "none")
    for colours in (light, dark):
        for text in ("text", "quiet", "link", "visited"):
            for ground in ("ground", "panel") if text in ("link", "visited", "quiet") else grounds:
                assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
        assert _contrast(colours["on-accent"], colours["accent"]) >= 4.5
        assert _contrast(colours["focus"], colours["ground"]) >= 3


def _contrast(one: str, other: str) -> float:
    """Return the contrast of https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""

    def light(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(2 * d for d in colour[1:])
        parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_both_languages_say_as_much(site: Path) -> None:
    drawn = ("use", "g", "defs", "path")  # the letters of a chart, of which one language needs more
    for page in sorted(site.rglob("*.en.html"))[::40]:
        other = page.with_name(page.name.replace(".en.html", ".html"))
        shapes = [[n.tag for n in read(path).walk() if n.tag not in ("span", "meta", *drawn)] for path in (page, other)]
        assert abs(len(shapes[0]) - len(shapes[1])) <= 0.1 * len(shapes[0]), page


def test_a_page_knows_its_other_forms(site: Path) -> None:
    root = read(site / "item/08236-2022-16.en.html")
    links = {
        (n.attrs["rel"], n.attrs.get("hreflang", n.attrs.get("type", ""))): n.attrs["href"] for n in root.find("link")
    }
    at = BASE + "item/08236-2022-16"
    assert links["canonical", ""] == at + ".en.html"
    assert (links["alternate", "ja"], links["alternate", "en"]) == (at + ".html", at + ".en.html")
    assert links["alternate", "text/turtle"] == "08236-2022-16.ttl"
    assert links["alternate", "application/ld+json"] == "08236-2022-16.jsonld"
    (switch,) = root.find("a", class_="switch")
    assert (switch.attrs["href"], switch.attrs["hreflang"], switch.attrs["lang"]) == ("08236-2022-16.html", "ja", "ja")


def test_an_item_shows_what_the_graph_says_of_it(site: Path, source: StoreSource) -> None:
    item = make("item", "08236-2022-16")
    action = make("action", "08236-2022-16-1")

    def values(thing: str, path: str) -> set[str]:
        return {
            row[0].value for row in source.select(f"SELECT ?o {{ <{thing}> {path} ?o }}").rows if row[0] is not None
        }

    for suffix in LANGUAGES:
        root = read(site / f"item/08236-2022-16{suffix}")
        assert {n.attrs["data-owner"] for n in root.having("data-owner")} == values(item, "dx:responsibleDivision")
        assert {n.attrs["data-scope"] for n in root.having("data-scope")} == values(item, "dx:scope")
        grounds = {(n.attrs["data-national"], n.attrs["data-ground"]) for n in root.having("data-national")}
        assert grounds == {(each, "read") for each in values(item, "dx:addressesAsRead")} != set()
        (table,) = root.find("table", class_="phases")
        rows = [n for n in table.find("tr") if "data-phase" in n.attrs]
        assert {n.attrs["data-phase"] for n in rows} == values(action, "dx:hasPhase") | values(item, "dx:hasPhase")
        for row in rows:
            (head,) = row.find("th")
            assert {head.text} == values(row.attrs["data-phase"], "dx:printed")
            years = [c.text[-4:] if suffix == ".en.html" else c.text[:4] for c in row.find("td")[2:4]]
            wanted = [values(row.attrs["data-phase"], each).pop()[-4:] for each in ("dx:from", "dx:through")]
            assert years == wanted
        (evidence,) = root.find("section", aria_labelledby="evidence")
        documents = [a.attrs["href"] for a in evidence.find("a")]
        assert documents == [f"../document/08236-2022{suffix}"]
        assert values(item, "dx:locator").pop() in evidence.text


def test_what_is_only_spoken_of_is_told_apart_from_what_runs(site: Path) -> None:
    def links(path: str, part: str) -> set[str]:
        (section,) = read(site / path).find("section", aria_labelledby=part)
        return {a.attrs["href"].rsplit("/", 1)[-1].split(".")[0] for a in section.find("a")}

    for suffix in LANGUAGES:
        # A survey, an outsourced support and a training that took place once.
        once = {f"08221-2023-{slug}" for slug in ("bpr-support", "council-tablet-training", "gyomuryo-chosa")}
        city = f"municipality/08221{suffix}"
        assert once <= links(city, "mentions")
        assert not once & links(city, "deployments")
        item = f"item/08221-2023-3-1-2{suffix}"
        assert once & links(item, "mentions") == once - {"08221-2023-council-tablet-training"}
        assert "08221-2023-oin-minaoshi" in links(item, "deployments") - links(item, "mentions")
        # A row of a list and a steering body are mentions of their topics, and nothing that is planned.
        for topic, told, code in (
            ("seikatsu-hogo", "08205-2022-5-15", "08205"),
            ("suishin-taisei", "08223-dx-headquarters", "08223"),
        ):
            (table,) = read(site / f"topic/{topic}{suffix}").find("section", aria_labelledby="cities")[0].find("table")
            (row,) = (r for r in table.find("tr") if any(f"/{code}." in a.attrs["href"] for a in r.find("a")[:1]))
            planned, running, mentioned, _ = row.find("td")
            assert (planned.text, running.text) == ("–", "–")
            assert any(f"/{told}." in a.attrs["href"] for a in mentioned.find("a"))


def test_grounds_and_readings_are_told_apart(site: Path) -> None:
    printed = read(site / "measure/08223-2023-1-1.html")
    assert "printed" in {n.attrs["data-ground"] for n in printed.having("data-ground")}
    above = read(site / "action/08236-2022-16-1.html")
    assert {n.attrs["data-ground"] for n in above.having("data-ground")} == {"above"}
    ours = read(site / "item/08223-2023-1-1-17.html")
    assert ours.find("td", class_="ours") and ours.find("abbr", class_="sign")


def test_the_matrix_is_the_answer_of_the_question(site: Path, source: StoreSource) -> None:
    question = QUESTIONS["national-coverage-matrix"]
    root = read(site / "coverage.html")
    tables = root.find("table", class_="matrix")
    assert len(tables) == 3
    for table in tables:
        version = ox.NamedNode(table.attrs["data-version"])
        answer = question.ask(source, {"version": version})
        at = {name: n for n, name in enumerate(answer.columns)}
        wanted = {
            (row[at["nationalItem"]].value, row[at["city"]].value):  # type: ignore[union-attr]
            (row[at["standing"]].value, int(row[at["elements"]].value))  # type: ignore[union-attr]
            for row in answer.rows
        }  # fmt: skip
        cells = table.having("data-standing")
        found = {
            (n.attrs["data-item"], n.attrs["data-city"]): (n.attrs["data-standing"], int(n.attrs["data-elements"]))
            for n in cells
        }
        assert found == wanted
        for cell in cells:
            linked = {n.attrs["data-link"] for n in cell.having("data-link")}
            assert len(linked) == int(cell.attrs["data-elements"])
            assert MARKS[cell.attrs["data-standing"]] in cell.text  # not by colour alone


@pytest.mark.parametrize("code", ["08205", "08221", "08223", "08236"])
def test_the_schedule_of_a_city_is_the_answer_of_the_question(code: str, site: Path, source: StoreSource) -> None:
    question = QUESTIONS["timeline-of-city"]
    answer = question.ask(source, {"city": ox.NamedNode(make("municipality", code))})
    at = {name: n for n, name in enumerate(answer.columns)}

    def text(row: tuple[object, ...], name: str) -> str:
        term = row[at[name]]
        return "" if term is None else str(term.value)  # type: ignore[attr-defined]

    wanted = {
        (text(r, "action") or text(r, "item"), text(r, "printed"), text(r, "from")[-4:], text(r, "through")[-4:])
        for r in answer.rows
    }
    root = read(site / f"municipality/{code}.html")
    found = set()
    for table in root.find("table", class_="gantt"):
        years = [th.text[:4] for th in table.find("th", class_="year")]
        element, left = "", 0
        for row in table.find("tr")[1:]:
            for th in row.find("th"):
                element, left = th.attrs["data-element"], int(th.attrs.get("rowspan", "1"))
            assert element and left
            at_year = 0
            for td in row.find("td"):
                span = int(td.attrs.get("colspan", "1"))
                if "phase" in td.attrs["class"].split():
                    printed = td.find("a")[0].text
                    found.add((element, printed, years[at_year], years[at_year + span - 1]))
                for each in td.having("data-phase"):
                    if each is not td:
                        found.add((element, each.find("a")[0].text, "", ""))
                at_year += span
            assert at_year == len(years)
    assert found == wanted


def test_every_question_has_its_page_with_the_whole_answer(site: Path, source: StoreSource) -> None:
    for name, question in QUESTIONS.items():
        root = read(site / f"questions/{name}.html")
        answer = question.ask(source, {}, "ja")
        rows = [n for t in root.find("table", class_="answer") for n in t.find("tbody")[0].find("tr")]
        assert len(rows) == len(answer.rows), name
        assert (site / f"questions/{name}.rq").read_text(encoding="utf-8") == question.text
        given = list(csv.reader(io.StringIO((site / f"questions/{name}.csv").read_text(encoding="utf-8"))))
        assert given[0] == answer.columns and len(given) == len(answer.rows) + 1
        assert f"dxplan ask {name}" in root.text
        assert bool(root.find("svg")) == (question.chart is not None and bool(answer.rows)), name
    index = read(site / "questions.html")
    assert {Path(a.attrs["href"]).stem for a in index.find("main")[0].find("a")} >= set(QUESTIONS)


def test_the_command_on_a_page_asks_the_question(site: Path, source: StoreSource) -> None:
    root = read(site / "questions/cities-without-topic.en.html")
    assert any(pre.text.startswith("dxplan ask cities-without-topic --topic ") for pre in root.find("pre"))


def test_findings_are_those_of_the_check(site: Path, corpus: Corpus, book: RuleBook) -> None:
    report = check([*corpus.shared, *corpus.own], corpus, book, "sparql")
    root = read(site / "findings.en.html")
    listed = [n for ul in root.find("ul", class_="findings") for n in ul.find("li")]
    assert len(listed) == len(report.findings) > 0
    assert {n.attrs["id"] for n in root.find("h2")} == {f.rule for f in report.findings}
    assert not re.search(r"(?<![\w.])/(?:home|root|tmp|work)/", root.text)


def test_every_rule_has_its_place(site: Path, book: RuleBook) -> None:
    ids = {n.attrs["id"] for n in read(site / "shape.html").having("id")}
    shapes = {str(s) for s in book.graph.subjects(RDF.type, SH.NodeShape)}
    wanted = {rule.iri for rule in book.rules} | {s for s in shapes if s.startswith(SHAPE) and s.endswith("Shape")}
    assert {iri.removeprefix(SHAPE) for iri in wanted} - ids == set()
    found = rdflib.Graph().parse(site / "shape.ttl")
    assert rdflib.compare.isomorphic(found, book.graph)
    assert rdflib.compare.isomorphic(rdflib.Graph().parse(site / "shape.jsonld", format="json-ld"), book.graph)


def test_every_term_has_its_place_and_the_vocabulary_is_whole(site: Path) -> None:
    ontology = rdflib.Graph().parse(ROOT / "ontology/dxplan.ttl")
    terms = {str(s).removeprefix(DX) for s in ontology.subjects() if str(s).startswith(DX)}
    for suffix in LANGUAGES:
        root = read(site / f"def{suffix}")
        assert {n.attrs["id"] for n in root.find("h3")} == terms
    assert rdflib.compare.isomorphic(rdflib.Graph().parse(site / "def.ttl"), ontology)
    assert rdflib.compare.isomorphic(rdflib.Graph().parse(site / "def.jsonld", format="json-ld"), ontology)


def test_the_index_finds_a_word_of_two_letters(site: Path, source: StoreSource) -> None:
    index = json.loads((site / "search-index.json").read_text(encoding="utf-8"))
    found = [row for row in index["rows"] if any(folding.fold("窓口") in folding.fold(name) for name in row[3:])]
    assert "topic/kakanai-madoguchi.html" in {row[0] for row in found}
    assert "item/08236-2022-16.html" in {row[0] for row in found}
    (item,) = (row for row in found if row[0] == "item/08236-2022-16.html")
    assert (index["kinds"][item[1]], index["cities"][item[2]]) == (["取組事項", "Item"], ["小美玉市", "Omitama City"])
    assert all((site / unquote(row[0].partition("#")[0])).is_file() for row in index["rows"])


def test_the_search_page_folds_as_the_package_does(site: Path) -> None:
    script = (site / "assets/search.js").read_text(encoding="utf-8")
    (ignored,) = re.findall(r"const ignored = /\[(.+)\]/g;", script)
    assert set(ignored.replace("\\", "")) == set(folding._IGNORED.pattern[1:-1].replace("\\", ""))


def test_the_site_map_lists_every_page(site: Path, material: Material) -> None:
    root = ET.fromstring((site / "sitemap.xml").read_bytes())
    listed = {e.text for e in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    pages = {p.relative_to(site).as_posix() for p in site.rglob("*.html")} - {"404.html"}
    assert {unquote((each or "").removeprefix(BASE)) for each in listed} == pages


def test_the_command_says_what_it_wrote(site: Path) -> None:
    files = [p for p in site.rglob("*") if p.is_file()]
    told = site.with_suffix(".txt").read_text(encoding="utf-8")
    assert re.search(rf"Wrote {len(files) - 1:,} files \([\d.]+ MB\) to ", told)


@pytest.mark.long
def test_the_same_bytes_are_written_again(site: Path, corpus: Corpus, snapshot: store.Snapshot, tmp_path: Path) -> None:
    """The command ran in another process, with another order of hashes.

    Some of the drawings are enough, and some of the pages of things.
    """
    (tmp_path / "web").symlink_to(ROOT / "build/web")
    (tmp_path / "findings").mkdir()
    kept = site.with_suffix(".findings")
    drawn = sorted(kept.glob("*.svg"))
    for path in [*kept.glob("rules-*"), *(each for number, each in enumerate(drawn) if number % 4)]:
        (tmp_path / "findings" / path.name).symlink_to(path)
    composition = Composition(Project(ROOT, tmp_path), corpus, snapshot, BASE)
    pages = composition._pages
    renderer = Renderer(pages.material)
    subjects = [each for each in pages.material.descriptions.subjects.items() if each[0] not in ("index", "def")]
    things = (each for at, iris in subjects[::7] for each in (pages._page(iris[0]), *pages._data(at, iris[0])))
    made = list(itertools.chain.from_iterable(producer() for producer in composition.producers()[:-1]))
    for each in itertools.chain(pages._whole(), pages._more, things):
        made += list(renderer.render(each)) if isinstance(each, Page) else [each]
    assert len(made) > 1_500
    assert [path for path, content in made if (site / path).read_bytes() != content] == []


# ---- small sites, to break


def small(triples: str, corpus: Corpus, **changes: object) -> Pages:
    """A site of a few triples, without questions or rules of its own."""
    graph = ox.Store()
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in {"rdfs": str(rdflib.RDFS), "dx": DX}.items())
    graph.load(f"{prefixes}@prefix item: <{BASE}item/> .\n{triples}".encode(), format=ox.RdfFormat.TURTLE)
    return Pages(replace(material_of(corpus, graph), **changes))  # type: ignore[arg-type]


def files_of(pages: Pages) -> list[File]:
    """The pages and data of the things of a small site."""
    renderer = Renderer(pages.material)
    made: list[File] = []
    for each in pages._each():
        made += list(renderer.render(each)) if isinstance(each, Page) else [each]
    return made


def test_hostile_labels_are_shown_and_not_run(corpus: Corpus) -> None:
    hostile = "<script>alert(1)</script>\"><img src=x onerror=alert(1)>'&amp;{{ 7 * 7 }}"
    written = json.dumps(hostile, ensure_ascii=False)
    made = dict(
        files_of(
            small(
                f"""item:a'"b a dx:Item ; rdfs:label {written}@ja, {written}@en ; dx:locator {written} ;
                rdfs:seeAlso <javascript:alert(1)>, <data:text/html,x> ; dx:printedTitle {written} .
            """.replace("item:a'\"b", f"<{BASE}item/a'&b>"),
                corpus,
            )
        )
    )
    for suffix in LANGUAGES:
        html = made[f"item/a'&b{suffix}"].decode()
        reader = Reader()
        reader.feed(html)
        root = reader.root
        assert reader.wrong == []
        assert root.find("script") == []
        assert [n for n in root.walk() if any(name.startswith("on") for name in n.attrs)] == []
        (heading,) = root.find("h1")
        assert heading.text == hostile
        assert [
            a.attrs["href"] for a in root.find("a") if urlsplit(a.attrs["href"]).scheme in ("javascript", "data")
        ] == []


@pytest.mark.parametrize(
    "key", ["item/../../../etc/passwd", "item//x", "item/a/./b", "/etc/passwd", "item/" + "あ" * 100, "item/%0A/.."]
)
def test_an_iri_that_leads_elsewhere_is_refused(key: str, corpus: Corpus, tmp_path: Path) -> None:
    pages = small(f'<{BASE}{key}> a dx:Item ; rdfs:label "x"@ja, "x"@en .', corpus)
    with pytest.raises(InputError):
        publication.publish(tmp_path / "out", [lambda: files_of(pages)])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["a/b.html", "term/08221-2023-TCP%2FIP.html", "item/…\u3000x.ttl"])
def test_an_honest_path_is_taken(path: str) -> None:
    assert safe_path(path) == path


def test_two_things_at_one_address_are_told_of(corpus: Corpus, tmp_path: Path) -> None:
    pages = small('item:a a dx:Item ; rdfs:label "x"@ja . item:a.en a dx:Item ; rdfs:label "y"@ja .', corpus)
    with pytest.raises(InputError, match=r"item/a\.en\.html"):
        publication.publish(tmp_path / "out", [lambda: files_of(pages)])


def test_the_base_is_where_the_files_are_put_and_iris_stay(corpus: Corpus) -> None:
    made = dict(files_of(small('item:a a dx:Item ; rdfs:label "題"@ja, "x"@en .', corpus, base=ELSEWHERE)))
    html = made["item/a.html"].decode()
    assert f'<link rel="canonical" href="{ELSEWHERE}item/a.html">' in html
    assert f'hreflang="en" href="{ELSEWHERE}item/a.en.html"' in html
    assert f"<code>{BASE}item/a</code>" in html
    assert f"<{BASE}item/a>" in made["item/a.ttl"].decode() or "item:a" in made["item/a.ttl"].decode()
    assert ELSEWHERE not in made["item/a.ttl"].decode()


def test_downloads_are_offered_on_the_page_of_the_data_set(material: Material) -> None:
    from dxplan.site import home

    offered = [Download("dumps/all.nq.gz", "application/n-quads", 1_234_567, "ab" * 32, "すべて", "Everything")]
    changed = replace(material, downloads=offered)
    made = dict(Renderer(changed).render(home.about(changed)))
    ja, en = made["about.html"].decode(), made["about.en.html"].decode()
    assert 'href="dumps/all.nq.gz"' in ja and "1,234,567" in ja and "ab" * 32 in ja and "すべて" in ja
    assert "Everything" in en and "すべて" not in en


def test_a_workbench_is_linked_to_where_there_is_one(material: Material) -> None:
    from dxplan.site import asked

    changed = replace(material, workbench={"ja": "sparql.html", "en": "sparql.en.html"})
    made = dict(Renderer(changed).render(asked.index(changed)))
    assert 'href="sparql.html"' in made["questions.html"].decode()
    assert "sparql" not in dict(Renderer(material).render(asked.index(material)))["questions.html"].decode()


# ---- the publication


def test_a_failed_publication_leaves_the_old_site(tmp_path: Path) -> None:
    publication.publish(tmp_path / "out", [lambda: [("index.html", b"old")]])

    def failing() -> Iterator[File]:
        yield "index.html", b"new"
        raise UsageError("途中", "in the middle")

    with pytest.raises(UsageError):
        publication.publish(tmp_path / "out", [failing])
    assert (tmp_path / "out/index.html").read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_folder_with_files_of_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"notes\.txt"):
        publication.publish(tmp_path, [lambda: [("index.html", b"new")]])
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_producers_are_written_one_after_the_other(tmp_path: Path) -> None:
    written = publication.publish(tmp_path / "out", [lambda: [("a.html", b"12")], lambda: [("dumps/b.nq", b"345")]])
    assert (written.files, written.size) == (2, 5)


@pytest.mark.parametrize(
    "base", ["example.org", "ftp://example.org/", "https://", "https://e.org/?a", 'https://e.org/"x']
)
def test_a_base_that_is_no_address_is_refused(base: str) -> None:
    with pytest.raises(UsageError, match="--base"):
        publication.base_of(base)


def test_parts_in_the_other_language_are_marked() -> None:
    assert str(marked("市民課", "ja")) == "市民課"
    assert str(marked("a < b", "en")) == "a &lt; b"
    assert str(marked("№16 令和4年度 (R4)", "en")) == '№16 <span lang="ja">令和4年度</span> (R4)'
    assert str(marked("RPA", "ja", "en")) == '<span lang="en">RPA</span>'
