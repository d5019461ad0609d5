"""The words of made-up plans: short, neutral, and our own."""

from __future__ import annotations

import re
from random import Random

from dxplan.years import ERAS
from nation.papers import Names

__all__ = ["COMMENTS", "MISPRINTS", "described", "printed_number", "span", "title"]

_VERBS = (
    Names("推進", "promotion"), Names("導入", "introduction"), Names("拡充", "expansion"), Names("検討", "study"),
    Names("活用", "use"), Names("見直し", "review"), Names("整備", "provision"), Names("充実", "enrichment"),
    Names("普及", "spread"), Names("支援", "support"),
)  # fmt: skip

#: Why a reading was chosen, or what more there is to say.
COMMENTS = {
    "blanks": Names("右の空欄は同じ升目の続きと読んだ。", "Blanks to the right are read as the same cell."),
    "loose": Names("枠の位置から年度を補った。", "The year is supplied from where the box stands."),
    "date": Names("時点は計画の最初の年度とした。", "The plan's first fiscal year is taken as the date."),
    "grade": Names("結果の区分はこちらの読み。", "The grade is our reading."),
    "link": Names("国の取組との対応は題名による。", "The national item is told by the title."),
    "service": Names("いつからかは示されていない。", "Since when is not said."),
    "error": Names("前後の文から、こう読む。", "The sentences around it call for this reading."),
    "version": Names(
        "踏まえる国の計画の版は、策定の時期による。",
        "The version of the national plan is told by the time of adoption.",
    ),
}

#: Misprints: what they are called, what is printed, and what is meant.
MISPRINTS = (
    (Names("助詞の重複", "A particle doubled"), "手続をを進める", "手続を進める"),
    (Names("文字の重複", "A character doubled"), "開催催", "開催"),
    (Names("送り仮名の誤り", "A wrong ending"), "行なわれる", "行われる"),
    (Names("閉じ括弧の脱落", "A bracket missing"), "（令和5年度", "（令和5年度）"),
    (Names("変換の誤り", "A wrong character"), "以降作業", "移行作業"),
    (Names("読点の重複", "A comma doubled"), "窓口、、相談", "窓口、相談"),
    (Names("全角と半角の混在", "Full and half width mixed"), "ＲPＡ", "ＲＰＡ"),
    (Names("語の脱落", "A word missing"), "職員の向け研修", "職員の皆さん向け研修"),
)


def title(rng: Random, topic: Names) -> Names:
    """Return the title of an undertaking on a topic."""
    verb = rng.choice(_VERBS)
    return Names(f"{topic.ja}の{verb.ja}", f"{topic.en}: {verb.en}")


def described(rng: Random, names: Names, last: int) -> Names:
    """Return a sentence or two on what an undertaking is."""
    return rng.choice(
        (
            Names(
                f"{names.ja}に、{last}年度までに段階を追って取り組む。",
                f"Takes up “{names.en}” step by step by FY{last}.",
            ),
            Names(f"{names.ja}を通じて、手間と待ち時間を減らす。", f"Saves effort and waiting by “{names.en}”."),
            Names(
                f"{names.ja}の範囲と手順を決め、できるものから始める。",
                f"Settles scope and procedure of “{names.en}” and begins with what can be done.",
            ),
        )
    )


def span(first: int, last: int) -> Names:
    """Return the years of a phase as they stand in its label.

    >>> span(2022, 2026).ja, span(2023, 2023).en
    ('令和4～8年度', 'FY2023')
    """
    begin, end = (f"{year - ERAS['令和']}" for year in (first, last))
    if first == last:
        return Names(f"令和{begin}年度", f"FY{first}")
    return Names(f"令和{begin}～{end}年度", f"FY{first}–{last}")


_NUMBER = re.compile(r"[0-9]+|[０-９]+|[①-⑳㉑-㉟㊱-㊿]")


def printed_number(sample: str, path: tuple[int, ...]) -> str:
    """Return the number of an element, printed like that of another.

    >>> printed_number("①－１－１", (2, 1, 12)), printed_number("（１）", (3, 11)), printed_number("①", (1, 1, 21))
    ('②－１－１２', '（１１）', '㉑')
    """
    found = list(_NUMBER.finditer(sample))
    numbers = path[-len(found) :]
    out, at = "", 0
    for match, value in zip(found[-len(numbers) :], numbers, strict=True):
        out += sample[at : match.start()] + _like(match[0], value)
        at = match.end()
    return out + sample[at:]


def _like(sample: str, value: int) -> str:
    if sample[0] in "0123456789":
        return str(value)
    if sample[0] in "０１２３４５６７８９":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(value))
    for first, last, start in ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)):
        if first <= value <= last:
            return chr(start + value - first)
    return f"({value})"
