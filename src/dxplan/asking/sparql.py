"""The text of a SPARQL query: its tokens, the prefixes that it leaves out, and its mistakes told in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rich.cells import cell_len

from dxplan.errors import UsageError
from dxplan.folding import nearest
from dxplan.iris import PN_CHARS, PREFIXES

__all__ = ["FORMS", "KNOWN_PREFIXES", "Token", "form", "mistake", "names_graphs", "tokens", "with_prefixes"]

#: Prefixes that a query may use without declaring them: ours, and those of vocabularies that people use beside them.
KNOWN_PREFIXES: dict[str, str] = {
    **PREFIXES,
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}

#: The forms of a query.
FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")

# After https://www.w3.org/TR/sparql11-query/#sparqlGrammar; what is no query at all still falls into tokens.
_TOKEN = re.compile(
    rf"""
      (?P<space>\s+|\#[^\n]*)
    | (?P<iri><[^<>"{{}}|^`\\\x00-\x20]*>)
    | (?P<string>\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    | (?P<variable>[?$][{PN_CHARS}]+)
    | (?P<name>(?P<prefix>[^\W\d_][{PN_CHARS}.]*)?:(?:[{PN_CHARS}.:]|%[0-9A-Fa-f]{{2}}|\\.)*)
    | (?P<word>@?[A-Za-z][\w-]*)
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """A token of a query.

    :param kind: ``iri``, ``string``, ``variable``, ``name`` (prefixed), ``word`` (keyword) or ``sign``.
    :param start: its place in the text, in characters from 0; ``end`` is the place after it.
    """

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The place after it."""
        return self.start + len(self.text)


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a query, without spaces and comments."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "prefix":
            kind = "name"
        if kind != "space" and kind is not None:
            yield Token(kind, match[0], match.start())


def form(text: str) -> str | None:
    """Return the form of a query, one of :data:`FORMS`, or None for anything else.

    >>> form("PREFIX a: <b#> # select\\nAsk { ?x a:SELECT ?y }")
    'ASK'
    """
    first = _first_keyword(text)
    return first.text.upper() if first and first.text.upper() in FORMS else None


def names_graphs(text: str) -> bool:
    """Return whether a query says itself which graphs it is asked of, with ``FROM`` or ``FROM NAMED``.

    >>> names_graphs("SELECT ?x FROM plan:08236-2022 { ?x a dx:Item }"), names_graphs("SELECT ?from { ?from a ?x }")
    (True, False)
    """
    return any(token.kind == "word" and token.text.upper() == "FROM" for token in tokens(text))


def _first_keyword(text: str) -> Token | None:
    """Return the first keyword after the prologue."""
    listed = tokens(text)
    for token in listed:
        if token.kind == "word" and token.text.upper() not in ("PREFIX", "BASE"):
            return token
    return None


def _undeclared(text: str) -> list[Token]:
    listed = list(tokens(text))
    declared = {
        token.text.partition(":")[0]
        for before, token in pairwise(listed)
        if before.text.upper() == "PREFIX" and token.kind == "name"
    }
    return [token for token in listed if token.kind == "name" and token.text.partition(":")[0] not in declared]


def with_prefixes(text: str) -> str:
    """Return a query with declarations, on one line before it, of the well-known prefixes that it leaves out.

    >>> print(with_prefixes("SELECT ?x { ?x a dx:Plan }"))
    PREFIX dx: <https://w3id.org/dxplan/def#>
    SELECT ?x { ?x a dx:Plan }
    """
    missing = dict.fromkeys(token.text.partition(":")[0] for token in _undeclared(text))
    lines = [f"PREFIX {name}: <{KNOWN_PREFIXES[name]}>" for name in missing if name in KNOWN_PREFIXES]
    return " ".join(lines) + "\n" + text if lines else text


def mistake(text: str, message: str, name: str, is_supplied: bool = True) -> UsageError:
    """Return what to tell of a query that an engine cannot read: file, line, column, the line itself, what to do.

    :param text: the query as the user wrote it.
    :param message: what Oxigraph says, which begins with ``error at LINE:COLUMN``.
    :param name: what to call the query, such as its file.
    :param is_supplied: whether it was run through :func:`with_prefixes`; a query in a file declares its own.
    """
    ja, en, place = (None if is_supplied else _lacking(text)) or _told(text, message)
    lines = text.split("\n")
    line = text.count("\n", 0, place) + 1
    column = place - (text.rfind("\n", 0, place) + 1) + 1
    shown = lines[line - 1].rstrip("\r").replace("\t", " ")
    pointer = " " * cell_len(shown[: column - 1]) + "^"
    where = f"{name}:{line}:{column}"
    return UsageError(f"{where}: {ja}\n  {shown}\n  {pointer}", f"{where}: {en}\n  {shown}\n  {pointer}")


def _lacking(text: str) -> tuple[str, str, int] | None:
    """Tell of a well-known prefix that a query leaves out."""
    for token in _undeclared(text):
        prefix = token.text.partition(":")[0]
        if prefix in KNOWN_PREFIXES:
            line = f"PREFIX {prefix}: <{KNOWN_PREFIXES[prefix]}>"
            return (
                f"接頭辞 {prefix}: が宣言されていません。{line} を加えてください。",
                f"the prefix {prefix}: is not declared. Add {line}.",
                token.start,
            )
    return None


def _told(text: str, message: str) -> tuple[str, str, int]:
    unknown = next((each for each in _undeclared(text) if each.text.partition(":")[0] not in KNOWN_PREFIXES), None)
    if unknown is not None:
        prefix = unknown.text.partition(":")[0]
        near = ", ".join(f"{each}:" for each in nearest(prefix, KNOWN_PREFIXES, 3))
        return (
            f"接頭辞 {prefix}: が宣言されていません。PREFIX {prefix}: <…> を加えてください"
            + (f"（近いもの: {near}）。" if near else "。"),
            f"the prefix {prefix}: is not declared. Add PREFIX {prefix}: <…>"
            + (f" (did you mean {near}?)" if near else "."),
            unknown.start,
        )
    first = _first_keyword(text)
    if first and first.text.upper() in _UPDATES:
        return (
            "データを変える命令は実行しません。SELECT、ASK、CONSTRUCT、DESCRIBE のどれかにしてください。",
            "updates are not run. Use SELECT, ASK, CONSTRUCT or DESCRIBE.",
            first.start,
        )
    if first is None or first.text.upper() not in FORMS:
        return (
            "SPARQL の問合せではありません。SELECT、ASK、CONSTRUCT、DESCRIBE のどれかで始めてください。",
            "this is no SPARQL query. Begin with SELECT, ASK, CONSTRUCT or DESCRIBE.",
            first.start if first else 0,
        )
    return _unclosed(text) or _demand(text, message) or _unreadable(text, message)


_CLOSING = {"{": "}", "(": ")", "[": "]"}


def _unclosed(text: str) -> tuple[str, str, int] | None:
    opened: list[Token] = []
    for token in tokens(text):
        if token.kind != "sign":
            continue
        if token.text in "\"'":
            return "この引用符が閉じられていません。", "this quotation mark is not closed.", token.start
        if token.text in _CLOSING:
            opened.append(token)
        elif token.text in _CLOSING.values():
            if not opened or _CLOSING[opened[-1].text] != token.text:
                return (
                    f"この {token.text} に合う開き括弧がありません。",
                    f"this {token.text} closes nothing.",
                    token.start,
                )
            opened.pop()
    if not opened:
        return None
    return f"この {opened[-1].text} が閉じられていません。", f"this {opened[-1].text} is not closed.", opened[-1].start


# What the engine demands beyond the grammar.
_DEMANDS = {
    "The SELECT contains a variable that is unbound": (
        "SELECT に、本体で値を得ない変数、または集計もGROUP BYもされない変数があります。",
        "SELECT has a variable that the body never binds, or that is neither grouped nor aggregated.",
    ),
}


def _demand(text: str, message: str) -> tuple[str, str, int] | None:
    for part, (ja, en) in _DEMANDS.items():
        if part in message:
            return ja, en, next(token.start for token in tokens(text) if token.text.upper() == "SELECT")
    return None


def _unreadable(text: str, message: str) -> tuple[str, str, int]:
    """Tell where reading stops; rdflib's parser names the beginning of the part that it cannot read."""
    from pyparsing import ParseBaseException  # these take time to load, which a sound query need not wait for
    from rdflib.plugins.sparql.parser import parseQuery

    supplied = with_prefixes(text).replace("\t", " ")  # it would make eight columns of a tab
    shift = len(supplied) - len(text)
    place = None
    try:
        parseQuery(supplied)
    except ParseBaseException as error:
        # It cuts comments off before it reads, so its line and column hold, its place in the text does not.
        starts = [0, *(match.end() for match in re.finditer("\n", supplied))]
        place = starts[error.lineno - 1] + error.col - 1 - shift
    if place is None:
        place = _place(text, message)
        return "この前後が SPARQL として読めません。", "what is about here is no SPARQL.", place
    found = next((token for token in tokens(text) if token.end > place), None)
    if found is None:
        return "問合せが途中で終わっています。", "the query ends too early.", len(text.rstrip())
    return (
        f"「{found.text}」から先が SPARQL として読めません。この部分か、その直前を直してください。",
        f"from “{found.text}” on this is no SPARQL. Mend this part, or what stands just before it.",
        found.start,
    )


def _place(text: str, message: str) -> int:
    found = re.match(r"error at (\d+):(\d+)", message)
    if found is None:
        return 0
    line = int(found[1]) - (1 if with_prefixes(text) != text else 0)
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    return min(starts[max(line, 1) - 1] + int(found[2]) - 2, len(text))
