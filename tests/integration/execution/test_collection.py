"""Workflows of a store, loaded when asked for; and runs that touch no disk."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from compiled_ai.artifact import Store
from compiled_ai.errors import ArtifactNotFoundError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.execution.collection import Workflows
from compiled_ai.execution.load import load_workflow
from compiled_ai.spec.canonical import JsonObject

Save = Callable[..., LoadedWorkflow]
TAKES: JsonObject = {"n": "integer"}


@pytest.fixture(scope="module")
def store(save: Save, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Holds five workflows, w0 to w4; each answers with its number."""
    root = tmp_path_factory.mktemp("many")
    for number in range(5):
        name = f"w{number}"
        made = save(f"def {name}(data):\n    return {{'n': {number}}}\n", name=name, takes=TAKES, gives=TAKES)
        shutil.copytree(made.artifact.path.parent, root / name)
    return Store(root)


def test_a_workflow_is_loaded_when_it_is_asked_for_and_kept(store: Store) -> None:
    with Workflows(store) as workflows:
        assert len(workflows) == 0
        first = workflows["w3"]
        assert first.run({"n": 0}).output == {"n": 3}
        assert workflows["w3"] is first
        assert len(workflows) == 1
    assert len(workflows) == 0


def test_the_one_used_longest_ago_is_let_go(store: Store) -> None:
    closed: list[str] = []

    def load(reference: str, where: Store) -> LoadedWorkflow:
        loaded = load_workflow(reference, store=where)
        loaded.close = lambda: closed.append(reference)  # type: ignore[method-assign]  # a spy
        return loaded

    workflows = Workflows(store, most=2, load=load)
    for name in ("w0", "w1", "w0", "w2", "w3"):
        assert workflows[name].name == name
    assert closed == ["w1", "w0"]
    assert len(workflows) == 2


def test_what_is_not_there_is_told_each_time(store: Store) -> None:
    workflows = Workflows(store)
    for _ in range(2):
        with pytest.raises(ArtifactNotFoundError, match="w9"):
            workflows["w9"]


def test_a_workflow_that_is_forgotten_is_loaded_anew(store: Store) -> None:
    workflows = Workflows(store)
    first, other = workflows["w1"], workflows["w2"]
    workflows.forget("w1")
    workflows.forget("nothing")
    assert workflows["w1"] is not first
    assert workflows["w2"] is other


def test_threads_get_the_same_one(store: Store) -> None:
    workflows = Workflows(store, most=3)
    found: list[tuple[int, object]] = []

    def work(number: int) -> None:
        for step in range(40):
            name = f"w{(number + step) % 5}"
            found.append((int(name[1]), workflows[name].run({"n": 0}).output))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 160
    assert all(output == {"n": number} for number, output in found)


WATCHED = """
import sys
from pathlib import Path
from compiled_ai.artifact import Store
from compiled_ai.execution import load_workflow
from compiled_ai.execution.collection import Workflows

watching, seen = False, []
def hook(event, args):
    if watching and event in ("open", "compile", "import", "exec", "os.listdir", "os.scandir", "subprocess.Popen"):
        seen.append((event, args[:1]))
sys.addaudithook(hook)
workflow = load_workflow(sys.argv[1])
workflows = Workflows(Store(Path(sys.argv[2])))
workflows["w1"]
good, bad = {"sku": "a", "price": 5}, {"sku": "a", "price": -5}
def some():
    for _ in range(100):
        assert workflow.run(good).output and workflow.run(bad).reason
        assert workflows["w1"].run({"n": 1}).output
watching = True
some()
watching = False
print(seen)
"""


def test_a_run_reads_parses_and_imports_nothing(plain: LoadedWorkflow, store: Store) -> None:
    arguments = [sys.executable, "-c", WATCHED, str(plain.artifact.path), str(Path(store.root))]
    found = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
