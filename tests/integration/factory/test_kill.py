"""A compilation killed while it waits for the model: nothing half-written, and the next one works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from compiled_ai.artifact import Store, load_artifact
from compiled_ai.factory import CompileOptions, compile_spec
from compiled_ai.llm import from_function
from compiled_ai.spec import load_spec

SPEC = """
name: shout
description: Put a word in capitals.
instructions: Put the word in capitals.
input: {word: string}
output: {loud: string}
examples:
  - {input: {word: a}, output: {loud: A}}
"""
CODE = """```python
def shout(data: ShoutInput) -> ShoutOutput:
    \"\"\"Put the word in capitals.\"\"\"
    return {"loud": data["word"].upper()}
```"""
VICTIM = """
import sys, time
from pathlib import Path
from compiled_ai.artifact import Store
from compiled_ai.factory import CompileOptions, compile_spec
from compiled_ai.llm import from_function
from compiled_ai.spec import load_spec

folder = Path(sys.argv[1])

def answer(_):
    (folder / "asked").touch()
    time.sleep(60)

compile_spec(load_spec(folder / "shout.yaml"), from_function(answer), CompileOptions(store=Store(folder / "workflows"), synthesis=False))
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")
def test_a_compilation_killed_at_the_model_leaves_nothing_and_can_be_repeated(tmp_path: Path) -> None:
    (tmp_path / "shout.yaml").write_text(SPEC)
    victim = subprocess.Popen([sys.executable, "-c", VICTIM, str(tmp_path)])
    deadline = time.monotonic() + 60
    while not (tmp_path / "asked").exists():
        assert time.monotonic() < deadline, "the compilation never came to ask the model"
        assert victim.poll() is None, "the compilation ended by itself"
        time.sleep(0.02)
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    store = tmp_path / "workflows"
    assert [path for path in store.rglob("*") if path.is_file()] == []
    result = compile_spec(
        load_spec(tmp_path / "shout.yaml"),
        from_function(lambda _: CODE),
        CompileOptions(store=Store(store), synthesis=False),
    )
    assert load_artifact(result.artifact.path).manifest.name == "shout"
