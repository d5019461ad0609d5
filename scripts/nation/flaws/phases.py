"""Errors in schedules."""

from __future__ import annotations

from dxplan.iris import make
from nation.flaws.sites import WARNING, Site, Solo, flaw, omission
from nation.papers import Names, Text, Value, dx, key_of, year
from nation.schedules import IMPLEMENT, PILOT, STUDY

__all__: list[str] = []


def _another(site: Site, solo: Solo, printed: str, stages: list[Value], first: int, last: int) -> str:
    """Add a phase to an element that has one."""
    iri = make("phase", key_of(solo.element), "more")
    names = Names(f"追加の工程：{printed}", f"A further phase ({first}–{last})")
    return site.add(iri, "Phase", names, solo.phase, {
        "dx:phaseOf": [solo.element], "dx:printed": [Text(printed)], "dx:stage": stages,
        "dx:from": [year(first)], "dx:through": [year(last)],
    })  # fmt: skip


# First, since few phases will do.
@flaw("Phase-before-deadline", WARNING)
def _after_deadline(site: Site) -> list[str] | None:
    deadlines = site.model.reference.deadlines
    cited = site.model.iris(site.paper.graph, "dx:citesNationalPlan")[0]
    item = next((i for i in deadlines if site.model.reference.version_of(i) == cited), None)
    if item is None or site.last <= deadlines[item]:
        return None
    solo = site.solo()
    if solo is None:
        return None
    node = site.nodes[solo.phase]
    if not {STUDY, PILOT, IMPLEMENT} & set(node["dx:stage"]):
        node["dx:stage"] = [IMPLEMENT]
    node["dx:through"] = [year(max(solo.last, deadlines[item] + 1))]
    site.nodes[solo.element].setdefault("dx:addressesAsRead", []).append(item)
    return [solo.phase]


def _lone(site: Site) -> str | None:
    solo = site.solo()
    return solo.phase if solo else None


omission("Phase-of-one-element", "dx:phaseOf", _lone)
omission("Phase-has-stage", "dx:stage", _lone)
omission("Phase-has-print", "dx:printed", _lone)
omission("Phase-has-both-years", "dx:through", _lone)


@flaw("Phase-one-reading")
def _two_readings(site: Site) -> list[str] | None:
    phase = site.choose(site.free("Phase"))
    if phase is None:
        return None
    site.nodes[phase]["dx:reading"] = [dx("AsPrinted"), dx("Reconstructed")]
    return [phase]


@flaw("Phase-one-first-year")
def _two_beginnings(site: Site) -> list[str] | None:
    solo = site.solo(years=2)
    if solo is None:
        return None
    site.nodes[solo.phase]["dx:from"].append(year(solo.first + 1))
    return [solo.phase]


@flaw("Phase-one-last-year")
def _two_ends(site: Site) -> list[str] | None:
    solo = site.solo(years=2)
    if solo is None:
        return None
    site.nodes[solo.phase]["dx:through"].append(year(solo.last - 1))
    return [solo.phase]


@flaw("Phase-years-in-order")
def _backwards(site: Site) -> list[str] | None:
    solo = site.solo(years=2)
    if solo is None:
        return None
    site.nodes[solo.phase] |= {"dx:from": [year(solo.last)], "dx:through": [year(solo.first)]}
    return [solo.phase]


@flaw("Phase-within-plan")
def _too_late(site: Site) -> list[str] | None:
    solo = site.solo()
    if solo is None:
        return None
    site.nodes[solo.phase]["dx:through"] = [year(site.last + 1)]
    return [solo.phase]


@flaw("Phase-key")
def _other_key(site: Site) -> list[str] | None:
    solo = site.solo()
    if solo is None:
        return None
    iri = make("phase", site.paper.key, "stray", 1)
    site.paper.rename(solo.phase, iri)
    site.taken.add(iri)
    return [iri]


@flaw("Phase-no-overlap")
def _twice(site: Site) -> list[str] | None:
    solo = site.solo()
    if solo is None:
        return None
    node = site.nodes[solo.phase]
    printed = site.model.texts(solo.phase, "dx:printed")[0]
    other = _another(site, solo, printed, list(node["dx:stage"]), solo.first, solo.last)
    return [solo.phase, other]


@flaw("Phase-no-gap", WARNING)
def _pause(site: Site) -> list[str] | None:
    solo = site.solo()
    if solo is None or solo.first + 2 > site.last:
        return None
    node = site.nodes[solo.phase]
    node["dx:through"] = [year(solo.first)]
    _another(site, solo, "再開", list(node["dx:stage"]), solo.first + 2, site.last)
    return [solo.phase]


@flaw("Phase-stage-goes-on", WARNING)
def _step_back(site: Site) -> list[str] | None:
    solo = site.solo(years=2)
    if solo is None:
        return None
    site.nodes[solo.phase] |= {"dx:stage": [IMPLEMENT], "dx:through": [year(solo.first)]}
    return [_another(site, solo, "再検討", [STUDY], solo.first + 1, solo.last)]
