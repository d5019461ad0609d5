"""What everything is called, in both languages: one query for what is ours, a list for the words of others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from dxplan.asking.sources import StoreSource
from dxplan.iris import DX, PREFIXES, expand, shorten, split

__all__ = ["KINDS", "Name", "Names"]

_LABELS = f"""
    SELECT ?node ?label WHERE {{ ?node <{PREFIXES["rdfs"]}label> ?label FILTER (isIRI(?node) && lang(?label) != "") }}
"""
#: What things of a kind are called where their class does not say it, or says it too narrowly.
KINDS: dict[str, tuple[str, str]] = {
    "municipality": ("市区町村", "Municipality"), "body": ("推進組織", "Steering body"), "day": ("日", "Day"),
    "national": ("国の取組", "National plan"), "procedure": ("行政手続", "Procedure"),
    "system": ("基幹業務システム", "Core system"), "dataset": ("推奨データセット", "Recommended data set"),
}  # fmt: skip
# Words of other vocabularies that our data use.
_OTHERS: dict[str, tuple[str, str]] = {
    "rdf:type": ("種類", "Kind"), "rdfs:label": ("名称", "Label"), "rdfs:comment": ("注記", "Comment"),
    "rdfs:subClassOf": ("上位のクラス", "Superclass"), "rdfs:subPropertyOf": ("上位の述語", "Superproperty"),
    "rdfs:domain": ("主語の種類", "Domain"), "rdfs:range": ("値の種類", "Range"),
    "rdfs:isDefinedBy": ("定める語彙", "Defined by"), "owl:inverseOf": ("逆の述語", "Inverse"),
    "owl:versionInfo": ("版", "Version"), "owl:propertyChainAxiom": ("述語の連鎖", "Property chain"),
    "skos:prefLabel": ("名称", "Preferred label"), "skos:altLabel": ("別の表記", "Other spelling"),
    "skos:notation": ("番号・符号", "Number or code"), "skos:definition": ("定義", "Definition"),
    "skos:scopeNote": ("範囲", "Scope note"), "skos:broader": ("上位", "Broader"),
    "skos:narrower": ("下位", "Narrower"), "skos:broaderTransitive": ("上位（間接を含む）", "Broader, at any distance"),
    "skos:inScheme": ("属する体系", "In scheme"), "skos:topConceptOf": ("最上位である体系", "Top concept of"),
    "skos:exactMatch": ("同じもの", "Exact match"), "skos:closeMatch": ("ほぼ同じもの", "Close match"),
    "skos:broadMatch": ("より広いもの", "Broader match"), "skos:narrowMatch": ("より狭いもの", "Narrower match"),
    "skos:relatedMatch": ("関連するもの", "Related match"), "skos:related": ("関連", "Related"),
    "skos:Concept": ("概念", "Concept"), "skos:ConceptScheme": ("体系", "Concept scheme"),
    "dct:source": ("典拠", "Source"), "dct:title": ("題名", "Title"), "dct:description": ("説明", "Description"),
    "dct:publisher": ("公表者", "Publisher"), "dct:contributor": ("関与者", "Contributor"),
    "dct:issued": ("公表・策定", "Issued"), "dct:modified": ("改訂", "Modified"), "dct:date": ("日付", "Date"),
    "dct:identifier": ("全国地方公共団体コード", "Local government code"), "dct:license": ("利用条件", "Licence"),
    "dct:conformsTo": ("従う語彙", "Conforms to"), "dct:references": ("参照する文書", "References"),
    "dct:isPartOf": ("含まれる先", "Is part of"), "dct:subject": ("主題・対象", "Subject"),
    "org:unitOf": ("置かれる市区町村", "Unit of"), "org:hasUnit": ("部署", "Has unit"),
    "org:subOrganizationOf": ("上位の組織", "Suborganisation of"), "org:linkedTo": ("関わる組織", "Linked to"),
    "org:Organization": ("組織", "Organisation"), "org:FormalOrganization": ("公式の組織", "Formal organisation"),
    "org:OrganizationalUnit": ("組織の部署", "Organisational unit"),
    "prov:Entity": ("来歴のあるもの", "Entity with provenance"), "prov:wasDerivedFrom": ("導いたもと", "Derived from"),
    "prov:wasInfluencedBy": ("影響を受けたもの", "Influenced by"), "schema:position": ("並び順", "Position"),
    "schema:startDate": ("開始日", "Start date"), "schema:endDate": ("終了日", "End date"),
    "schema:GovernmentOrganization": ("行政機関", "Government organisation"),
    "schema:CreativeWork": ("著作物", "Creative work"), "time:hasBeginning": ("始まり", "Beginning"),
    "time:hasEnd": ("終わり", "End"), "time:inXSDDate": ("日付", "Date"), "time:Instant": ("日", "Day"),
    "time:ProperInterval": ("期間", "Interval"), "dcat:Dataset": ("データセット", "Data set"),
    "owl:Ontology": ("語彙", "Ontology"), "owl:Class": ("クラス", "Class"),
    "owl:ObjectProperty": ("述語（値は物事）", "Object property"),
    "owl:DatatypeProperty": ("述語（値は文字・数）", "Datatype property"),
    "owl:AnnotationProperty": ("述語（値はどちらも）", "Annotation property"),
    "owl:TransitiveProperty": ("推移的な述語", "Transitive property"),
    "xsd:string": ("文字列", "string"), "xsd:integer": ("整数", "integer"), "xsd:decimal": ("小数", "decimal"),
    "xsd:boolean": ("真偽", "boolean"), "xsd:date": ("日付", "date"),
    "vann:preferredNamespacePrefix": ("接頭辞", "Preferred prefix"),
    "vann:preferredNamespaceUri": ("名前空間", "Preferred namespace"),
}  # fmt: skip


@dataclass(frozen=True)
class Name:
    """A name and the language that it is in; None for a code such as a prefixed name."""

    text: str
    lang: str | None


class Names:
    """The names of everything in a store."""

    def __init__(self, source: StoreSource) -> None:
        self._source = source

    @cached_property
    def _known(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {
            expand(name): {"ja": ja, "en": en} for name, (ja, en) in _OTHERS.items()
        }  # what our data say of such a word goes before
        for node, label in self._source.select(_LABELS).rows:
            if isinstance(node, ox.NamedNode) and isinstance(label, ox.Literal) and label.language:
                known = found.setdefault(node.value, {})
                known[label.language] = min(known.get(label.language, label.value), label.value)
        return found

    def all(self, iri: str) -> dict[str, str]:
        """Return the name in each language in which there is one."""
        return self._known.get(iri, {})

    def of(self, iri: str, lang: str) -> Name:
        """Return the name in a language, else in any, else the prefixed name."""
        known = self.all(iri)
        if lang in known:
            return Name(known[lang], lang)
        if known:
            found = min(known)
            return Name(known[found], found)
        short = shorten(iri)
        return Name(iri if short.startswith("<") else short, None)

    def property(self, iri: str, lang: str) -> str:
        """Return the name of a property as a heading: with a capital letter in English."""
        text = self.of(iri, lang).text
        return text[:1].upper() + text[1:] if lang == "en" else text

    def kind(self, iri: str, classes: list[str], lang: str) -> str:
        """Return what a thing is, in a word: the class of ours that it is of, or what its kind is called."""
        known = split(iri)
        own = [each for each in classes if each.startswith(DX)]
        if own:  # an element is called by its role, where it has one
            return self.property(next((each for each in own if each != DX + "Element"), own[0]), lang)
        if known and known[0] in KINDS:
            return KINDS[known[0]][lang == "en"]
        return self.property(classes[0], lang) if classes else ""
