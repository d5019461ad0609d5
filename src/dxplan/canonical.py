"""The one form in which our Turtle is written."""

from __future__ import annotations

from dxplan.iris import PREFIXES
from dxplan.turtle_tokens import tokens as read_tokens

__all__ = ["NotCanonicalError", "canonical"]

# The order of the predicates that every kind of node has; all others stay between them as they are written.
_FIRST = (
    "a", "rdfs:label", "skos:prefLabel", "skos:altLabel", "dct:title", "dx:printedTitle", "skos:notation",
    "schema:position", "dct:identifier",
)  # fmt: skip
_LAST = ("dct:description", "skos:definition", "rdfs:comment", "dct:source", "dx:locator")


class NotCanonicalError(ValueError):
    """What this form does not have.

    :param start: the offset in the text at which it stands.
    :param ja: what it is and what to write instead, in Japanese; ``en``: in English.
    """

    def __init__(self, start: int, ja: str, en: str) -> None:
        super().__init__(en)
        self.start = start
        self.ja = ja
        self.en = en


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

    :param text: Turtle that a parser has accepted.
    :raises NotCanonicalError: for what this form does not have: blank nodes, lists, relative IRIs, and a prefix that
        is declared for two IRIs.
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
            raise NotCanonicalError(
                token.start,
                "空白節点とリストには決まった書き方がありません。節点にIRIを付けてください。",
                "Blank nodes and lists have no canonical form. Give the node an IRI.",
            )
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
        word = tokens[at].text.removeprefix("@").casefold()
        if tokens[at].kind in ("at", "name") and word == "base":
            raise NotCanonicalError(
                tokens[at].start,
                f"「{tokens[at].text}」は使いません。IRIは接頭辞付きの名前か、完全な形で書いてください。",
                f"“{tokens[at].text}” is not used. Write IRIs as prefixed names or in full.",
            )
        if tokens[at].kind in ("at", "name") and word == "prefix":
            if not declared:
                head = flush()
            first = at
            at += 1
            collect()  # what stands between is a comment on what follows
            name = tokens[at].text[:-1]
            at += 1
            collect()
            iri = tokens[at].text
            at += 1
            if declared.setdefault(name, iri) != iri:
                raise NotCanonicalError(
                    tokens[first].start,
                    f"接頭辞「{name}:」が、二つのIRIについて宣言されています。どちらかに別の名を付けてください。",
                    f"The prefix “{name}:” is declared for two IRIs. Give one of them another name.",
                )
            if tokens[first].text.startswith("@"):
                collect()
                at += 1  # the full stop
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
