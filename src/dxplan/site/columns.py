"""Which tables are offered as CSV, and what stands in their columns.

The names of the columns are part of what is promised to users: they may be added to, but keep their meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["SEPARATOR", "TABLES", "Column", "Shown", "Table"]

#: What stands between several values of a cell.
SEPARATOR = "|"
_ELEMENTS = ("Policy", "Measure", "Item", "Action", "Project")

Shown = Literal["iri", "name", "text", "ja", "en", "year"]


@dataclass(frozen=True)
class Column:
    """One column.

    :param name: the header, which does not change.
    :param path: the properties from the thing of the row to the value, such as ``dx:within dx:municipality``.
    :param shown: an IRI whole, the last part of an IRI, a literal, a label or literal in a language, or the
        number of a fiscal year.
    :param many: where the rules allow several values.
    :param kind: only values whose IRI is of this kind.
    :param among: only these terms of the vocabulary.
    """

    name: str
    ja: str
    en: str
    path: str = ""
    shown: Shown = "text"
    datatype: str = "string"
    many: bool = False
    required: bool = False
    kind: str = ""
    among: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table.

    :param of: the class whose members have a row each, or the data set whose observations have.
    :param foreign: the column that names a row of another table, and that table.
    """

    name: str
    ja: str
    en: str
    of: str
    columns: tuple[Column, ...]
    foreign: tuple[str, str] | None = None

    @property
    def path(self) -> str:
        """Where it stands below the root of the site."""
        return f"tables/{self.name}.csv"

    @property
    def parquet(self) -> str:
        """Where it stands as Parquet."""
        return f"tables/{self.name}.parquet"


def _iri(ja: str, en: str) -> Column:
    return Column("iri", ja, en, shown="iri", datatype="anyURI", required=True)


def _linked(name: str, ja: str, en: str, path: str, *, many: bool = False, kind: str = "") -> tuple[Column, ...]:
    """Return the column of an IRI and those of its labels."""
    return (
        Column(name, f"{ja}のIRI", f"{en} (IRI)", path, "iri", "anyURI", many, kind=kind),
        Column(f"{name}_ja", f"{ja}（日本語）", f"{en} (Japanese)", path, "ja", many=many, kind=kind),
        Column(f"{name}_en", f"{ja}（英語）", f"{en} (English)", path, "en", many=many, kind=kind),
    )


def _texts(name: str, ja: str, en: str, path: str, *, required: bool = False, many: bool = False) -> tuple[Column, ...]:
    """Return the columns of a text in both languages."""
    return (
        Column(f"{name}_ja", f"{ja}（日本語）", f"{en} (Japanese)", path, "ja", many=many, required=required),
        Column(f"{name}_en", f"{ja}（英語）", f"{en} (English)", path, "en", many=many, required=required),
    )


_LABELS = _texts("label", "名称", "label", "rdfs:label", required=True)
_EVIDENCE = (
    Column(
        "document", "典拠の文書のIRI", "source document (IRI)", "dct:source", "iri", "anyURI", many=True, required=True
    ),
    Column("locator", "文書の中の箇所", "place in the document", "dx:locator", required=True),
)
_READING = Column(
    "reading", "読み取り方（空欄は印刷どおり）", "reading (empty: as printed)", "dx:reading", "name", many=True
)

#: The tables, in the order in which they are offered.
TABLES: tuple[Table, ...] = (
    Table(
        "elements",
        "計画の要素（基本方針・主要な取組・取組事項・取組計画・個別事業）",
        "Elements of plans (policies, measures, items, actions, projects)",
        "Element",
        (
            _iri("要素のIRI", "element (IRI)"),
            Column("role", "階層", "role", "rdf:type", "name", among=_ELEMENTS),
            Column("notation", "印刷の番号", "printed number", "skos:notation", many=True),
            *_LABELS,
            Column("printed_title", "印刷の題名（名称と異なるとき）", "printed title, where it differs",
                   "dx:printedTitle", many=True),
            *_linked("plan", "計画", "plan", "dx:within", kind="plan"),
            *_linked("municipality", "市区町村", "municipality", "dx:within dx:municipality"),
            Column("part_of", "直近の上位のIRI", "direct parent (IRI)", "dx:partOf", "iri", "anyURI", required=True),
            Column("position", "上位の中の順番", "position in its parent", "schema:position", datatype="integer"),
            *_linked("division", "担当課", "division in charge", "dx:responsibleDivision", many=True),
            Column("scope", "担当の範囲", "scope of responsibility", "dx:scope", "name", many=True),
            Column("mark", "印", "mark", "dx:mark", "name", many=True),
            *_linked("topic", "主題", "topic", "dx:topic", many=True),
            *_linked("national_item", "対応する国の取組", "national item addressed", "dx:addresses", many=True),
            Column("begins", "始まる年度", "first fiscal year", "dx:startYear", "year", "integer"),
            *_texts("description", "要約", "summary", "dct:description"),
            _READING,
            *_EVIDENCE,
        ),
    ),
    Table(
        "phases",
        "工程",
        "Phases of schedules",
        "Phase",
        (
            _iri("工程のIRI", "phase (IRI)"),
            Column("element", "要素のIRI", "element (IRI)", "dx:phaseOf", "iri", "anyURI", required=True),
            *_texts("element_label", "要素", "element", "dx:phaseOf"),
            *_LABELS,
            Column("printed", "印刷の表記", "as printed", "dx:printed", required=True),
            *_linked("stage", "段階", "stage", "dx:stage", many=True),
            Column("from_year", "始まりの年度", "first fiscal year", "dx:from", "year", "integer"),
            Column("through_year", "終わりの年度", "last fiscal year", "dx:through", "year", "integer"),
            _READING,
            *_EVIDENCE,
        ),
        ("element", "elements"),
    ),
    Table(
        "services",
        "稼働中のサービス",
        "Services that run already",
        "Deployment",
        (
            _iri("サービスのIRI", "service (IRI)"),
            *_LABELS,
            *_linked("municipality", "市区町村", "municipality", "dx:municipality"),
            *_linked("topic", "主題", "topic", "dx:topic", many=True),
            Column("since", "開始時期（日・月・年または年度）", "since (date, month, year or fiscal year)", "dx:since",
                   "name"),
            Column("since_year", "稼働し始めた年度", "fiscal year in which it began", "dx:serviceYear", "year",
                   "integer"),
            Column("element", "述べている要素のIRI", "element that tells of it (IRI)", "dx:mentionedIn", "iri",
                   "anyURI", many=True),
            _READING,
            *_EVIDENCE,
        ),
    ),
    Table(
        "mentions",
        "計画せずに述べているもの",
        "What documents speak of without planning it",
        "Mention",
        (
            _iri("言及のIRI", "mention (IRI)"),
            *_LABELS,
            *_linked("municipality", "市区町村", "municipality", "dx:municipality"),
            *_linked("topic", "主題", "topic", "dx:topic", many=True),
            Column("kind", "種類", "kind", "dx:mentionKind", "name", required=True),
            Column("fiscal_year", "年度", "fiscal year", "dx:fiscalYear", "year", "integer"),
            Column("element", "述べている要素のIRI", "element that tells of it (IRI)", "dx:mentionedIn", "iri",
                   "anyURI", many=True),
            *_EVIDENCE,
        ),
    ),
    Table(
        "terms",
        "用語",
        "Terms of glossaries",
        "Term",
        (
            _iri("用語のIRI", "term (IRI)"),
            *_LABELS,
            *_texts("alternative", "別名", "alternative label", "skos:altLabel", many=True),
            *_texts("definition", "説明", "definition", "skos:definition", required=True),
            *_linked("glossary", "用語集", "glossary", "skos:inScheme"),
            Column("position", "用語集の中の順番", "position in the glossary", "schema:position", datatype="integer"),
            Column("exact_topic", "同じ意味の主題のIRI", "topic of the same meaning (IRI)", "skos:exactMatch", "iri",
                   "anyURI", many=True, kind="topic"),
            Column("close_topic", "近い意味の主題のIRI", "topic of a close meaning (IRI)", "skos:closeMatch", "iri",
                   "anyURI", many=True, kind="topic"),
            *_EVIDENCE,
        ),
    ),
    Table(
        "figures",
        "数値",
        "Figures",
        "Figure",
        (
            _iri("数値のIRI", "figure (IRI)"),
            *_LABELS,
            *_linked("about", "何についての数値か", "what it is about", "dx:about"),
            *_linked("indicator", "指標", "indicator", "dx:indicator"),
            Column("value", "値", "value", "dx:value", datatype="decimal", required=True),
            Column("unit", "単位", "unit", "dx:unit"),
            Column("as_of", "時点（日または年度）", "date or fiscal year", "dx:asOf", "name", required=True),
            Column("kind", "種別", "kind", "dx:kind", "name", required=True),
            *_texts("population", "母数", "population", "dx:population"),
            Column("printed", "印刷の表記", "as printed", "dx:printed", required=True),
            _READING,
            *_EVIDENCE,
        ),
    ),
    Table(
        "standings",
        "市ごとの主題の状況",
        "Standing of topics in cities",
        "cube:topic-standing",
        (
            _iri("観測値のIRI", "observation (IRI)"),
            *_linked("city", "市", "city", "dx:observedCity"),
            *_linked("topic", "主題", "topic", "dx:observedTopic"),
            Column("standing", "状況", "standing", "dx:standing", "name", required=True),
            Column("planned_from", "計画の着手年度", "planned from (fiscal year)", "dx:plannedFrom", "year", "integer"),
            Column("planned_from_assumed", "着手年度は推定", "the year is assumed", "dx:plannedFromAssumed",
                   datatype="boolean"),
            *_linked("planned_by", "最初の要素", "first element", "dx:plannedBy"),
            Column("in_service_since", "稼働し始めた年度", "in service since (fiscal year)", "dx:inServiceSince",
                   "year", "integer"),
            Column("in_service_by", "遅くとも稼働している年度", "in service by (fiscal year)", "dx:inServiceBy", "year",
                   "integer"),
            *_linked("service", "最初のサービス", "first service", "dx:service"),
            Column("undated_service", "開始時期の分からないサービスのIRI", "service without a date (IRI)",
                   "dx:undatedService", "iri", "anyURI"),
            Column("mention", "言及のIRI", "mention (IRI)", "dx:mention", "iri", "anyURI"),
            *_linked("broader_element", "上位の主題の要素", "element on a broader topic", "dx:broaderElement"),
            Column("known_from", "収録の始まる年度", "known from (fiscal year)", "dx:observedCity dx:knownFrom", "year",
                   "integer"),
        ),
    ),
    Table(
        "coverage",
        "市ごとの国の取組事項への対応",
        "Coverage of national items in cities",
        "cube:national-coverage",
        (
            _iri("観測値のIRI", "observation (IRI)"),
            *_linked("city", "市", "city", "dx:observedCity"),
            *_linked("national_item", "国の取組事項", "national item", "dx:observedItem"),
            Column("version", "国の計画の版", "version of the national plan", "dx:observedItem skos:inScheme", "name",
                   kind="national"),
            Column("coverage", "対応の状況", "coverage", "dx:coverage", "name", required=True),
            Column("linked_elements", "対応を示す要素の数", "linked elements", "dx:linkedElements", datatype="integer",
                   required=True),
            Column("linked_in_print", "印刷で対応する要素の数", "linked in print", "dx:linkedInPrint",
                   datatype="integer"),
            Column("linked_directly", "この版に対応する要素の数", "linked directly", "dx:linkedDirectly",
                   datatype="integer"),
            Column("linked_items", "自ら対応する取組の数", "linked items", "dx:linkedItems", datatype="integer"),
            Column("items_under_link", "上の段の対応による取組事項の数", "items under a link", "dx:itemsUnderLink",
                   datatype="integer"),
            Column("counterpart", "踏まえる版の項目のIRI", "counterpart in the version cited (IRI)", "dx:counterpart",
                   "iri", "anyURI"),
        ),
    ),
)  # fmt: skip
