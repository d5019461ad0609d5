"""Names are found in every spelling."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from dxplan.folding import fold, nearest


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E)))
def test_full_width_is_half_width(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in text)
    assert fold(wide) == fold(text)


def test_half_width_kana_and_quotation_marks() -> None:
    assert fold("行革ﾃﾞｼﾞﾀﾙ推進課") == fold("行革デジタル推進課")
    assert fold("「書かない窓口」システム") == fold("書かない窓口システム")
    assert fold("ＵＩ・ＵＸ") == fold("ui ux")


def test_the_long_vowel_mark_is_kept() -> None:
    assert fold("ノート") != fold("ノト")


def test_near_names_come_first() -> None:
    assert nearest("電子契訳", ["議会中継", "電子契約", "電子図書館"])[0] == "電子契約"
    assert nearest("窓口", ["書かない窓口", "書かない窓口システムの構築"])[0] == "書かない窓口"


def test_normal_form() -> None:
    assert unicodedata.is_normalized("NFKC", fold("ｶﾞ㍿"))
