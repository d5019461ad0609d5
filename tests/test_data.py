"""The data against the sources: what was counted on the page is what is in the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pyoxigraph as ox
import pytest

from dxplan.asking.sources import StoreSource
from dxplan.corpus import Corpus
from dxplan.documents import Document
from dxplan.iris import BASE, PREFIXES
from dxplan.years import fiscal_year

PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")

#: Counted by hand on the pages of each source.
COUNTED = {
    "08236-2022": {"Policy": 3, "Measure": 11, "Item": 43, "Action": 77, "Phase": 117, "Term": 42, "Project": 3, "ListEntry": 66},
    "08223-2023": {"Policy": 3, "Measure": 6, "Item": 50, "Phase": 136, "Term": 12, "Project": 17},
    "08221-2023": {"Policy": 4, "Measure": 7, "Item": 34, "Phase": 85, "Term": 29, "ListEntry": 20},
    "08205-2022": {"Policy": 3, "Item": 15, "Phase": 21, "Term": 33, "ProgressStatus": 10},
    "08236-council-2024": {"Element": 5},
}  # fmt: skip


def ask(source: StoreSource, query: str) -> list[tuple[str, ...]]:
    rows = source.select(PROLOGUE + query).rows
    return [tuple("" if t is None else t.value.removeprefix(BASE) for t in row) for row in rows]


def own(corpus: Corpus, key: str) -> Document:
    return next(d for d in corpus.own if d.key == key)


@pytest.mark.parametrize("key", COUNTED)
def test_counts_are_those_of_the_source(key: str, corpus: Corpus) -> None:
    kinds = Counter(t.object.value.rpartition("#")[2] for t in own(corpus, key).triples if t.predicate == TYPE)  # type: ignore[union-attr]
    assert {name: kinds[name] for name in COUNTED[key]} == COUNTED[key]


def test_items_of_each_measure(source: StoreSource) -> None:
    def counted(plan: str) -> list[int]:
        rows = ask(
            source,
            f"SELECT ?m (COUNT(?i) AS ?n) {{ ?i a dx:Item ; dx:partOf ?m . ?m dx:within plan:{plan} }} GROUP BY ?m",
        )
        return [int(n) for _, n in sorted(rows, key=lambda row: [int(x) for x in row[0].split("-")[1:]])]

    assert counted("08236-2022") == [5, 10, 3, 5, 2, 1, 4, 2, 4, 5, 2]
    assert counted("08223-2023") == [19, 5, 1, 10, 12, 3]
    assert counted("08221-2023") == [4, 7, 5, 4, 12, 1, 1]


def test_actions_by_year_are_as_the_document_has_them(source: StoreSource) -> None:
    rows = ask(
        source,
        "SELECT ?fy ?printed (COUNT(DISTINCT ?a) AS ?n) { ?a a dx:Action ; dx:within plan:08236-2022 ; dx:hasPhase ?p . "
        "?p dx:during ?fy ; dx:printed ?printed } GROUP BY ?fy ?printed",
    )
    found = {(fiscal_year(fy.replace("/", ":")), printed): int(n) for fy, printed, n in rows}
    implement, study = [38, 63, 74, 76, 76], [39, 14, 3, 1, 1]
    for year, (done, studied) in enumerate(zip(implement, study, strict=True), 2022):
        assert found[year, "実施"] == done
        assert found[year, "検証"] == studied
        assert done + studied == 77


def test_number_5_goes_back_from_implementation_to_study(source: StoreSource) -> None:
    rows = ask(
        source,
        "SELECT ?printed ?from ?through { ?p dx:phaseOf action:08236-2022-5-1 ; dx:printed ?printed ; dx:from ?from ; "
        "dx:through ?through } ORDER BY ?from",
    )
    assert rows == [("検証", "fy/2022", "fy/2022"), ("実施", "fy/2023", "fy/2023"), ("検証", "fy/2024", "fy/2026")]


def test_divisions_of_cells_with_several_lines(source: StoreSource) -> None:
    def divisions(item: str) -> set[str]:
        return {
            d.split("-", 1)[1]
            for (d,) in ask(source, f"SELECT ?d {{ item:08236-2022-{item} dx:responsibleDivision ?d }}")
        }

    assert divisions("27") == {"財政課", "会計課", "人事課", "魅力発信課", "子ども課"}
    assert divisions("29") == {"行革デジタル推進課", "農業委員会", "介護福祉課", "社会福祉課"}
    assert divisions("33") == {"生涯学習課", "介護福祉課", "行革デジタル推進課", "秘書政策課"}
    unnamed = {
        i.rsplit("-", 1)[1]
        for (i,) in ask(source, "SELECT ?i { ?i dx:scope dx:UnnamedDivisions ; dx:within plan:08236-2022 }")
    }
    assert unnamed == {"6", "8", "16", "20", "21", "26", "29", "36", "42", "43"}


def test_figures_of_the_issue(source: StoreSource) -> None:
    values = Counter(int(float(v)) for (v,) in ask(source, "SELECT ?v { ?f dx:about item:08236-2022-6 ; dx:value ?v }"))
    assert {2080, 603, 87, 516, 226, 17, 273} <= set(values)
    paper = {v for (v,) in ask(source, "SELECT ?v { ?f dx:value ?v ; dct:source document:08236-2022 }")}
    assert {"593", "170000", "119000", "68"} <= paper
    record = {v for (v,) in ask(source, "SELECT ?v { ?f dx:value ?v ; dct:source document:08236-council-2024 }")}
    assert {"41", "42", "6", "68", "56", "17", "29", "464", "70.7", "32", "72.6", "73", "458000000"} <= record


def test_the_survey_of_ishioka(source: StoreSource) -> None:
    values = {v for (v,) in ask(source, "SELECT ?v { ?f dx:value ?v ; dct:source document:08205-2022 }")}
    assert {"4000", "1254"} <= values


def test_whose_rate_of_internet_use(source: StoreSource) -> None:
    rows = ask(
        source,
        "SELECT ?about ?v { ?f dx:indicator indicator:internet-use-rate ; dx:about ?about ; dx:value ?v ; dct:source document:08223-2023 }",
    )
    assert set(rows) == {("municipality/08000", "80.9"), ("body/japan", "84.9")}


def test_parts_add_up_to_their_wholes(source: StoreSource) -> None:
    rows = ask(
        source,
        "SELECT ?whole ?value (SUM(?part) AS ?sum) { ?f dx:componentOf ?whole ; dx:value ?part . ?whole dx:value ?value } "
        "GROUP BY ?whole ?value",
    )
    assert len(rows) >= 5
    assert {whole for whole, value, total in rows if float(value) != float(total)} == set()


def typed(document: Document) -> Iterable[tuple[ox.NamedNode, str]]:
    return ((t.subject, t.object.value) for t in document.triples if t.predicate == TYPE)  # type: ignore[misc,union-attr]


@pytest.mark.parametrize("key", COUNTED)
def test_every_node_says_its_document_and_place(key: str, corpus: Corpus) -> None:
    document = own(corpus, key)
    for predicate in (PREFIXES["dct"] + "source", PREFIXES["dx"] + "locator"):
        saying = {t.subject for t in document.triples if t.predicate.value == predicate}
        silent = {node.value for node, _ in typed(document) if node not in saying}
        assert silent <= {BASE + f"document/{key}"}, "only a document is its own source"


def test_every_item_and_action_has_a_topic(source: StoreSource) -> None:
    assert (
        ask(source, "SELECT ?e { VALUES ?k { dx:Item dx:Action dx:Measure } ?e a ?k MINUS { ?e dx:topic ?t } }") == []
    )


def test_every_item_and_measure_is_related_to_a_national_item(source: StoreSource) -> None:
    rows = ask(source, "SELECT ?e { VALUES ?k { dx:Item dx:Measure } ?e a ?k MINUS { ?e dx:addresses ?n } }")
    assert rows == []


def test_the_table_of_itako_has_14_marks(source: StoreSource) -> None:
    ((count,),) = ask(source, "SELECT (COUNT(*) AS ?n) { ?e dx:addressesAsPrinted ?n }")
    assert count == "14"


def test_terms_that_all_cities_explain(source: StoreSource) -> None:
    rows = ask(source, "SELECT ?t ?g { ?t a dx:Term ; skos:inScheme ?g }")
    cities: dict[str, set[str]] = {}
    for term, _ in rows:
        code, _, headword = term.removeprefix("term/").split("-", 2)
        cities.setdefault(headword, set()).add(code)
    for headword in ("AI", "BPR", "RPA", "オープンデータ"):
        assert len(cities[headword]) == 4
    assert len(cities["デジタルデバイド"]) >= 2


def test_no_label_of_a_topic_means_two_topics(corpus: Corpus) -> None:
    from dxplan.folding import fold

    topics = next(d for d in corpus.shared if d.key == "topics")
    named: dict[str, set[str]] = {}
    for t in topics.triples:
        if t.predicate.value in (PREFIXES["skos"] + "prefLabel", PREFIXES["skos"] + "altLabel"):
            named.setdefault(fold(t.object.value), set()).add(t.subject.value)  # type: ignore[union-attr]
    assert {name for name, meant in named.items() if len(meant) > 1} == set()


def test_check_digits_of_the_municipal_codes(source: StoreSource) -> None:
    rows = ask(source, "SELECT ?m ?code { ?m dct:identifier ?code . FILTER (STRSTARTS(STR(?m), STR(municipality:))) }")
    assert len(rows) == 5
    for place, code in rows:
        assert place == f"municipality/{code[:5]}"
        assert int(code[5]) == (11 - sum(w * int(d) for w, d in zip((6, 5, 4, 3, 2), code, strict=False)) % 11) % 10


def test_fiscal_years(source: StoreSource) -> None:
    rows = ask(source, "SELECT ?fy ?y ?b ?e { ?fy dx:year ?y ; schema:startDate ?b ; schema:endDate ?e }")
    assert sorted(int(y) for _, y, _, _ in rows) == list(range(2000, 2041))
    assert all((fy, b, e) == (f"fy/{y}", f"{y}-04-01", f"{int(y) + 1}-03-31") for fy, y, b, e in rows)
    names = ask(source, "SELECT ?fy ?n { ?fy a dx:FiscalYear ; skos:altLabel ?n }")
    assert all(fy == f"fy/{fiscal_year(n)}" for fy, n in names)


def test_national_items_of_each_version(source: StoreSource) -> None:
    rows = ask(
        source,
        "SELECT ?v ?g (COUNT(?i) AS ?n) { ?i a dx:NationalItem ; skos:inScheme ?v ; dx:group ?g } GROUP BY ?v ?g",
    )
    found = {(v.removeprefix("national/"), g.removeprefix("def#")): int(n) for v, g, n in rows}
    assert found == {
        ("1.0", "PriorityItems"): 6, ("1.0", "AccompanyingItems"): 2, ("1.0", "OtherItems"): 3,
        ("2.0", "PriorityItems"): 6, ("2.0", "AccompanyingItems"): 3, ("2.0", "OtherItems"): 2,
        ("2.3", "PriorityItems"): 7,
    }  # fmt: skip


def test_every_mapping_is_said_in_skos_too(source: StoreSource) -> None:
    rows = ask(
        source,
        "SELECT ?m { ?m a dx:Mapping ; dx:mapsFrom ?a ; dx:mapsTo ?b ; dx:matchRelation ?r ; dx:verified ?v MINUS { ?a ?r ?b } }",
    )
    assert rows == []
    ((count,),) = ask(source, "SELECT (COUNT(?m) AS ?n) { ?m a dx:Mapping ; dx:verified true }")
    assert int(count) >= 6


def test_closed_lists(source: StoreSource) -> None:
    def counted(kind: str) -> int:
        return int(ask(source, f"SELECT (COUNT(?x) AS ?n) {{ ?x a dx:{kind} }}")[0][0])

    assert (counted("Procedure"), counted("CoreSystem"), counted("OpenDataSet"), counted("Stage")) == (27, 20, 19, 5)
