"""What noise does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.bench.docile._dice import Dice
from compiled_ai.bench.docile._noise import Noise, misread, scan, tilt
from compiled_ai.bench.docile._sheet import Printed
from compiled_ai.bench.docile.document import Box


@pytest.mark.parametrize(
    ("noise", "read"),
    [
        pytest.param(Noise(), "rn", id="nothing"),
        pytest.param(Noise(confused=1.0), "m", id="pair taken for one"),
        pytest.param(Noise(dropped=1.0), "", id="all dropped"),
    ],
)
def test_characters(noise: Noise, read: str) -> None:
    assert misread("rn", noise, Dice("x")) == read


@settings(deadline=None)
@given(st.text(max_size=30), st.integers())
def test_without_noise_a_text_is_read_as_it_is(text: str, seed: int) -> None:
    assert misread(text, Noise(), Dice(str(seed))) == text


@settings(deadline=None)
@given(st.text(alphabet="O0lI1S5B8rnm", min_size=1, max_size=12), st.integers())
def test_confusion_is_by_shape_only(text: str, seed: int) -> None:
    """What comes out could be read as what went in: same characters up to their doubles."""
    shapes = str.maketrans({"0": "O", "1": "l", "I": "l", "5": "S", "8": "B"})
    read = misread(text, Noise(confused=0.5), Dice(str(seed)))
    assert read.replace("rn", "m").translate(shapes) == text.replace("rn", "m").translate(shapes)


def test_words_merge_break_and_get_lost() -> None:
    boxes = [Box(left=left, top=0.1, right=left + 0.05, bottom=0.12) for left in (0.1, 0.155)]
    words = [Printed(text=text, page=0, box=box) for text, box in zip(("Acme", "Ltd"), boxes, strict=True)]
    assert [word.text for word in scan(words, Noise(merged=1.0), Dice("x"))[1]] == ["AcmeLtd"]
    assert "".join(word.text for word in scan(words, Noise(broken=1.0), Dice("x"))[1]) == "AcmeLtd"
    assert len(scan(words, Noise(broken=1.0), Dice("x"))[1]) == 3
    printed, read = scan(words, Noise(lost=1.0), Dice("x"))
    assert ([word.text for word in printed], read) == (["Acme", "Ltd"], [])


def test_a_page_askew_goes_down_on_one_side() -> None:
    left, right = (tilt(Box(left=x, top=0.5, right=x, bottom=0.5), 0.01) for x in (0.0, 1.0))
    assert (left.top, right.top) == (0.495, 0.505)


def test_dice_are_fair_enough_and_reproducible() -> None:
    rolls = [Dice("a").whole(1, 6), Dice("a").whole(1, 6)]
    assert rolls[0] == rolls[1]
    dice = Dice("b")
    seen = [dice.whole(1, 6) for _ in range(600)]
    assert set(seen) == {1, 2, 3, 4, 5, 6}
    assert abs(sum(seen) / 600 - 3.5) < 0.3
