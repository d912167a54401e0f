"""Datasets by name of the environment, and their options."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai.bench.agentbench import make
from compiled_ai.bench.agentbench.options import AgentBenchOptions
from compiled_ai.bench.model import Dataset
from compiled_ai.errors import OperatorError
from compiled_ai.spec.canonical import JsonObject


@pytest.mark.parametrize("name", ["db", "os", "kg", "ltp", "hh"])
def test_each_environment_is_a_dataset(name: str) -> None:
    dataset: Dataset = make({"environment": name})  # reads and fetches nothing
    assert dataset.name == f"agentbench-{name}"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({}, "environment", id="no environment"),
        pytest.param({"environment": "xx"}, "one of db", id="unknown environment"),
        pytest.param({"environment": "db", "colour": 1}, "colour", id="unknown option"),
        pytest.param({"environment": "db", "protocol": "none"}, "held-out", id="unknown protocol"),
        pytest.param({"environment": "db", "examples": -1}, "examples", id="fewer than no examples"),
        pytest.param({"environment": "db", "rows": True}, "rows", id="no number"),
        pytest.param({"environment": "db", "seconds": 0}, "seconds", id="no time"),
        pytest.param({"environment": "db", "seconds": "soon"}, "seconds", id="a word for a time"),
        pytest.param({"environment": "db", "form": "letter"}, "form", id="unknown form"),
        pytest.param({"environment": "ltp", "host": "{"}, "no JSON", id="a broken host"),
        pytest.param({"environment": "ltp", "host": 3}, "host", id="a host that is a number"),
    ],
)
def test_wrong_options_are_told(options: JsonObject, words: str) -> None:
    with pytest.raises(OperatorError, match=words):
        make(options)


def test_the_environment_gives_folder_and_url() -> None:
    environ = {"COMPILED_AI_AGENTBENCH": "x", "COMPILED_AI_AGENTBENCH_DB_URL": "mysql://h"}
    options = AgentBenchOptions.from_json({"environment": "db"}, environ)
    assert (options.source.folder, options.url, options.examples) == (Path("x"), "mysql://h", 4)
    assert AgentBenchOptions.from_json({"environment": "kg"}, environ).url is None


def test_values_may_be_texts_as_on_the_command_line() -> None:
    given: JsonObject = {
        "environment": "ltp",
        "examples": "2",
        "rows": "3",
        "seconds": "1.5",
        "unpinned": "true",
    }
    options = AgentBenchOptions.from_json({**given, "host": "m:x"}, {})
    assert (options.examples, options.rows, options.seconds, options.source.is_pinned) == (2, 3, 1.5, False)
    assert options.host == {"model": "m:x"}
    assert AgentBenchOptions.from_json({**given, "host": '{"replay": "r"}'}, {}).host == {"replay": "r"}
