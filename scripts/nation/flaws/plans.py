"""Errors in what a plan states of itself; each comes alone, since it changes what can be said of all the rest."""

from __future__ import annotations

from nation.flaws.sites import GAP, Site, flaw
from nation.papers import dx, year

__all__: list[str] = []


@flaw("Plan-of-city", is_alone=True)
def _no_city(site: Site) -> list[str]:
    del site.nodes[site.paper.graph]["dx:municipality"]
    return [site.paper.graph]


@flaw("Plan-one-transcription", is_alone=True)
def _two_degrees(site: Site) -> list[str]:
    site.nodes[site.paper.graph]["dx:transcription"] = [dx("Complete"), dx("Partial")]
    return [site.paper.graph]


@flaw("Plan-one-first-year", is_alone=True)
def _two_first_years(site: Site) -> list[str]:
    site.nodes[site.paper.graph]["dx:firstYear"].append(year(site.first - 1))
    return [site.paper.graph]


@flaw("Plan-one-last-year", is_alone=True)
def _two_last_years(site: Site) -> list[str]:
    site.nodes[site.paper.graph]["dx:lastYear"].append(year(site.last + 1))
    return [site.paper.graph]


@flaw("Plan-has-period", is_alone=True)
def _no_end(site: Site) -> list[str]:
    del site.nodes[site.paper.graph]["dx:lastYear"]
    return [site.paper.graph]


@flaw("Plan-years-in-order", is_alone=True)
def _backwards(site: Site) -> list[str]:
    site.nodes[site.paper.graph]["dx:lastYear"] = [year(site.first - 1)]
    return [site.paper.graph]


@flaw("Plan-key", is_alone=True)
def _other_year(site: Site) -> list[str]:
    site.nodes[site.paper.graph]["dx:firstYear"] = [year(site.first - 1)]
    return [site.paper.graph]


@flaw("Plan-names-national-version", GAP, is_alone=True)
def _no_version(site: Site) -> list[str]:
    del site.nodes[site.paper.graph]["dx:citesNationalPlan"]
    return [site.paper.graph]
