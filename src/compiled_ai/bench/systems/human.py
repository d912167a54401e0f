"""Code that a person would write: plain functions, one for each of a few tasks of ours. A task without one is said to have none."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from compiled_ai._version import __version__
from compiled_ai.bench.model import Answer, Environment, Prepared, Task
from compiled_ai.bench.systems import human_code
from compiled_ai.bench.systems.asking import source_digest
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.spec.canonical import JsonObject, digest

NOBODY = "nobody wrote code for it"
_FOLDER = Path(str(human_code.__file__)).parent


@dataclass(frozen=True, kw_only=True)
class _Written:
    answer: Callable[[JsonObject], JsonObject | None]
    text: str


class HumanSystem:
    """Answers with code that was written by hand."""

    name = "human"

    def __init__(self) -> None:
        """See `make`."""
        self._written: dict[str, _Written] = {}
        self._is_cold = True

    @property
    def identity(self) -> JsonObject:
        """The text of all that was written."""
        files = sorted(str(path) for path in _FOLDER.glob("*.py"))
        return {"system": self.name, "version": __version__, "code": source_digest(__file__, *files)}

    def prepare(self, task: Task) -> Prepared:
        """The function for `task`, if somebody wrote one. What it cost to write is not known, and not guessed."""
        path = _FOLDER / f"{task.task_id}.py"
        is_name = task.task_id.isidentifier() and not task.task_id.startswith("_")
        if not is_name or task.form != "object" or not path.is_file():
            return Prepared(identity=digest("bench-human1", [task.digest, None]), problem=NOBODY)
        text = path.read_text(encoding="utf-8")
        module = importlib.import_module(f"{human_code.__name__}.{task.task_id}")
        self._written[task.task_id] = _Written(answer=module.answer, text=text)
        details: JsonObject = {"rung": "human", "attempts": [], "code": text}
        return Prepared(identity=digest("bench-human1", [task.digest, text]), details=details)

    def answer(self, task: Task, case_input: JsonObject, environment: Environment | None) -> Answer:  # noqa: ARG002 - no dialogues
        """What the function says. It gets a copy of the input; whatever it raises is a failed answer."""
        cold, self._is_cold = self._is_cold, False
        written, copied = self._written[task.task_id], json.loads(json.dumps(case_input))
        started = perf_counter()
        try:
            output = written.answer(copied)
        except Exception as error:  # noqa: BLE001 - the boundary: a bug in what was written is a wrong answer
            seconds = perf_counter() - started
            return Answer(
                error=type(error).__name__, reason=str(error), served_by="nobody", seconds=seconds, cold=cold
            )
        seconds = perf_counter() - started
        if output is None:
            return Answer(
                declined=True, reason="the code declined", served_by="nobody", seconds=seconds, cold=cold
            )
        return Answer(output=output, served_by="human", seconds=seconds, cold=cold)

    def close(self) -> None:
        """Nothing is held open."""


def make(options: SystemOptions) -> HumanSystem:  # noqa: ARG001 - nothing of it matters to code that is there
    """The system; no option changes it."""
    return HumanSystem()
