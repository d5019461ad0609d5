"""Years are read in every way in which they are written."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxplan.years import era_name, fiscal_year, is_phantom


@given(st.integers(1989, 2099))
def test_an_era_name_is_read_back(year: int) -> None:
    assert fiscal_year(era_name(year)) == year
    assert fiscal_year(f"{year}年度") == fiscal_year(f"FY{year}") == fiscal_year(f"fy:{year}") == year


@given(st.integers(1, 99))
def test_heisei_goes_on_without_end(number: int) -> None:
    assert fiscal_year(f"平成{number}年度") == fiscal_year(f"H{number}") == 1988 + number
    assert is_phantom(f"平成{number}年度") == (number > 31)


@pytest.mark.parametrize("text", ["", "R0", "令和", "2024年5月", "二千二十四年", "R123", "昭和50年度", "6"])
def test_what_is_no_year_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        fiscal_year(text)


@given(st.text(max_size=12))
def test_any_text_is_a_year_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(fiscal_year(text), int)


def test_there_is_no_era_name_before_heisei() -> None:
    with pytest.raises(ValueError):
        era_name(1988)
