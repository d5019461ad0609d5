"""The list of pages by which search engines find them: https://www.sitemaps.org/protocol.html."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from dxplan.site.files import File
from dxplan.site.rendering import SUFFIX

__all__ = ["files"]

# A site map may list 50,000 addresses; each page has one for each language.
_MOST = 50_000 // len(SUFFIX)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def files(pages: Sequence[str], base: str) -> Iterator[File]:
    """Yield the site map of pages, given by address; an index of several where one may not hold them all."""
    groups = [pages[at : at + _MOST] for at in range(0, len(pages), _MOST)]
    if len(groups) == 1:
        yield "sitemap.xml", _map(groups[0], base)
        return
    names = [f"sitemap-{number}.xml" for number in range(1, len(groups) + 1)]
    listed = "".join(f"<sitemap><loc>{base}{name}</loc></sitemap>\n" for name in names)
    yield "sitemap.xml", f"{_HEAD}<sitemapindex {_NAMESPACE}>\n{listed}</sitemapindex>\n".encode()
    for name, group in zip(names, groups, strict=True):
        yield name, _map(group, base)


def _map(pages: Sequence[str], base: str) -> bytes:
    entries = "".join(_entry(page, base, lang) for page in pages for lang in SUFFIX)
    return f'{_HEAD}<urlset {_NAMESPACE} xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{entries}</urlset>\n'.encode()


def _entry(page: str, base: str, lang: str) -> str:
    def at(each: str) -> str:
        return quoteattr(base + quote(page + SUFFIX[each]))

    others = "".join(f'<xhtml:link rel="alternate" hreflang="{each}" href={at(each)}/>' for each in SUFFIX)
    return f"<url><loc>{at(lang)[1:-1]}</loc>{others}</url>\n"
