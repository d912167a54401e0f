"""Coverage against accuracy by threshold of confidence."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.bench.bfcl.coverage import Answered, curve_of, curve_svg, ranking_quality

ITEMS = [
    Answered(confidence=0.9, is_right=True),
    Answered(confidence=0.6, is_right=True),
    Answered(confidence=0.6),
    Answered(confidence=0.2),
    Answered(confidence=None),
]


@pytest.mark.parametrize(
    ("threshold", "answered", "wrong", "coverage", "accuracy"),
    [
        pytest.param(0.0, 4, 2, 0.8, 0.5, id="no bar"),
        pytest.param(0.6, 3, 1, 0.6, 2 / 3, id="at a confidence, which passes"),
        pytest.param(0.7, 1, 0, 0.2, 1.0, id="high"),
        pytest.param(1.0, 0, 0, 0.0, None, id="above all"),
    ],
)
def test_what_is_below_the_threshold_is_declined(
    threshold: float, answered: int, wrong: int, coverage: float, accuracy: float | None
) -> None:
    (point,) = curve_of(ITEMS, [threshold])
    assert (point.total, point.answered, point.wrong) == (5, answered, wrong)
    assert (point.coverage, point.accuracy) == (coverage, accuracy)
    assert point.wrong_interval.low <= wrong / 5 <= point.wrong_interval.high


def test_without_requests_there_is_no_accuracy() -> None:
    (point,) = curve_of([], [0.5])
    assert (point.coverage, point.accuracy, point.accuracy_interval.width) == (0.0, None, 1.0)


@pytest.mark.parametrize(
    ("right", "wrong", "quality"),
    [
        pytest.param([0.9, 0.8], [0.3, 0.1], 1.0, id="perfect"),
        pytest.param([0.1], [0.9], 0.0, id="upside down"),
        pytest.param([0.5], [0.5], 0.5, id="a tie counts for half"),
        pytest.param([0.9, 0.4], [0.5], 0.5, id="half of the pairs"),
        pytest.param([0.9], [], None, id="nothing wrong"),
        pytest.param([], [0.9], None, id="nothing right"),
    ],
)
def test_ranking_counts_pairs(right: list[float], wrong: list[float], quality: float | None) -> None:
    items = [Answered(confidence=value, is_right=True) for value in right]
    items += [Answered(confidence=value) for value in wrong]
    assert ranking_quality([*items, Answered(confidence=None)]) == quality


@given(
    st.lists(st.builds(Answered, confidence=st.none() | st.floats(0, 1), is_right=st.booleans())),
    st.lists(st.floats(0, 1)),
)
def test_a_higher_threshold_never_answers_more(items: list[Answered], thresholds: list[float]) -> None:
    points = curve_of(items, sorted(thresholds))
    answered = [point.answered for point in points]
    assert answered == sorted(answered, reverse=True)
    assert all(0 <= point.right <= point.answered <= point.total for point in points)


def test_the_chart_is_xml_with_a_line_for_each_curve() -> None:
    points = curve_of(ITEMS, [0.0, 0.5, 1.0])
    root = Xml.fromstring(curve_svg([("a < b", points), ("c", points)]))
    lines = [item for item in root if item.tag.endswith("polyline")]
    assert [len(line.attrib["points"].split()) for line in lines] == [2, 2]
    assert "a < b" in [item.text for item in root]
