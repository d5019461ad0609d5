"""Each rule, broken in a copy of real data as a slip in an editor would: one finding, on that line, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from dxplan.checking.check import check
from dxplan.checking.findings import Finding
from dxplan.checking.rules import RuleBook
from dxplan.corpus import Corpus

OMITAMA, ITAKO, HITACHINAKA, ISHIOKA = (
    f"data/plans/{key}.ttl" for key in ("08236-2022", "08223-2023", "08221-2023", "08205-2022")
)
RECORD = "data/reports/08236-council-2024.ttl"
NATIONAL, MAPPINGS = "data/national/2.0.ttl", "data/national/mappings.ttl"
CITIES, TOPICS = "data/reference/municipalities.ttl", "data/reference/topics.ttl"
DOCUMENTS = "data/reference/documents.ttl"
HERE = " # <- here"


@dataclass(frozen=True)
class Slip:
    """One edit: below the line of a subject, the first occurrence of a text becomes another; all of them for ``*``."""

    subject: str
    old: str
    new: str


def drop(subject: str, line: str) -> tuple[Slip, Slip]:
    """Leave out a line; what is missing is told at the subject."""
    return Slip(subject, line, ""), Slip(subject, f"{subject}\n", f"{subject}{HERE}\n")


def swap(subject: str, old: str, new: str) -> tuple[Slip]:
    return (Slip(subject, old, re.sub(r"\n?$", lambda end: HERE + end[0], new, count=1)),)


def add(subject: str, kind: str, line: str) -> tuple[Slip]:
    return (Slip(subject, f"    a {kind} ;\n", f"    a {kind} ;\n{line}{HERE}\n"),)


ITEM, ACTION = "item:08236-2022-16", "action:08236-2022-16-1"
STUDY, IMPLEMENT = "phase:08236-2022-16-1-1", "phase:08236-2022-16-1-2"
BEFORE, TARGET = "figure:08236-2022-visits-per-card-before", "figure:08236-2022-visits-per-card-target"
ERRATUM, GOAL = "erratum:08221-2023-1", "goal:08221-2023-1-1-4-1"
TERM, ENTRY = "term:08236-2022-RPA", "entry:08236-2022-early-3-1"
RUNNING, STATUS = "deployment:08221-2023-jpqr", "status:08236-council-2024-2"
MENTION = "mention:08221-2023-bpr-support"
DIVISION = "division:08236-行革デジタル推進課"
OTHER_DIVISION = (
    "division:08223-税務課\n    a dx:Division ;\n    rdfs:label \"税務課\"@ja ;\n    rdfs:label \"Tax Division\"@en ;\n"
    "    org:unitOf municipality:08223 ;\n    dct:source document:08223-2023 ;\n    dx:locator \"表\" .\n\n"
)  # fmt: skip


def division(key: str, more: str = "    org:unitOf municipality:08236 ;\n", mark: str = HERE) -> tuple[Slip]:
    """Add a division that nothing refers to."""
    block = (
        f'division:{key}{mark}\n    a dx:Division ;\n    rdfs:label "試験課"@ja ;\n    rdfs:label "Trial Division"@en ;\n'
        f'{more}    dct:source document:08236-2022 ;\n    dx:locator "№1" .\n\n'
    )
    return (Slip(DIVISION, f"{DIVISION}\n", f"{block}{DIVISION}\n"),)


BREAKS: dict[str, tuple[str, tuple[Slip, ...]]] = {
    "Deployment-has-topic": (HITACHINAKA, drop(RUNNING, "    dx:topic topic:madoguchi-qr-kessai ;\n")),
    "Deployment-of-city": (HITACHINAKA, drop(RUNNING, "    dx:municipality municipality:08221 ;\n")),
    "Deployment-since-readable": (HITACHINAKA, swap(RUNNING, '"2022-04"^^xsd:gYearMonth ;', '"令和4年4月" ;')),
    "Division-key": (OMITAMA, division(
        "08221-試験課", f"    org:unitOf municipality:08236 ;{HERE}\n", "")),
    "Division-name-folded": (OMITAMA, division("08236-ｼｹﾝ課")),
    "Division-named-once": (OMITAMA, (
        *swap("division:08236-市民課", 'rdfs:label "市民課"@ja ;', 'rdfs:label "市民課"@ja ;'),
        *swap("division:08236-税務課", 'rdfs:label "税務課"@ja ;', 'rdfs:label "市民課"@ja ;'))),
    "Division-of-one-city": (OMITAMA, division("08236-試験課", "")),
    "Document-has-publisher": (RECORD, drop("document:08236-council-2024", "    dct:publisher municipality:08236 ;\n")),
    "Document-stages-add-up": (RECORD, (
        Slip("figure:08236-council-2024-actions-planned-study-2023", "figure:08236-council-2024-actions-planned-study-2023\n",
            "figure:08236-council-2024-actions-study-2022\n    a dx:Figure ;\n    rdfs:label \"検証\"@ja ;\n    rdfs:label \"Study\"@en ;\n"
            "    dx:about plan:08236-2022 ;\n    dx:indicator indicator:actions-planned-study ;\n    dx:value \"39\"^^xsd:decimal ;\n"
            "    dx:unit \"事業\" ;\n    dx:asOf fy:2022 ;\n    dx:kind dx:Stated ;\n    dx:printed \"39\" ;\n"
            "    dct:source document:08236-council-2024 ;\n    dx:locator \"２\" .\n\n"
            "figure:08236-council-2024-actions-planned-study-2023\n"),
        *swap("document:08236-council-2024", "dx:reportsOn plan:08236-2022 ;", "dx:reportsOn plan:08236-2022 ;"))),
    "Element-division-of-city": (OMITAMA, (
        Slip(DIVISION, f"{DIVISION}\n", f"{OTHER_DIVISION}{DIVISION}\n"),
        *swap(ITEM, f"dx:responsibleDivision {DIVISION} ;", "dx:responsibleDivision division:08223-税務課 ;"))),
    "Element-key-of-parent": (OMITAMA, (
        Slip("*", ACTION, "action:08236-2022-61-1"), Slip("*", "phase:08236-2022-16-1-", "phase:08236-2022-61-1-"),
        *swap("action:08236-2022-61-1", f"dx:partOf {ITEM} ;", f"dx:partOf {ITEM} ;"))),
    "Element-links-cited-version": (OMITAMA, swap(
        ITEM, "dx:addressesAsRead national:1.0-3 ;", "dx:addressesAsRead national:2.0-3 ;")),
    "Element-no-cycle": (ITAKO, swap(
        "item:08223-2023-1-1-17", "dx:partOf measure:08223-2023-1-1 ;", "dx:partOf item:08223-2023-1-1-17 ;")),
    "Element-one-parent": (ITAKO, drop("item:08223-2023-1-1-17", "    dx:partOf measure:08223-2023-1-1 ;\n")),
    "Element-parent-above": (ITAKO, swap(
        "measure:08223-2023-1-2", "dx:partOf policy:08223-2023-1 ;", "dx:partOf item:08223-2023-1-1-17 ;")),
    "Element-parent-in-plan": (ITAKO, (
        Slip("policy:08223-2023-2", "policy:08223-2023-2\n", "policy:08223-comprehensive-7-1\n    a dx:Policy ;\n"
            "    rdfs:label \"旧\"@ja ;\n    rdfs:label \"Old\"@en ;\n    dx:partOf plan:08223-comprehensive-7 ;\n"
            "    dct:source document:08223-2023 ;\n    dx:locator \"１\" .\n\npolicy:08223-2023-2\n"),
        *swap("item:08223-2023-1-1-17", "dx:partOf measure:08223-2023-1-1 ;", "dx:partOf policy:08223-comprehensive-7-1 ;"))),
    "Element-title-explained": (OMITAMA, (
        Slip(TERM, "ＲＰＡ", "ＲＰＢ"), Slip(TERM, "skos:exactMatch topic:rpa", "skos:exactMatch topic:ai-ocr"),
        *swap("item:08236-2022-20", 'rdfs:label "ＡＩ-ＯＣＲ、ＲＰＡの利用拡大"@ja ;', 'rdfs:label "ＡＩ-ＯＣＲ、ＲＰＡの利用拡大"@ja ;'),
        *swap("action:08236-2022-20-1", 'rdfs:label "ＡＩ-ＯＣＲ、ＲＰＡの利用拡大"@ja ;', 'rdfs:label "ＡＩ-ＯＣＲ、ＲＰＡの利用拡大"@ja ;'))),
    "Element-unique-number": (OMITAMA, (
        *swap("item:08236-2022-17", 'skos:notation "17" ;', 'skos:notation "16" ;'),
        *swap(ITEM, 'skos:notation "16" ;', 'skos:notation "16" ;'))),
    "Element-uses-own-term": (OMITAMA, (
        Slip("term:08236-2022-基本4情報", "dct:source document:08236-2022 ;", "dct:source document:08223-2023 ;"),
        *swap(ITEM, "dx:usesTerm term:08236-2022-基本4情報 ;", "dx:usesTerm term:08236-2022-基本4情報 ;"))),
    "Erratum-has-print": (HITACHINAKA, drop(ERRATUM, '    dx:printed "開催催" ;\n')),
    "Erratum-reading-differs": (HITACHINAKA, swap(
        ERRATUM, 'dx:correctedReading "開催" ;', 'dx:correctedReading "開催催" ;')),
    "Erratum-recorded-once": (OMITAMA, (
        *swap("erratum:08236-2022-2", 'dx:printed "オンライン相談窓口（無人窓口実証実験）" ;',
              'dx:printed "オンライン相談窓口（無人窓口実証実験）" ;'),
        Slip("erratum:08236-2022-2", "erratum:08236-2022-2\n", "erratum:08236-2022-2-again\n    a dx:Erratum ;\n    rdfs:label \"同じ\"@ja ;\n"
            "    rdfs:label \"Same\"@en ;\n    dx:printed \"オンライン相談窓口（無人窓口実証実験）\" ;" + HERE + "\n"
            "    dct:source document:08236-2022 ;\n    dx:locator \"３ 計画体系と事業数\" .\n\nerratum:08236-2022-2\n"))),
    "Figure-about-one": (OMITAMA, drop(BEFORE, "    dx:about item:08236-2022-2 ;\n")),
    "Figure-has-date": (OMITAMA, drop(BEFORE, "    dx:asOf fy:2022 ;\n")),
    "Figure-has-kind": (OMITAMA, add(BEFORE, "dx:Figure", "    dx:kind dx:Threshold ;")),
    "Figure-has-unit": (OMITAMA, drop(BEFORE, '    dx:unit "回" ;\n')),
    "Figure-has-value": (OMITAMA, swap(BEFORE, '"2"^^xsd:decimal ;', '"2" ;')),
    "Figure-one-indicator": (OMITAMA, drop(
        "figure:08236-2022-frequent-procedures", "    dx:indicator indicator:frequent-procedures ;\n")),
    "Figure-one-value-a-date": (OMITAMA, (
        *swap("figure:08236-2022-procedures-online", '"87"^^xsd:decimal ;', '"87"^^xsd:decimal ;'),
        Slip("figure:08236-2022-procedures-online", "figure:08236-2022-procedures-online\n", "figure:08236-2022-procedures-online-2\n"
            "    a dx:Figure ;\n    rdfs:label \"同じ手続\"@ja ;\n    rdfs:label \"Same procedures\"@en ;\n"
            "    dx:about item:08236-2022-6 ;\n    dx:indicator indicator:procedures-online ;\n"
            "    dx:value \"88\"^^xsd:decimal ;" + HERE + "\n    dx:unit \"件\" ;\n    dx:asOf fy:2022 ;\n"
            "    dx:kind dx:Observed ;\n    dx:printed \"88 件\" ;\n    dct:source document:08236-2022 ;\n"
            "    dx:locator \"６ 取組事項 №6\" .\n\nfigure:08236-2022-procedures-online\n"))),
    "Figure-parts-add-up": (OMITAMA, swap(
        "figure:08236-2022-frequent-procedures", '"603"^^xsd:decimal ;', '"630"^^xsd:decimal ;')),
    "Figure-rate-in-range": (ITAKO, swap(
        "figure:08223-2023-internet-use-ibaraki", '"80.9"^^xsd:decimal ;', '"809"^^xsd:decimal ;')),
    "Figure-stated-count": (OMITAMA, swap("figure:08236-2022-items", '"43"^^xsd:decimal ;', '"34"^^xsd:decimal ;')),
    "Figure-stated-stage-count": (RECORD, swap(
        "figure:08236-council-2024-actions-planned-implement-2022", '"41"^^xsd:decimal ;', '"40"^^xsd:decimal ;')),
    "Figure-target-has-baseline": (OMITAMA, swap(
        TARGET, "dx:indicator indicator:visits-per-card ;", "dx:indicator indicator:sns-accounts ;")),
    "Figure-target-in-period": (OMITAMA, swap(TARGET, "dx:asOf fy:2022 ;", "dx:asOf fy:2027 ;")),
    "Figure-target-not-yet-met": (OMITAMA, swap(TARGET, '"1"^^xsd:decimal ;', '"2"^^xsd:decimal ;')),
    "Goal-key": (HITACHINAKA, swap(
        GOAL, "dx:goalOf item:08221-2023-1-1-4 ;", "dx:goalOf item:08221-2023-1-1-3 ;")),
    "Goal-of-one-element": (HITACHINAKA, drop(GOAL, "    dx:goalOf item:08221-2023-1-1-4 ;\n")),
    "Item-addresses-national-item": (ISHIOKA, drop("item:08205-2022-15", "    dx:addressesAsRead national:2.0-9 ;\n")),
    "Item-covers-its-actions": (OMITAMA, (Slip(ACTION, f"{ACTION}\n", 'phase:08236-2022-16-all\n    a dx:Phase ;\n    rdfs:label "全体"@ja ;\n'
            f'    rdfs:label "Whole"@en ;\n    dx:phaseOf {ITEM} ;\n    dx:printed "実施" ;\n    dx:stage stage:implement ;\n'
            '    dx:from fy:2023 ;\n    dx:through fy:2026 ;\n    dct:source document:08236-2022 ;\n    dx:locator "№16" .\n\n'
            f"{ACTION}\n"), Slip(ITEM, f"{ITEM}\n", f"{ITEM}{HERE}\n"))),
    "Item-has-owner": (OMITAMA, (
        Slip("item:08236-2022-15", "    dx:responsibleDivision division:08236-生活文化課 ;\n", ""),
        *drop("item:08236-2022-15", "    dx:responsibleDivision division:08236-生涯学習課 ;\n"))),
    "Item-has-topic": (ITAKO, drop("item:08223-2023-1-1-17", "    dx:topic topic:kakanai-madoguchi ;\n")),
    "ListEntry-division-of-city": (OMITAMA, (
        Slip(DIVISION, f"{DIVISION}\n", f"{OTHER_DIVISION}{DIVISION}\n"),
        Slip("", "    dx:division division:08236-総務課 ;", f"    dx:division division:08223-税務課 ;{HERE}"))),
    "ListEntry-has-subject": (OMITAMA, drop(ENTRY, "    dx:subject procedure:child-allowance-certification ;\n")),
    "ListEntry-of-one-element": (OMITAMA, drop(ENTRY, "    dx:entryOf project:08236-2022-early-3 ;\n")),
    "Mapping-across-versions": (MAPPINGS, swap(
        "mapping:1.0-1_2.3-2", "dx:mapsTo national:2.3-2 ;", "dx:mapsTo national:1.0-2 ;")),
    "Mapping-has-flag": (MAPPINGS, drop("mapping:1.0-1_2.3-2", "    dx:verified true ;\n")),
    "Mention-has-kind": (HITACHINAKA, drop(MENTION, "    dx:mentionKind dx:OneTimeEvent ;\n")),
    "Mention-has-topic": (HITACHINAKA, drop(MENTION, "    dx:topic topic:bpr ;\n")),
    "Mention-in-plan-of-city": (HITACHINAKA, (
        Slip(MENTION, f"{MENTION}\n", "plan:08223-2019\n    a dx:Plan ;\n    rdfs:label \"旧\"@ja ;\n    rdfs:label \"Old\"@en ;\n"
            "    dx:municipality municipality:08223 ;\n    dx:firstYear fy:2019 ;\n    dx:lastYear fy:2022 ;\n    dct:source document:08221-2023 ;\n"
            "    dx:locator \"１\" .\n\npolicy:08223-2019-1\n    a dx:Policy ;\n    rdfs:label \"旧\"@ja ;\n    rdfs:label \"Old\"@en ;\n"
            "    dx:partOf plan:08223-2019 ;\n    dct:source document:08221-2023 ;\n    dx:locator \"１\" .\n\n" + f"{MENTION}\n"),
        *swap(MENTION, "dx:mentionedIn item:08221-2023-3-1-2 ;", "dx:mentionedIn policy:08223-2019-1 ;"))),
    "Mention-of-city": (HITACHINAKA, drop(MENTION, "    dx:municipality municipality:08221 ;\n")),
    "Municipality-check-digit": (CITIES, swap("municipality:08236", '"082368" ;', '"082367" ;')),
    "Municipality-has-code": (CITIES, swap("municipality:08236", '"082368" ;', '"08236" ;')),
    "Municipality-key-agrees": (CITIES, swap("municipality:08236", '"082368" ;', '"082236" ;')),
    "NationalItem-in-one-group": (NATIONAL, drop("national:2.0-2", "    dx:group dx:PriorityItems ;\n")),
    "NationalItem-in-one-version": (NATIONAL, (
        Slip("national:2.0-2", "    skos:inScheme national:2.0 ;\n", f"    skos:inScheme national:2.0 ;{HERE}\n    skos:inScheme national:1.0 ;\n"),
        Slip("national:2.0-2", "schema:position 2 ;", "schema:position 99 ;"))),
    "NationalItem-position-unique": (NATIONAL, (
        *swap("national:2.0-1", "schema:position 1 ;", "schema:position 2 ;"),
        *swap("national:2.0-2", "schema:position 2 ;", "schema:position 2 ;"))),
    "Node-era-year-real": (OMITAMA, swap(BEFORE, '"２回の来庁" ;', '"平成３６年度に２回の来庁" ;')),
    "Node-has-kind": (HITACHINAKA, drop(ERRATUM, "    a dx:Erratum ;\n")),
    "Node-has-locator": (OMITAMA, (
        Slip(BEFORE, " ;\n    dx:locator \"６ 取組事項 №2 実績課題\" .", " ."), *drop(BEFORE, ""))),
    "Node-has-source": (OMITAMA, drop(
        "figure:08236-2022-frequent-procedures", "    dct:source document:08236-2022 ;\n")),
    "Node-is-named": (HITACHINAKA, (Slip(ERRATUM, f"{ERRATUM}\n", f"_:erratum{HERE}\n"),)),
    "Node-key": (HITACHINAKA, (Slip(ERRATUM, f"{ERRATUM}\n", f"erratum:hitachinaka-1{HERE}\n"),)),
    "Node-kind-known": (HITACHINAKA, swap(ERRATUM, "a dx:Erratum ;", "a dx:Eratum ;")),
    "Node-label-en": (OMITAMA, drop(ITEM, '    rdfs:label "Building a counter without form-filling"@en ;\n')),
    "Node-label-ja": (OMITAMA, drop(ITEM, '    rdfs:label "書かない窓口の構築"@ja ;\n')),
    "Node-property-fits-kind": (OMITAMA, swap(
        BEFORE, "dx:about item:08236-2022-2 ;", f"dx:about item:08236-2022-2 ;\n    dx:responsibleDivision {DIVISION} ;")),
    "Node-property-known": (OMITAMA, swap(
        ITEM, "dx:scope dx:UnnamedDivisions ;", "dx:skope dx:UnnamedDivisions ;")),
    "Node-value-described": (OMITAMA, swap(
        ITEM, "dx:topic topic:kakanai-madoguchi ;", "dx:topic topic:kakanai-madogutchi ;")),
    "Node-value-fits-property": (OMITAMA, swap(
        ITEM, "dx:topic topic:kakanai-madoguchi ;", "dx:topic stage:study ;")),
    "Phase-before-deadline": (OMITAMA, swap("phase:08236-2022-26-1-1", "dx:through fy:2024 ;", "dx:through fy:2026 ;")),
    "Phase-has-both-years": (OMITAMA, swap(
        IMPLEMENT, "    dx:from fy:2024 ;\n    dx:through fy:2026 ;\n", "    dx:from fy:2024 ;\n")),
    "Phase-has-print": (OMITAMA, drop(STUDY, '    dx:printed "検証" ;\n')),
    "Phase-has-stage": (OMITAMA, drop(STUDY, "    dx:stage stage:study ;\n")),
    "Phase-key": (OMITAMA, (
        Slip("*", IMPLEMENT, "phase:08236-2022-61-1-2"),
        *swap("phase:08236-2022-61-1-2", f"dx:phaseOf {ACTION} ;", f"dx:phaseOf {ACTION} ;"))),
    "Phase-no-gap": (OMITAMA, swap(STUDY, "dx:through fy:2023 ;", "dx:through fy:2022 ;")),
    "Phase-no-overlap": (OMITAMA, (
        *swap(STUDY, 'dx:printed "検証" ;', 'dx:printed "検証" ;'),
        *swap(IMPLEMENT, 'dx:printed "実施" ;', 'dx:printed "検証" ;'),
        Slip(IMPLEMENT, "dx:stage stage:implement ;", "dx:stage stage:study ;"),
        Slip(IMPLEMENT, "dx:from fy:2024 ;", "dx:from fy:2023 ;"))),
    "Phase-of-one-element": (OMITAMA, drop(STUDY, "    dx:phaseOf action:08236-2022-16-1 ;\n")),
    "Phase-one-first-year": (OMITAMA, (
        Slip(IMPLEMENT, "    dx:from fy:2024 ;\n", f"    dx:from fy:2024 ;{HERE}\n    dx:from fy:2025 ;\n"),)),
    "Phase-one-last-year": (OMITAMA, (
        Slip(IMPLEMENT, "    dx:through fy:2026 ;\n", f"    dx:through fy:2026 ;{HERE}\n    dx:through fy:2025 ;\n"),)),
    "Phase-one-reading": (ITAKO, (
        Slip("phase:08223-2023-3-1-12-3", "    dx:reading dx:Reconstructed ;\n",
             f"    dx:reading dx:Reconstructed ;{HERE}\n    dx:reading dx:AsPrinted ;\n"),)),
    "Phase-stage-goes-on": (OMITAMA, (
        Slip(STUDY, "dx:stage stage:study ;", "dx:stage stage:implement ;"),
        *swap(IMPLEMENT, "dx:stage stage:implement ;", "dx:stage stage:study ;"))),
    "Phase-within-plan": (OMITAMA, swap(IMPLEMENT, "dx:through fy:2026 ;", "dx:through fy:2027 ;")),
    "Phase-years-in-order": (OMITAMA, swap(IMPLEMENT, "dx:through fy:2026 ;", "dx:through fy:2023 ;")),
    "Plan-covers-national-priorities": (ISHIOKA, (
        Slip("", "    dx:addressesAsRead national:2.3-7 ;", "    dx:addressesAsRead national:2.3-6 ;"),
        *swap("plan:08205-2022", "dx:citesNationalPlan national:2.3 ;", "dx:citesNationalPlan national:2.3 ;"))),
    "Plan-has-period": (ISHIOKA, (
        Slip("plan:08205-2022", "    dx:lastYear fy:2026 ;\n", ""),
        *swap("plan:08205-2022", "dx:transcription dx:Complete ;", "dx:transcription dx:Complete ;"))),
    "Plan-key": (OMITAMA, swap("plan:08236-2022", "dx:firstYear fy:2022 ;", "dx:firstYear fy:2021 ;")),
    "Plan-names-national-version": (ISHIOKA, (
        Slip("plan:08205-2022", "    dx:citesNationalPlan national:2.3 ;\n", ""),
        *swap("plan:08205-2022", "dx:transcription dx:Complete ;", "dx:transcription dx:Complete ;"))),
    "Plan-of-city": (OMITAMA, drop("plan:08236-2018", "    dx:municipality municipality:08236 ;\n")),
    "Plan-one-first-year": (OMITAMA, (
        Slip("plan:08236-2018", "    dx:firstYear fy:2018 ;\n", f"    dx:firstYear fy:2018 ;{HERE}\n    dx:firstYear fy:2019 ;\n"),)),
    "Plan-one-last-year": (OMITAMA, (
        Slip("plan:08236-2018", "    dx:lastYear fy:2027 ;\n", f"    dx:lastYear fy:2027 ;{HERE}\n    dx:lastYear fy:2028 ;\n"),)),
    "Plan-one-transcription": (OMITAMA, (
        Slip("plan:08236-2022", "dx:transcription dx:Complete ;\n", f"dx:transcription dx:Complete ;{HERE}\n    dx:transcription dx:Partial ;\n"),)),
    "Plan-years-in-order": (OMITAMA, swap("plan:08236-2018", "dx:lastYear fy:2027 ;", "dx:lastYear fy:2017 ;")),
    "ProgressStatus-has-outcome": (RECORD, drop(STATUS, "    dx:outcome dx:Started ;\n")),
    "ProgressStatus-has-year": (RECORD, drop(STATUS, "    dx:fiscalYear fy:2022 ;\n")),
    "ProgressStatus-in-reported-plan": (RECORD, (
        Slip(STATUS, f"{STATUS}\n", "<https://w3id.org/dxplan/project/08236-2018-1>\n    a dx:Project ;\n    rdfs:label \"旧\"@ja ;\n    rdfs:label \"Old\"@en ;\n"
            "    dx:partOf plan:08236-2018 ;\n    dct:source document:08236-council-2024 ;\n    dx:locator \"１\" .\n\n"
            f"{STATUS}\n"), *swap(STATUS, "dx:statusOf item:08236-2021-3-9 ;", 
            "dx:statusOf <https://w3id.org/dxplan/project/08236-2018-1> ;"))),
    "ProgressStatus-of-one-element": (RECORD, drop(STATUS, "    dx:statusOf item:08236-2021-3-9 ;\n")),
    "Term-definition-en": (OMITAMA, (
        Slip(TERM, '    skos:definition "Software that records what a person does with keyboard and mouse and then does it automatically '
            'in that person\'s place."@en ;\n', ""),
        Slip(TERM, "ソフトウェア。\"@ja ;", f"ソフトウェア。\"@ja ;{HERE}"))),
    "Term-definition-ja": (OMITAMA, (
        Slip(TERM, "ソフトウェア。\"@ja ;", "ソフトウェア。\"@fr ;"),
        Slip(TERM, "    skos:definition \"人が", "    skos:definition \"人が"), Slip(TERM, "\"@fr ;", f"\"@fr ;{HERE}"))),
    "Term-headword-unique": (OMITAMA, (
        *swap(TERM, 'skos:prefLabel "ＲＰＡ"@ja ;', 'skos:prefLabel "ＢＰＲ"@ja ;'),
        *swap("term:08236-2022-BPR", 'skos:prefLabel "ＢＰＲ"@ja ;', 'skos:prefLabel "ＢＰＲ"@ja ;'),
        Slip(TERM, "skos:exactMatch topic:rpa ;", "skos:exactMatch topic:rpa ;\n    skos:exactMatch topic:bpr ;"))),
    "Term-in-one-glossary": (OMITAMA, drop(TERM, "    skos:inScheme glossary:08236-2022 ;\n")),
    "Term-key": (OMITAMA, (
        Slip("*", "term:08236-2022-AI会議録", "term:08236-2021-AI会議録"),
        *swap("term:08236-2021-AI会議録", "skos:inScheme glossary:08236-2022 ;", "skos:inScheme glossary:08236-2022 ;"))),
    "Term-linked": (OMITAMA, (
        Slip("term:08236-2022-デジタル活用支援員", "skos:closeMatch", "skos:relatedMatch"),
        *swap("term:08236-2022-デジタル活用支援員", 'skos:prefLabel "デジタル活用支援員"@ja ;', 'skos:prefLabel "支援する人"@ja ;'))),
    "Term-linked-to-namesake": (OMITAMA, (
        Slip(TERM, "skos:exactMatch topic:rpa ;", "skos:exactMatch topic:ai ;"),
        *swap(TERM, 'skos:prefLabel "ＲＰＡ"@ja ;', 'skos:prefLabel "ＲＰＡ"@ja ;'))),
    "Topic-name-unique": (TOPICS, (
        *swap("topic:smart-meter", 'skos:altLabel "スマートメータ"@ja ;', 'skos:altLabel "道路占用"@ja ;'),
        *swap("topic:doro-senyo", 'skos:altLabel "道路占用"@ja ;', 'skos:altLabel "道路占用"@ja ;'))),
    "Topic-no-cycle": (TOPICS, swap(
        "topic:doro-senyo", "skos:broader topic:toshi-kiban ;", "skos:broader topic:doro-senyo ;")),
}  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the compiled rules are kept from one test to the next."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def found_before(corpus: Corpus, book: RuleBook, kept: Path) -> Callable[[str], set[tuple[str, ...]]]:
    """What the check says of a file as it is; many slips are made in the same few files."""

    @cache
    def found(name: str) -> set[tuple[str, ...]]:
        return {same(f) for f in check([corpus.document(corpus.root / name)], corpus, book, "sparql", kept).findings}

    return found


def same(finding: Finding) -> tuple[str, str, str, str, str]:
    return finding.rule, finding.focus, finding.path, finding.value, finding.message["ja"]


def broken(root: Path, rule: str) -> tuple[str, str]:
    name, slips = BREAKS[rule]
    text = (root / name).read_text(encoding="utf-8")
    for slip in slips:
        if slip.subject == "*":
            assert slip.old in text
            text = text.replace(slip.old, slip.new)
            continue
        start = text.index(f"\n{slip.subject}\n") + 1 if slip.subject else 0
        at = text.index(slip.old, start)
        text = text[:at] + slip.new + text[at + len(slip.old) :]
    return name, text


def test_every_rule_is_broken(book: RuleBook) -> None:
    assert set(BREAKS) == {rule.id for rule in book.rules}


@pytest.mark.parametrize("rule", BREAKS)
def test_a_slip_in_real_data_is_told_on_its_line_and_nothing_else(
    rule: str, root: Path, found_before: Callable[[str], set[tuple[str, ...]]], tmp_path: Path, kept: Path
) -> None:
    name, text = broken(root, rule)
    marked = {number for number, line in enumerate(text.splitlines(), 1) if line.endswith(HERE)}
    for part in ("ontology", "shapes"):
        (tmp_path / part).symlink_to(root / part)
    for folder in ("reference", "national", "plans", "reports"):
        (tmp_path / "data" / folder).mkdir(parents=True)
        for path in (root / "data" / folder).iterdir():
            if f"data/{folder}/{path.name}" != name:
                (tmp_path / "data" / folder / path.name).symlink_to(path)
    (tmp_path / name).write_text(text, encoding="utf-8")
    copy = Corpus(tmp_path)
    before = found_before(name)
    found = check([copy.document(tmp_path / name)], copy, RuleBook(copy), "sparql", kept).findings
    new = [f for f in found if same(f) not in before]
    assert [(f.rule, f.file) for f in new] == [(rule, name)] * len(marked)
    assert {f.line for f in new} == marked
    for finding in new:
        assert finding.message["ja"]
        assert finding.message["en"]
