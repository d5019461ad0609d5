"""Rows of cities are put together as the query orders them, and as what all cities have together allows."""

from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxplan.asking.answers import Answer, Term
from dxplan.asking.joining import Joining
from dxplan.asking.questions import Question, load
from dxplan.asking.splitting import split
from dxplan.errors import InputError
from dxplan.ordering import ordering

ROOT = Path(__file__).parent.parent
XSD = "http://www.w3.org/2001/XMLSchema#"
Row = tuple[Term | None, ...]


def piece(*rows: tuple[Row, Row, Row]) -> bytes:
    """What a city gives: for each row what to order by, the values of conditions, and the row."""
    told = []
    for order, values, row in rows:
        cells = "\t".join("" if term is None else str(term) for term in (*values, *row))
        told.append(b"".join(map(ordering, order)) + f"\t{cells}\n".encode())
    return b"".join(told)


def no_query(text: str) -> Answer:
    raise AssertionError(text)


def literal(value: object, name: str) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + name))


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=4)
# A column holds values of one kind, or nothing.
COLUMNS = [
    TEXTS.map(ox.Literal),
    TEXTS.map(lambda text: ox.Literal(text, language="ja")),
    st.integers(-20, 20).map(lambda number: literal(number, "integer")),
    # As Oxigraph writes them.
    st.integers(-900, 900).map(lambda number: literal(f"{(Decimal(number) / 100).normalize():f}", "decimal")),
    st.dates().map(lambda date: literal(date, "date")),
    st.sampled_from([ox.NamedNode(f"https://w3id.org/dxplan/item/{key}") for key in ("08236-2022-1", "08236-2022-10", "市")]),
]  # fmt: skip


@given(st.data(), st.permutations(range(len(COLUMNS))), st.lists(st.booleans(), min_size=6, max_size=6))
def test_the_order_is_that_of_the_engine(data: st.DataObject, places: list[int], downwards: list[bool]) -> None:
    rows: list[Row] = data.draw(st.lists(st.tuples(*(st.none() | column for column in COLUMNS)), max_size=8))
    names = [f"c{number}" for number in range(len(COLUMNS))]
    order = [(names[place], down) for place, down in zip(places, downwards, strict=True)]
    values = " ".join(f"({' '.join('UNDEF' if term is None else str(term) for term in row)})" for row in rows)
    ways = " ".join(f"{'DESC' if down else 'ASC'}(?{name})" for name, down in order)
    found = ox.Store().query(
        f"SELECT * WHERE {{ VALUES ({' '.join(f'?{name}' for name in names)}) {{ {values} }} }} ORDER BY {ways}"
    )
    assert isinstance(found, ox.QuerySolutions)
    expected = [tuple(row[name] for name in names) for row in found]
    found = sorted(
        rows, key=lambda row: [ordering(row[place], down) for place, down in zip(places, downwards, strict=True)]
    )
    together = sorted(
        rows,
        key=lambda row: b"".join(ordering(row[place], down) for place, down in zip(places, downwards, strict=True)),
    )
    assert found == together == expected


@given(st.lists(st.integers(-(10**30), 10**30) | st.decimals(-(10**20), 10**20, allow_nan=False)))
def test_numbers_of_any_size_are_in_order(numbers: list[int | Decimal]) -> None:
    terms = [literal(f"{number:f}" if isinstance(number, Decimal) else number, "decimal") for number in numbers]
    assert [Decimal(term.value) for term in sorted(terms, key=ordering)] == sorted(map(Decimal, numbers))


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=3)))
def test_texts_are_in_order_without_tab_and_line_feed(texts: list[str]) -> None:
    for downwards in (False, True):
        told = {ordering(ox.Literal(text), downwards) + b"\t": text for text in texts}
        assert [told[each] for each in sorted(told)] == sorted(set(texts), reverse=downwards)
        assert not any(each[:-1].translate(None, b"\t\n") != each[:-1] for each in told)


@given(st.lists(st.sampled_from("aab")), st.lists(st.sampled_from("aab")), st.booleans())
def test_rows_that_are_taken_away_go_each_once(told: list[str], gone: list[str], is_distinct: bool) -> None:
    def pieces(texts: list[str]) -> list[bytes]:
        terms = map(ox.Literal, texts)
        return [piece(((term,), (), (term,))) for term in terms]

    found = Joining(["x"], [], is_distinct).join(pieces(told + gone), pieces(gone), no_query)
    assert found.rows == [(ox.Literal(text),) for text in sorted(set(told) if is_distinct else told)]


def test_pieces_become_one_answer_and_a_row_stands_once_where_it_should() -> None:
    a, b, one, two = (ox.Literal(text) for text in ("a", "b", "1", "2"))
    pieces = [piece(((two, b), (), (b, None)), ((one, b), (), (b, None))), piece(((one, a), (), (a, b)))]
    joining = Joining(["x", "y"], [], False)
    assert joining.join(pieces, [], no_query) == Answer(["x", "y"], [(a, b), (b, None), (b, None)])
    once = Joining.from_json(Joining(["x", "y"], [], True).to_json())
    assert once.join(pieces, [], no_query) == Answer(["x", "y"], [(a, b), (b, None)])
    assert once.join([], [], no_query) == Answer(["x", "y"], [])


def test_what_all_cities_have_together_lets_rows_stay() -> None:
    a, b, c = (ox.Literal(text) for text in "abc")
    told = {"first": Answer(["y"], [(a,)]), "second": Answer(["z", "w"], [(b, a), (b, None)])}
    joining = Joining(["x"], [("first", 1), ("second", 2)], False)
    none: Row = (None, None, None)
    rows: list[tuple[Row, Row]] = [
        ((a,), (a, None, None)), ((b,), (b, None, None)), ((c,), (None, a, a)), ((c,), (None, b, a)),
        ((c,), (None, b, None)), ((c,), (a, a, b)), ((a,), none),
    ]  # fmt: skip
    found = joining.join([piece(*((row, values, row) for row, values in rows))], [], told.__getitem__)
    assert found.rows == [(a,), (a,), (c,), (c,)]


HEAD = "#+ summary: x\n#+ summary_en: x\n#+ description: x\n#+ description_en: x\n#+ tags: [a]\n"


def question(tmp_path: Path, text: str, by_city: str = "true") -> Question:
    (tmp_path / "q.rq").write_text(f"{HEAD}#+ by_city: {by_city}\n{text}", encoding="utf-8")
    return load(tmp_path)["q"]


def test_a_question_is_taken_apart(tmp_path: Path) -> None:
    asked = split(
        question(
            tmp_path,
            """PREFIX a: <http://a/>
SELECT DISTINCT ?x (?y + 1 AS ?z)
WHERE {
    VALUES ?lang { "ja" }
    ?x a:p ?y .  # a brace: }
    # Of all cities: what two have, or "one}".
    {
        SELECT ?y ?w
        WHERE { ?any a:p ?y . ?other a:p ?y, ?w . FILTER (?any != ?other && ?w != "}") }
    }
    BIND (STR(?x) AS ?place)
}
ORDER BY DESC(?z) ?place
""",
        )
    )
    store = ox.Store()
    assert [variable.value for variable in store.query(asked.text).variables] == ["lang", "x", "z", "place", "y", "w"]  # type: ignore[union-attr]
    assert 'VALUES ?lang { "ja" "en" }' in asked.text and "?any" not in asked.text and "ORDER" not in asked.text
    assert sorted(asked.answers) == ["en", "ja"]
    (_, joining), (_, same) = asked.answers.values()
    assert joining == same
    told = Joining.from_json(joining)
    assert (told.columns, told.distinct) == (["x", "z"], True)
    assert (asked.order, asked.columns) == ((("z", True), ("place", False)), ("y", "w", "x", "z"))
    ((condition, width),) = told.conditions
    assert width == 2
    assert condition.startswith("PREFIX a: <http://a/>\nSELECT ?y ?w\n") and condition.endswith('"}") }')


TEXT = 'SELECT ?x WHERE { VALUES ?lang { "ja" } ?x ?p ?y } ORDER BY ?x'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TEXT.replace('VALUES ?lang { "ja" } ', ""), "begin with ?lang, and name no graphs"),
        (TEXT.replace("?x ?p ?y", "GRAPH ?g { ?x ?p ?y }"), "begin with ?lang, and name no graphs"),
        (TEXT.replace("WHERE", "FROM <http://a/> WHERE"), "begin with ?lang, and name no graphs"),
        (TEXT.replace("ORDER BY ?x", ""), "after its WHERE write an ORDER BY of variables, and nothing else"),
        (TEXT + " LIMIT 3", "after its WHERE write an ORDER BY of variables, and nothing else"),
        (TEXT.replace("BY ?x", "BY STR(?x)"), "after its WHERE write an ORDER BY of variables, and nothing else"),
        (
            TEXT.replace("SELECT ?x", "SELECT (COUNT(?x) AS ?n)").replace("BY ?x", "BY ?n"),
            "do not group in the outermost SELECT",
        ),
        (
            TEXT.replace("ORDER", "GROUP BY ?x ORDER"),
            "after its WHERE write an ORDER BY of variables, and nothing else",
        ),
        (
            TEXT.replace("?x ?p ?y", "\n# Of all cities: something.\n?x ?p ?y"),
            "write { SELECT … } after “# Of all cities:”",
        ),
    ],
)
def test_what_cannot_be_taken_apart_is_told(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        split(question(tmp_path, text))
    assert (
        caught.value.text("en")
        == f"{tmp_path / 'q.rq'}: cannot be asked city by city. Either {told}, or remove #+ by_city."
    )


def test_the_column_of_the_city_is_one_of_the_answer(tmp_path: Path) -> None:
    assert split(question(tmp_path, TEXT, "x")).city == "x"
    assert split(question(tmp_path, TEXT)).city is None
    with pytest.raises(InputError) as caught:
        split(question(tmp_path, TEXT, "y"))
    assert caught.value.text("en").endswith(
        "Either name a column in by_city (there is none called y), or remove #+ by_city."
    )
