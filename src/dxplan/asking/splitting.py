"""A saved question taken apart, so that it can be asked city by city, as its head allows with ``#+ by_city: true``.

Each of its rows comes of the documents of one city and of what all cities share. Where a city has a row also without a
document, ``#+ by_city: city`` names the column that the city is in; its documents may change that row.

Where a row hangs besides on what all cities have together, as on a word that the glossaries of two explain, that part
of the query is a SELECT in braces of its own after a comment ``# Of all cities: …``. A city is asked without it; when
the rows are put together all are asked it, and a row stays if it finds the values that the row has in its variables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from dxplan.asking.answers import answer_key
from dxplan.asking.joining import Joining
from dxplan.asking.questions import Question
from dxplan.asking.sparql import names_graphs, tokens
from dxplan.cities import CityQuery
from dxplan.errors import InputError

__all__ = ["city_queries", "split"]

_OF_ALL = re.compile(r"^[ \t]*# Of all cities: ", re.MULTILINE)
_LANGUAGE = 'VALUES ?lang { "ja" }'
_LANGUAGES = 'VALUES ?lang { "ja" "en" }'


def city_queries(questions: Iterable[Question]) -> list[CityQuery]:
    """Return what each city is asked of those questions that can be asked city by city.

    :raises InputError: for a question of which :func:`split` cannot tell.
    """
    return [split(question) for question in questions if question.by_city]


def split(question: Question) -> CityQuery:
    """Return what each city is asked of a question, with its parameters as they stand in the file.

    :raises InputError: for a query that cannot be taken apart.
    """
    text, conditions = _without_conditions(question)
    listed = list(tokens(text))
    words = [token.text.upper() if token.kind == "word" else token.text for token in listed]
    if _LANGUAGE not in text or names_graphs(text) or "GRAPH" in words:
        raise _unfit(
            question, "ラベルの言語 ?lang で始め、グラフを名指さないでください", "begin with ?lang, and name no graphs"
        )
    opening = words.index("{")
    closing = _closing(words, opening)
    order = _order(question, words[closing + 1 :])
    columns = question.columns
    values = [name for _, names in conditions for name in names]
    beside = [name for name in dict.fromkeys([*(name for name, _ in order), *values]) if name not in columns]
    first = words.index("SELECT") + 1
    distinct = words[first] == "DISTINCT"
    last = opening - 1 if words[opening - 1] == "WHERE" else opening
    start, middle = listed[first + distinct].start, listed[last].start
    asked = (
        f"{text[:start]}?lang {text[start:middle]}{''.join(f'?{name} ' for name in beside)}"
        f"{text[middle : listed[closing].end]}"
    ).replace(_LANGUAGE, _LANGUAGES)
    if question.city not in (None, *columns):
        raise _unfit(
            question,
            f"by_city には列の名を書いてください（{question.city} という列はありません）",
            f"name a column in by_city (there is none called {question.city})",
        )
    if _columns(asked) != ["lang", *columns, *beside]:
        raise _unfit(question, "いちばん外の SELECT ではまとめないでください", "do not group in the outermost SELECT")
    joining = Joining(columns, [(query, len(names)) for query, names in conditions], distinct).to_json()
    answers = {lang: (answer_key(question.bound({}, lang)), joining) for lang in ("ja", "en")}
    return CityQuery(str(question.path), asked, tuple(order), (*values, *columns), answers, question.city)


def _without_conditions(question: Question) -> tuple[str, list[tuple[str, list[str]]]]:
    """Return the text of a question without what is asked of all cities, and the queries of that with their columns."""
    text = question.text
    conditions = []
    while mark := _OF_ALL.search(text):
        listed = [token for token in tokens(text) if token.start >= mark.start()]
        texts = [token.text for token in listed]
        closing = _closing(texts, 0) if texts[:2] == ["{", "SELECT"] else 0
        if not closing:
            raise _unfit(
                question,
                "「# Of all cities:」の次に { SELECT … } を書いてください",
                "write { SELECT … } after “# Of all cities:”",
            )
        query = f"{question.prologue}\n{text[listed[1].start : listed[closing].start].rstrip()}"
        conditions.append((query, _columns(query)))
        text = text[: mark.start()] + text[listed[closing].end :]
    return text, conditions


def _columns(query: str) -> list[str]:
    """Return the columns of a SELECT query, nothing where it is none."""
    try:
        found = ox.Store().query(query)
    except SyntaxError:
        return []
    return [variable.value for variable in found.variables] if isinstance(found, ox.QuerySolutions) else []


def _closing(texts: Sequence[str], opening: int) -> int:
    """Return the place of what closes a brace."""
    depth = 0
    for place in range(opening, len(texts)):
        depth += {"{": 1, "}": -1}.get(texts[place], 0)
        if not depth:
            return place
    return 0


def _order(question: Question, tail: Sequence[str]) -> list[tuple[str, bool]]:
    """Return by which variables a query orders its rows, and which of them go downwards.

    :param tail: the tokens after its WHERE.
    """
    told = " ".join(tail)
    listed = re.findall(r"(?:(ASC|DESC) \( )?\?(\w+)(?: \))?", told)
    again = " ".join(f"{way} ( ?{name} )" if way else f"?{name}" for way, name in listed)
    if not listed or told != f"ORDER BY {again}":
        raise _unfit(
            question,
            "WHERE の後には、変数だけの ORDER BY を書いてください",
            "after its WHERE write an ORDER BY of variables, and nothing else",
        )
    return [(name, way == "DESC") for way, name in listed]


def _unfit(question: Question, ja: str, en: str) -> InputError:
    return InputError(
        f"{question.path}: 市ごとには尋ねられません。{ja}。または #+ by_city を消してください。",
        f"{question.path}: cannot be asked city by city. Either {en}, or remove #+ by_city.",
    )
