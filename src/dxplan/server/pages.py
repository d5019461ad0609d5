"""Pages that the server makes itself: of an answer, of a message, and of a thing where no site has been published."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from dxplan.site.addresses import address, link

__all__ = ["page", "prepare", "web_link"]


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("dxplan.server", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def prepare() -> None:
    """Read all templates, for a process that can open no file later on."""
    for name in _templates().list_templates():
        _templates().get_template(name)


def page(template: str, lang: str, here: str, **values: Any) -> str:
    """Return a page.

    :param template: its template, a file of ``templates/``.
    :param here: the path of the page below the root, from which its links lead.
    :param values: what the template names.
    """

    def say(ja: str, en: str) -> str:
        return ja if lang == "ja" else en

    root = "../" * here.count("/") or "./"
    return _templates().get_template(template).render(lang=lang, say=say, root=root, **values)


def web_link(iri: str, here: str, lang: str) -> str:
    """Return what a page links to for an IRI: the page of a thing of ours, or the IRI itself; "" where it is no
    address of the web.
    """
    if address(iri) is not None:
        return link(iri, here, ".html" if lang == "ja" else ".en.html")
    return iri if iri.startswith(("http://", "https://")) else ""
