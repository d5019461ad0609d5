"""Reading what a client sends: not more than a limit, not longer than a time, and nothing but UTF-8."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from dxplan.server.refusals import RefusalError

__all__ = ["fields", "read"]

_WITHIN = 10.0  # seconds for a whole body
# A client that is still sending would not read a refusal: so much of what is too long is read and thrown away.
_THROWN_AWAY = 64 * 2**20
_FIELDS = 2_000


async def read(request: Request, limit: int) -> bytes:
    """Return the body of a request.

    :param limit: how many bytes it may have.
    :raises RefusalError: 413 for one longer than the limit, 408 for one that does not come in time.
    """
    body = bytearray()
    length = 0
    try:
        async with asyncio.timeout(_WITHIN):
            async for piece in request.stream():
                length += len(piece)
                if length <= limit:
                    body += piece
                elif length > _THROWN_AWAY:
                    break
    except TimeoutError:
        raise RefusalError(
            408,
            f"要求の本体が{_WITHIN:g}秒以内に届きませんでした。",
            f"The body of the request did not come within {_WITHIN:g} s.",
            {"Connection": "close"},
        ) from None
    except ClientDisconnect:
        raise RefusalError(400, "要求が途中で切れました。", "The request was cut short.") from None
    if length > limit:
        raise RefusalError(
            413,
            f"要求の本体は {limit:,} バイトまでです。短くしてください。",
            f"The body of a request may have up to {limit:,} bytes. Make it shorter.",
        )
    return bytes(body)


def fields(encoded: bytes) -> Sequence[tuple[str, str]]:
    """Return the names and values of ``application/x-www-form-urlencoded``.

    :raises RefusalError: 400 for what is not UTF-8, or for too many of them.
    """
    try:
        return parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except UnicodeError:
        raise RefusalError(400, "UTF-8 でエンコードしてください。", "Encode it in UTF-8.") from None
    except ValueError:
        raise RefusalError(400, f"項目は{_FIELDS}までです。", f"There may be up to {_FIELDS} fields.") from None
