"""Every saved question has its recorded answer, runs as it stands in a second engine, and takes its parameters."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from click.testing import Result

from dxplan import store
from dxplan.asking.answers import Answer, Headings, render
from dxplan.asking.parameters import resolve
from dxplan.asking.questions import Question, load
from dxplan.asking.sources import StoreSource
from dxplan.errors import RulesError, UsageError
from dxplan.iris import BASE, PREFIXES
from dxplan.rdflib_terms import to_rdflib

ROOT = Path(__file__).parent.parent
QUESTIONS = load(ROOT / "queries")
RECORDED = ROOT / "tests" / "queries"
#: rdflib takes the parts of a query as they stand and joins them whole, which costs it half a minute or more here,
LONG = (
    "first-year-of-each-stage", "spellings-of-topic", "timeline-of-city", "title-words-without-term",
    "topics-by-number-of-cities", "topics-lacking-in-city", "topics-of-one-city",
)  # fmt: skip
#: and of this many minutes: it is asked of Oxigraph and Jena only.
ENDLESS = ("evidence-of-element",)


def recorded(name: str) -> list[list[str]]:
    with (RECORDED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def in_rdflib(snapshot: store.Snapshot) -> rdflib.Graph:
    return to_rdflib(quad.triple for quad in snapshot.open())


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_is_as_recorded(name: str, source: StoreSource) -> None:
    answer = render(QUESTIONS[name].ask(source, {}), "csv")
    assert list(csv.reader(io.StringIO(answer))) == recorded(name)


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.long if n in LONG else ()) for n in QUESTIONS if n not in ENDLESS],
)
def test_the_file_runs_as_it_stands_in_rdflib_with_the_same_rows(name: str, in_rdflib: rdflib.Graph) -> None:
    rows = [["" if term is None else str(term) for term in row] for row in in_rdflib.query(QUESTIONS[name].text)]
    assert sorted(rows) == sorted(recorded(name)[1:])


def test_every_answer_has_its_question() -> None:
    assert {path.stem for path in RECORDED.glob("*.csv")} == set(QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda q: q.name)
def test_a_question_tells_what_it_asks(question: Question) -> None:
    for lang in ("ja", "en"):
        assert question.summary(lang).endswith(("か", "?"))
        assert question.description(lang).endswith(("。", "."))
    assert question.tags
    columns = set(recorded(question.name)[0])
    assert set(question.head.get("columns", {})) <= columns
    assert {p.name for p in question.parameters} == set(question.head.get("parameters", {}))
    assert "NOT EXISTS" not in question.text
    assert "GRAPH" not in question.text


# ---- The headline question ----

CITIES = {"08205": "石岡市", "08221": "ひたちなか市", "08223": "潮来市", "08236": "小美玉市"}


def standings(run: Callable[..., Result], root: Path, *arguments: str) -> dict[str, tuple[str, str, str]]:
    result = run("--root", root, "--lang", "ja", "ask", "cities-without-topic", "--format", "csv", *arguments)
    assert result.exit_code == 0, result.stderr
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert list(rows[0]) if rows else True
    return {
        row["city"].rsplit("/", 1)[1]: (
            row["standing"],
            row["since"].removeprefix(BASE),
            row["element"].removeprefix(BASE),
        )
        for row in rows
    }


def test_headline_by_default(run: Callable[..., Result], built: Path) -> None:
    assert standings(run, built) == {"08205": ("in-service", "2021-10", "")}


def test_headline_before_any_plan_began(run: Callable[..., Result], built: Path) -> None:
    found = standings(run, built, "--topic", "書かない窓口", "--as-of", "令和2年度")
    assert set(found) == set(CITIES)
    assert found["08236"] == ("planned-later", "fy/2022", "item/08236-2022-16")
    assert found["08205"][0] == "unknown"  # it began in 2021-10, and no plan tells of the years before


def test_a_year_can_be_written_in_any_way(run: Callable[..., Result], built: Path) -> None:
    answers = [
        standings(run, built, "--as-of", year)
        for year in ("2021", "R3", "令和3年度", "FY2021", "平成33年度", "fy:2021")
    ]
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize(
    "topic", ["書かない窓口", "「書かない窓口」", "topic:kakanai-madoguchi", f"{BASE}topic/kakanai-madoguchi",
              f"<{BASE}topic/kakanai-madoguchi>", "kakanai-madoguchi", "書かない窓口システム"],
)  # fmt: skip
def test_a_topic_can_be_named_in_any_way(topic: str, source: StoreSource) -> None:
    parameter = QUESTIONS["cities-without-topic"].parameters[0]
    assert resolve(parameter, topic, source) == ox.NamedNode(PREFIXES["topic"] + "kakanai-madoguchi")


def test_an_unknown_topic_gets_near_ones(run: Callable[..., Result], built: Path) -> None:
    result = run("--root", built, "--lang", "ja", "ask", "cities-without-topic", "--topic", "電子契訳")
    assert result.exit_code == 2
    assert "--topic 電子契訳" in result.stderr
    assert "電子契約" in result.stderr


def test_a_year_outside_the_calendar_is_refused(run: Callable[..., Result], built: Path) -> None:
    result = run("--root", built, "--lang", "en", "ask", "cities-without-topic", "--as-of", "1990")
    assert result.exit_code == 2
    assert "2000" in result.stderr
    assert "2040" in result.stderr


def test_a_city_that_was_not_collected_is_unknown(project: Path, run: Callable[..., Result]) -> None:
    (project / "data/plans/08221-2023.ttl").unlink()
    plan = project / "data/plans/08223-2023.ttl"
    plan.write_text(plan.read_text(encoding="utf-8").replace("dx:Complete", "dx:Partial"), encoding="utf-8")
    assert run("--root", project, "build").exit_code == 0
    found = standings(run, project, "--topic", "電子契約", "--as-of", "2021")
    assert found["08221"] == ("unknown", "", "")
    assert found["08236"][0] == "planned-later"
    assert found["08223"][0] in ("unknown", "planned-later")


def test_a_narrower_topic_counts(source: StoreSource) -> None:
    """キャッシュレス is taken up by actions on 窓口, オンライン納付 and スマホ決済."""
    question = QUESTIONS["cities-without-topic"]
    values = {"topic": ox.NamedNode(PREFIXES["topic"] + "cashless"), "asOf": ox.NamedNode(PREFIXES["fy"] + "2024")}
    assert "municipality/08236" not in {
        row[0].value.removeprefix(BASE) for row in question.ask(source, values).rows if row[0]
    }


def test_a_city_has_one_row_also_where_its_plan_names_two_first_years(snapshot: store.Snapshot) -> None:
    whole = ox.Store()
    whole.extend(snapshot.open())
    item = ox.NamedNode(BASE + "item/08221-2023-1-1-4")
    whole.add(ox.Quad(item, ox.NamedNode(PREFIXES["dx"] + "begins"), ox.NamedNode(PREFIXES["fy"] + "2024")))
    answer = QUESTIONS["cities-without-topic"].ask(StoreSource(whole), {"asOf": ox.NamedNode(PREFIXES["fy"] + "2022")})
    found = [row[answer.columns.index("since")] for row in answer.rows if row[0] and row[0].value.endswith("/08221")]
    assert found == [ox.NamedNode(PREFIXES["fy"] + "2023")]


# ---- Parameters and forms ----


def test_a_value_is_bound_as_a_term_and_never_as_text() -> None:
    question = QUESTIONS["cities-without-topic"]
    nasty = ox.Literal('x" } DROP ALL #')
    bound = question.bind({"topic": nasty})
    (row,) = ox.Store().query(f"SELECT ?topic {{ {next(line for line in bound.splitlines() if 'DROP' in line)} }}")
    assert row["topic"] == nasty


@pytest.mark.parametrize(
    ("head", "told"),
    [("#+ summary: [\n", "not YAML"), ("#+ summary: x\n", "description"), ("SELECT * {}", "description")],
)
def test_a_question_without_its_head_is_refused(head: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "x.rq").write_text(f"{head}\nSELECT * {{}}", encoding="utf-8")
    with pytest.raises(RulesError, match=told):
        load(tmp_path)


def test_only_select_is_answered(source: StoreSource) -> None:
    with pytest.raises(UsageError, match="Use a SELECT"):
        source.select("ASK {}")
    with pytest.raises(UsageError, match="is not closed"):
        source.select("SELECT * WHERE {")


ANSWER = Answer(
    ["city", "cityLabel", "n", "note"],
    [
        (ox.NamedNode(BASE + "municipality/08236"), ox.Literal("小美玉市", language="ja"), ox.Literal(3), None),
        (ox.NamedNode("http://example.org/x"), None, ox.Literal("1.50", datatype=ox.NamedNode(PREFIXES["xsd"] + "decimal")),
         ox.Literal('a,"b|\n')),
        (ox.BlankNode("b"), None, None, ox.Literal("coded")),
    ],
)  # fmt: skip


def test_csv_follows_the_sparql_results_format() -> None:
    assert render(ANSWER, "csv") == (
        "city,cityLabel,n,note\r\n"
        "https://w3id.org/dxplan/municipality/08236,小美玉市,3,\r\n"
        'http://example.org/x,,1.50,"a,""b|\n"\r\n'
        "_:b,,,coded\r\n"
    )


def test_json_follows_the_sparql_results_format() -> None:
    read = ox.parse_query_results(render(ANSWER, "json").encode(), ox.QueryResultsFormat.JSON)
    assert Answer.of(read) == ANSWER


def test_markdown_and_table_put_labels_first() -> None:
    words = Headings({"n": "件数"}, {"coded": "符号"}, {})
    assert render(ANSWER, "md", words).splitlines() == [
        "| city | 件数 | note |", "| --- | ---: | --- |", "| 小美玉市 (municipality:08236) | 3 |  |",
        '| <http://example.org/x> | 1.50 | a,"b\\|  |', "| _:b |  | 符号 |",
    ]  # fmt: skip
    table = render(ANSWER, "table", words).splitlines()
    assert "小美玉市 (municipality:08236)" in table[2]


def test_columns_of_a_table_line_up_with_full_width_text() -> None:
    from wcwidth import wcswidth

    rows = render(ANSWER, "table").splitlines()
    places = {wcswidth(row[: row.index("│")]) for row in rows[2:3] + rows[4:] if "│" in row}
    assert len(places) == 1


def test_json_of_the_command_is_json(run: Callable[..., Result], built: Path) -> None:
    result = run("--root", built, "ask", "actions-by-stage-and-year", "--format", "json")
    assert json.loads(result.stdout)["head"]["vars"] == ["plan", "fiscalYear", "printed", "count"]


#: What a newcomer asks, in either language, and what the answer must say.
NEWCOMER = [
    (
        ["cities-without-topic", "--topic", "電子契約"],
        {"ja": ["石岡市 (municipality:08205)", "ひたちなか市 (municipality:08221)", "上位の主題だけを計画", "2行"],
         "en": ["Ishioka City (municipality:08205)", "Hitachinaka City (municipality:08221)", "2 rows"]},
    ),
    (
        ["topic-across-cities", "--topic", "書かない窓口"],
        {"ja": ["石岡市", "すでに稼働", "令和4年度（2022年度）", "行革デジタル推進課 (division:08236-行革デジタル推進課)", "№16"],
         "en": ["Ishioka City", "in service already", "FY2022 (Reiwa 4)", "DX Strategy Office", "№16"]},
    ),
    (
        ["duties-of-division-in-year", "--division", "行革デジタル推進課", "--fiscal-year", "R5"],
        {"ja": ["令和5年度（2023年度）", "書かない窓口の構築 (action:08236-2022-16-1)"],
         "en": ["FY2023 (Reiwa 5)", "Building a counter without form-filling (action:08236-2022-16-1)"]},
    ),
    (
        ["national-items-left-out-by-city", "--city", "石岡市"],
        {"ja": ["石岡市", "0行"], "en": ["Ishioka City", "0 rows"]},
    ),
]  # fmt: skip


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(
    ("arguments", "words"), NEWCOMER, ids=lambda value: value[0] if isinstance(value, list) else ""
)
def test_a_newcomer_finds_the_answer(
    arguments: list[str], words: dict[str, list[str]], lang: str, built: Path, run: Callable[..., Result]
) -> None:
    catalogue = run("--root", built, "--lang", lang, "ask").stdout
    assert arguments[0] in catalogue
    result = run("--root", built, "--lang", lang, "ask", *arguments)
    assert result.exit_code == 0
    for each in words[lang]:
        assert each in result.stdout
