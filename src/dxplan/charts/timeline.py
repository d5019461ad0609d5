"""Timeline: what is done in which fiscal years, each thing in a lane of its own (Gantt 1910)."""

from __future__ import annotations

from dataclasses import dataclass, field

from dxplan.asking.charting import Declaration
from dxplan.charts.reader import Reader, in_order, nothing

__all__ = ["Lane", "Span", "Timeline", "read"]


@dataclass(frozen=True)
class Span:
    """What one row of the answer says.

    :param first: the fiscal year in which it begins, None where it cannot be read.
    :param last: the fiscal year through which it runs; None makes it a point.
    :param series: code of what it is, such as a stage.
    :param told: what is printed.
    :param open: whether the print left it open, so that we chose a reading.
    :param limit: a fiscal year by whose end it was to be done.
    """

    first: int | None
    last: int | None
    series: str
    told: str
    open: bool = False
    limit: int | None = None


@dataclass
class Lane:
    """One thing, or a part of a thing; lanes of the same group follow each other."""

    group: str
    label: str
    spans: list[Span] = field(default_factory=list)


@dataclass(frozen=True)
class Timeline:
    """Lanes over fiscal years.

    :param series: number and label by code, in the order of the legend; the number chooses the colour.
    :param headings: of the group, of the lane, and of the limit.
    """

    years: range
    lanes: list[Lane]
    series: dict[str, tuple[int, str]]
    headings: tuple[str, str, str]


def read(reader: Reader, told: Declaration) -> Timeline:
    """Return the timeline of an answer: every row is a span of a lane.

    :raises UsageError: for an answer in which no year is told.
    """
    named = told.columns("lane")
    lanes: dict[tuple[str, ...], Lane] = {}
    series: dict[str, str] = {}
    for row in reader:
        place = tuple(reader.key(row, column) for column in named)
        labels = [reader.label(row, column) for column in named]
        lane = lanes.setdefault(place, Lane(labels[0], " ".join(filter(None, labels[1:]))))
        span, label = _span(reader, row, told)
        series.setdefault(span.series, label)
        lane.spans.append(span)
    spans = [span for lane in lanes.values() for span in lane.spans]
    years = [year for s in spans for year in (s.first, s.last, s.limit) if year is not None]
    if not any(span.first is not None for span in spans):
        raise nothing()
    limit = told.column("limit")
    return Timeline(
        range(min(years), max(years) + 1),
        _together(list(lanes.values())),
        in_order(series, told.codes("order")),
        (
            reader.heading(named[0]),
            reader.heading(named[1]) if len(named) > 1 else "",
            reader.heading(limit) if limit else "",
        ),
    )


def _span(reader: Reader, row: int, told: Declaration) -> tuple[Span, str]:
    """Return a span and the label of its series."""
    series = next((column for column in told.columns("series") if reader.key(row, column)), None)
    label = reader.label(row, series) if series else ""
    limit, through = told.column("limit"), told.column("through")
    text, reading = told.column("text"), told.column("reading")
    span = Span(
        reader.year(row, told.parts["from"]),
        reader.year(row, through) if through else None,
        reader.code(row, series) if series else "",
        reader.label(row, text) if text else "",
        bool(reading and reader.code(row, reading) == "Reconstructed"),
        reader.year(row, limit) if limit else None,
    )
    return span, label


def _together(lanes: list[Lane]) -> list[Lane]:
    """Bring the lanes of a group together, groups in the order in which they first appear."""
    groups = list(dict.fromkeys(lane.group for lane in lanes))
    return sorted(lanes, key=lambda lane: groups.index(lane.group))
