"""What a client is told when it cannot be given what it asks for: a status, and words in both languages.

Which status says what:

- 400: the query cannot be read, is nested too deeply, or has a larger answer than may be given. To ask again is of no
  use; whoever asks must ask for something else.
- 503 without ``Retry-After``: the query was stopped at the limit of time or memory, as Fuseki tells it.
- 503 with ``Retry-After``: too many others ask just now; the same query may be answered later.
"""

from __future__ import annotations

from collections.abc import Mapping

from dxplan.errors import DxplanError

__all__ = ["RefusalError", "busy", "late", "memory", "nested", "rows", "size", "unexpected"]


class RefusalError(DxplanError):
    """Why a client is not given what it asks for.

    :param status: the status of HTTP.
    :param headers: headers of the answer.
    """

    def __init__(self, status: int, ja: str, en: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(ja, en)
        self.status = status
        self.headers = dict(headers or {})

    def __reduce__(self) -> tuple[type[RefusalError], tuple[int, str, str, dict[str, str]]]:  # type: ignore[override]
        """Let it pass from a worker to the server."""
        return type(self), (self.status, self.ja, self.en, self.headers)


def late(seconds: float) -> RefusalError:
    """Return what is told of a query that runs too long."""
    return RefusalError(
        503,
        f"時間切れです: {seconds:g}秒の制限時間で問合せを止めました。問合せの範囲を狭めてください。",
        f"Timeout: the query was stopped at the time limit of {seconds:g} s. Ask for less.",
    )


def memory(limit: int) -> RefusalError:
    """Return what is told of a query that needs too much memory."""
    size = _mebibytes(limit)
    return RefusalError(
        503,
        f"メモリ不足です: {size} の制限を超えたため問合せを止めました。並べ替えや集計の範囲を狭めてください。",
        f"Out of memory: the query was cancelled, since it needs more than the limit of {size}. "
        "Sort or aggregate less.",
    )


def rows(limit: int) -> RefusalError:
    """Return what is told of an answer with too many rows."""
    return RefusalError(
        400,
        f"答えが {limit:,} 行の制限を超えます。条件を絞るか、LIMIT と OFFSET で分けて尋ねてください。",
        f"The answer has more than the {limit:,} rows that may be given. Ask for less, or in parts with LIMIT and "
        "OFFSET.",
    )


def size(limit: int) -> RefusalError:
    """Return what is told of an answer with too many bytes."""
    return RefusalError(
        400,
        f"答えが {_mebibytes(limit)} の制限を超えます。条件を絞るか、LIMIT と OFFSET で分けて尋ねてください。",
        f"The answer is larger than the {_mebibytes(limit)} that may be given. Ask for less, or in parts with LIMIT "
        "and OFFSET.",
    )


def nested() -> RefusalError:
    """Return what is told of a query whose reading overflows the stack."""
    return RefusalError(
        400,
        "問合せの括弧の入れ子が深すぎます。浅く書き直してください。",
        "The query is nested too deeply. Write it with fewer brackets inside brackets.",
    )


def busy(seconds: int) -> RefusalError:
    """Return what is told when too many others ask."""
    return RefusalError(
        503,
        f"混んでいます。{seconds}秒後にもう一度尋ねてください。",
        f"The server is busy. Ask again in {seconds} s.",
        {"Retry-After": str(seconds)},
    )


def unexpected() -> RefusalError:
    """Return what is told when we failed."""
    return RefusalError(
        500,
        "サーバの中で問合せの処理に失敗しました。運用者に知らせてください。",
        "The server failed to run the query. Tell those who run it.",
    )


def _mebibytes(count: int) -> str:
    return f"{count / 2**20:g} MiB"
