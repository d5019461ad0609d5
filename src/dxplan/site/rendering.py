"""Pages made from templates, in both languages; what the templates say is escaped, and every link is relative."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from dxplan.iris import BASE, expand, key_of, shorten
from dxplan.site.addresses import address, iri_at, link, link_to_file
from dxplan.site.files import File
from dxplan.site.languages import LANGUAGES, marked, other
from dxplan.site.material import Material
from dxplan.site.things import natural
from dxplan.years import date_name

__all__ = ["SUFFIX", "Page", "Renderer"]

#: How the name of a page ends, by its language.
SUFFIX = {"ja": ".html", "en": ".en.html"}

# So many links are kept for each language.
_KEPT = 100_000


@dataclass(frozen=True)
class Page:
    """One page in both languages.

    :param at: its address below the root, without a suffix.
    :param template: the name of the template.
    :param title: by language, for the head of the page.
    :param values: what the template shows; it does not depend on the language.
    :param data: whether the same is there as Turtle and JSON-LD.
    :param crumbs: the IRIs of what it belongs to, from the widest.
    :param section: which entry of the menu it belongs to.
    :param listed: whether search engines are to know of it.
    :param languages: those in which there is a page of its own.
    """

    at: str
    template: str
    title: Mapping[str, str]
    values: Mapping[str, Any] = field(default_factory=dict)
    data: bool = False
    crumbs: tuple[str, ...] = ()
    section: str = ""
    listed: bool = True
    languages: tuple[str, ...] = LANGUAGES


class Renderer:
    """Renders pages of one site."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self._environments = {lang: _environment(lang) for lang in LANGUAGES}
        self._links = {lang: _Links(material, lang) for lang in LANGUAGES}

    def render(self, page: Page) -> Iterator[File]:
        """Yield a page in each of its languages."""
        for lang in page.languages:
            words = _Words(self.material, page, lang, self._links[lang])
            template = self._environments[lang].get_template(page.template)
            html = template.render(**words.offered(), **page.values)
            yield page.at + SUFFIX[lang], html.encode()


def _environment(lang: str) -> Environment:
    def shown(value: object) -> object:
        if value is None:
            return ""
        return marked(value, lang) if type(value) is str else value

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=shown,
    )
    environment.filters["expanded"] = expand
    return environment


class _Links:
    """Links and names in one language; most come again on many pages of a folder, so they are kept."""

    def __init__(self, material: Material, lang: str) -> None:
        self._material = material
        self._lang = lang
        self.href = lru_cache(maxsize=_KEPT)(self._href)
        self.anchor = lru_cache(maxsize=_KEPT)(self._anchor)
        self.kind = lru_cache(maxsize=_KEPT)(lambda iri: material.kind(iri, lang))
        self.file = lru_cache(maxsize=_KEPT)(
            lambda path, folder: escape(link_to_file(path, f"{folder}/-" if folder else "-"))
        )

    def _href(self, iri: str, folder: str) -> Markup | None:
        if iri.startswith(BASE):
            known = self._material.has_page(iri) or address(iri) == "shape"
            return escape(link(iri, f"{folder}/-" if folder else "-", SUFFIX[self._lang])) if known else None
        return escape(iri) if iri.startswith(("http://", "https://")) else None

    def _anchor(self, iri: str, folder: str) -> Markup:
        known = self._material.names.of(iri, self._lang)
        return anchor(self.href(iri, folder), marked(known.text, self._lang, known.lang))


def anchor(to: Markup | None, shown: Markup) -> Markup:
    """Return a link, or what it would show alone where it leads nowhere; both are HTML already."""
    return shown if to is None else Markup(f'<a href="{to}">{shown}</a>')


class _Words:
    """What a template can say, for one page in one language."""

    def __init__(self, material: Material, page: Page, lang: str, links: _Links) -> None:
        self.material = material
        self.page = page
        self.lang = lang
        self._links = links
        self._folder = page.at.rpartition("/")[0]

    def offered(self) -> dict[str, Any]:
        """Return the names that templates know."""
        own: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("a", "attr", "code", "file", "href", "it", "kind", "lit", "name", "prop", "t", "value", "year")
        }
        suffix = SUFFIX[self.lang]
        return own | {
            "lang": self.lang,
            "other_lang": other(self.lang),
            "page": self.page,
            "iri": iri_at(self.page.at),
            "things": self.material.things,
            "site": self.material,
            "expand": expand,
            "key_of": key_of,
            "shorten": shorten,
            "suffix": suffix,
            "canonical": self.absolute(self.page.at + suffix),
            "alternates": {each: self.absolute(self.page.at + SUFFIX[each]) for each in LANGUAGES},
            "switch": self.file(self.page.at + SUFFIX[other(self.lang)]),
            "natural": natural,
        }

    def absolute(self, path: str) -> Markup:
        """Return where a file is to stand on the web."""
        return escape(self.material.base + quote(path))

    def t(self, ja: str, en: str, /, *values: object, **named: object) -> str | Markup:
        """Return the text in the language of the page, with values in it."""
        text = ja if self.lang == "ja" else en
        if not values and not named:
            return text
        shown = [marked(each, self.lang) if type(each) is str else each for each in values]
        return Markup(escape(text)).format(*shown, **named)

    def file(self, path: str) -> Markup:
        """Return a link to a file of the site."""
        return self._links.file(path, self._folder)

    def it(self, at: str) -> Markup:
        """Return a link to a page of the site in the language of this one, perhaps to a place in it."""
        at, hash_, place = at.partition("#")
        return self.file(at + SUFFIX[self.lang]) + Markup(hash_) + quote(place)

    def href(self, iri: str) -> Markup | None:
        """Return a link to where an IRI is described, None where there is no such place."""
        return self._links.href(iri, self._folder)

    def name(self, iri: str) -> Markup:
        """Return the name of a thing."""
        known = self.material.names.of(iri, self.lang)
        return marked(known.text, self.lang, known.lang)

    def a(self, iri: str | None, text: Markup | str | None = None) -> Markup:
        """Return a link to a thing, under its name or another text; without a place to go to, the name alone."""
        if iri is None:
            return Markup()
        if text is None:
            return self._links.anchor(iri, self._folder)
        return anchor(self.href(iri), text if isinstance(text, Markup) else marked(text, self.lang))

    def code(self, iri: str) -> Markup:
        """Return an IRI as a prefixed name."""
        return Markup("<code>{}</code>").format(marked(shorten(iri), self.lang))

    def kind(self, iri: str) -> str:
        """Return what a thing is, in a word."""
        return self._links.kind(iri)

    def prop(self, name: str) -> str:
        """Return the name of a property, given as IRI or prefixed name."""
        return self.material.names.property(name if "/" in name else expand(name), self.lang)

    def year(self, iri: str | None) -> Markup:
        """Return a link to a fiscal year, in its short form."""
        if iri is None:
            return Markup()
        number = key_of(iri)
        return self.a(iri, f"{number}年度" if self.lang == "ja" else f"FY{number}")

    def lit(self, literal: ox.Literal) -> Markup:
        """Return a literal for people."""
        if literal.language:
            return marked(literal.value, self.lang, literal.language)
        name = literal.datatype.value.rsplit("#", 1)[-1]
        if name in ("date", "gYearMonth", "gYear"):
            return escape(date_name(literal.value, self.lang))
        if name == "boolean":
            yes = literal.value in ("true", "1")
            return escape(("はい" if yes else "いいえ") if self.lang == "ja" else ("yes" if yes else "no"))
        return marked(literal.value, self.lang)

    def value(self, term: ox.NamedNode | ox.BlankNode | ox.Literal | None) -> Markup:
        """Return any term for people."""
        if term is None:
            return Markup()
        if isinstance(term, ox.Literal):
            return self.lit(term)
        return self.a(term.value) if isinstance(term, ox.NamedNode) else Markup("…")

    @staticmethod
    def attr(text: str) -> Markup:
        """Return a text as it stands in an attribute or a title, where no part can be marked."""
        return escape(text)
