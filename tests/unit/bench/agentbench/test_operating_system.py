"""The operating system dataset on made-up tasks, each kind of check once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from compiled_ai.bench.agentbench.operating_system import COMMANDS, OsDataset
from compiled_ai.bench.agentbench.options import AgentBenchOptions
from compiled_ai.bench.agentbench.os_entry import parse_entries
from compiled_ai.bench.agentbench.os_session import JailSession
from compiled_ai.bench.model import Environment
from compiled_ai.errors import MissingToolError
from compiled_ai.spec.canonical import JsonObject, JsonValue

Make = Callable[..., AgentBenchOptions]
SAME = "import sys\nsys.exit(int(sys.argv[1]) != int(sys.argv[2]))\n"
TASKS: list[JsonObject] = [
    {
        "description": "What does the bell say?",
        "create": {"local": "default", "init": {"code": "mkdir -p /srv/bell"}},
        "start": "(while true; do echo ding >> /srv/bell/sound; sleep 0.1; done) &",
        "evaluation": {"match": "ding"},
        "labels": ["process"],
    },
    {
        "description": "How many files are in /srv/box?",
        "create": {"init": [{"file": "init/box.sh"}, "touch /srv/box/d"]},
        "evaluation": {
            "check": [None, {"language": "python", "file": "check/same.py"}],
            "example": "ls /srv/box | wc -l",
        },
        "labels": ["file"],
    },
    {
        "description": "Make a command hello that says hello.",
        "create": [None],
        "evaluation": {"check": {"code": 'test "$(hello)" = hello'}},
        "labels": ["command"],
    },
    {"description": "Say a number.", "evaluation": {"match": {"regex": "^[0-9]+$"}}},
]


@pytest.fixture
def dataset(options_for: Callable[..., Make], tmp_path: Path) -> OsDataset:
    for name, text in (
        ("check/same.py", SAME),
        ("init/box.sh", "mkdir -p /srv/box && touch /srv/box/{a,b,c}"),
    ):
        path = tmp_path / "os_scripts" / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return OsDataset(options_for("os", json.dumps(TASKS).encode())(seconds=5))


def opened(dataset: OsDataset, number: int) -> Environment:
    try:
        return dataset.open(dataset.cases()[number])
    except MissingToolError as error:
        if "cannot be made here" in str(error):
            pytest.skip(str(error))
        raise


@pytest.mark.parametrize(
    ("number", "command", "end", "right"),
    [
        pytest.param(
            0, "sleep 0.3; head -1 /srv/bell/sound", ("answer", {"text": " ding\n"}), True, id="match"
        ),
        pytest.param(0, "true", ("answer", {"text": "dong"}), False, id="no match"),
        pytest.param(1, "ls /srv/box", ("answer", {"text": "4"}), True, id="checked against the example"),
        pytest.param(1, "touch /srv/box/more", ("answer", {"text": "nonsense"}), False, id="fails the check"),
        pytest.param(
            2,
            "printf '#!/bin/sh\\necho hello\\n' > /usr/local/bin/hello; chmod +x /usr/local/bin/hello",
            ("finish", {}),
            True,
            id="set up",
        ),
        pytest.param(2, "true", ("finish", {}), False, id="not set up"),
        pytest.param(3, "true", ("answer", {"text": "17"}), True, id="pattern"),
        pytest.param(3, "true", ("finish", {}), False, id="nothing said"),
    ],
)
def test_a_played_case_is_judged(
    dataset: OsDataset, number: int, command: str, end: tuple[str, JsonObject], right: bool
) -> None:
    environment = opened(dataset, number)
    environment.call("bash", {"command": command})
    environment.call(*end)
    verdict = dataset.judge(dataset.cases()[number], environment.outcome())
    environment.close()
    assert verdict.right is right
    assert bool(verdict.reason) is not right


def test_output_is_cut_as_in_agentbench_and_commands_are_bounded(dataset: OsDataset) -> None:
    environment = opened(dataset, 3)
    shown = environment.call("bash", {"command": "yes | head -c 801"})
    assert shown.startswith("y\n" * 390)
    assert len(shown) < 820
    assert len(environment.call("bash", {"command": "yes | head -c 800"})) == 800
    assert environment.call("bash", {"command": "true"}) == "(no output)"
    done = []
    for _ in range(COMMANDS - 2):
        environment.call("bash", {"command": "true"})
        done.append(environment.is_done)
    assert done == [False] * (COMMANDS - 3) + [True]
    assert environment.outcome() is None
    environment.close()


@pytest.mark.parametrize("output", [None, "text", [], {}, {"answer": 4}, {"checked": "yes"}])
@pytest.mark.parametrize("number", range(4))
def test_any_other_output_is_wrong(dataset: OsDataset, number: int, output: JsonValue) -> None:
    assert not dataset.judge(dataset.cases()[number], output).right


def test_figures_and_groups(dataset: OsDataset) -> None:
    cases = dataset.cases()
    assert [case.group for case in cases] == ["process", "file", "command", ""]
    assert dataset.aggregate([(cases[0], {"answer": "ding"}), (cases[1], None)]) == {"success rate": 0.5}
    assert dataset.aggregate([]) == {}


def test_a_script_that_is_not_there_is_told_before_anything_runs(
    options_for: Callable[..., Make], monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = OsDataset(options_for("os", json.dumps(TASKS[1:2]).encode())())
    monkeypatch.setattr(JailSession, "__init__", lambda _: pytest.fail("it was started"))
    with pytest.raises(MissingToolError, match=r"init/box\.sh"):
        dataset.open(dataset.cases()[0])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"{", id="no JSON"),
        pytest.param(b"3", id="no list"),
        pytest.param(b'[{"description": "d", "evaluation": {}}]', id="no check"),
        pytest.param(
            b'[{"description": "d", "evaluation": {"check": {"language": "c", "code": "x"}}}]',
            id="a language",
        ),
        pytest.param(b'[{"description": "d", "evaluation": {"check": [3]}}]', id="no script"),
    ],
)
def test_data_in_another_form_is_refused(content: bytes) -> None:
    with pytest.raises(MissingToolError, match="operating system"):
        parse_entries(content)
