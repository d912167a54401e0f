"""A small folder of rules with their samples, so that tests do not depend on those of the product."""

from __future__ import annotations

from pathlib import Path

import pytest

SHELL = """\
rules:
  - id: shell-true
    languages: [python]
    severity: ERROR
    message: A shell runs $X.
    metadata: {cwe: 78}
    pattern: subprocess.run($X, ..., shell=True, ...)
  - id: eval-call
    languages: [python]
    severity: WARNING
    message: >
      A text
      is run.
    metadata: {cwe: 95}
    pattern-either:
      - block: evals
"""
TAINT = """\
blocks:
  sinks:
    - pattern: sink(...)
rules:
  - id: flow
    languages: [python]
    severity: INFO
    message: It flows.
    mode: taint
    pattern-sources: [{pattern: source()}]
    pattern-sinks:
      - block: sinks
"""
BLOCKS = "evals:\n  - pattern: eval(...)\n  - pattern: exec(...)\n"
SAMPLE = """\
import subprocess

subprocess.run(x, shell=True)  # found: shell-true
subprocess.run([x])  # fine
exec(eval(x))  # found: eval-call
match source():
    case [a, *b] if eval(a):  # found: eval-call
        sink(b)  # found: flow
    case {"a": c, **rest}:
        sink(rest)  # found: flow
        sink(z)  # fine
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    (folder / "samples").mkdir(parents=True)
    (folder / "cwe-078.yaml").write_text(SHELL)
    (folder / "cwe-079.yaml").write_text(TAINT)
    (folder / "blocks.yml").write_text(BLOCKS)
    (folder / "samples" / "all.py").write_text(SAMPLE)
    return folder
