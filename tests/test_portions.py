"""Answers that are put together of what cities give to them are the answers, and one changed plan asks one city."""

import shutil
import sqlite3
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from click.testing import Result
from servers import ROOT, root_with, serving

from dxplan import building, store
from dxplan.asking.answers import Answer, answer_key
from dxplan.asking.questions import Question, load
from dxplan.asking.sources import StoreSource
from dxplan.asking.splitting import city_queries
from dxplan.cities import cities_of
from dxplan.corpus import Corpus
from dxplan.errors import InputError
from dxplan.portions import Portions
from dxplan.store import Snapshot
from dxplan.working.workers import Workers

sys.path.insert(0, str(ROOT / "scripts"))

from nation.nation import write_nation

pytestmark = pytest.mark.xdist_group("portions")  # the nation is made once

QUESTIONS = load(ROOT / "queries")
BY_CITY = sorted(name for name, question in QUESTIONS.items() if question.by_city)
TWO = ["items-without-named-owner", "terms-side-by-side"]
COUNT = """#+ summary: x
#+ summary_en: x
#+ description: x
#+ description_en: x
#+ tags: [coverage]
#+ by_city: true
SELECT ?n
WHERE {
    VALUES ?lang { "ja" }
    { SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/dxplan/def#Item> } }
}
ORDER BY ?n
"""


def joined(snapshot: Snapshot, question: Question, lang: str, whole: ox.Store | None = None) -> Answer:
    """The answer as it is put together, of a store without anything unless it is given."""
    return question.ask(StoreSource(whole or ox.Store(), snapshot.answers, snapshot.portions), {}, lang)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("name", BY_CITY)
def test_the_answer_is_the_one_that_the_store_gives(
    name: str, lang: str, snapshot: Snapshot, source: StoreSource
) -> None:
    question = QUESTIONS[name]
    found = joined(snapshot, question, lang)
    assert found == question.ask(source, {}, lang)
    assert found.rows


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("nation") / "nation"
    write_nation(ROOT, root, 24, 5, 1.0)
    return root


@pytest.fixture(scope="module")
def of_nation(nation: Path) -> Snapshot:
    queries = city_queries(QUESTIONS.values())
    return building.build(Corpus(nation), nation / "build/store", workers=Workers(2), queries=queries)


@pytest.mark.parametrize("name", BY_CITY)
def test_so_is_that_of_a_nation(name: str, of_nation: Snapshot) -> None:
    question = QUESTIONS[name]
    expected = question.ask(StoreSource(of_nation.open()), {}, "en")
    found = joined(of_nation, question, "en")
    assert found == expected
    assert found.rows


def test_where_parameters_are_others_the_store_answers(snapshot: Snapshot, source: StoreSource) -> None:
    question = QUESTIONS["timeline-of-topic"]
    values = {"topic": ox.NamedNode("https://w3id.org/dxplan/topic/rpa")}
    asked = StoreSource(snapshot.open(), portions=snapshot.portions)
    assert question.ask(asked, values, "en") == question.ask(source, values, "en")
    assert question.ask(StoreSource(ox.Store(), portions=snapshot.portions), values, "en").rows == []


# -- what a build asks --


@pytest.fixture
def some(nation: Path, tmp_path: Path) -> Path:
    """A nation to be changed, of a few cities."""
    root = tmp_path / "nation"
    shutil.copytree(nation, root, ignore=shutil.ignore_patterns("build"))
    plans = sorted((root / "data/plans").glob("*.ttl"))
    for plan in plans[:4] + plans[9:]:
        remove(plan)
    return root


def remove(plan: Path) -> None:
    """Remove a plan with the reports of its city."""
    for report in plan.parents[1].glob(f"reports/{plan.stem[:5]}-*.ttl"):
        report.unlink()
    plan.unlink()


def built(root: Path, names: list[str], folder: str = "store", workers: int = 1) -> Snapshot:
    queries = city_queries(QUESTIONS[name] for name in names)
    return building.build(Corpus(root), root / "build" / folder, workers=Workers(workers), queries=queries)


def contents(snapshot: Snapshot) -> list[set[tuple[object, ...]]]:
    """Everything that the file holds, the portions opened."""
    book = sqlite3.connect(snapshot.path / "portions.sqlite")
    tables = [set(book.execute(f"SELECT * FROM {table}")) for table in ("city", "question", "answer")]
    portions = book.execute("SELECT key, city, rows FROM portion").fetchall()
    book.close()
    return [*tables, {(key, city, *sorted(zlib.decompress(rows).splitlines())) for key, city, rows in portions}]


def remark(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")


def test_one_changed_plan_asks_its_city_and_a_new_question_all(some: Path) -> None:
    cities = len(cities_of(Corpus(some)))
    assert cities > 3
    assert built(some, TWO).asked == cities + 1  # and what all cities share
    assert built(some, TWO).asked == 0
    plan = sorted((some / "data/plans").glob("*.ttl"))[-1]
    remark(plan)
    assert built(some, TWO).asked == 1
    assert built(some, [*TWO, "plan-versus-report"]).asked == cities + 1
    assert contents(built(some, TWO)) == contents(built(some, TWO, "whole"))
    remove(plan)
    assert built(some, TWO).asked == 0
    remark(some / "data/reference/stages.ttl")
    assert built(some, TWO).asked == cities
    assert contents(built(some, TWO)) == contents(built(some, TWO, "again"))


def test_what_all_cities_are_asked_is_found_beforehand(some: Path) -> None:
    """Also for a changed plan, with which the terms of two cities may be those of one."""
    question = QUESTIONS["terms-side-by-side"]
    for _ in range(2):
        snapshot = built(some, TWO)
        assert snapshot.answers.folder is not None
        assert len(list(snapshot.answers.folder.iterdir())) == 2
        expected = question.ask(StoreSource(snapshot.open()), {}, "ja")
        assert joined(snapshot, question, "ja") == expected
        remove(sorted((some / "data/plans").glob("*.ttl"))[-1])
    assert expected.rows


def test_a_build_without_questions_leaves_what_is_there(some: Path) -> None:
    before = contents(built(some, TWO))
    assert contents(building.build(Corpus(some), some / "build/store")) == before
    assert contents(built(some, [])) == [before[0], set(), set(), set()]


def test_processes_are_told_the_same(some: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = contents(built(some, TWO))
    monkeypatch.setattr("dxplan.polling._FEW", 0)
    assert contents(built(some, TWO, "beside", workers=2)) == one


@pytest.mark.parametrize("is_changed", [True, False])
@pytest.mark.parametrize("damaged", ["portions.sqlite", "portions.crc32"])
def test_what_was_damaged_is_asked_again(damaged: str, is_changed: bool, some: Path) -> None:
    first = built(some, TWO)
    before = contents(first)
    path = first.path / damaged
    path.write_bytes(path.read_bytes()[:-4] + b"\xff" * 4)
    if is_changed:
        remark(sorted((some / "data/plans").glob("*.ttl"))[-1])
    second = built(some, TWO)
    assert second.asked == len(cities_of(Corpus(some))) + 1
    assert contents(second)[1:] == before[1:]


@pytest.mark.parametrize("damage", [b"", b"SQLite format 3\0 and nothing more", None])
def test_where_they_are_damaged_the_store_answers(damage: bytes | None, some: Path) -> None:
    snapshot = built(some, TWO)
    question = QUESTIONS["items-without-named-owner"]
    expected = question.ask(StoreSource(snapshot.open()), {}, "en")
    assert joined(snapshot, question, "en") == expected != []
    file = snapshot.path / "portions.sqlite"
    if damage is None:
        book = sqlite3.connect(file)
        book.execute("UPDATE portion SET rows = substr(rows, 3)")
        book.commit()
        book.close()
    else:
        file.write_bytes(damage)
    assert Portions(snapshot.path).of(answer_key(question.bound({}, "en"))) is None
    assert joined(snapshot, question, "en", snapshot.open()) == expected


def test_a_build_that_fails_leaves_those_that_are_there(some: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = built(some, TWO[:1])
    before = contents(snapshot)

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("dxplan.polling._Poll._keep", broken)
        with pytest.raises(KeyboardInterrupt):
            built(some, TWO)
    assert contents(snapshot) == before
    assert sorted(path.name for path in snapshot.path.glob("*portions*")) == ["portions.crc32", "portions.sqlite"]
    # As a process leaves it that was killed.
    (snapshot.path / ".portions.sqlite-left").write_bytes(b"half")
    assert contents(built(some, TWO)) == contents(built(some, TWO, "whole"))
    assert not (snapshot.path / ".portions.sqlite-left").exists()


def test_a_report_on_plans_of_two_cities_makes_them_one(project: Path) -> None:
    for path in (project / "data/reports").glob("*.ttl"):
        path.unlink()
    assert {city: [file.key for file in files] for city, files in cities_of(Corpus(project)).items()} == {
        code: [f"{code}-{year}"] for code, year in (("08205", 2022), ("08221", 2023), ("08223", 2023), ("08236", 2022))
    }
    head = "@prefix dx: <https://w3id.org/dxplan/def#> . <https://w3id.org/dxplan/document/"
    plans = "<https://w3id.org/dxplan/plan/08236-2022>, <https://w3id.org/dxplan/plan/08221-2023>"
    for name, told in (("08236-both", plans), ("survey-2024", "<https://w3id.org/dxplan/plan/08205-2022>")):
        (project / f"data/reports/{name}.ttl").write_text(f"{head}{name}> dx:reportsOn {told} .\n", encoding="utf-8")
    (project / "data/reports/other.ttl").write_text(f"{head}other> a dx:Document .\n", encoding="utf-8")
    (project / "data/reports/08236-alone.ttl").write_text(f"{head}08236-alone> a dx:Document .\n", encoding="utf-8")
    found = {frozenset(file.key for file in files) for files in cities_of(Corpus(project)).values()}
    assert found == {
        frozenset({"08221-2023", "08236-2022", "08236-both", "08236-alone"}),
        frozenset({"08205-2022", "survey-2024"}),
        frozenset({"08223-2023"}),
        frozenset({"other"}),
    }


def test_what_is_no_question_of_a_city_is_told(some: Path) -> None:
    """Each city would take away the number of what all share, and give another."""
    path = some / "queries/count.rq"
    path.write_text(COUNT, encoding="utf-8")
    queries = city_queries([load(some / "queries")["count"]])
    with pytest.raises(InputError) as caught:
        building.build(Corpus(some), some / "build/store", workers=Workers(1), queries=queries)
    assert caught.value.text("en") == (
        f"{path}: cannot be asked city by city (a row goes away with the documents of either of two cities). "
        "Remove #+ by_city."
    )


def test_a_city_takes_away_the_row_that_it_has_without_its_plan(some: Path) -> None:
    """Which comes back when the plan goes."""
    question = QUESTIONS["cities-without-topic"]

    def rows() -> dict[str, str]:
        snapshot = built(some, ["cities-without-topic"])
        found = joined(snapshot, question, "en")
        assert found == question.ask(StoreSource(snapshot.open()), {}, "en")
        return {str(city)[-6:-1]: str(standing) for city, _, standing, *_ in found.rows}

    before = rows()
    city = next(code for code, standing in before.items() if standing != '"unknown"')
    for plan in (some / "data/plans").glob(f"{city}-*.ttl"):
        remove(plan)
    assert rows() == {**before, city: '"unknown"'}


# -- the command, the notebook and the server --


def test_the_command_answers_with_them(built_project: Path, run: Callable[..., Result]) -> None:
    common = ("--root", built_project, "--lang", "en")
    assert run(*common, "build").exit_code == 0
    before = run(*common, "ask", "items-without-named-owner", "--format", "csv").stdout
    path = store.current(built_project / "build/store").path
    book = sqlite3.connect(path / "portions.sqlite")
    book.execute("UPDATE portion SET rows = ? WHERE city != ''", (zlib.compress(b""),))
    book.commit()
    book.close()
    after = run(*common, "ask", "items-without-named-owner", "--format", "csv").stdout
    assert len(before.splitlines()) == 24
    assert after.splitlines() == before.splitlines()[:1]


def test_a_question_that_cannot_be_asked_so_is_told_and_the_old_store_answers(
    built_project: Path, run: Callable[..., Result]
) -> None:
    before = store.current(built_project / "build/store").path.name
    path = built_project / "queries/spread-of-topic.rq"
    text = path.read_text(encoding="utf-8")
    path.unlink()  # it may be a link
    path.write_text(text.replace("#+ tags:", "#+ by_city: true\n#+ tags:", 1), encoding="utf-8")
    result = run("--root", built_project, "--lang", "en", "build")
    assert result.exit_code == InputError.exit_code
    assert result.stderr.endswith(
        "spread-of-topic.rq: cannot be asked city by city. Either begin with ?lang, and name no graphs, or remove "
        "#+ by_city.\n"
    )
    assert store.current(built_project / "build/store").path.name == before


def test_the_server_answers_with_them(snapshot: Snapshot, tmp_path: Path) -> None:
    root = root_with(snapshot, tmp_path)
    book = sqlite3.connect(store.current(root / "build/store").path / "portions.sqlite")
    question = QUESTIONS["items-without-named-owner"]
    key = answer_key(question.bound({}, "en"))
    body = "place\t" + "\t".join('"portion"' for _ in question.columns)
    book.execute("DELETE FROM portion WHERE key = ?", (key,))
    book.execute("INSERT INTO portion VALUES (?, '08236', ?)", (key, zlib.compress(f"{body}\n".encode())))
    book.commit()
    book.close()
    with serving(root, "--workers", 1) as served:
        address = f"{served.address}ask/items-without-named-owner?format=csv&lang="
        found = httpx.get(address + "en").text.split()
        assert found == [",".join(question.columns), ",".join(["portion"] * len(question.columns))]
        assert len(httpx.get(address + "ja").text.splitlines()) == 24
