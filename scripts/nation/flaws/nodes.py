"""Errors in how things are written down: kinds, properties, names, sources, divisions, terms and the like."""

from __future__ import annotations

from dxplan.iris import make
from nation.flaws.sites import Site, any_of, flaw, omission
from nation.papers import Names, Node, Text, Value, dx, key_of

__all__: list[str] = []


def _first(site: Site, *kinds: str) -> str | None:
    """Choose a node of any of some classes."""
    return site.choose(iri for kind in kinds for iri in site.free(kind))


for _rule, _predicate, _kinds in (
    ("Node-has-kind", "a", ("Phase",)),
    ("Node-has-source", "dct:source", ("Phase", "Erratum", "Deployment")),
    ("Node-has-locator", "dx:locator", ("Phase", "Erratum", "Deployment")),
    ("Division-of-one-city", "org:unitOf", ("Division",)),
    ("Deployment-of-city", "dx:municipality", ("Deployment",)),
    ("Deployment-has-topic", "dx:topic", ("Deployment",)),
    ("Mention-of-city", "dx:municipality", ("Mention",)),
    ("Mention-has-topic", "dx:topic", ("Mention",)),
    ("Mention-has-kind", "dx:mentionKind", ("Mention",)),
    ("Erratum-has-print", "dx:printed", ("Erratum",)),
    ("Term-in-one-glossary", "skos:inScheme", ("Term",)),
):
    omission(_rule, _predicate, any_of(*_kinds, having=_predicate))


# ---- Any node / どの節点にも ----


@flaw("Node-label-ja")
def _no_japanese(site: Site) -> list[str] | None:
    node = _first(site, "Phase", "ListEntry")
    if node is None:
        return None
    site.nodes[node]["rdfs:label"] = [
        v for v in site.nodes[node]["rdfs:label"] if isinstance(v, Text) and v.lang == "en"
    ]
    return [node]


@flaw("Node-label-en")
def _no_english(site: Site) -> list[str] | None:
    node = _first(site, "Erratum", "Deployment")
    if node is None:
        return None
    site.nodes[node]["rdfs:label"] = [
        v for v in site.nodes[node]["rdfs:label"] if isinstance(v, Text) and v.lang == "ja"
    ]
    return [node]


@flaw("Node-kind-known")
def _misspelt_kind(site: Site) -> list[str] | None:
    phase = _first(site, "Phase")
    if phase is None:
        return None
    site.nodes[phase]["a"] = [dx("Phaze")]
    return [phase]


@flaw("Node-property-known")
def _misspelt_property(site: Site) -> list[str] | None:
    node = _first(site, "Erratum", "Deployment")
    if node is None:
        return None
    site.nodes[node]["dx:pirnted"] = [Text("誤って綴った述語")]
    return [node]


@flaw("Node-property-fits-kind")
def _misplaced_property(site: Site) -> list[str] | None:
    phase = _first(site, "Phase")
    if phase is None:
        return None
    site.nodes[phase]["dx:unit"] = [Text("件")]
    return [phase]


@flaw("Node-value-described")
def _leads_nowhere(site: Site) -> list[str] | None:
    item = _first(site, "Item")
    if item is None:
        return None
    site.nodes[item].setdefault("dx:usesTerm", []).append(make("term", site.paper.key, "どこにもない語"))
    return [item]


@flaw("Node-value-fits-property")
def _text_for_a_thing(site: Site) -> list[str] | None:
    item = _first(site, "Item")
    if item is None:
        return None
    site.nodes[item].setdefault("dx:mark", []).append(Text("重点"))
    return [item]


# ---- Divisions and documents / 部署と文書 ----


def _new_division(site: Site, key: str, names: Names) -> str:
    near = site.paper.graph
    return site.add(make("division", key), "Division", names, near, {"org:unitOf": [make("municipality", site.code)]})


@flaw("Division-key")
def _division_with_another_code(site: Site) -> list[str] | None:
    if site.foreign is None:
        return None
    code = key_of(site.foreign)
    key, names = f"{code}-架空調整課-{site.paper.key}", Names("架空調整課", "Made-up Coordination Division")
    return [_new_division(site, key, names)]


@flaw("Division-name-folded")
def _half_width(site: Site) -> list[str]:
    names = Names("架空ﾃﾞｼﾞﾀﾙ課", "Made-up Digital Division")
    return [_new_division(site, f"{site.code}-{names.ja}", names)]


@flaw("Division-named-once")
def _named_twice(site: Site) -> list[str] | None:
    division = site.choose(site.free("Division", "org:unitOf"))
    if division is None:
        return None
    name = site.model.texts(division, "rdfs:label", lang="ja")[0]
    key = key_of(division)
    other = _new_division(site, f"{key}-2", Names(name, "The same division again"))
    return [division, other]


@flaw("Document-has-publisher")
def _no_publisher(site: Site) -> list[str] | None:
    if site.paper.source in site.taken:
        return None
    site.taken.add(site.paper.source)
    del site.nodes[site.paper.source]["dct:publisher"]
    return [site.paper.source]


# ---- What runs already / 稼働中のもの ----


@flaw("Deployment-since-readable")
def _unreadable(site: Site) -> list[str] | None:
    service = _first(site, "Deployment")
    if service is None:
        return None
    site.nodes[service]["dx:since"] = [Text(f"{site.first - 1}/04/01")]
    return [service]


@flaw("Mention-in-plan-of-city")
def _in_the_mouth_of_another(site: Site) -> list[str] | None:
    mention = site.choose(site.free("Mention", "dx:municipality", "dx:mentionedIn")) if site.foreign else None
    if mention is None or site.foreign is None:
        return None
    site.nodes[mention]["dx:municipality"] = [site.foreign]
    return [mention]


# ---- Errata / 正誤 ----


@flaw("Erratum-reading-differs")
def _same_reading(site: Site) -> list[str] | None:
    erratum = _first(site, "Erratum")
    if erratum is None:
        return None
    site.nodes[erratum]["dx:correctedReading"] = list(site.nodes[erratum]["dx:printed"])
    return [erratum]


@flaw("Erratum-recorded-once")
def _recorded_twice(site: Site) -> list[str] | None:
    erratum = _first(site, "Erratum")
    if erratum is None:
        return None
    again = make("erratum", site.paper.key, "again")
    kept: Node = {name: list(site.nodes[erratum][name]) for name in ("dx:about", "dx:printed")}
    kept["dx:correctedReading"] = [Text("ほかの読み")]
    site.add(again, "Erratum", Names("二度目の記録", "Recorded again"), erratum, kept)
    return [erratum, again]


# ---- Terms / 用語 ----


@flaw("Term-definition-ja")
def _undefined_in_japanese(site: Site) -> list[str] | None:
    return _defined_in(site, "en")


@flaw("Term-definition-en")
def _undefined_in_english(site: Site) -> list[str] | None:
    return _defined_in(site, "ja")


def _defined_in(site: Site, lang: str) -> list[str] | None:
    term = _first(site, "Term")
    if term is None:
        return None
    site.nodes[term]["skos:definition"] = [
        v for v in site.nodes[term]["skos:definition"] if isinstance(v, Text) and v.lang == lang
    ]
    return [term]


@flaw("Term-key")
def _term_of_another_plan(site: Site) -> list[str] | None:
    glossary = _first(site, "Glossary")
    if glossary is None:
        return None
    key = f"{site.code}-{site.first - 9}-架空用語"
    return [_new_term(site, key, Names("架空用語", "Made-up term"), glossary)]


@flaw("Term-headword-unique")
def _explained_twice(site: Site) -> list[str] | None:
    term = _first(site, "Term")
    if term is None:
        return None
    word = site.model.texts(term, "skos:prefLabel", lang="ja")[0]
    key = key_of(term)
    other = _new_term(site, f"{key}-2", Names(word, "The same term again"), site.model.iris(term, "skos:inScheme")[0])
    return [term, other]


def _new_term(site: Site, key: str, names: Names, glossary: str) -> str:
    definition: list[Value] = [Text(f"{names.ja}の説明。", "ja"), Text(f"What {names.en} means.", "en")]
    iri = make("term", key)
    statements: list[tuple[str, Value | list[Value]]] = [
        ("skos:inScheme", glossary), ("skos:definition", definition)
    ]  # fmt: skip
    site.paper.add(iri, "Term", names, f"用語解説 {names.ja}", statements, label="skos:prefLabel")
    site.taken.add(iri)
    return iri
