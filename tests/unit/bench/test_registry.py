from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from compiled_ai.bench import registry
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.errors import MissingToolError, OperatorError

DATASETS = [
    "xy",
    "bfcl",
    "docile",
    "agentbench-db",
    "agentbench-os",
    "agentbench-kg",
    "agentbench-ltp",
    "agentbench-hh",
    "security",
]
SYSTEMS = [
    "compiled",
    "compiled+fallback",
    "synthesis",
    "human",
    "direct",
    "langchain",
    "agent-framework",
    "autogen",
    "dspy",
    "gate-code",
    "gate-code-scanners",
    "gates-default",
    "gates-strict",
]


def test_the_names_are_those_of_the_docs() -> None:
    assert list(registry.DATASETS) == DATASETS
    assert list(registry.SYSTEMS) == SYSTEMS


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("bfc", "Did you mean 'bfcl'?"),
        ("unlike any", "is no dataset; there are xy, bfcl"),
        ("a.b", "no dataset"),
    ],
)
def test_an_unknown_name_is_told_with_the_known_ones(name: str, message: str) -> None:
    with pytest.raises(OperatorError, match=message.replace("?", r"\?")):
        registry.make_dataset(name, {})


def test_a_dotted_path_is_called_with_the_options() -> None:
    made: Mapping[str, str] = registry.make_dataset("builtins:dict", {"a": "b"})  # type: ignore[assignment]  # any function does
    assert made == {"a": "b"}


@pytest.mark.parametrize(
    ("path", "kind", "message"),
    [
        ("no_such_room.systems:make", OperatorError, "put the folder of its package on PYTHONPATH"),
        ("compiled_ai.bench.nowhere:make", OperatorError, "is not part of this installation"),
        ("compiled_ai.bench.rows:make", OperatorError, "has no make"),
    ],
)
def test_what_cannot_be_imported_is_told(path: str, kind: type[OperatorError], message: str) -> None:
    with pytest.raises(kind, match=message):
        registry.make_dataset(path, {})


def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(name: str) -> object:
        raise ModuleNotFoundError("No module named 'langchain'", name="langchain.agents")

    monkeypatch.setattr("importlib.import_module", fail)
    with pytest.raises(
        MissingToolError, match=r"needs langchain.agents.*pip install 'compiled-ai\[baselines\]'"
    ):
        registry.make_system("langchain", SystemOptions(folder=tmp_path))


def test_naming_imports_no_dataset_and_no_system() -> None:
    program = (
        "import sys; from compiled_ai.bench import registry; from compiled_ai.cli import bench_command, datasets_command; "
        "print([name for name in sys.modules if name.startswith('compiled_ai.bench.') and name.count('.') > 2], 'rich.table' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.split("\n")[0] == "[] False"
