"""The rule book in ``shapes/``: standard SHACL, read once and refused where it would say nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.namespace import SH
from rdflib.plugins.sparql import prepareQuery

from dxplan.documents import Corpus, Document, to_rdflib
from dxplan.errors import RulesError
from dxplan.iris import SHAPE, shorten

__all__ = ["LANGUAGES", "SEVERITY", "Rule", "RuleBook"]

LANGUAGES = ("ja", "en")
#: Our word for each severity of SHACL.
SEVERITY: dict[rdflib.term.Node | None, str] = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}


@dataclass(frozen=True)
class Rule:
    """One demand: a shape with a severity."""

    id: str
    iri: str
    severity: str
    name: dict[str, str]
    description: dict[str, str]


class RuleBook:
    """The rules of a root."""

    def __init__(self, corpus: Corpus) -> None:
        """Read every file of ``shapes/``.

        :raises InputError: for a file that cannot be read.
        :raises RulesError: for a folder without rules, or a rule without a name, description or message.
        """
        self.documents: list[Document] = corpus.documents("shapes")
        self.graph = rdflib.Graph()
        for document in self.documents:
            to_rdflib(document.triples, self.graph)
        self._refuse_unknown_terms()
        self._refuse_broken_queries()
        self.rules = sorted(self._rules(), key=lambda rule: rule.id)
        if not self.rules:
            raise RulesError(
                f"{corpus.root / 'shapes'}: 規則が一つもありません。shapes/*.ttl を置いてください。",
                f"{corpus.root / 'shapes'}: holds no rule. Put shapes/*.ttl there.",
            )

    def _refuse_unknown_terms(self) -> None:
        """Refuse a misspelt term such as ``sh:propery``: SHACL engines pass over it, and the rule would say nothing."""
        for triple in self.graph:
            for term in triple:
                if isinstance(term, rdflib.URIRef) and term.startswith(str(SH)) and term not in SH:
                    name = shorten(str(term))
                    place, shape = self.place(str(triple[0])), shorten(str(triple[0]))
                    raise RulesError(
                        f"{place}{shape}: {name} という語は SHACL にありません。綴りを直してください。",
                        f"{place}{shape}: {name} is no term of SHACL. Mend its spelling.",
                    )

    def _refuse_broken_queries(self) -> None:
        prefixes = "".join(
            f"PREFIX {self.graph.value(declared, SH.prefix)}: <{self.graph.value(declared, SH.namespace)}>\n"
            for declared in self.graph.objects(None, SH.declare)
        )
        for constraint, text in self.graph.subject_objects(SH.select):
            path = "<http://example.org/path>"  # any path will do to read the query
            try:
                prepareQuery(prefixes + re.sub(r"\$PATH\b", path, str(text)))
            except Exception as error:  # rdflib raises bare exceptions, too
                place, name, said = self.place(str(constraint)), shorten(str(constraint)), " ".join(str(error).split())
                raise RulesError(
                    f"{place}{name}: sh:select が SPARQL として読めません（{said}）。問合せを直してください。",
                    f"{place}{name}: its sh:select is not SPARQL ({said}). Mend the query.",
                ) from None

    def _rules(self) -> list[Rule]:
        found = []
        for shape, severity in self.graph.subject_objects(SH.severity):
            if severity not in SEVERITY or not str(shape).startswith(SHAPE):
                raise self._broken(shape, "sh:severity")
            name, description = self._texts(shape, SH.name), self._texts(shape, SH.description)
            self._texts(shape, SH.message)
            found.append(Rule(str(shape)[len(SHAPE) :], str(shape), SEVERITY[severity], name, description))
        return found

    def _texts(self, node: rdflib.term.Node, predicate: rdflib.URIRef) -> dict[str, str]:
        texts = {
            text.language: str(text)
            for text in self.graph.objects(node, predicate)
            if isinstance(text, rdflib.Literal) and text.language
        }
        if not all(texts.get(lang) for lang in LANGUAGES):
            raise self._broken(node, predicate.n3(self.graph.namespace_manager))
        return {lang: texts[lang] for lang in LANGUAGES}

    def _broken(self, shape: rdflib.term.Node, what: str) -> RulesError:
        place = self.place(str(shape))
        name = shorten(str(shape))
        return RulesError(
            f"{place}{name}: {what} が日本語と英語でそろっていないか、正しくありません。規則を直してください。",
            f"{place}{name}: {what} is wrong or not there in both Japanese and English. Mend the rule.",
        )

    def place(self, iri: str) -> str:
        """Return ``file:line: `` of a shape, or an empty text."""
        for document in self.documents:
            if found := document.lines.find(ox.NamedNode(iri)):
                return f"{document.path}:{found[0]}: "
        return ""

    @property
    def digest_parts(self) -> list[str]:
        """What a result of these rules depends on."""
        return [document.digest for document in self.documents] + [f"pyshacl {pyshacl.__version__}"]
