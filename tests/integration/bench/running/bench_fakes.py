"""A small dataset and systems that behave and misbehave, for worker processes: imported by dotted path."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from compiled_ai.bench.model import Answer, Case, Environment, ModelCall, Prepared, Task, Tool, Verdict
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.errors import MissingKeyError
from compiled_ai.spec.canonical import JsonObject, JsonValue, digest


class Sums:
    """Additions: ``tasks`` tasks with ``cases`` cases each; every tenth is to be declined."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self._tasks = int(options.get("tasks", "2"))
        self._cases = int(options.get("cases", "5"))
        self._add = int(options.get("add", "0"))
        self._form = options.get("form", "object")
        self._version = options.get("version", "1")

    name = "sums"

    @property
    def description(self) -> JsonObject:
        return {"version": os.environ.get("SUMS_VERSION", self._version), "digest": f"d{self._changed()}"}

    def _changed(self) -> str:
        return os.environ.get("SUMS_CHANGED", "")

    def tasks(self) -> Sequence[Task]:
        tool = Tool(name="say", description="Say a number.", parameters={"type": "object"})
        dialogue = self._form == "dialogue"
        return [
            Task(
                task_id=f"t{number}",
                instructions="Add a and b.",
                output_schema={}
                if dialogue
                else {"type": "object", "properties": {"sum": {"type": "integer"}}},
                form="dialogue" if dialogue else "object",
                tools=(tool,) if dialogue else (),
            )
            for number in range(self._tasks)
        ]

    def cases(self) -> Sequence[Case]:
        made = []
        for task in range(self._tasks):
            for number in range(self._cases):
                name = f"t{task}c{number}"
                total = task + number + self._add + (1000 if name == self._changed() else 0)
                made.append(
                    Case(
                        case_id=name,
                        task_id=f"t{task}",
                        split="seen" if number == 0 else "held_out",
                        input={"a": task, "b": number, "case": name},
                        expected={"sum": total},
                        must_decline=number % 10 == 9,
                    )
                )
        return made

    def judge(self, case: Case, output: JsonValue) -> Verdict:
        if output == {"sum": "judge fails"}:
            raise RuntimeError("no")
        right = output == case.expected
        return Verdict(score=float(right), right=right, reason="" if right else "another sum")

    def open(self, case: Case) -> Environment:
        return SumsPlay(case)

    def aggregate(self, judged: Sequence[tuple[Case, JsonValue]]) -> Mapping[str, float]:
        return {}


class SumsPlay:
    def __init__(self, case: Case) -> None:
        self._case = case
        self._said: JsonValue = None

    @property
    def opening(self) -> str:
        return json.dumps(self._case.input)

    def call(self, tool: str, arguments: JsonObject) -> str:
        self._said = arguments
        return "noted"

    @property
    def is_done(self) -> bool:
        return self._said is not None

    def outcome(self) -> JsonValue:
        return self._said

    def close(self) -> None:
        pass


def make_sums(options: dict[str, str]) -> Sums:
    return Sums(options)


class Adder:
    """Adds, and does what the case's name is told to do in the environment variable ADDER, such as ``{"t0c1": "die"}``.

    Leaves a line in the file EXECUTIONS for each case that it is asked, and in PREPARATIONS for each preparation.
    """

    name = "adder"

    def __init__(self, options: SystemOptions) -> None:
        self._folder = options.folder
        _note("PIDS", str(os.getpid()))
        self._orders: dict[str, str] = json.loads(os.environ.get("ADDER", "{}"))
        if os.environ.get("ADDER_KEY") == "missing":
            raise MissingKeyError("no key for the adder", variable="ADDER_API_KEY")
        if os.environ.get("ADDER_KEY") == "crash":
            raise ValueError("the adder is broken")

    @property
    def identity(self) -> JsonObject:
        return {
            "system": self.name,
            "version": os.environ.get("ADDER_VERSION", "1"),
            "model": os.environ.get("ADDER_MODEL"),
        }

    def prepare(self, task: Task) -> Prepared:
        _note("PREPARATIONS", task.task_id)
        order = self._orders.get(task.task_id)
        if order == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if order == "raise":
            raise ValueError("no such task")
        if order == "hang":
            time.sleep(300)
        if order == "random":
            return Prepared(identity=os.urandom(8).hex())
        if order == "problem":
            return Prepared(identity="none", problem="it does not compile")
        self._folder.mkdir(parents=True, exist_ok=True)
        made = self._folder / f"{task.task_id}.txt"
        if not made.exists():
            made.write_text(os.environ.get("ADDER_ARTIFACT", "plus"), encoding="utf-8")
        return Prepared(identity=digest("made1", made.read_text(encoding="utf-8")), details={"code": "a + b"})

    def answer(self, task: Task, case_input: JsonObject, environment: Environment | None) -> Answer:
        case = str(case_input["case"])
        _note("EXECUTIONS", case)
        order = self._orders.get(case, self._orders.get("all", ""))
        _obey(order)
        if order == "decline" or case.endswith("9"):
            return Answer(declined=True, reason="not asked to", served_by="nobody")
        a, b = case_input["a"], case_input["b"]
        assert isinstance(a, int)
        assert isinstance(b, int)
        output: JsonValue = {"sum": _WRONG.get(order, a + b)}
        if environment is not None:
            assert isinstance(output, dict)
            environment.call("say", output)
            output = None
        calls = (ModelCall(input_tokens=100, output_tokens=10, seconds=0.5),) if order == "call" else ()
        return Answer(output=output, seconds=0.001, calls=calls, served_by="compiled")

    def close(self) -> None:
        if self._orders.get("close") == "hang":
            time.sleep(300)


_WRONG: dict[str, JsonValue] = {
    "wrong": -1,
    "judge": "judge fails",
    "surrogate": "\ud800",
    "nan": float("nan"),
}


class Keeper(Adder):
    """An adder that takes up what another process prepared."""

    name = "keeper"

    def restore(self, task: Task, prepared: Prepared) -> bool:
        if self._orders.get("restore") == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        made = self._folder / f"{task.task_id}.txt"
        return made.exists() and digest("made1", made.read_text(encoding="utf-8")) == prepared.identity


def make(options: SystemOptions) -> Adder:
    return Adder(options)


def make_keeper(options: SystemOptions) -> Keeper:
    return Keeper(options)


def _obey(order: str) -> None:
    if order == "die":
        sys.stderr.write("the adder gives up\n")
        sys.stderr.flush()
        os.kill(os.getpid(), signal.SIGKILL)
    if order == "die once" and Path(os.environ["EXECUTIONS"]).read_text(encoding="utf-8").count("t0c1") == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    if order == "exit":
        os._exit(3)
    if order == "raise":
        raise ValueError("the adder cannot")
    if order == "hang":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
        _note("CHILDREN", str(child.pid))
        time.sleep(300)
    if order == "wait":  # until another process is asked
        deadline = time.monotonic() + 60
        while len(Path(os.environ["EXECUTIONS"]).read_text(encoding="utf-8").split()) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    if order == "slow":
        time.sleep(0.02)
    if order == "talk":
        sys.stdout.write("not for the runner\n")
        sys.stdout.flush()


def _note(variable: str, text: str) -> None:
    place = os.environ.get(variable)
    if place:
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(text + "\n")
