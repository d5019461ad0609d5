"""The metadata by which catalogues and search engines find the data set: DCAT 3, DCAT-AP, VoID and schema.org.

The data set is the base IRI; the catalogue, the distributions and their checksums are named ``catalog#…``. Written
after https://www.w3.org/TR/vocab-dcat-3/ and https://semiceu.github.io/DCAT-AP/releases/3.0.0/, whose controlled
vocabularies are those of https://op.europa.eu/en/web/eu-vocabularies; for search engines after
https://developers.google.com/search/docs/appearance/structured-data/dataset. No date of publication is given, since
nothing here knows one: the version is the digest of everything that the snapshot was made of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

import pyoxigraph as ox

from dxplan.iris import BASE, CATALOG, DX, ONTOLOGY, PREFIXES, key_of, part
from dxplan.site.descriptions import jsonld
from dxplan.site.downloads import Download
from dxplan.site.dumps import turtle
from dxplan.site.files import File
from dxplan.site.void import Draft, describe

__all__ = ["WELL_KNOWN", "Catalogue"]

#: Where VoID says that its description is looked for: https://www.w3.org/TR/void/#discovery
WELL_KNOWN = ".well-known/void"

_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_MEDIA_TYPE = "https://www.iana.org/assignments/media-types/"
_FILE_TYPE = {
    "application/n-quads": "RDF_N_QUADS",
    "text/turtle": "RDF_TURTLE",
    "text/csv": "CSV",
    "application/vnd.apache.parquet": "PARQUET",
}
_KEYWORDS = {
    "ja": ("自治体DX", "デジタル・トランスフォーメーション", "自治体計画", "行政改革", "オープンデータ"),
    "en": ("digital transformation", "local government", "municipal plans", "Japan", "open data"),
}
# The name under which data/LICENSE stands.
_AUTHORS = {"ja": "dxplan の著者", "en": "The dxplan authors"}


@dataclass(frozen=True)
class Catalogue:
    """The metadata of one publication.

    :param base: where the site is published, with a ``/`` at its end.
    :param version: the digest of the snapshot.
    :param downloads: what is offered whole.
    :param endpoint: a SPARQL endpoint, where one answers; a site of files alone has none.
    """

    store: ox.Store
    base: str
    version: str
    downloads: Sequence[Download]
    endpoint: str | None = None

    def files(self) -> Iterator[File]:
        """Yield ``catalog.ttl``, ``catalog.jsonld`` and the same where VoID is looked for."""
        written = turtle(self._draft.ordered(), self._draft.prefixes())
        yield "catalog.ttl", written
        yield "catalog.jsonld", jsonld(self._draft.ordered()).encode()
        yield WELL_KNOWN, written

    @property
    def triples(self) -> list[ox.Triple]:
        """Everything that is said, sorted."""
        return self._draft.ordered()

    def schema_org(self, lang: str) -> dict[str, Any]:
        """Return the data set as schema.org has it, for a page in a language."""
        other = "en" if lang == "ja" else "ja"
        first, last = self._years
        return {
            "@context": "https://schema.org/",
            "@type": "Dataset",
            "@id": BASE,
            "url": self.base,
            "name": self._text("rdfs", "label")[lang],
            "alternateName": self._text("rdfs", "label")[other],
            "description": self._text("dct", "description")[lang],
            "license": self._licence,
            "creator": {"@type": "Organization", "name": _AUTHORS[lang], "url": self.base},
            "isAccessibleForFree": True,
            "inLanguage": ["ja", "en"],
            "keywords": list(_KEYWORDS[lang]),
            "version": self.version[:16],
            "temporalCoverage": f"{first}/{last}",
            "spatialCoverage": {"@type": "Place", "name": "日本" if lang == "ja" else "Japan"},
            "conformsTo": ONTOLOGY,
            "distribution": [self._schema_distribution(each, lang) for each in self.downloads],
        }

    def metadata(self, lang: str) -> str:
        """Return the same as JSON-LD that can stand in a ``script`` element."""
        return json.dumps(self.schema_org(lang), ensure_ascii=False, indent=1).replace("<", "\\u003c")

    def head(self, lang: str) -> str:
        """Return what belongs in the head of the page of the data set, as HTML: links and the schema.org metadata."""
        links = "\n".join(
            f'<link rel="describedby" type="{escape(kind)}" href="{escape(path)}">'
            for path, kind in (("catalog.ttl", "text/turtle"), ("catalog.jsonld", "application/ld+json"))
        )
        return f'{links}\n<script type="application/ld+json">\n{self.metadata(lang)}\n</script>'

    @cached_property
    def _draft(self) -> Draft:
        draft = describe(self.store, self.base, self.downloads, self.endpoint)
        self._say_catalogue(draft)
        self._say_dataset(draft)
        for download in self.downloads:
            self._say_distribution(draft, download)
        if self.endpoint:
            self._say_service(draft, self.endpoint)
        return draft

    def _say_catalogue(self, draft: Draft) -> None:
        catalogue, agent = part(CATALOG, "catalog"), part(CATALOG, "authors")
        draft.say(
            catalogue,
            rdf_type="dcat:Catalog",
            dct_title=_both("自治体DX計画のデータのカタログ", "Catalogue of data on municipal DX plans"),
            dct_description=_both(
                "自治体DX計画のナレッジグラフと、その配布物の一覧。",
                "Lists the knowledge graph of municipal DX plans and the files in which it is given.",
            ),
            dct_publisher=agent,
            dct_language=[_AUTHORITY + "language/JPN", _AUTHORITY + "language/ENG"],
            dct_license=self._licence,
            dcat_themeTaxonomy=_AUTHORITY + "data-theme",
            foaf_homepage=self.base,
            dcat_dataset=BASE,
        )
        draft.say(agent, rdf_type="foaf:Agent", foaf_name=_both(_AUTHORS["ja"], _AUTHORS["en"]))
        draft.say(CATALOG, foaf_primaryTopic=catalogue)

    def _say_dataset(self, draft: Draft) -> None:
        first, last = self._years
        period = part(CATALOG, "period")
        day = ox.NamedNode(PREFIXES["xsd"] + "date")
        draft.say(
            BASE,
            rdf_type="dcat:Dataset",
            dct_title=_both(**self._text("rdfs", "label")),
            dct_description=_both(**self._text("dct", "description")),
            dct_identifier=ox.Literal(BASE),
            dct_publisher=part(CATALOG, "authors"),
            dct_license=self._licence,
            dct_accessRights=_AUTHORITY + "access-right/PUBLIC",
            dct_accrualPeriodicity=_AUTHORITY + "frequency/IRREG",
            dct_language=[_AUTHORITY + "language/JPN", _AUTHORITY + "language/ENG"],
            dct_spatial=[_AUTHORITY + "country/JPN", *self._prefectures],
            dct_temporal=period,
            dct_conformsTo=ONTOLOGY,
            dcat_theme=[_AUTHORITY + "data-theme/GOVE", _AUTHORITY + "data-theme/TECH"],
            dcat_keyword=[ox.Literal(word, language=lang) for lang, words in _KEYWORDS.items() for word in words],
            dcat_landingPage=self.base,
            dcat_version=ox.Literal(self.version[:16]),
            dcat_distribution=[_node(each) for each in self.downloads],
        )
        draft.say(
            period,
            rdf_type="dct:PeriodOfTime",
            dcat_startDate=ox.Literal(first, datatype=day),
            dcat_endDate=ox.Literal(last, datatype=day),
        )

    def _say_distribution(self, draft: Draft, download: Download) -> None:
        node = _node(download)
        checksum = f"{node}-checksum"
        draft.say(
            node,
            rdf_type="dcat:Distribution",
            dct_title=_both(download.title_ja, download.title_en),
            dcat_accessURL=self.base,
            dcat_downloadURL=self.base + download.path,
            dcat_mediaType=_MEDIA_TYPE + download.media_type,
            dcat_byteSize=download.size,
            dct_license=self._licence,
            spdx_checksum=checksum,
        )
        if download.media_type in _FILE_TYPE:
            draft.say(node, dct_format=_AUTHORITY + "file-type/" + _FILE_TYPE[download.media_type])
        if download.path.endswith(".gz"):
            draft.say(node, dcat_compressFormat=_MEDIA_TYPE + "application/gzip")
        draft.say(
            checksum,
            rdf_type="spdx:Checksum",
            spdx_algorithm="spdx:checksumAlgorithm_sha256",
            spdx_checksumValue=ox.Literal(download.sha256, datatype=ox.NamedNode(PREFIXES["xsd"] + "hexBinary")),
        )

    def _say_service(self, draft: Draft, endpoint: str) -> None:
        service = part(CATALOG, "sparql")
        draft.say(
            service,
            rdf_type="dcat:DataService",
            dct_title=_both("SPARQL エンドポイント", "SPARQL endpoint"),
            dcat_endpointURL=endpoint,
            dcat_endpointDescription=endpoint,
            dcat_servesDataset=BASE,
            dct_conformsTo="https://www.w3.org/TR/sparql11-protocol/",
            dct_license=self._licence,
            dcat_landingPage=self.base + "sparql.html",
        )
        draft.say(part(CATALOG, "catalog"), dcat_service=service)

    def _schema_distribution(self, download: Download, lang: str) -> dict[str, str]:
        return {
            "@type": "DataDownload",
            "name": download.title_ja if lang == "ja" else download.title_en,
            "contentUrl": self.base + download.path,
            "encodingFormat": download.media_type,
            "contentSize": f"{download.size} B",
            "sha256": download.sha256,
        }

    def _text(self, prefix: str, name: str) -> dict[str, str]:
        found = self.store.quads_for_pattern(ox.NamedNode(BASE), ox.NamedNode(PREFIXES[prefix] + name), None)
        return {
            q.object.language: q.object.value for q in found if isinstance(q.object, ox.Literal) and q.object.language
        }

    @cached_property
    def _licence(self) -> str:
        found = self.store.quads_for_pattern(ox.NamedNode(BASE), ox.NamedNode(PREFIXES["dct"] + "license"), None)
        return next(quad.object.value for quad in found if isinstance(quad.object, ox.NamedNode))

    @cached_property
    def _years(self) -> tuple[str, str]:
        """The first day of the first plan and the last day of the last one: fiscal years run from April to March."""
        years = sorted(
            int(key_of(quad.object.value))
            for name in ("firstYear", "lastYear")
            for quad in self.store.quads_for_pattern(None, ox.NamedNode(DX + name), None)
            # Plans that others only name have no graph, and are not what the data set covers.
            if isinstance(quad.object, ox.NamedNode) and quad.graph_name == quad.subject
        )
        return f"{years[0]}-04-01", f"{years[-1] + 1}-03-31"

    @cached_property
    def _prefectures(self) -> list[str]:
        kinds = self.store.quads_for_pattern(
            None, ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(DX + "Prefecture")
        )
        return sorted({quad.subject.value for quad in kinds if isinstance(quad.subject, ox.NamedNode)})


def _node(download: Download) -> str:
    return part(CATALOG, *download.path.split("/"))


def _both(ja: str, en: str) -> list[ox.Literal]:
    return [ox.Literal(ja, language="ja"), ox.Literal(en, language="en")]
