"""Statements in plain words."""

from __future__ import annotations

__all__ = ["FOREIGN", "sentence"]

#: Properties of other vocabularies, which have no label of ours.
FOREIGN = {
    "skos:broader": {"ja": "上位の主題", "en": "broader topic"},
    "skos:narrower": {"ja": "下位の主題", "en": "narrower topic"},
    "skos:broaderTransitive": {"ja": "上位の主題（間接を含む）", "en": "broader topic, direct or not"},
    "skos:exactMatch": {"ja": "同じもの", "en": "exact match"},
    "skos:closeMatch": {"ja": "近いもの", "en": "close match"},
    "skos:broadMatch": {"ja": "より広いもの", "en": "broader match"},
    "skos:narrowMatch": {"ja": "より狭いもの", "en": "narrower match"},
    "skos:inScheme": {"ja": "載っている体系", "en": "in scheme"},
    "skos:topConceptOf": {"ja": "最上位とする体系", "en": "top concept of"},
    "org:unitOf": {"ja": "属する組織", "en": "unit of"},
    "org:hasUnit": {"ja": "部署", "en": "has unit"},
    "org:subOrganizationOf": {"ja": "上位の組織", "en": "part of the body"},
    "org:linkedTo": {"ja": "関係する組織", "en": "linked to"},
    "dct:source": {"ja": "典拠", "en": "source"},
    "dct:publisher": {"ja": "発行者", "en": "publisher"},
    "dct:contributor": {"ja": "協力者", "en": "contributor"},
    "dct:isPartOf": {"ja": "属する", "en": "within"},
    "dct:references": {"ja": "参照するもの", "en": "refers to"},
    "dct:subject": {"ja": "扱うもの", "en": "deals with"},
    "dct:conformsTo": {"ja": "従うもの", "en": "conforms to"},
    "prov:wasDerivedFrom": {"ja": "もとにしたもの", "en": "derived from"},
    "prov:wasInfluencedBy": {"ja": "影響を受けたもの", "en": "influenced by"},
    "rdf:type": {"ja": "種類", "en": "kind of thing"},
}

_SENTENCES = {
    "dx:partOf": ("{s}は、{o}に属する", "{s} is part of {o}"),
    "dx:hasPart": ("{s}に、{o}が属する", "{s} has as a part {o}"),
    "dx:within": ("{s}は、{o}の中にある", "{s} lies within {o}"),
    "dct:isPartOf": ("{s}は、{o}の中にある", "{s} lies within {o}"),
    "dx:responsibleDivision": ("{s}は、{o}が担当する", "{s} is in the charge of {o}"),
    "dx:division": ("{s}は、{o}が担当する", "{s} is in the charge of {o}"),
    "dx:topic": ("{s}の主題は、{o}である", "{s} is on {o}"),
    "dx:topicOrBroader": ("{s}は、{o}に当たる", "{s} comes under {o}"),
    "dx:addresses": ("{s}は、{o}に当たる", "{s} addresses {o}"),
    "dx:addressesAsPrinted": ("{s}は、{o}に当たる", "{s} addresses {o}"),
    "dx:addressesAsRead": ("{s}は、{o}に当たると読める", "{s} can be read as addressing {o}"),
    "dx:usesTerm": ("{s}は、{o}を用いる", "{s} uses {o}"),
    "dx:phaseOf": ("{s}は、{o}の工程である", "{s} is in the schedule of {o}"),
    "dx:hasPhase": ("{s}の工程に、{o}がある", "{s} has in its schedule {o}"),
    "dx:singlesOut": ("{s}は、{o}を特に取り上げる", "{s} singles out {o}"),
    "dx:goalOf": ("{s}は、{o}に掲げられている", "{s} is set for {o}"),
    "dx:about": ("{s}は、{o}についてのものである", "{s} is about {o}"),
    "dx:indicator": ("{s}は、{o}の値である", "{s} is a value of {o}"),
    "dx:componentOf": ("{s}は、{o}の内訳である", "{s} is a component of {o}"),
    "dx:mentionedIn": ("{s}は、{o}の中で述べられている", "{s} is mentioned in {o}"),
    "dx:entryOf": ("{s}は、{o}の一覧にある", "{s} is in a list of {o}"),
    "dx:subject": ("{s}は、{o}を挙げる", "{s} names {o}"),
    "dx:statusOf": ("{s}は、{o}の進捗である", "{s} tells of the progress of {o}"),
    "dx:reportsOn": ("{s}は、{o}の進捗を報告する", "{s} reports on {o}"),
    "dx:municipality": ("{s}は、{o}のものである", "{s} belongs to {o}"),
    "dx:basedOn": ("{s}は、{o}を上位に置く", "{s} is based on {o}"),
    "dx:succeeds": ("{s}は、{o}を引き継ぐ", "{s} succeeds {o}"),
    "dx:citesNationalPlan": ("{s}は、{o}を踏まえる", "{s} cites {o}"),
    "dx:steeredBy": ("{s}は、{o}が推進する", "{s} is steered by {o}"),
    "dx:mapsFrom": ("{s}の対応元は、{o}である", "{s} starts from {o}"),
    "dx:mapsTo": ("{s}の対応先は、{o}である", "{s} leads to {o}"),
    "skos:broader": ("{s}の上位には、{o}がある", "{s} is narrower than {o}"),
    "skos:broaderTransitive": ("{s}の上位には、{o}がある", "{s} is narrower than {o}"),
    "skos:narrower": ("{s}の下位には、{o}がある", "{s} is broader than {o}"),
    "skos:exactMatch": ("{s}は、{o}と同じものである", "{s} is the same as {o}"),
    "skos:closeMatch": ("{s}は、{o}に近い", "{s} is close to {o}"),
    "skos:broadMatch": ("{s}より、{o}の方が広い", "{s} is narrower than {o}"),
    "skos:narrowMatch": ("{s}より、{o}の方が狭い", "{s} is broader than {o}"),
    "skos:inScheme": ("{s}は、{o}に載っている", "{s} stands in {o}"),
    "org:unitOf": ("{s}は、{o}の部署である", "{s} is a unit of {o}"),
    "org:hasUnit": ("{s}には、{o}がある", "{s} has as a unit {o}"),
    "org:subOrganizationOf": ("{s}は、{o}の下にある", "{s} stands under {o}"),
    "dct:source": ("{s}の典拠は、{o}である", "{s} is taken from {o}"),
}


def sentence(name: str, label: str, subject: str, value: str, lang: str) -> str:
    """Return a statement as a sentence without its full stop, beginning with a capital letter in English.

    :param name: the property as a prefixed name.
    :param label: the label of the property, used where there are no words of its own.
    """
    ja, en = _SENTENCES.get(name, (f"{{s}}の「{label}」は、{{o}}である", f"{{s}} has as its “{label}” {{o}}"))
    if lang == "ja":
        return ja.format(s=subject, o=value)
    told = en.format(s=subject, o=value)
    return told[:1].upper() + told[1:]
