"""Which documents are a city's, so that what follows from all of them together can be found city by city."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dxplan.corpus import Corpus, File
from dxplan.iris import make

__all__ = ["City", "cities_of", "municipalities_of"]

_CODE = re.compile(r"\d{5}(?=-)")


@dataclass(frozen=True)
class City:
    """Plans and reports of one municipality, or of several that have a document in common.

    :param name: the key of the first file, without what tells its plans apart.
    """

    name: str
    files: tuple[File, ...]

    @property
    def municipalities(self) -> list[str]:
        """The IRIs of the municipalities."""
        return municipalities_of(file.key for file in self.files)


def municipalities_of(keys: Iterable[str]) -> list[str]:
    """Return the IRIs of the municipalities with whose codes the keys of plans and reports begin.

    >>> municipalities_of(["08236-2022", "08236-council-2024"])
    ['https://w3id.org/dxplan/municipality/08236']
    """
    codes = {code[0]: None for key in keys if (code := _CODE.match(key))}
    return [make("municipality", code) for code in codes]


def cities_of(corpus: Corpus) -> list[City]:
    """Return plans and reports by city, whose code their keys begin with.

    A report is with the plans that it is on: cities that have one in common count as one.
    """
    files = corpus.files("plans", "reports")
    one_with: dict[str, str] = {}  # of a city its name, or another that it is one with

    def name_of(file: File) -> str:
        code = _CODE.match(file.key)
        name = code[0] if code else file.key
        while name in one_with:
            name = one_with[name]
        return name

    for file in files:
        for plan in corpus.context_of(file):
            first, second = name_of(plan), name_of(file)
            if first != second:
                one_with[second] = first
    found: dict[str, list[File]] = {}
    for file in files:
        found.setdefault(name_of(file), []).append(file)
    return [City(name, tuple(own)) for name, own in found.items()]
