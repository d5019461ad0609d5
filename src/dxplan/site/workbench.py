"""The page on which SPARQL is written and answered in the reader's own browser.

The page is YASGUI (https://github.com/rdfjs/Yasgui) over Oxigraph's WebAssembly build, on the dump of the same site,
so that a host of plain files answers SPARQL. Both come from npm by ``make site``, see ``scripts/vendor-web.py``; a site
published without them has the page with the saved questions all the same, which then says what is missing. Where
``dxplan serve`` runs, it answers ``assets/sparql/endpoint.json`` with :func:`endpoint`, and the page asks there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from dxplan.asking.parameters import Parameter, permitted
from dxplan.asking.questions import Question
from dxplan.asking.sources import Source
from dxplan.asking.tags import TAGS
from dxplan.iris import PREFIXES
from dxplan.site.downloads import Download
from dxplan.site.files import File
from dxplan.site.material import Material
from dxplan.site.rendering import SUFFIX, Page
from dxplan.years import ERAS

__all__ = ["AT", "ENDPOINT", "LINKS", "endpoint", "files", "page", "vendored"]

#: The address of the page, and where it is linked to, by language: ``sparql.html?question=<name>`` opens a question,
#: ``&<parameter>=<value>`` sets a value as ``dxplan ask`` takes it; ``#query=<text>`` opens a query of one's own.
AT = "sparql"
LINKS = {lang: AT + suffix for lang, suffix in SUFFIX.items()}
#: What tells the page whether a server answers.
ENDPOINT = "assets/sparql/endpoint.json"

_OWN = Path(__file__).parent / "assets" / "sparql"
_VENDORED = ("yasgui.min.js", "yasgui.min.css", "oxigraph/web.js", "oxigraph/web_bg.wasm", "LICENSES.txt")
_TERMS = {
    "classes": "SELECT DISTINCT ?term WHERE { [] a ?term FILTER isIRI(?term) } ORDER BY ?term",
    "properties": "SELECT DISTINCT ?term WHERE { [] ?term [] } ORDER BY ?term",
}


def vendored(build: Path) -> Path | None:
    """Return the folder of what ``make site`` fetched, or None where it is not there whole.

    :param build: where the project builds.
    """
    folder = build / "web" / "vendor"
    return folder if all((folder / name).is_file() for name in _VENDORED) else None


def page(material: Material, folder: Path | None) -> Page:
    """Return the page.

    :param folder: what :func:`vendored` gave.
    """
    known = material.questions.values()
    groups = {tag: [each for each in known if each.tags[0] == tag] for tag in TAGS}
    for question in known:
        if question.tags[0] not in TAGS:
            groups.setdefault(question.tags[0], []).append(question)
    values = {
        "groups": groups,
        "tags": TAGS,
        "runs": folder is not None,
        "policy": _POLICY,
    }
    return Page(AT, "sparql.html", {"ja": "SPARQL で問い合わせる", "en": "Ask with SPARQL"}, values, section="sparql")


# No request leaves the host. WebAssembly needs a permission of its own, and YASGUI styles what it draws.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)


def files(material: Material, dump: Download, folder: Path | None) -> Iterator[File]:
    """Yield what the page loads, but for the dump.

    :param dump: the N-Quads that it asks.
    :param folder: what :func:`vendored` gave.
    """
    for path in sorted(_OWN.iterdir()):
        yield f"assets/sparql/{path.name}", path.read_bytes()
    yield ENDPOINT, endpoint(None)
    yield "assets/sparql/questions.json", _json(_saved(list(material.questions.values()), material.source, dump))
    for name in _VENDORED if folder else ():
        assert folder is not None
        yield f"assets/vendor/{name}", (folder / name).read_bytes()


def endpoint(url: str | None) -> bytes:
    """Return what tells the page who answers.

    :param url: of the endpoint, best relative to the root of the site, such as ``sparql``; None for the browser itself.
    """
    return _json({"endpoint": url})


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _saved(questions: Sequence[Question], source: Source, dump: Download) -> dict[str, Any]:
    lists: dict[str, int] = {}  # many questions take the same values
    written = [_question(question, lists) for question in questions]
    things: dict[str, tuple[int, Sequence[str]]] = {}  # and many lists have the same things in them
    return {
        "dump": {"path": dump.path, "size": dump.size},
        "prefixes": PREFIXES,
        "eras": ERAS,
        "terms": {kind: [_value(row[0]) for row in source.select(query).rows] for kind, query in _TERMS.items()},
        "lists": [_values(query, source, things) for query in lists],
        "things": [[term, *names] for term, (_, names) in things.items()],
        "questions": written,
    }


def _value(term: ox.NamedNode | ox.BlankNode | ox.Literal | None) -> str:
    return "" if term is None else term.value


def _question(question: Question, lists: dict[str, int]) -> dict[str, Any]:
    return {
        "name": question.name,
        "title": {lang: question.summary(lang) for lang in SUFFIX},
        "description": {lang: question.description(lang) for lang in SUFFIX},
        "headings": question.head.get("columns", {}),
        "words": {str(code): words for code, words in question.head.get("words", {}).items()},
        "parameters": [
            {
                "name": parameter.name,
                "option": parameter.option,
                "kind": parameter.kind,
                "label": parameter.help,
                "default": str(parameter.default),
                "list": lists.setdefault(parameter.values, len(lists)),
            }
            for parameter in question.parameters
        ],
        "text": _pieces(question),
    }


_MARK = "urn:dxplan:value-of:"
_MARKED = re.compile(f"<{_MARK}(\\w+)>")


def _pieces(question: Question) -> list[str]:
    """Return the query without its head, in pieces: text, the name of what is put there, text, and so on to the end.

    The places are those in which the question itself puts values, so that a page need not read SPARQL to bind them.
    """
    names = [*(parameter.name for parameter in question.parameters), "lang"]
    marked = question.bind({name: ox.NamedNode(_MARK + name) for name in names})
    text = "\n".join(line for line in marked.splitlines() if not line.startswith("#+")).strip() + "\n"
    return _MARKED.split(text)


def _values(query: str, source: Source, things: dict[str, tuple[int, Sequence[str]]]) -> list[int]:
    """Return each permitted value as its place among the things.

    A thing has its name in Japanese and in English, and then all others that it goes by.
    """
    # A name and a default are not asked for where the values alone are wanted.
    parameter = Parameter("value", ox.Literal(""), {}, query)
    found = []
    for each in permitted(parameter, source):
        labels = [each.label("ja"), each.label("en")]
        names = [*labels, *(name for name in dict.fromkeys(each.names) if name not in labels)]
        found.append(things.setdefault(str(each.value), (len(things), names))[0])
    return found
