"""Yearly reports on made-up plans: how far their elements have come, counts, and what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal
from random import Random

from dxplan.iris import make
from nation.figures import INDICATOR, counted
from nation.mentions import write_mentions
from nation.model import Model
from nation.municipalities import name_of
from nation.papers import Names, Paper, Text, Value, both, decimal, dx, key_of, year
from nation.reference import Reference
from nation.samples import Profile
from nation.schedules import IMPLEMENT, STUDY
from nation.wording import COMMENTS

__all__ = ["STAGES", "compose_reports", "in_stage"]

#: The indicators of the actions that are in a stage in a year, and the stage.
STAGES = {INDICATOR + "actions-planned-implement": IMPLEMENT, INDICATOR + "actions-planned-study": STUDY}

# No report tells of a year that has not passed when this is written.
_LAST = 2025
# The share of plans that have begun by then; on them there are so many reports more.
_BEGUN = 0.91
_STATUSES = (15, 25)
_RECONSTRUCTED = 0.4
# How many reports of a hundred print no date.
_UNDATED = 20
_PRINTED = {
    "Done": ("実施した", "導入済み", "予定どおり実施"),
    "NotDone": ("未実施", "次年度に見送り"),
    "Partly": ("一部実施", "一部の課で実施"),
    "Started": ("着手した", "準備を始めた"),
}
_OUTCOMES = {"Done": Names("実施済み", "done"), "NotDone": Names("未実施", "not done"),
             "Partly": Names("一部実施", "partly done"), "Started": Names("着手", "started")}  # fmt: skip


def compose_reports(
    seed: int, number_: int, rate: float, plan: Paper, profile: Profile, reference: Reference
) -> Iterator[Paper]:
    """Yield the reports on a plan: of so many years as the rate has it on average, from its first year on.

    :param rate: how many reports there are to a plan.
    """
    rng = Random(f"{seed}-{number_}-reports")
    model = Model([plan.nodes], reference)
    code = plan.key[:5]
    firsts, lasts = (model.years(plan.graph, name) for name in ("dx:firstYear", "dx:lastYear"))
    if not firsts or not lasts:
        return
    first, last = int(plan.key[6:]), min(max(lasts), _LAST)
    wanted = rate / _BEGUN
    count = int(wanted) + (rng.random() < wanted % 1)
    asides = Random(f"{seed}-{number_}-reports-asides")
    for western in range(first, min(first + count - 1, last) + 1):
        yield _compose(rng, asides, western, make("document", code, "report", western), plan, model, profile)


def _compose(
    rng: Random, asides: Random, western: int, document: str, plan: Paper, model: Model, profile: Profile
) -> Paper:
    key, code = key_of(document), plan.key[:5]
    names = name_of(code)
    head = [
        f"{names.ja}DX推進計画の令和{western - 2018}年度の進捗の報告。合成した報告で、実在しない。",
        f"Report on the progress of the DX plan of {names.en} in FY{western}: made up; there is no such municipality.",
    ]
    paper = Paper("reports", key, head, document)
    titled = Names(
        f"{names.ja}DX推進計画 令和{western - 2018}年度進捗報告",
        f"Progress Report FY{western}, {names.en} DX Promotion Plan",
    )
    municipality = make("municipality", code)
    told = Names(
        "計画の進み具合を、取組ごとに一年度分まとめたもの。", "How far each undertaking came in one fiscal year."
    )
    day = Text(f"{western + 1}-0{rng.randint(5, 9)}-{rng.randint(1, 28):02}", "", "xsd:date")
    dated: dict[str, list[Value]] = {} if asides.randrange(100) < _UNDATED else {"dct:date": [day]}
    paper.part("文書 / The document")
    paper.put(document, {
        "a": [dx("Document")],
        "rdfs:label": both(titled),
        "dct:title": both(titled),
        "dct:publisher": [municipality],
        **dated,
        "dct:references": [plan.source],
        "dx:reportsOn": [plan.graph],
        "dct:description": both(told),
    })  # fmt: skip
    _write_statuses(rng, western, paper, plan, model, profile)
    paper.part("数値 / Figures")
    _write_stage_count(rng, western, paper, plan, model)
    _write_observed(rng, western, paper, model)
    _write_services(rng, western, paper, municipality, profile, model.reference)
    _write_undated(asides, paper, municipality, profile, model.reference)
    write_mentions(asides, paper, municipality, profile, model.reference)
    return paper


def _write_statuses(rng: Random, western: int, paper: Paper, plan: Paper, model: Model, profile: Profile) -> None:
    paper.part("進捗 / Progress")
    elements = [e for e in plan.nodes if plan.graph in model.within(e)
                and (model.states(e, "Item") or model.states(e, "Action"))]  # fmt: skip
    chosen = sorted(rng.sample(range(len(elements)), min(rng.randint(*_STATUSES), len(elements))))
    for at, element in enumerate((elements[each] for each in chosen), 1):
        outcome = rng.choice(profile.outcomes).removeprefix(dx(""))
        names = Names(
            model.texts(element, "rdfs:label", lang="ja")[0], model.texts(element, "rdfs:label", lang="en")[0]
        )
        is_ours = rng.random() < _RECONSTRUCTED
        paper.add(
            make("status", paper.key, at),
            "ProgressStatus",
            Names(
                f"{names.ja}：令和{western - 2018}年度の進捗（{_OUTCOMES[outcome].ja}）",
                f"{names.en}: progress in FY{western} ({_OUTCOMES[outcome].en})",
            ),
            f"進捗一覧 {at}行目",
            [
                ("dx:statusOf", element),
                ("dx:fiscalYear", year(western)),
                ("dx:outcome", dx(outcome)),
                ("dx:printed", Text(rng.choice(_PRINTED[outcome]))),
                ("dx:reading", [dx("Reconstructed")] if is_ours else []),
                ("rdfs:comment", both(COMMENTS["grade"]) if is_ours else []),
            ],
        )  # fmt: skip


def in_stage(model: Model, plan: str, stage: str, western: int) -> int:
    """Count the actions of a plan that are in a stage in a year, as the rule of stated counts does."""
    return sum(
        any(
            first <= western <= last
            for phase in model.pointing("dx:phaseOf", action)
            if stage in model.iris(phase, "dx:stage")
            for first in model.years(phase, "dx:from")
            for last in model.years(phase, "dx:through")
        )
        for action in model.parts.get(plan, ())
        if model.states(action, "Action")
    )


def _write_stage_count(rng: Random, western: int, paper: Paper, plan: Paper, model: Model) -> None:
    """Write how many actions are in one stage: of one only, since the stages of a year need not add up."""
    actions = sum(model.states(part, "Action") for part in model.parts.get(plan.graph, ()))
    if not actions:
        return
    indicator = rng.choice(sorted(STAGES))
    put_count(paper, model, indicator, plan.graph, western, in_stage(model, plan.graph, STAGES[indicator], western))


def put_count(paper: Paper, model: Model, indicator: str, about: str, western: int, value: int) -> str:
    """Write a count that a report states, and return its IRI."""
    reference = model.reference
    names = reference.names[indicator]
    unit = "事業" if counted(reference, indicator) == "Action" else "件"
    iri = make("figure", paper.key, key_of(indicator))
    paper.add(
        iri,
        "Figure",
        Names(f"{names.ja}：{value}{unit}", f"{names.en}: {value}"),
        f"概要 {names.ja}",
        [
            ("dx:about", about),
            ("dx:indicator", indicator),
            ("dx:value", decimal(Decimal(value))),
            ("dx:unit", Text(unit)),
            ("dx:asOf", year(western)),
            ("dx:kind", dx("Stated")),
            ("dx:printed", Text(f"{value}{unit}")),
        ],
    )
    return iri


def _write_observed(rng: Random, western: int, paper: Paper, model: Model) -> None:
    """Write what was measured of the indicators of the plan, targets above all, unless the plan tells that year."""
    figures = [f for f in model.nodes if model.states(f, "Figure")]
    told = {(*model.iris(f, "dx:indicator"), *model.iris(f, "dx:about"), *model.iris(f, "dx:asOf")) for f in figures}
    target, observed = dx("Target"), dx("Observed")
    wanted = [f for f in figures if target in model.iris(f, "dx:kind")]
    others = [f for f in figures if observed in model.iris(f, "dx:kind") and not model.iris(f, "dx:componentOf")]
    wanted += rng.sample(others, min(len(others), max(0, 10 - len(wanted))))
    for at, figure in enumerate(wanted, 1):
        indicator, about, unit, value = (model.nodes[figure].get(name, [""])[0] for name in
                                         ("dx:indicator", "dx:about", "dx:unit", "dx:value"))  # fmt: skip
        same = (str(indicator), str(about), year(western))
        if same in told or not isinstance(unit, Text) or not isinstance(value, Text) or not indicator or not about:
            continue
        told.add(same)
        names = model.reference.names[str(indicator)]
        measured = _measured(rng, model.reference, str(indicator), Decimal(value.value), unit.value)
        statements: list[tuple[str, Value | list[Value]]] = [
            ("dx:about", about),
            ("dx:indicator", indicator),
            ("dx:population", list(model.nodes[figure].get("dx:population", []))),
            ("dx:value", decimal(measured)),
            ("dx:unit", unit),
            ("dx:asOf", year(western)),
            ("dx:kind", observed),
            ("dx:printed", Text(f"{measured.normalize():,f}{unit.value}")),
        ]
        paper.add(make("figure", paper.key, "observed", at), "Figure",
                  Names(f"{names.ja}（令和{western - 2018}年度）", f"{names.en} (FY{western})"),
                  f"実績 {at}行目", statements)  # fmt: skip


def _measured(rng: Random, reference: Reference, indicator: str, value: Decimal, unit: str) -> Decimal:
    factor = Decimal(f"{rng.uniform(0.4, 1.1):.2f}")
    if reference.is_lower_better(indicator):
        factor = 2 - factor
    measured = (value * factor).to_integral_value(ROUND_FLOOR)
    return min(measured, Decimal(100)) if unit == "%" else measured


def _write_services(
    rng: Random, western: int, paper: Paper, municipality: str, profile: Profile, reference: Reference
) -> None:
    """Write one to three services that began to run in the year."""
    paper.part("動き始めたもの / What has begun to run")
    for at in range(1, rng.randint(1, 3) + 1):
        topic = rng.choice(profile.free)
        names = reference.names[topic]
        paper.add(
            make("deployment", paper.key, at),
            "Deployment",
            Names(f"{names.ja}の運用開始", f"Now running: {names.en}"),
            f"主な成果 {at}",
            [
                ("dx:municipality", municipality),
                ("dx:topic", topic),
                ("dx:since", Text(f"{western}-{rng.randint(4, 12):02}", "", "xsd:gYearMonth")),
            ],
        )


def _write_undated(rng: Random, paper: Paper, municipality: str, profile: Profile, reference: Reference) -> None:
    """Write up to two services that run already, since when is not said."""
    for at in range(1, rng.randint(0, 2) + 1):
        topic = rng.choice(profile.free)
        names = reference.names[topic]
        paper.add(
            make("deployment", paper.key, "running", at),
            "Deployment",
            Names(f"{names.ja}の運用", f"Running: {names.en}"),
            f"現況 {at}",
            [("dx:municipality", municipality), ("dx:topic", topic), ("rdfs:comment", both(COMMENTS["service"]))],
        )
