"""Errors planted in plans and reports, by chance and from the number of the plan alone."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from dxplan.iris import make
from nation.figures import restate
from nation.flaws import elements, figures, nodes, phases, plans, reports
from nation.flaws.sites import FLAWS, Finding, Flaw, Site
from nation.model import Model
from nation.municipalities import REAL, code_of
from nation.papers import Paper
from nation.reference import Reference

__all__ = ["RATES", "plant_in_plan", "plant_in_report"]

# Each of these adds its flaws to the list when it is imported.
_ = (elements, figures, nodes, phases, plans, reports)

#: The share of plans, or of reports, to which the error comes that a rule finds; less where there is no place for it.
RATES = {flaw.rule: flaw.rate for flaw in FLAWS}


def plant_in_plan(
    seed: int, number: int, paper: Paper, reference: Reference, flaws: Sequence[Flaw] = FLAWS, factor: float = 1
) -> list[Finding]:
    """Plant errors in a plan and return what is to be found of them.

    :param factor: how many times as often as declared an error comes.
    """
    rng = Random(f"{seed}-{number}-flaws")
    drawn = [flaw for flaw in flaws if not flaw.of_report and rng.random() < flaw.rate * factor]
    alone = [flaw for flaw in drawn if flaw.is_alone][:1]
    if not drawn:
        return []
    site = Site(paper, Model([paper.nodes], reference), rng, _foreign(number, paper.key[:5]))
    found = _plant([flaw for flaw in alone or drawn if not flaw.is_late], site)
    restate(paper, reference)
    return found + _plant([flaw for flaw in alone or drawn if flaw.is_late and not alone], site)


def plant_in_report(
    seed: int,
    number: int,
    paper: Paper,
    plan: Paper,
    reference: Reference,
    flaws: Sequence[Flaw] = FLAWS,
    factor: float = 1,
) -> list[Finding]:
    """Plant errors in a report on a plan and return what is to be found of them; see :func:`plant_in_plan`."""
    rng = Random(f"{seed}-{number}-{paper.key}-flaws")
    drawn = [flaw for flaw in flaws if flaw.of_report and rng.random() < flaw.rate * factor]
    if not drawn:
        return []
    return _plant(drawn, Site(paper, Model([plan.nodes, paper.nodes], reference), rng, plan=plan))


def _plant(drawn: Sequence[Flaw], site: Site) -> list[Finding]:
    return [(flaw.rule, node) for flaw in drawn for node in flaw.plant(site) or ()]


def _foreign(number: int, code: str) -> str | None:
    """Return another made-up municipality that is in every nation with the plan of a number."""
    others = [code_of(each) for each in (number - 1, number) if each > len(REAL)]
    return next((make("municipality", other) for other in others if other != code), None)
