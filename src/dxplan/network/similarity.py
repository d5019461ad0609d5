"""How alike plans are, by what they have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import networkx as nx
import pyoxigraph as ox

from dxplan.asking.answers import Answer, Headings, Term
from dxplan.asking.parameters import choice
from dxplan.asking.sources import Source
from dxplan.iris import DX
from dxplan.network.graphs import PROLOGUE, labels, texts
from dxplan.network.measures import cosine, jaccard, rarity
from dxplan.network.results import Result, counted, decimal, integer, named

__all__ = ["BY", "Pair", "merged", "pairs", "plans_and_features", "run"]

BY = choice(
    "by",
    ("topics", "national-items"),
    {
        "ja": "何で比べるか（topics 主題、national-items 国の取組事項）",
        "en": "what to compare by: topics or national-items",
    },
)
_FEATURES = {"topics": "dx:topicOrBroader", "national-items": "dx:addresses"}
_COLUMNS = {
    "plan": {"ja": "計画", "en": "plan"},
    "other": {"ja": "もう一つの計画", "en": "other plan"},
    "cosine": {"ja": "重み付きの近さ", "en": "weighted likeness"},
    "jaccard": {"ja": "共通の割合", "en": "share in both"},
    "both": {"ja": "両方にある", "en": "in both"},
    "onlyPlan": {"ja": "前者だけ", "en": "only in the first"},
    "onlyOther": {"ja": "後者だけ", "en": "only in the other"},
    "apartPlan": {"ja": "前者だけの最たるもの", "en": "foremost only in the first"},
    "apartOther": {"ja": "後者だけの最たるもの", "en": "foremost only in the other"},
}


@dataclass(frozen=True)
class Pair:
    """Two plans compared.

    :param apart: the feature that only the one plan has, and that which only the other has, in which most of its
        elements lie, rare features counting more; None where there is no such feature.
    """

    one: str
    other: str
    cosine: float | None
    jaccard: float | None
    both: frozenset[str]
    only_one: frozenset[str]
    only_other: frozenset[str]
    apart: tuple[str | None, str | None]

    @property
    def either(self) -> int:
        """How many features either has."""
        return len(self.both) + len(self.only_one) + len(self.only_other)


def plans_and_features(source: Source, by: str) -> nx.Graph:
    """Return the two-sided graph of collected plans and their features.

    Plans have ``kind`` ``plan``, ``city`` and ``partial``, whether they were transcribed in part only; features have
    ``kind`` ``feature``. An edge has ``elements``, the number of elements of the plan that have the feature.

    :param by: ``topics``: a plan has the topics of its elements and every broader one, so that two plans on
        neighbouring narrow topics have the broader one in common; ``national-items``: the national items that its
        elements address, items of several versions of the national plan counting as one where they correspond.
    """
    graph = nx.Graph()
    for plan, city, degree in texts(
        source,
        f"{PROLOGUE} SELECT ?plan ?city ?degree WHERE {{ ?plan dx:transcription ?degree ; dx:municipality ?city }}",
    ):
        graph.add_node(plan, kind="plan", city=city, partial=degree == DX + "Partial")
    same = merged(source) if by == "national-items" else {}
    elements = {
        (plan, same.get(feature, feature), element)
        for plan, feature, element in texts(
            source,
            f"""{PROLOGUE} SELECT ?plan ?feature ?element WHERE {{
                ?plan dx:transcription ?any . ?element dx:within ?plan ; {_FEATURES[by]} ?feature
            }}""",
        )
    }
    for (plan, feature), number in sorted(Counter((plan, feature) for plan, feature, _ in elements).items()):
        graph.add_node(feature, kind="feature")
        graph.add_edge(plan, feature, elements=number)
    return graph


def merged(source: Source) -> dict[str, str]:
    """Return for each national item that corresponds to others the one that stands for all of them, the latest.

    Any of the matches of SKOS joins two items, also one to a broader item: otherwise plans that follow different
    versions could not be compared.
    """
    matches = nx.Graph(
        texts(
            source,
            f"""{PROLOGUE} SELECT ?one ?other WHERE {{
                ?one a dx:NationalItem ; skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch ?other .
                ?other a dx:NationalItem
            }}""",
        )
    )
    return {item: max(group, key=_by_number) for group in nx.connected_components(matches) for item in group}


def _by_number(iri: str) -> tuple[list[int], str]:
    return [int(digits) for digits in re.findall(r"\d+", iri)], iri


def pairs(graph: nx.Graph) -> list[Pair]:
    """Return every pair of plans, the most alike first; ties by share in both, then by IRI.

    A feature counts by its :func:`~dxplan.network.measures.rarity` among the plans. The time grows with the number of
    pairs times the features of a plan.
    """
    plans = sorted(node for node, kind in graph.nodes(data="kind") if kind == "plan")
    features = {plan: frozenset(graph[plan]) for plan in plans}
    weights = {
        node: rarity(graph.degree[node], len(plans)) for node, kind in graph.nodes(data="kind") if kind == "feature"
    }

    def foremost(plan: str, only: frozenset[str]) -> str | None:
        return min(only, key=lambda each: (-graph.edges[plan, each]["elements"] * weights[each], each), default=None)

    found = []
    for one, other in combinations(plans, 2):
        has, others = features[one], features[other]
        only_one, only_other = has - others, others - has
        apart = foremost(one, only_one), foremost(other, only_other)
        alike = cosine(has, others, weights), jaccard(has, others)
        found.append(Pair(one, other, *alike, has & others, only_one, only_other, apart))
    return sorted(found, key=lambda pair: (-(pair.cosine or 0.0), -(pair.jaccard or 0.0), pair.one, pair.other))


def run(source: Source, values: Mapping[str, ox.NamedNode | ox.Literal], lang: str) -> Result:
    """Compare all collected plans by ``by``."""
    by = values["by"].value
    graph = plans_and_features(source, by)
    found = pairs(graph)
    told = {plan for pair in found for plan in (pair.one, pair.other)}
    apart = {feature for pair in found for feature in pair.apart if feature is not None}
    names = labels(told | apart | {graph.nodes[plan]["city"] for plan in told}, source, lang)

    def both(iri: str | None) -> tuple[ox.NamedNode | None, ox.Literal | None]:
        return (None, None) if iri is None else (ox.NamedNode(iri), ox.Literal(names[iri]))

    rows: list[tuple[Term | None, ...]] = [
        (
            *both(pair.one),
            *both(pair.other),
            decimal(pair.cosine),
            decimal(pair.jaccard),
            *(integer(len(features)) for features in (pair.both, pair.only_one, pair.only_other)),
            *both(pair.apart[0]),
            *both(pair.apart[1]),
        )
        for pair in found
    ]
    columns = ["plan", "planLabel", "other", "otherLabel", "cosine", "jaccard", "both", "onlyPlan", "onlyOther"]
    columns += ["apartPlan", "apartPlanLabel", "apartOther", "apartOtherLabel"]
    headings = Headings(columns={name: words[lang] for name, words in _COLUMNS.items()})
    return Result(Answer(columns, rows), headings, _reading(graph, found, names, by, lang))


def _reading(graph: nx.Graph, found: list[Pair], names: dict[str, str], by: str, lang: str) -> str:
    if not found:
        return (
            "比べるには、収録した計画が二つ以上要ります。"
            if lang == "ja"
            else "It takes two collected plans or more to compare."
        )
    cities = Counter(city for _, city in graph.nodes(data="city") if city is not None)

    def name(plan: str) -> str:
        """By its city, unless the city has several plans."""
        city = graph.nodes[plan]["city"]
        return names[city if cities[city] == 1 else plan]

    lines = [_alike(graph, found[0], names, name(found[0].one), name(found[0].other), by, lang) + _ties(found, 0, lang)]
    last = found[-1]
    if len(found) > 1:
        shared, either, like = len(last.both), last.either, last.cosine or 0.0
        one, other = name(last.one), name(last.other)
        lines.append(
            f"最も似ていないのは{one}と{other}で（重み付きの近さ{like:.3f}）、両方にあるのは{either}のうち{shared}です。"
            if lang == "ja"
            else f"{one} and {other} are least alike (weighted likeness {like:.3f}): {shared} of {either}"
            f" {'is' if shared == 1 else 'are'} in both."
        )
        lines[-1] += _ties(found, -1, lang)
    partial = [name(plan) for plan in sorted(graph) if graph.nodes[plan].get("partial")]
    if partial:
        lines.append(
            f"一部だけ収録した計画があり、ないと見えるものが計画にはあるかもしれません: {'、'.join(partial)}。"
            if lang == "ja"
            else f"Transcribed in part only, so that the plan may hold what seems missing here: {', '.join(partial)}."
        )
    return "\n".join(lines)


def _ties(found: list[Pair], at: int, lang: str) -> str:
    """Tell of the other pairs that are just as alike as the first or the last."""
    number = sum(1 for pair in found if (pair.cosine, pair.jaccard) == (found[at].cosine, found[at].jaccard)) - 1
    if not number:
        return ""
    if lang == "ja":
        return f"同じ近さの組がほかに{number}あります。"
    return f" {counted(number, 'other pair')} {'is' if number == 1 else 'are'} just as alike."


def _alike(graph: nx.Graph, pair: Pair, names: dict[str, str], one: str, other: str, by: str, lang: str) -> str:
    """Say why the most alike are so, and what sets them apart nevertheless."""
    shared, either, like = len(pair.both), pair.either, pair.cosine or 0.0
    apart = [
        (feature, has, lacks, graph.edges[plan, feature]["elements"])
        for plan, feature, has, lacks in (
            (pair.one, pair.apart[0], one, other),
            (pair.other, pair.apart[1], other, one),
        )
        if feature is not None
    ]
    if lang == "ja":
        what = "主題" if by == "topics" else "国の取組事項"
        line = f"{one}と{other}が最も似ています（重み付きの近さ{like:.3f}）。"
        line += f"{what}{either}のうち{shared}が両方にあります。"
        if apart:
            each = [f"{has}だけの{named(names[feature], lang)}（{n}件）" for feature, has, _, n in apart]
            line += f"違いが最も大きいのは、{'と、'.join(each)}です。"
        return line
    what = counted(either, "topic" if by == "topics" else "national item")
    line = f"{one} and {other} are most alike (weighted likeness {like:.3f}):"
    line += f" {shared} of {what} {'is' if shared == 1 else 'are'} in both."
    if apart:
        each = [
            f"{named(names[feature], lang)} ({counted(n, 'element')} in {has}, none in {lacks})"
            for feature, has, lacks, n in apart
        ]
        line += f" What sets them apart most is {' and '.join(each)}."
    return line
