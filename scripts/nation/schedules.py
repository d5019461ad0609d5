"""The schedules of a made-up plan."""

from __future__ import annotations

from dataclasses import replace

from dxplan.iris import PREFIXES, make
from nation.drafts import Branch, Draft
from nation.papers import Names, Text, Value, both, dx, year
from nation.samples import Cell
from nation.wording import COMMENTS, span

__all__ = ["EXPAND", "IMPLEMENT", "PILOT", "STUDY", "put_phase", "write_schedule"]

STUDY, PILOT, IMPLEMENT, EXPAND = (
    f"{PREFIXES['stage']}{name}" for name in ("study", "pilot", "implement", "expand")
)  # fmt: skip
# Study, pilot and implementation are to end by a national deadline; what follows may go on.
_BEFORE_DEADLINE = (STUDY, PILOT, IMPLEMENT)


def write_schedule(draft: Draft, branch: Branch) -> None:
    """Write the phases of an element: the schedule of its sample, fitted to the years and deadlines of the plan."""
    years = draft.last - draft.first + 1
    cells = [
        replace(cell, last=years - 1 if cell.is_open else min(cell.last or 0, years - 1))
        if cell.first is not None
        else cell
        for cell in branch.sample.cells
        if cell.first is None or cell.first < years
    ]
    deadlines = [draft.reference.deadlines[i] for i in branch.all_links if i in draft.reference.deadlines]
    if deadlines:
        cells = _by_deadline(cells, min(deadlines) - draft.first)
    taken: dict[str, int] = {}
    for ordinal, cell in enumerate(cells, 1):
        word = _word(draft, cell)
        taken[word] = taken.get(word, 0) + 1
        printed = word if taken[word] == 1 else f"{word}（{taken[word]}）"
        years_of = None if cell.first is None else (draft.first + cell.first, draft.first + (cell.last or 0))
        put_phase(draft, branch, ordinal, printed, cell.stages, years_of, is_reconstructed=cell.is_reconstructed)


def _word(draft: Draft, cell: Cell) -> str:
    """Return the wording of the sample where others have it too, else a common one for the same stages."""
    words = draft.profile.words.get(cell.stages, ())
    if cell.printed in words:
        return cell.printed
    if words:
        return draft.rng.choice(words)
    return "・".join(draft.name_of(stage).ja.split("・")[0] for stage in cell.stages)


def _by_deadline(cells: list[Cell], limit: int) -> list[Cell]:
    """Let study, pilot and implementation end with a year, and carry on afterwards."""
    found = []
    for cell in cells:
        last = cell.last if cell.last is not None else limit
        if last <= limit or not set(cell.stages) & set(_BEFORE_DEADLINE):
            found.append(cell)
            continue
        first = cell.first or 0
        if first <= limit:
            found.append(replace(cell, last=limit, is_open=False))
        found.append(
            replace(cell, printed=f"{cell.printed}の継続", stages=(EXPAND,), first=max(first, limit + 1), last=last)
        )
    return found


def put_phase(
    draft: Draft,
    branch: Branch,
    ordinal: int,
    printed: str,
    stages: tuple[str, ...],
    years: tuple[int, int] | None,
    *,
    is_reconstructed: bool = False,
) -> str:
    """Write one phase and return its IRI."""
    meaning = "・".join(draft.name_of(stage).en.lower() for stage in stages).replace("・", " and ")
    names = Names(f"{branch.names.ja}：{printed}", f"{branch.names.en}: {meaning}")
    statements: list[tuple[str, Value | list[Value]]] = [
        ("dx:phaseOf", branch.iri),
        ("dx:printed", Text(printed)),
        ("dx:stage", list(stages)),
    ]
    if years:
        told = span(*years)
        names = Names(f"{names.ja}（{told.ja}）", f"{names.en} ({told.en})")
        statements += [("dx:from", year(years[0])), ("dx:through", year(years[1]))]
    if is_reconstructed:
        statements.append(("dx:reading", dx("Reconstructed")))
        statements.append(("rdfs:comment", both(COMMENTS["blanks" if years else "loose"])))
    elif not years:
        statements.append(("rdfs:comment", both(COMMENTS["loose"])))
    iri = make("phase", branch.key, ordinal)
    draft.paper.add(iri, "Phase", names, f"{branch.place} 工程表 {ordinal}つ目の枠", statements)
    return iri
