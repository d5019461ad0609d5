"""The chart of an answered question, as the question declares it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dxplan.asking.answers import Answer, Headings
from dxplan.asking.charting import Declaration
from dxplan.asking.questions import Question
from dxplan.charts import bars, canvas, divisions, lanes, matrix, spread, targets, timeline
from dxplan.charts.frame import Body, framed
from dxplan.charts.page import page
from dxplan.charts.reader import Reader
from dxplan.charts.shapes import Drawing
from dxplan.errors import UsageError
from dxplan.kept import write_atomically

__all__ = ["ENDINGS", "checked", "draw", "svg", "write"]

#: The endings of files that a chart is written to.
ENDINGS = (".svg", ".png", ".html")


def checked(path: Path) -> Path:
    """Return the path of a chart.

    :raises UsageError: for a path with another ending.
    """
    if path.suffix.casefold() not in ENDINGS:
        raise UsageError(
            f"--chart {path}: ファイル名の終わりを {'、'.join(ENDINGS)} のどれかにしてください。",
            f"--chart {path}: the name of the file must end in one of {', '.join(ENDINGS)}.",
        )
    return path


def draw(
    question: Question, answer: Answer, headings: Headings, lang: str, parameters: Sequence[tuple[str, str]] = ()
) -> Drawing:
    """Return the drawing of an answer.

    :param headings: the words by which the answer is shown, in the language.
    :param lang: ``ja`` or ``en``.
    :param parameters: what each parameter is called, and the label of its value.
    :raises UsageError: when the question has no chart, nothing is to be drawn, or the drawing library is missing.
    :raises InputError: when the answer does not fit what the question declares.
    """
    told = question.chart
    if told is None:
        raise UsageError(
            f"{question.name}: この質問には図がありません。", f"{question.name}: this question has no chart."
        )
    return framed(_body(told, Reader(answer, headings, lang)), question.summary(lang), parameters)


def _body(told: Declaration, reader: Reader) -> Body:
    match told.kind:
        case "matrix":
            return matrix.draw(matrix.read(reader, told), reader)
        case "timeline":
            return lanes.draw(timeline.read(reader, told), reader)
        case "spread":
            return spread.draw(spread.read(reader, told), reader)
        case "targets":
            return targets.draw(targets.read(reader, told), reader)
        case "network":
            return divisions.draw(divisions.read(reader, told), reader)
        case _:
            return bars.draw(bars.read(reader, told), reader)


def svg(
    question: Question, answer: Answer, headings: Headings, lang: str, parameters: Sequence[tuple[str, str]] = ()
) -> str:
    """Return the chart of an answer as an ``svg`` element, for a file or for a page; parameters and errors as above."""
    drawing = draw(question, answer, headings, lang, parameters)
    return canvas.svg(drawing, question.name, question.summary(lang), lang)


def write(
    path: Path,
    question: Question,
    answer: Answer,
    headings: Headings,
    lang: str,
    parameters: Sequence[tuple[str, str]] = (),
    query: str = "",
) -> None:
    """Write the chart of an answer as SVG, PNG or HTML, as the name of the file ends; a file is whole or as it was.

    :param query: the query as it was run, which HTML shows.
    :raises UsageError: as :func:`draw` does, for another ending, and for a file that cannot be written.
    """
    ending = checked(path).suffix.casefold()
    content: str | bytes
    if ending == ".png":
        content = canvas.png(draw(question, answer, headings, lang, parameters))
    else:
        content = svg(question, answer, headings, lang, parameters)
    if ending == ".html":
        reader = Reader(answer, headings, lang)
        content = page(reader, question.summary(lang), question.description(lang), parameters, str(content), query)
    try:
        write_atomically(path, content)
    except OSError as error:
        raise UsageError(
            f"--chart {path}: 書けません（{error.strerror}）。ほかの場所を指定してください。",
            f"--chart {path}: cannot be written ({error.strerror}). Name another place.",
        ) from None
