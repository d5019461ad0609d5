"""The rule book in ``shapes/``: its rules, which need not be read where they are known."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from dxplan.corpus import Corpus
from dxplan.documents import Document

if TYPE_CHECKING:
    import rdflib

    from dxplan.checking.shapes import Shapes

__all__ = ["LANGUAGES", "Rule", "RuleBook"]

LANGUAGES = ("ja", "en")


@dataclass(frozen=True)
class Rule:
    """One demand: a shape with a severity.

    :param path: IRI of the property it is about, several joined by ``|``, or an empty text for a rule about the node.
    :param targets: which nodes it looks at: pairs of the name of a SHACL target, such as ``targetClass``, and an IRI.
    """

    id: str
    iri: str
    severity: str
    name: dict[str, str]
    description: dict[str, str]
    message: dict[str, str] = field(default_factory=dict)
    path: str = ""
    targets: tuple[tuple[str, str], ...] = ()


class RuleBook:
    """The rules of a root."""

    def __init__(self, corpus: Corpus) -> None:
        """Name the root; its files are read when first asked for."""
        self.corpus = corpus

    @cached_property
    def documents(self) -> list[Document]:
        """The files of ``shapes/``.

        :raises InputError: for a file that cannot be read.
        """
        return self.corpus.documents("shapes")

    @cached_property
    def _shapes(self) -> Shapes:
        from dxplan.checking.shapes import Shapes  # it takes time to load, which a check with known rules need not

        return Shapes(self.documents, self.corpus.root / "shapes", self.place)

    @property
    def graph(self) -> rdflib.Graph:
        """All shapes as one graph of rdflib."""
        return self._shapes.graph

    @property
    def prefixes(self) -> str:
        """The declared prefixes as the prologue of a query."""
        return self._shapes.prefixes

    @cached_property
    def rules(self) -> list[Rule]:
        """All rules, by id.

        :raises RulesError: as :meth:`~dxplan.checking.shapes.Shapes.rules` does.
        """
        return self._shapes.rules()

    def select(self, rule: Rule) -> str | None:
        """Return the query of a rule, with prefixes and path filled in; None for a rule without a query."""
        return self._shapes.select(rule)

    def place(self, iri: str) -> str:
        """Return ``file:line: `` of a shape, or an empty text."""
        for document in self.documents:
            if found := document.lines.find(ox.NamedNode(iri)):
                return f"{document.path}:{found[0]}: "
        return ""

    @property
    def digest_parts(self) -> list[str]:
        """What a result of these rules depends on, besides the engine."""
        return [self.corpus.digest_of(file) for file in self.corpus.files("shapes")]
