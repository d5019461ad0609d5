"""What a question may be asked with: its default and permitted values drawn by a seed, each as a person may write it.

Every door that shows an answer is tried with the same combinations, and has to give the same rows.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

import pyoxigraph as ox

from dxplan.asking.parameters import Parameter, Permitted, permitted
from dxplan.asking.questions import Question
from dxplan.asking.sources import Source
from dxplan.folding import fold
from dxplan.iris import key_of, make, shorten
from dxplan.years import ERAS

__all__ = ["LANGUAGES", "SEED", "Combination", "Terms", "Values", "combinations", "row_counts", "written_forms"]

#: What is drawn depends on this alone; another is tried with ``DXPLAN_SEED=… pytest``.
SEED = int(os.environ.get("DXPLAN_SEED", "20"))
LANGUAGES = ("ja", "en")

Term = ox.NamedNode | ox.Literal
Terms = Mapping[str, Term]


@dataclass(frozen=True)
class Combination:
    """A question with values, in a language.

    :param values: the values by the names of parameters, none for the default of the question.
    :param written: the same by the names of options, as a person writes them.
    :param seed: by which they were drawn.
    """

    question: Question
    lang: str
    values: Terms
    written: Mapping[str, str]
    seed: int

    @property
    def by_name(self) -> dict[str, str]:
        """What is written, by the names of parameters as they stand in the query."""
        return {
            each.name: self.written[each.option] for each in self.question.parameters if each.option in self.written
        }

    @property
    def by_keyword(self) -> dict[str, str]:
        """What is written, as the keywords of :meth:`dxplan.graph.Graph.ask`."""
        return {option.replace("-", "_"): text for option, text in self.written.items()}

    @property
    def arguments(self) -> list[str]:
        """The command line below ``dxplan``."""
        options = (part for option, text in self.written.items() for part in (f"--{option}", text))
        return ["--lang", self.lang, "ask", self.question.name, *options]

    def __str__(self) -> str:
        """Tell how to ask it again."""
        told = " ".join(f"--{option} '{text}'" for option, text in self.written.items())
        return f"dxplan --lang {self.lang} ask {self.question.name} {told} (seed {self.seed})".replace("  ", " ")


class Values:
    """The permitted values of parameters in a source, asked for once; many questions take the same."""

    def __init__(self, source: Source) -> None:
        self._found = cache(lambda query: permitted(Parameter("value", ox.Literal(""), {}, query), source))

    def of(self, parameter: Parameter) -> list[Permitted]:
        """Return those of a parameter."""
        return self._found(parameter.values)


def combinations(
    questions: Iterable[Question],
    values: Values,
    each: int = 3,
    seed: int = SEED,
    languages: Sequence[str] = LANGUAGES,
) -> Iterator[Combination]:
    """Yield each question in each language with its default, and with as many draws of a value for every parameter.

    The values of a question are drawn without its default and without one twice, as long as there are others. What is
    drawn for a question does not depend on the other questions.
    """
    for question in questions:
        for lang in languages:
            yield Combination(question, lang, {}, {}, seed)
            random = Random(f"{seed} {question.name} {lang}")
            drawn = {each_.name: _drawn(each_, values.of(each_), each, random) for each_ in question.parameters}
            for number in range(each if drawn else 0):
                chosen = {name: found[number] for name, found in drawn.items()}
                written = {
                    each_.option: random.choice(written_forms(each_, chosen[each_.name], values.of(each_)))
                    for each_ in question.parameters
                }
                yield Combination(question, lang, {n: found.value for n, found in chosen.items()}, written, seed)


def _drawn(parameter: Parameter, known: Sequence[Permitted], count: int, random: Random) -> list[Permitted]:
    others = [each for each in known if each.value != parameter.default] or list(known)
    found = random.sample(others, min(count, len(others)))
    return found + [random.choice(others) for _ in range(count - len(found))]


def written_forms(parameter: Parameter, value: Permitted, known: Sequence[Permitted]) -> list[str]:
    """Return the ways in which a person may write a value: IRI, prefixed name, key, year, and every name in several
    spellings that no other permitted value goes by.

    :param known: all that is permitted.
    """
    term = value.value
    if isinstance(term, ox.Literal):
        return [term.value, f" {term.value} ", "".join(_wide(char) for char in term.value)]
    iris = {each.value.value for each in known}
    forms = [term.value, f"<{term.value}>"]
    if not (short := shorten(term.value)).startswith("<"):
        forms.append(short)
    if parameter.kind and make(parameter.kind, key_of(term.value)) == term.value:
        forms.append(key_of(term.value))
    if parameter.kind == "fy":
        forms += _years(int(key_of(term.value)))
    names = _carriers(tuple((each.value.value, each.names) for each in known))
    for name in value.names:
        # What is read as an IRI, a key or a year means that, whatever else goes by such a name.
        read_otherwise = parameter.kind and {make(parameter.kind, name)} & iris - {term.value}
        if names[fold(name)] == 1 and fold(name) and ":" not in name and not read_otherwise and parameter.kind != "fy":
            forms += [name, f"「{name}」", name.upper(), "".join(_wide(char) for char in name)]
    return list(dict.fromkeys(forms))


@cache
def _carriers(known: tuple[tuple[str, tuple[str, ...]], ...]) -> Counter[str]:
    """Return how many values go by each folded name."""
    return Counter(name for _, names in known for name in {fold(each) for each in names})


def _wide(char: str) -> str:
    return chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char


def _years(year: int) -> list[str]:
    found = [str(year), f"{year}年度", f"FY{year}"]
    for era, short in (("令和", "R"), ("平成", "H")):
        number = year - ERAS[era]
        if 0 < number < 100:  # printed with two digits at most
            found += [f"{short}{number}", f"{era}{number}年度", f"{era}{''.join(map(_wide, str(number)))}年"]
            found += [f"{era}元年度"] if number == 1 else []
    return found


def row_counts(rows: Iterable[Sequence[Term | ox.BlankNode | None]]) -> Counter[tuple[str, ...]]:
    """Return how often each row is there, the same for rows in any order; a blank node is like any other."""
    return Counter(tuple("_:" if isinstance(term, ox.BlankNode) else str(term or "") for term in row) for row in rows)
