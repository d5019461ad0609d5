"""What the rules about municipalities say of a city, case by case, each in a plan of a few lines."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
import rdflib

from dxplan.corpus import Corpus
from dxplan.documents import read
from dxplan.inferring.inference import Inference
from dxplan.iris import BASE, DX, PREFIXES
from dxplan.ntriples import Statement, lines, statements

PROLOGUE = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
CITY = BASE + "municipality/08236"
DOCUMENT = 'document:d a dx:Document ; dct:issued "2022-02"^^xsd:gYearMonth .'
#: A plan of 2022 to 2024 that was transcribed as a whole, of a document of February 2022.
WHOLE = f"""
plan:p a dx:Plan ; dx:municipality municipality:08236 ; dx:firstYear fy:2022 ; dx:lastYear fy:2024 ;
    dx:transcription dx:Complete ; dx:citesNationalPlan national:2.0 ; dct:source document:d .
{DOCUMENT}
"""
PART = WHOLE.replace("dx:Complete", "dx:Partial")
UNDATED = WHOLE.replace(' ; dct:issued "2022-02"^^xsd:gYearMonth', "")
ITEM = "item:i a dx:Item ; dx:partOf plan:p ; dx:topic topic:ai-ocr ."
PHASE = "phase:{0} a dx:Phase ; dx:phaseOf {0} ; dx:from fy:{1} ; dx:through fy:{1} ."
SERVICE = (
    "deployment:s a dx:Deployment ; dx:municipality municipality:08236 ; dx:topic topic:ai-ocr ; dct:source document:d"
)
MENTION = (
    "mention:m a dx:Mention ; dx:municipality municipality:{} ; dx:topic topic:ai-ocr ; dx:mentionKind dx:ListedName ."
)

#: Of each case what the documents hold, and what is said of AI-OCR, which has AI, AI and RPA, and efficiency above it.
TOPICS: dict[str, tuple[str, dict[str, str]]] = {
    "nothing is said of it": (WHOLE, {"standing": "NotInPlan"}),
    "no plan was collected": (DOCUMENT, {"standing": "NotKnown"}),
    "an item without a schedule begins with its plan": (
        WHOLE + ITEM,
        {"standing": "Planned", "plannedFrom": "2022", "plannedBy": "item/i", "plannedFromAssumed": "true"},
    ),
    "an item with a schedule begins with its first phase": (
        WHOLE + ITEM + "phase:b a dx:Phase ; dx:phaseOf item:i ; dx:from fy:2024 . phase:a dx:phaseOf item:i ; dx:from fy:2023 .",
        {"standing": "Planned", "plannedFrom": "2023", "plannedBy": "item/i"},
    ),
    "of the phases of a stage the one that begins first, in the same year by key; one may be of two stages": (
        WHOLE + ITEM + """phase:c dx:phaseOf item:i ; dx:from fy:2023 ; dx:stage stage:study, stage:pilot .
        phase:b dx:phaseOf item:i ; dx:from fy:2023 ; dx:stage stage:study .
        phase:a dx:phaseOf item:i ; dx:from fy:2024 ; dx:stage stage:study, stage:implement .""",
        {"standing": "Planned", "plannedFrom": "2023", "plannedBy": "item/i", "firstStudy": "phase/b",
         "firstPilot": "phase/c", "firstImplementation": "phase/a"},
    ),
    "an item begins with its first action, and comes before it": (
        WHOLE + ITEM + "action:a a dx:Action ; dx:partOf item:i ; dx:topic topic:ai-ocr . phase:a dx:phaseOf action:a ; dx:from fy:2023 .",
        {"standing": "Planned", "plannedFrom": "2023", "plannedBy": "item/i"},
    ),
    "what begins first comes first, though it is no item": (
        WHOLE + ITEM + """phase:i dx:phaseOf item:i ; dx:from fy:2024 .
        measure:m a dx:Measure ; dx:partOf plan:p ; dx:topic topic:ai-ocr . phase:m dx:phaseOf measure:m ; dx:from fy:2023 .""",
        {"standing": "Planned", "plannedFrom": "2023", "plannedBy": "measure/m"},
    ),
    "of two that begin together the first by key": (
        WHOLE + ITEM + "item:h a dx:Item ; dx:partOf plan:p ; dx:topic topic:ai-ocr .",
        {"standing": "Planned", "plannedFrom": "2022", "plannedBy": "item/h", "plannedFromAssumed": "true"},
    ),
    "what a part of a plan plans is planned": (
        PART + ITEM,
        {"standing": "Planned", "plannedFrom": "2022", "plannedBy": "item/i", "plannedFromAssumed": "true"},
    ),
    "a plan that is only named plans nothing": (
        WHOLE + """plan:q a dx:Plan ; dx:municipality municipality:08236 ; dx:firstYear fy:2019 .
        item:i a dx:Item ; dx:partOf plan:q ; dx:topic topic:ai-ocr .""",
        {"standing": "NotInPlan"},
    ),
    "the plan of another city plans nothing here": (
        WHOLE + """plan:q a dx:Plan ; dx:municipality municipality:08205 ; dx:firstYear fy:2019 ; dx:transcription dx:Complete .
        item:i a dx:Item ; dx:partOf plan:q ; dx:topic topic:ai-ocr .""",
        {"standing": "NotInPlan"},
    ),
    "of broader topics the nearest is told": (
        WHOLE + ITEM.replace("ai-ocr", "gyomu-koritsuka") + "measure:m a dx:Measure ; dx:partOf plan:p ; dx:topic topic:ai .",
        {"standing": "BroaderOnly", "broaderElement": "measure/m"},
    ),
    "a topic beside it is no broader one": (WHOLE + ITEM.replace("ai-ocr", "ai-onsei"), {"standing": "NotInPlan"}),
    "where a part of a plan has a broader topic it may have the topic": (
        PART + ITEM.replace("ai-ocr", "ai"),
        {"standing": "NotKnown", "broaderElement": "item/i"},
    ),
    "a service since a day before April runs from the fiscal year before": (
        WHOLE + SERVICE + ' ; dx:since "2020-03-31"^^xsd:date .',
        {"standing": "InService", "inServiceBy": "2019", "inServiceSince": "2019", "service": "deployment/s"},
    ),
    "a service since a fiscal year": (
        WHOLE + SERVICE + " ; dx:since fy:2020 .",
        {"standing": "InService", "inServiceBy": "2020", "inServiceSince": "2020", "service": "deployment/s"},
    ),
    "a service without a date runs by the date of its document": (
        WHOLE + SERVICE + " .",
        {"standing": "InService", "inServiceBy": "2021", "service": "deployment/s", "undatedService": "deployment/s"},
    ),
    "a document that was revised is of its revision": (
        WHOLE + SERVICE + ' . document:d dct:modified "2024-09"^^xsd:gYearMonth .',
        {"standing": "InService", "inServiceBy": "2024", "service": "deployment/s", "undatedService": "deployment/s"},
    ),
    "a record has the date of the meeting": (
        WHOLE + SERVICE.replace(":d", ":e") + ' . document:e a dx:Document ; dct:date "2024-02-08"^^xsd:date .',
        {"standing": "InService", "inServiceBy": "2023", "service": "deployment/s", "undatedService": "deployment/s"},
    ),
    "a plan without a date is there by its first year": (
        UNDATED + SERVICE + " .",
        {"standing": "InService", "inServiceBy": "2022", "service": "deployment/s", "undatedService": "deployment/s"},
    ),
    "of another document without a date no year is known": (
        WHOLE + SERVICE.replace(":d", ":e") + " . document:e a dx:Document .",
        {"standing": "InService", "service": "deployment/s", "undatedService": "deployment/s"},
    ),
    "a service with a date comes before one without": (
        WHOLE + SERVICE + " . " + SERVICE.replace(":s ", ":t ") + " ; dx:since fy:2021 .",
        {"standing": "InService", "inServiceBy": "2021", "inServiceSince": "2021", "service": "deployment/t",
         "undatedService": "deployment/s"},
    ),
    "a service that runs by then comes before a later one with a date": (
        WHOLE + SERVICE + " . " + SERVICE.replace(":s ", ":r ") + " ; dx:since fy:2023 .",
        {"standing": "InService", "inServiceBy": "2021", "inServiceSince": "2023", "service": "deployment/s",
         "undatedService": "deployment/s"},
    ),
    "a service of which no plan is collected": (
        DOCUMENT + SERVICE + " .",
        {"standing": "InService", "inServiceBy": "2021", "service": "deployment/s", "undatedService": "deployment/s"},
    ),
    "what is planned and runs is planned": (
        WHOLE + ITEM + SERVICE + " ; dx:since fy:2020 .",
        {"standing": "Planned", "plannedFrom": "2022", "plannedBy": "item/i", "plannedFromAssumed": "true",
         "inServiceBy": "2020", "inServiceSince": "2020", "service": "deployment/s"},
    ),
    "a mention": (WHOLE + MENTION.format("08236"), {"standing": "Mentioned", "mention": "mention/m"}),
    "a mention comes before a broader topic": (
        WHOLE + MENTION.format("08236") + ITEM.replace("ai-ocr", "ai"),
        {"standing": "Mentioned", "mention": "mention/m", "broaderElement": "item/i"},
    ),
    "a mention where the rest of the plan is not known": (
        PART + MENTION.format("08236"), {"standing": "NotKnown", "mention": "mention/m"}
    ),
    "a mention of another city": (WHOLE + MENTION.format("08205"), {"standing": "NotInPlan"}),
    "a row of a list": (
        WHOLE + ITEM.replace("ai-ocr", "hoiku") + "entry:e a dx:ListEntry ; dx:entryOf item:i ; dx:topic topic:ai-ocr .",
        {"standing": "Mentioned", "mention": "entry/e"},
    ),
    "a steering body": (
        WHOLE + "plan:p dx:steeredBy body:b . body:b a org:Organization ; dx:topic topic:ai-ocr .",
        {"standing": "Mentioned", "mention": "body/b"},
    ),
    "a plan that also serves as one by the name of the topic": (
        WHOLE + 'plan:p dx:alsoServesAs "ＡＩ－ＯＣＲ"@ja .', {"standing": "Mentioned", "mention": "plan/p"}
    ),
    "of what speaks of it the first by key": (
        WHOLE + MENTION.format("08236") + MENTION.format("08236").replace(":m ", ":k "),
        {"standing": "Mentioned", "mention": "mention/k"},
    ),
}  # fmt: skip

BELOW = """measure:m a dx:Measure ; dx:partOf plan:p {} . item:i a dx:Item ; dx:partOf measure:m {} .
    item:j a dx:Item ; dx:partOf measure:m . action:a a dx:Action ; dx:partOf item:i {} ."""
PRINTED, READ = "; dx:addressesAsPrinted national:{}", "; dx:addressesAsRead national:{}"
#: Of each case what the documents hold, and how item 3 of version 2.0 is covered: the elements linked, those in print,
#: those without the mapping of versions, the items and actions of them, the items under a link, the kind.
ITEMS: dict[str, tuple[str, tuple[int, int, int, int, int, str]]] = {
    "no link": (WHOLE + BELOW.format("", "", ""), (0, 0, 0, 0, 0, "NotCovered")),
    "no link in a part of a plan": (PART + BELOW.format("", "", ""), (0, 0, 0, 0, 0, "CoverageNotKnown")),
    "a link of a measure counts once, and its items stand under it": (
        WHOLE + BELOW.format(PRINTED.format("2.0-3"), "", ""), (1, 1, 1, 0, 2, "CoveredFromAbove")
    ),
    "an item with a link of its own stands under none": (
        WHOLE + BELOW.format(PRINTED.format("2.0-3"), READ.format("2.0-3"), ""), (2, 1, 2, 1, 1, "CoveredItself")
    ),
    "an action": (WHOLE + BELOW.format("", "", READ.format("2.0-3")), (1, 0, 1, 1, 0, "CoveredItself")),
    "a link to what it is mapped to": (
        WHOLE + BELOW.format(READ.format("1.0-3"), "", ""), (1, 0, 0, 0, 2, "CoveredFromAbove")
    ),
    "a link on two grounds and to two versions is of one element": (
        WHOLE + BELOW.format("", PRINTED.format("2.0-3") + READ.format("2.0-3") + READ.format("1.0-3"), ""),
        (1, 1, 1, 1, 0, "CoveredItself"),
    ),
    "a link to another item": (WHOLE + BELOW.format(PRINTED.format("2.0-1"), "", ""), (0, 0, 0, 0, 0, "NotCovered")),
    "what a part of a plan is linked to is covered": (
        PART + BELOW.format("", READ.format("2.0-3"), ""), (1, 0, 1, 1, 0, "CoveredItself")
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def inference(corpus: Corpus) -> Inference:
    return Inference(corpus)


def known_of(inference: Inference, text: str, folder: Path) -> list[Statement]:
    path = folder / "08236-2022.ttl"
    path.write_text(PROLOGUE + text, encoding="utf-8")
    document = read(path, "plans")
    return [*statements(document.triples), *inference.of(document)]


def graph(found: list[Statement]) -> rdflib.Graph:
    return rdflib.Graph().parse(data=lines(found), format="nt")


def said(found: rdflib.Graph, observation: str) -> dict[str, str]:
    """What an observation says, by property."""
    told: dict[str, list[str]] = defaultdict(list)
    for _, name, value in found.triples((rdflib.URIRef(CITY + observation), None, None)):
        told[str(name)].append(str(value).removeprefix(DX).removeprefix(BASE + "fy/").removeprefix(BASE))
    assert all(len(values) == 1 for name, values in told.items() if name.startswith(DX)), told
    dimensions = ("observedCity", "observedTopic", "observedItem")
    named = {name.removeprefix(DX): values[0] for name, values in told.items() if name.startswith(DX)}
    return {name: value for name, value in named.items() if name not in dimensions}


@pytest.mark.parametrize("case", TOPICS)
def test_what_documents_say_of_a_topic(case: str, inference: Inference, tmp_path: Path) -> None:
    text, expected = TOPICS[case]
    found = graph(inference.of_city(CITY, known_of(inference, text, tmp_path)))
    assert said(found, "#topic-ai-ocr") == expected


def test_what_is_narrower_counts_for_what_is_broader(inference: Inference, tmp_path: Path) -> None:
    found = graph(inference.of_city(CITY, known_of(inference, WHOLE + ITEM, tmp_path)))
    whole = said(found, "#topic-ai-ocr")
    assert whole == said(found, "#topic-ai") == said(found, "#topic-ai-rpa") == said(found, "#topic-gyomu-koritsuka")
    assert said(found, "#topic-ai-onsei") == {"standing": "NotInPlan"}


@pytest.mark.parametrize("case", ITEMS)
def test_how_plans_cover_a_national_item(case: str, inference: Inference, tmp_path: Path) -> None:
    text, (elements, in_print, direct, tasks, under, kind) = ITEMS[case]
    found = graph(inference.of_city(CITY, known_of(inference, text, tmp_path)))
    assert said(found, "#national-2.0-3") == {
        "linkedElements": str(elements), "linkedInPrint": str(in_print), "linkedDirectly": str(direct),
        "linkedItems": str(tasks), "itemsUnderLink": str(under), "coverage": kind, "counterpart": "national/2.0-3",
    }  # fmt: skip


def test_what_is_absent_is_known_from_the_first_plan_that_was_transcribed_whole(
    inference: Inference, tmp_path: Path
) -> None:
    """A plan before it of which only a part is there tells of nothing that it is not."""
    earlier = PART.replace("plan:p", "plan:o").replace("fy:2022", "fy:2019").replace("fy:2024", "fy:2021")
    later = WHOLE.replace("plan:p", "plan:q").replace("fy:2022", "fy:2025").replace("fy:2024", "fy:2027")
    for text, first in ((WHOLE + earlier + later, "2022"), (later, "2025"), (earlier, None)):
        found = graph(inference.of_city(CITY, known_of(inference, text, tmp_path)))
        years = {str(year) for year in found.objects(rdflib.URIRef(CITY), rdflib.URIRef(DX + "knownFrom"))}
        assert years == ({f"{BASE}fy/{first}"} if first else set())


def test_a_document_that_names_another_city_makes_no_observation_of_it(inference: Inference, tmp_path: Path) -> None:
    """That would be made of half its documents; its own part has it."""
    other = "municipality:08205"
    text = (
        WHOLE + ITEM + SERVICE.replace("municipality:08236", other) + " ; dx:since fy:2020 . " + MENTION.format("08205")
    )
    known = known_of(inference, f"{text} {other} a dx:Municipality .", tmp_path)
    found = inference.of_city(CITY, known)
    assert found and not [each for each in found if "municipality/08205" in each[0]]
    assert said(graph(found), "#topic-ai-ocr")["standing"] == "Planned"


def test_a_city_without_documents_is_observed_to_be_unknown(inference: Inference, corpus: Corpus) -> None:
    found = graph(inference.of_city(CITY, ()))
    topics = [t.subject for d in corpus.documents("reference") for t in d.triples if t.object.value == DX + "Topic"]  # type: ignore[union-attr]
    standings = list(found.subject_objects(rdflib.URIRef(DX + "standing")))
    assert len(standings) == len(topics) > 100
    assert {str(kind) for _, kind in standings} == {DX + "NotKnown"}
    assert not list(found.subject_objects(rdflib.URIRef(DX + "coverage"))), "of no plan it is not asked what it covers"


def test_an_observation_is_named_in_both_languages(inference: Inference) -> None:
    found = graph(inference.of_city(CITY, ()))
    labels = {
        label.language: str(label) for label in found.objects(rdflib.URIRef(CITY + "#topic-ai-ocr"), rdflib.RDFS.label)
    }  # type: ignore[attr-defined]
    assert labels == {
        "ja": "小美玉市における「AI-OCR」の状況",
        "en": "Standing of “AI-based character recognition” in Omitama City",
    }
