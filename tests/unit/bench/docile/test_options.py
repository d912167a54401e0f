"""What the dataset may be set to."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai.bench.docile.options import DocileOptions
from compiled_ai.errors import OperatorError
from compiled_ai.spec.canonical import JsonValue


def test_texts_of_a_command_line_are_read() -> None:
    options = DocileOptions.from_json(
        {"task": "lir", "count": "7", "words": "true", "threshold": "0.25", "noise": "heavy"}, {}
    )
    assert (options.task, options.count, options.words, options.threshold, options.noise) == (
        "lir",
        7,
        True,
        0.25,
        "heavy",
    )
    assert DocileOptions.from_json({"count": 7, "words": True}, {}) == DocileOptions(count=7, words=True)


def test_the_path_may_come_from_the_environment() -> None:
    environ = {"COMPILED_AI_DOCILE": "/data/docile"}
    assert DocileOptions.from_json({}, environ).path == Path("/data/docile")
    assert DocileOptions.from_json({"path": "/x"}, environ).path == Path("/x")
    assert "path" not in DocileOptions.from_json({}, environ).to_json()


@pytest.mark.parametrize(
    ("data", "part"),
    [
        pytest.param({"tsk": "lir"}, "no option 'tsk'", id="unknown"),
        pytest.param({"task": "kie"}, "one of kile, lir", id="task"),
        pytest.param({"noise": "loud"}, "one of none, light, medium, heavy", id="noise"),
        pytest.param({"count": "-1"}, "whole number from 1", id="negative"),
        pytest.param({"count": "9" * 30}, "whole number from 1", id="huge"),
        pytest.param({"count": "\u0663"}, "whole number from 1", id="digit of another script"),
        pytest.param({"count": None}, "a text or a number", id="null"),
        pytest.param({"threshold": "nan"}, "from 0 to 1", id="threshold"),
        pytest.param({"split": "test"}, "train, val", id="split without annotations"),
        pytest.param({"source": "path", "per": "vendor"}, "per=vendor", id="vendors of real documents"),
    ],
)
def test_what_cannot_be_is_refused(data: dict[str, JsonValue], part: str) -> None:
    with pytest.raises(OperatorError, match=part):
        DocileOptions.from_json(data, {})
