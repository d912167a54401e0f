"""Everybody can read it: contrast of all colours in light and dark, and no address in the style."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from compiled_ai.bench.report.style import DARK, LIGHT, contrast, style_sheet

TEXT = [name for name in LIGHT if name not in {"paper", "card", "rule"}]


@pytest.mark.parametrize("ground", ["paper", "card"])
@pytest.mark.parametrize("name", TEXT)
@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_enough_contrast(colours: Mapping[str, str], name: str, ground: str) -> None:
    assert contrast(colours[name], colours[ground]) >= 4.5


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_both_palettes_name_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys()


def test_nothing_is_loaded() -> None:
    sheet = style_sheet()
    assert "url(" not in sheet
    assert "@import" not in sheet
    assert "</" not in sheet
    assert sheet.count("{") == sheet.count("}")
