"""Japanese eras and fiscal years, and how a date is told.

A fiscal year runs from 1 April to 31 March and is named by the Western year in which it begins. 令和N年度 is
2018 + N, 平成N年度 is 1988 + N. The number of a 平成 year has no upper limit: plans written before May 2019 print
years such as 平成36年度 that never came under that name.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["ERAS", "date_name", "era_name", "fiscal_year", "is_phantom"]

#: Western year before the first year of each era, by the ways its name is written.
ERAS: dict[str, int] = {"令和": 2018, "平成": 1988, "r": 2018, "h": 1988, "reiwa": 2018, "heisei": 1988}

_ERA = re.compile(r"(令和|平成|reiwa|heisei|r|h)\.?(元|\d{1,2})(?:年度?)?")
_WESTERN = re.compile(r"(?:fy:?)?(\d{4})(?:年度?)?")
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_LAST_HEISEI = 31  # April 2019 was still in the 31st year, and budgets of that year were printed under it


def fiscal_year(text: str) -> int:
    """Return the Western year in which a fiscal year begins, from any way of writing it.

    :raises ValueError: when the text names no year.

    >>> [fiscal_year(t) for t in ("2024", "R6", "令和６年度", "令和元年度", "平成36年度", "FY2024", "fy:2024")]
    [2024, 2024, 2024, 2019, 2024, 2024, 2024]
    """
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()
    if match := _WESTERN.fullmatch(folded):
        return int(match[1])
    if match := _ERA.fullmatch(folded):
        number = 1 if match[2] == "元" else int(match[2])
        if number:
            return ERAS[match[1]] + number
    raise ValueError(text)


def era_name(year: int) -> str:
    """Return the Japanese name of a fiscal year of 平成 or 令和.

    :raises ValueError: for years before 平成.

    >>> era_name(2024), era_name(2019), era_name(2018)
    ('令和6年度', '令和元年度', '平成30年度')
    """
    if year <= ERAS["平成"]:
        raise ValueError(year)
    era = "令和" if year > ERAS["令和"] else "平成"
    number = year - ERAS[era]
    return f"{era}{'元' if number == 1 else number}年度"


def date_name(text: str, lang: str) -> str:
    """Return a day, a month or a year in words; what is none of them, as it is.

    >>> date_name("2021-10", "ja"), date_name("2021-10-01", "en"), date_name("2021-10", "en"), date_name("soon", "en")
    ('2021年10月', '1 October 2021', 'October 2021', 'soon')
    """
    found = _DATE.fullmatch(text)
    if found is None:
        return text
    year, month, day = found.groups()
    if lang == "ja":
        return f"{year}年" + (f"{int(month)}月" if month else "") + (f"{int(day)}日" if day else "")
    named = f"{_MONTHS[int(month) - 1]} " if month and 1 <= int(month) <= len(_MONTHS) else ""
    return (f"{int(day)} " if day and named else "") + named + year


def is_phantom(text: str) -> bool:
    """Tell whether an era year is one that never came under that name, such as 平成36年度."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()
    match = _ERA.fullmatch(folded)
    return bool(match and ERAS[match[1]] == ERAS["平成"] and match[2] != "元" and int(match[2]) > _LAST_HEISEI)
