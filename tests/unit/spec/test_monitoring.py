"""What a spec asks of the monitor; and what the manifest holds of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiled_ai.errors import SpecError
from compiled_ai.spec import Spec, parse_spec
from compiled_ai.spec.monitoring import MonitorPolicy, monitor_data, parse_monitor

BASE = """
name: demo
description: d
instructions: i
input: {a: string}
output: {b: string}
examples: [{input: {a: x}, output: {b: x}}]
"""
MODEL = "fallback: {policy: model}\n"


def spec(more: str = "") -> Spec:
    return parse_spec(BASE + more, path=Path("demo.yaml"))


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("", None),
        ("monitor: {}", MonitorPolicy()),
        ("monitor: {shadow: 0}", MonitorPolicy()),
        ("monitor: {window_hours: 168}", MonitorPolicy(window_hours=168)),
        (MODEL + "monitor: {shadow: 0.01}", MonitorPolicy(shadow=0.01)),
        (MODEL + "monitor: {shadow: 1, max_wrong: 0.02}", MonitorPolicy(shadow=1.0, max_wrong=0.02)),
        (
            "fallback: {policy: [model, human]}\nmonitor: {shadow: 0.5, max_wrong: 0.5, window_hours: 1}",
            MonitorPolicy(shadow=0.5, max_wrong=0.5, window_hours=1),
        ),
    ],
    ids=["none", "counts alone", "no shadow", "window", "shadow", "limit", "all"],
)
def test_policy_is_read(text: str, policy: MonitorPolicy | None) -> None:
    assert spec(text).monitor == policy


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (
            "monitor: {shadow: 0.1}",
            8,
            "no 'model' is on the ladder of the whole task; write 'fallback: {policy: model}'",
        ),
        ("fallback: {policy: human}\nmonitor: {shadow: 0.1}", 9, "no 'model' is on the ladder"),
        (
            MODEL + "monitor: {max_wrong: 0.1}",
            9,
            "measured by shadow checks, and there are none; add 'shadow'",
        ),
        (MODEL + "monitor: {shadow: 0, max_wrong: 0.1}", 9, "measured by shadow checks"),
        (
            MODEL + "compliance: [no_model_at_run_time]\nmonitor: {shadow: 0.1}",
            10,
            "forbids; drop 'shadow' and 'max_wrong'",
        ),
        (MODEL + "monitor: {shadow: 1.5}", 9, "shadow"),
        (MODEL + "monitor: {shadow: -1}", 9, "shadow"),
        (MODEL + "monitor: {shadow: 0.1, max_wrong: 0}", 9, "max_wrong"),
        (MODEL + "monitor: {shadow: 0.1, max_wrong: 1}", 9, "max_wrong"),
        ("monitor: {window_hours: 0}", 8, "window_hours"),
        ("monitor: {shadows: 0.1}", 8, "shadow"),
        ("monitor: true", 8, "monitor"),
    ],
)
def test_what_cannot_be_is_an_error_at_its_place(text: str, line: int, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        spec(text)
    assert any(problem.line == line and words in problem.message for problem in caught.value.problems), str(
        caught.value
    )


@pytest.mark.parametrize(
    "policy",
    [MonitorPolicy(), MonitorPolicy(shadow=0.01), MonitorPolicy(shadow=0.1, max_wrong=0.05, window_hours=7)],
    ids=str,
)
def test_what_the_manifest_holds_is_read_back(policy: MonitorPolicy) -> None:
    assert parse_monitor(json.loads(json.dumps(monitor_data(policy)))) == policy


def test_what_a_spec_does_not_say_is_not_written() -> None:
    assert monitor_data(MonitorPolicy(shadow=0.5)) == {"shadow": 0.5, "window_hours": 24}
