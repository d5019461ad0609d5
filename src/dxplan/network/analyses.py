"""The saved analyses: what each finds, how, and with which parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from dxplan.asking.parameters import Parameter, resolve
from dxplan.asking.sources import Source
from dxplan.network import communities, drawing, explanation, similarity, stalls
from dxplan.network.graphs import duties
from dxplan.network.nodes import node
from dxplan.network.results import Result

__all__ = ["Analysis", "analyses"]

_Values = Mapping[str, ox.NamedNode | ox.Literal]


@dataclass(frozen=True)
class Analysis:
    """One analysis.

    :param title: the question that it answers, in each language.
    :param description: how it is answered, with the source of the method.
    :param parameters: in order; one whose default is a boolean is a switch.
    :param positional: the parameters that are given by their place on the command line, and must be given there.
    """

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    _run: Callable[[Source, _Values, str], Result]
    positional: tuple[str, ...] = ()
    _draw: Callable[[Source, _Values, Path, str], None] | None = None

    @property
    def drawable(self) -> bool:
        """Whether there is a drawing of it."""
        return self._draw is not None

    def value(self, name: str, text: str, source: Source) -> ox.NamedNode | ox.Literal:
        """Return the value of a parameter that a person means by a text.

        :raises UsageError: for a text that means nothing, or several things.
        """
        (parameter,) = (each for each in self.parameters if each.name == name)
        return node(text, source) if name in self.positional else resolve(parameter, text, source)

    def run(self, source: Source, values: _Values, lang: str = "ja") -> Result:
        """Return the rows, the words by which they are shown, and what they say in plain language.

        :param values: the values of parameters by name; one that is missing has its default.
        :raises UsageError: for values from which nothing can be told.
        """
        return self._run(source, self._filled(values), lang)

    def draw(self, source: Source, values: _Values, path: Path, lang: str = "ja") -> None:
        """Write the drawing as SVG.

        :raises UsageError: when the drawing library is not installed.
        :raises ValueError: when there is no drawing of this analysis.
        """
        if self._draw is None:
            raise ValueError(self.name)
        self._draw(source, self._filled(values), path, lang)

    def _filled(self, values: _Values) -> _Values:
        return {parameter.name: values.get(parameter.name, parameter.default) for parameter in self.parameters}


def _draw_stalls(source: Source, values: _Values, path: Path, lang: str) -> None:
    drawing.draw(duties(source, values["city"].value, lang), path, lang)


_ANALYSES = (
    Analysis(
        "communities",
        {
            "ja": "どの市の取組事項が、互いにまとまりをなすか",
            "en": "Which items of all cities belong together?",
        },
        {
            "ja": "収録した計画の取組事項（その中の事業を含む）を、主題（上位を含む）、国の取組事項（版どうしの対応で"
            "まとめる）、主題に結び付く用語を通して結び、少ない取組事項にしかないものほど強く数える（Spärck Jones 1972"
            "）。まとまりは Louvain 法（Blondel ほか 2008）を十の決まった種で行い、モジュラリティ（Newman 2004）の最も"
            "高いものを採る。同じデータからは同じ答えが出る。名は、まとまりと最もよく重なる主題（Dice 1945）。取組事項"
            "は必ず一つのまとまりに入り、どれとも結び付かないものは孤立として示す。",
            "en": "Joins the items of the collected plans, with the actions in them, through their topics (and broader"
            " ones), the national items they address (those of several versions counted as one where they correspond)"
            " and the terms that match a topic; what few items have counts more (Spärck Jones 1972). Communities are"
            " found with the Louvain method (Blondel and others 2008) from ten fixed seeds; the highest modularity"
            " (Newman 2004) stands, so the same data give the same answer. A community is named after the topics that"
            " overlap with it most (Dice 1945). Every item is in exactly one; one that is joined to no other is shown"
            " as standing alone.",
        },
        (communities.SHOW,),
        communities.run,
    ),
    Analysis(
        "explain",
        {
            "ja": "二つのものは、どのような記述でつながっているか",
            "en": "Why are two things connected?",
        },
        {
            "ja": "二つのもの（IRI・接頭辞付きの名・キー・名称）をつなぐ最も短い記述の列を、一文ずつ、印刷か・こちらの"
            "読みか・共通データか・推論かと典拠を添えて示す。二つの間が推論だけなら、そのもとになった記述を示す。長さ"
            "は印刷1、読みと共通データ2、推論4とし、途中のものには隣の数の二を底とする対数（切り捨て）を足す。多くのも"
            "のが持つものは何も説明しないからである（Moore ほか 2011 に倣う）。年度・日付・段階・文書・体系・区分は途"
            "中に置かない。",
            "en": "Shows the shortest chain of statements between two things (each an IRI, a prefixed name, a key or a"
            " name), a sentence each, with its source and whether it is printed, our reading, reference data, or"
            " inferred. What is only inferred between the two is explained by the statements from which it follows. A"
            " printed statement has length 1, our reading and reference data 2, an inferred one 4; a thing on the way"
            " adds the logarithm to base 2 of the number of its neighbours, rounded down, because what many share"
            " explains nothing (after Moore and others 2011). Years, days, stages, documents, schemes and classes are"
            " never on the way.",
        },
        (explanation.START, explanation.END, explanation.ALL),
        explanation.run,
        positional=("from", "to"),
    ),
    Analysis(
        "similarity",
        {"ja": "計画どうしは、どれほど似ているか", "en": "How alike are the plans?"},
        {
            "ja": "収録した計画のすべての組を、要素の主題（上位の主題を含む。隣り合う狭い主題どうしも上位で重なる）、"
            "または国の取組事項（版どうしの対応でまとめる）で比べる。「共通の割合」は両方にあるものの割合（Jaccard"
            " 1912）。「重み付きの近さ」は、少ない計画にしかないものほど重く（すべての計画にあれば1、半数なら2、四分の"
            "一なら3。Spärck Jones 1972）数えた余弦（Salton・McGill 1983）。「最たるもの」は、一方だけにあり、要素の数"
            "と重みの積が最も大きいもの。",
            "en": "Compares every pair of collected plans by the topics of their elements (with every broader topic,"
            " so that neighbouring narrow topics meet in the broader one) or by the national items that they address"
            " (those of several versions counted as one where they correspond). “Share in both” is the share of what"
            " both have in what either has (Jaccard 1912). “Weighted likeness” is the cosine (Salton and McGill 1983)"
            " in which what few plans have counts more: 1 where all have it, 2 where half do, 3 where a quarter do"
            " (Spärck Jones 1972). “Foremost” is what only one of the two has and where the number of its elements"
            " times that weight is highest.",
        },
        (similarity.BY,),
        similarity.run,
    ),
    Analysis(
        "stalls",
        {
            "ja": "どの課がなければ、最も多くの取組が止まるか",
            "en": "Without which division would most work stall?",
        },
        {
            "ja": "市の計画の担当課を、その課がなければ止まる取組事項の多い順に並べる。取組事項は、ほかに担当する課（"
            "「担当課」「全部署」など名のないものを含む）がなければ止まり、主題は、その取組事項がすべて止まれば担い手"
            "を失う。媒介中心性は、ほかのものどうしを結ぶ最短経路のうち、その課を通るものの割合（Freeman 1977）。",
            "en": "Orders the divisions of a city by the items of its plan that would stall without them. An item"
            " stalls when no other division is in charge, named or not (“all divisions” and the like); a topic is left"
            " without anyone when all its items stall. Betweenness is the share of the shortest paths between all"
            " others that pass through the division (Freeman 1977).",
        },
        (stalls.CITY,),
        stalls.run,
        _draw=_draw_stalls,
    ),
)


def analyses() -> dict[str, Analysis]:
    """Return all analyses by name."""
    return {analysis.name: analysis for analysis in _ANALYSES}
