"""The one form in which our Turtle is written."""

from __future__ import annotations

from dxplan.iris import PREFIXES
from dxplan.turtle import tokens as read_tokens

__all__ = ["canonical"]

# The order of the predicates that every kind of node has; all others stay between them as they are written.
_FIRST = (
    "a", "rdfs:label", "skos:prefLabel", "skos:altLabel", "dct:title", "dx:printedTitle", "skos:notation",
    "schema:position", "dct:identifier",
)  # fmt: skip
_LAST = ("dct:description", "skos:definition", "rdfs:comment", "dct:source", "dx:locator")


def _rank(line: tuple[str, str, list[str]]) -> tuple[int, int]:
    predicate, value, _ = line
    language = 0 if value.endswith("@ja") else 1 if value.endswith("@en") else 2
    if predicate in _FIRST:
        return _FIRST.index(predicate), language
    if predicate in _LAST:
        return 200 + _LAST.index(predicate), language
    return 100, 0


def canonical(text: str) -> str:
    """Return a Turtle text in the one form of this project.

    Prefixes in the order of :data:`dxplan.iris.PREFIXES` and only those used; one block a subject, in the order
    written; one statement a line; type and labels first, source and place last, Japanese before English. Comments stay
    above what they stand above.

    :raises ValueError: for blank nodes and lists, which this form does not have.
    """
    tokens = [t for t in read_tokens(text) if t.kind != "space"]
    used: set[str] = set()
    declared: dict[str, str] = {}
    head: list[str] = []
    blocks: list[str] = []
    comments: list[str] = []
    at = 0

    def collect(rows: list[tuple[str, str, list[str]]] | None = None) -> None:
        nonlocal at
        while at < len(tokens) and tokens[at].kind == "comment":
            before = tokens[at - 1]
            trails = at > 0 and "\n" not in text[before.start + len(before.text) : tokens[at].start]
            # A comment at the end of a line belongs to the statement on that line.
            (rows[-1][2] if rows and trails else comments).append(tokens[at].text)
            at += 1

    def flush() -> list[str]:
        taken = list(comments)
        comments.clear()
        return taken

    def term() -> str:
        nonlocal at
        token = tokens[at]
        at += 1
        if token.kind == "mark" or token.kind == "blank":
            raise ValueError(f"{token.text!r}: blank nodes and lists have no canonical form")
        word = token.text
        if token.kind == "name" and ":" in word:
            used.add(word.partition(":")[0])
        if token.kind in ("short", "long"):
            if at < len(tokens) and tokens[at].kind == "at":
                word += tokens[at].text
                at += 1
            elif at < len(tokens) and tokens[at].kind == "type":
                at += 1
                word += "^^" + term()
        return word

    while True:
        collect()
        if at >= len(tokens):
            break
        if tokens[at].text.casefold() in ("@prefix", "prefix"):
            if not declared:
                head = flush()
            declared[tokens[at + 1].text[:-1]] = tokens[at + 2].text
            at += 3 + tokens[at].text.startswith("@")
            continue
        above = flush()
        subject = term()
        rows: list[tuple[str, str, list[str]]] = []
        predicate = ""
        while True:
            collect(rows)
            mark = tokens[at].text if tokens[at].kind == "mark" else ""
            if mark == ".":
                at += 1
                break
            if mark == ";":
                at += 1
                predicate = ""
                continue
            if mark == ",":
                at += 1
            if not predicate:
                predicate = term()
            collect()
            value = term()
            rows.append((predicate, value, flush()))
        rows.sort(key=_rank)
        lines = [*above, *([""] if above and above[-1].startswith("# ----") else []), subject]
        for number, (name, value, notes) in enumerate(rows):
            lines += [f"    {note}" for note in notes]
            lines.append(f"    {name} {value} {'.' if number == len(rows) - 1 else ';'}")
        blocks.append("\n".join(lines))
    order = {name: number for number, name in enumerate(PREFIXES)}
    prefixes = [
        f"@prefix {name}: {iri} ."
        for name, iri in sorted(declared.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))
        if name in used
    ]
    parts = ["\n".join(head), "\n".join(prefixes), *blocks, "\n".join(comments)]
    return "\n\n".join(part for part in parts if part) + "\n"
