"""Parameters of saved questions: which values they take, and which value a person means by a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from dxplan.asking.sources import Source
from dxplan.asking.values import begun
from dxplan.errors import UsageError
from dxplan.folding import fold, nearest
from dxplan.iris import PREFIXES, expand, key_of, make, shorten, split
from dxplan.years import fiscal_year

__all__ = ["Parameter", "Permitted", "choice", "is_permitted", "permitted", "resolve"]

# So many values are listed in a message; the rest is told by their number.
_LISTED = 12
# So many characters of a value that is not known are shown.
_SHOWN = 80


@dataclass(frozen=True)
class Parameter:
    """One parameter of a question: its variable, its default, what it means.

    :param values: a whole SELECT query whose variable ``?value`` gives the permitted values.
    """

    name: str
    default: ox.NamedNode | ox.Literal
    help: dict[str, str]
    values: str

    @property
    def option(self) -> str:
        """The name on the command line: ``asOf`` is ``as-of``."""
        return re.sub(r"([A-Z])", lambda match: "-" + match[1].lower(), self.name)

    @property
    def default_text(self) -> str:
        """The default as it may be given: a prefixed name, or the text of a literal."""
        return shorten(self.default.value) if isinstance(self.default, ox.NamedNode) else self.default.value

    @property
    def kind(self) -> str | None:
        """The kind of IRI of its default, such as ``topic``; None for a literal."""
        known = split(self.default.value) if isinstance(self.default, ox.NamedNode) else None
        return known[0] if known else None


def choice(name: str, values: Sequence[str | bool], told: dict[str, str]) -> Parameter:
    """Return a parameter that takes one of a few values, the first of which is its default.

    :param told: what it means, by language.
    """
    known = [ox.Literal(value) for value in values]
    listed = " ".join(map(str, known))
    return Parameter(name, known[0], told, f"SELECT ?value WHERE {{ VALUES ?value {{ {listed} }} }}")


@dataclass(frozen=True)
class Permitted:
    """A permitted value with all its names; labels come first, Japanese before English."""

    value: ox.NamedNode | ox.Literal
    names: tuple[str, ...]

    def label(self, lang: str) -> str:
        """Return the label in a language; a literal is its own label."""
        return self.names[0 if lang == "ja" or len(self.names) == 1 else 1] if self.names else self.value.value


def permitted(parameter: Parameter, source: Source) -> list[Permitted]:
    """Return the values that a parameter takes, in the order of their labels."""
    values = {row[0] for row in source.select(parameter.values).rows}
    iris = sorted(value.value for value in values if isinstance(value, ox.NamedNode))
    found = [Permitted(value, (value.value,)) for value in values if isinstance(value, ox.Literal)]
    names: dict[str, list[tuple[int, str]]] = {iri: [] for iri in iris}
    if iris:
        listed = " ".join(f"<{iri}>" for iri in iris)
        rows = source.select(
            f"""
            PREFIX rdfs: <{PREFIXES["rdfs"]}>
            PREFIX skos: <{PREFIXES["skos"]}>
            PREFIX dct: <{PREFIXES["dct"]}>
            SELECT DISTINCT ?node ?name ?rank WHERE {{
                {{ VALUES ?node {{ {listed} }} ?node rdfs:label ?name BIND (IF(lang(?name) = "ja", 0, 1) AS ?rank) }}
                UNION {{
                    VALUES ?node {{ {listed} }}
                    ?node skos:altLabel|skos:notation|dct:identifier ?name BIND (2 AS ?rank)
                }}
            }}"""
        ).rows
        for node, name, rank in rows:
            assert node is not None and name is not None and rank is not None
            names[node.value].append((int(rank.value), name.value))
    found += [Permitted(ox.NamedNode(iri), tuple(name for _, name in sorted(names[iri]))) for iri in iris]
    return sorted(found, key=lambda each: (_sortable(each.value), each.names))


def _sortable(value: ox.NamedNode | ox.Literal) -> tuple[int, str]:
    number = value.value if isinstance(value, ox.Literal) and value.value.isdecimal() else ""
    return (int(number), "") if number else (0, "")


def resolve(parameter: Parameter, text: str, source: Source) -> ox.NamedNode | ox.Literal:
    """Return the value that a person means: an IRI, a prefixed name, a key, a label in any spelling, or a year.

    :raises UsageError: for a text that means nothing or several things, or a value that is not permitted, with what
        comes near.
    """
    meant = _meant(parameter, text, source)
    if len(meant) == 1:
        return meant[0]
    if meant:
        told = ", ".join(each.value for each in meant)
        place = _place(parameter, text)
        raise UsageError(
            f"{place}: 複数に当てはまります。IRIで選んでください: {told}",
            f"{place}: means several things. Choose by IRI: {told}",
        )
    raise _not_found(parameter, text, permitted(parameter, source))


def _meant(parameter: Parameter, text: str, source: Source) -> list[ox.NamedNode | ox.Literal]:
    """Return the permitted values that a text may mean; all values are listed only where nothing else will do."""
    sought = fold(text)
    if isinstance(parameter.default, ox.Literal):
        return [each.value for each in permitted(parameter, source) if fold(each.value.value) == sought]
    iri = _as_iri(parameter.kind, text) or (make(parameter.kind, text) if parameter.kind else "")
    if iri and _is_iri(iri) and (found := _among(parameter, f"VALUES ?value {{ <{iri}> }}", source)):
        return found
    names = " ".join(str(ox.Literal(text, language=lang)) for lang in ("ja", "en")) + f" {ox.Literal(text)}"
    written = f"VALUES ?name {{ {names} }} ?value {_NAMES} ?name ."
    if found := _among(parameter, written, source):
        return found
    return [each.value for each in permitted(parameter, source) if any(fold(name) == sought for name in each.names)]


def is_permitted(parameter: Parameter, value: ox.NamedNode | ox.Literal, source: Source) -> bool:
    """Tell whether a parameter takes a value."""
    if isinstance(value, ox.NamedNode):
        return bool(_among(parameter, f"VALUES ?value {{ {value} }}", source))
    return value in {row[0] for row in source.select(parameter.values).rows}


# By what a value is called, beside its IRI.
_NAMES = "|".join(
    f"<{PREFIXES[prefix]}{name}>"
    for prefix, name in (("rdfs", "label"), ("skos", "altLabel"), ("skos", "notation"), ("dct", "identifier"))
)


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def _among(parameter: Parameter, pattern: str, source: Source) -> list[ox.NamedNode | ox.Literal]:
    """Return the permitted values that a pattern at the head of their query allows."""
    found = {row[0] for row in source.select(begun(parameter.values, pattern)).rows}
    return sorted((each for each in found if isinstance(each, ox.NamedNode)), key=lambda each: each.value)


def _as_iri(kind: str | None, text: str) -> str | None:
    if text.startswith("<") and text.endswith(">"):
        return text[1:-1]
    if re.match(r"https?://", text):
        return text
    prefix, colon, _ = text.partition(":")
    if colon and prefix in PREFIXES:
        return expand(text)
    if kind == "fy":
        try:
            return make("fy", fiscal_year(text))
        except ValueError:
            return None
    return None


def _place(parameter: Parameter, text: str) -> str:
    """Return the option with what was given, as much of it as a person reads."""
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return f"--{parameter.option} {shown if shown.strip() else repr(shown)}"


def _not_found(parameter: Parameter, text: str, known: Sequence[Permitted]) -> UsageError:
    place = _place(parameter, text)
    if parameter.kind == "fy" and known:
        years = sorted(key_of(each.value.value) for each in known)
        return UsageError(
            f"{place}: {years[0]}〜{years[-1]} の年度を 2024、R6、令和6年度 のように指定してください。",
            f"{place}: give a fiscal year from {years[0]} to {years[-1]}, such as 2024 or R6.",
        )
    near = nearest(text, [name for each in known for name in each.names])
    if near:
        return UsageError(
            f"{place}: 見つかりません。近いもの: {'、'.join(near)}",
            f"{place}: not found. Did you mean: {', '.join(near)}?",
        )
    told = [each.label("ja") for each in known[:_LISTED]], [each.label("en") for each in known[:_LISTED]]
    more = len(known) - _LISTED
    return UsageError(
        f"{place}: 見つかりません。次から選べます: {'、'.join(told[0])}" + (f"、ほか{more}" if more > 0 else ""),
        f"{place}: not found. It takes: {', '.join(told[1])}" + (f" and {more} more" if more > 0 else ""),
    )
