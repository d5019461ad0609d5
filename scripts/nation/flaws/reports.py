"""Errors in reports."""

from __future__ import annotations

from decimal import Decimal

from dxplan.iris import make
from nation.figures import set_value
from nation.flaws.sites import WARNING, Site, any_of, flaw, omission
from nation.papers import Names, Text, dx
from nation.reports import STAGES, in_stage, put_count

__all__: list[str] = []


for _rule, _predicate in (
    ("ProgressStatus-of-one-element", "dx:statusOf"),
    ("ProgressStatus-has-year", "dx:fiscalYear"),
):
    omission(_rule, _predicate, any_of("ProgressStatus", having=_predicate), of_report=True)


@flaw("ProgressStatus-has-outcome", of_report=True)
def _two_outcomes(site: Site) -> list[str] | None:
    status = site.choose(site.free("ProgressStatus"))
    if status is None:
        return None
    outcomes = [dx(name) for name in ("Done", "NotDone") if dx(name) not in site.nodes[status]["dx:outcome"]]
    site.nodes[status]["dx:outcome"].append(outcomes[0])
    return [status]


@flaw("ProgressStatus-in-reported-plan", of_report=True)
def _of_another_plan(site: Site) -> list[str] | None:
    status = site.choose(site.free("ProgressStatus"))
    if status is None:
        return None
    begun = int(site.paper.key[-4:]) - 9
    # No plan that a city looks back on has so many items: its own shall not be mistaken for this one.
    plan, element = make("plan", site.code, begun, "reform"), make("item", site.code, begun, 1001)
    site.add(plan, "Plan", Names("架空の行革大綱", "A made-up reform outline"), status, {
        "dx:municipality": [make("municipality", site.code)]
    })  # fmt: skip
    site.add(element, "Element", Names("大綱の取組", "Work of the outline"), status, {"dx:partOf": [plan]})
    site.nodes[status]["dx:statusOf"] = [element]
    return [status]


@flaw("Figure-stated-stage-count", WARNING, of_report=True)
def _miscounted(site: Site) -> list[str] | None:
    figure = site.choose(f for f in site.free("Figure") if site.model.iris(f, "dx:indicator")[0] in STAGES)
    if figure is None:
        return None
    value = site.nodes[figure]["dx:value"][0]
    assert isinstance(value, Text)
    indicator = site.model.iris(figure, "dx:indicator")[0]
    set_value(site.nodes[figure], site.model.reference, indicator, Decimal(value.value) + 1)
    return [figure]


@flaw("Document-stages-add-up", WARNING, of_report=True)
def _two_stages_at_once(site: Site) -> list[str] | None:
    model, plan = site.model, site.plan
    if plan is None:
        return None
    figures = [f for f in site.free("Figure") if model.iris(f, "dx:indicator")[0] in STAGES]
    if not figures:
        return None
    western = model.years(figures[0], "dx:asOf")[0]
    told = model.iris(figures[0], "dx:indicator")[0]
    other = next(indicator for indicator in STAGES if indicator != told)
    counts = {each: in_stage(model, plan.graph, STAGES[each], western) for each in (told, other)}
    if sum(counts.values()) == sum(model.states(part, "Action") for part in model.parts[plan.graph]):
        return None
    site.taken |= {*figures, put_count(site.paper, model, other, plan.graph, western, counts[other])}
    return [site.paper.graph]
