"""Municipalities that nobody has, and which plan is whose.

Their codes are those of prefectures 48 to 99. Japan has 47, and the codes of a prefecture begin with its number, so
that no code of ours can ever be taken for that of a real municipality. Of the plans some succeed the one before them in
the count: such a plan belongs to the same municipality, and leaves the municipality of its own number without any.
"""

from __future__ import annotations

from random import Random

from nation.papers import Names

__all__ = ["MOST", "REAL", "blocks", "check_digit", "city", "code_of", "is_succeeded", "name_of", "succeeds"]

#: The real plans, with which every nation begins.
REAL = ("08236-2022", "08223-2023", "08221-2023", "08205-2022")
#: How many plans of a hundred succeed another.
SUCCESSIONS = 7

_FIRST_PREFECTURE, _PREFECTURES = 48, 52
# Japan has 37 municipalities to a prefecture. The first city of a real prefecture has 201.
_EACH, _FIRST_CITY = 40, 201
#: How many plans there can be before the codes run out.
MOST = _PREFECTURES * _EACH * ((999 - _FIRST_CITY) // _EACH)


def check_digit(five: str) -> str:
    """Return the check digit of the first five digits, by the ministry's specification of the codes.

    >>> check_digit("08236")
    '8'
    """
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(five, (6, 5, 4, 3, 2), strict=True)) % 11
    return str(rest % 10)


def code_of(number: int) -> str:
    """Return the five-digit code of the municipality whose plan has a number, counted from 1 with the real ones."""
    if number <= len(REAL):
        return REAL[number - 1][:5]
    block, serial = divmod(number - len(REAL) - 1, _EACH)
    round_, prefecture = divmod(block, _PREFECTURES)
    return f"{_FIRST_PREFECTURE + prefecture}{_FIRST_CITY + round_ * _EACH + serial}"


def succeeds(seed: int, number: int) -> bool:
    """Tell whether a plan succeeds the plan whose number is one less."""
    # Only every second plan can, so that whether one does never depends on another.
    may = number > len(REAL) + 1 and number % 2 == 0
    return may and Random(f"{seed}-{number}-succession").random() < SUCCESSIONS / 50


def is_succeeded(seed: int, number: int) -> bool:
    """Tell whether the next plan succeeds this one."""
    return succeeds(seed, number + 1)


def city(seed: int, number: int) -> str:
    """Return the code of the municipality that a plan belongs to."""
    return code_of(number - 1 if succeeds(seed, number) else number)


def name_of(code: str) -> Names:
    """Return names that say that they are made up."""
    if code.endswith("000"):
        return Names(f"架空県{code[:2]}", f"Made-up Prefecture {code[:2]}")
    return Names(f"架空{code}市", f"Made-up City {code}")


def blocks(plans: int) -> str:
    """Return the municipalities of the made-up plans of a nation as Turtle, in the form of the real ones.

    There is no link to e-Stat, which does not know them.
    """
    codes = [code_of(number) for number in range(len(REAL) + 1, plans + 1)]
    written = []
    for prefecture in dict.fromkeys(f"{code[:2]}000" for code in codes):
        written += [
            "",
            f"# ---- {name_of(prefecture).ja}（実在しない） / {name_of(prefecture).en} (none such) ----",
            "",
        ]
        written += _block(prefecture, "Prefecture", [])
        for code in codes:
            if code[:2] == prefecture[:2]:
                written += ["", *_block(code, "Municipality", [f"    dct:isPartOf municipality:{prefecture} ."])]
    return "\n".join([*written, ""])


def _block(code: str, kind: str, last: list[str]) -> list[str]:
    names = name_of(code)
    end = ";" if last else "."
    return [
        f"municipality:{code}",
        f"    a dx:{kind} ;",
        f'    rdfs:label "{names.ja}"@ja ;',
        f'    rdfs:label "{names.en}"@en ;',
        f'    skos:notation "{code}" ;',
        f'    dct:identifier "{code}{check_digit(code)}" {end}',
        *last,
    ]
