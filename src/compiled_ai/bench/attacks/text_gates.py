"""All gates as one system of the benchmark: those for texts by a policy, and for code the security stage of validation."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from compiled_ai._version import __version__
from compiled_ai.bench.attacks.gates import CodeGate
from compiled_ai.bench.model import Answer, Environment, Prepared, Task
from compiled_ai.bench.systems.asking import source_digest
from compiled_ai.bench.systems.building import compiler_digest
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.gates import checks
from compiled_ai.gates.checks import Check, GateName, open_check
from compiled_ai.gates.policy import GatePolicy, default, strict
from compiled_ai.gates.verdict import Finding, GateVerdict
from compiled_ai.spec.canonical import JsonObject, JsonValue, digest

OUTPUT_MARK = "Output:"
"""Behind it, in the task ``leakage``, stands what a model is about to say."""
_CODE = "code"
_GATES: Mapping[str, GateName] = {"injection": "input", "leakage": "input", "pii": "pii"}
"""The gate that a task asks; answers of ``leakage`` go to the one for persons' data and keys instead."""
_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class TextGates:
    """Blocks what the gates of a policy do not let through as it is: what they block, and what they mask."""

    name: str
    policy: GatePolicy

    @property
    def identity(self) -> JsonObject:
        """The policy, and all code and data of the gates."""
        return {
            "system": self.name,
            "version": __version__,
            "code": source_digest(__file__),
            "compiler": compiler_digest(),
            "data": {**gate_data()},
            "policy": self.policy.to_json(),
        }

    def prepare(self, task: Task) -> Prepared:
        """Nothing but opening the gate of `task`, which is no part of any answer's time.

        Raises:
            MissingToolError: for code, a scanner is absent or broken.
            TamperedArtifactError: the input gate's model is not the shipped one.
        """
        identity = digest("bench-gates1", [self.identity, task.digest])
        if task.task_id == _CODE:
            return Prepared(identity=identity, problem=self._code.prepare(task).problem)
        if task.task_id not in _GATES:
            return Prepared(identity=identity, problem=f"no gate is asked about tasks such as {task.task_id}")
        for gate in ("input", "pii") if task.task_id == "leakage" else (_GATES[task.task_id],):
            self._checks[gate]("A first text.", "direct")
        return Prepared(identity=identity)

    def answer(self, task: Task, case_input: JsonObject, environment: Environment | None) -> Answer:
        """Whether the text goes through, and what the gate found, without a word of the text.

        Raises:
            MissingToolError: for code, a scanner is absent or broken.
        """
        if task.task_id == _CODE:
            return self._code.answer(task, case_input, environment)
        gate, text = _asked(task.task_id, str(case_input["text"]))
        started = perf_counter()
        verdict = self._checks[gate](text, "direct")
        seconds = perf_counter() - started
        is_blocked = self._is_blocked(gate, verdict)
        kinds: list[JsonValue] = [task.task_id] if is_blocked else []
        shown: list[JsonValue] = [_shown(finding) for finding in verdict.findings[:_SHOWN]]
        return Answer(
            output={"blocked": is_blocked, "kinds": kinds},
            served_by="compiled",
            seconds=seconds,
            trace={"gate": gate, "action": verdict.action, "score": verdict.score, "findings": shown},
        )

    def close(self) -> None:
        """Nothing is held open."""

    def _is_blocked(self, gate: GateName, verdict: GateVerdict) -> bool:
        is_masked = gate == "pii" and self.policy.pii == "mask" and verdict.action == "flag"
        return verdict.action == "block" or is_masked

    @functools.cached_property
    def _code(self) -> CodeGate:
        return CodeGate(name=self.name, scanners_alone=False)

    @functools.cached_property
    def _checks(self) -> Mapping[GateName, Check]:
        return {gate: open_check(gate, self.policy) for gate in ("input", "pii")}


def gate_data() -> dict[str, str]:
    """SHA-256 of each file of data that the gates have, by its name."""
    folder = Path(str(checks.__file__)).parent / "data"
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def _asked(task_id: str, text: str) -> tuple[GateName, str]:
    """The gate for a text, and what of the text it reads. No prompt comes with these cases, so that the output gate has nothing to look for."""
    _, mark, said = text.partition(OUTPUT_MARK)
    if task_id == "leakage" and mark:
        return "pii", said.strip()
    return _GATES[task_id], text


def _shown(finding: Finding) -> JsonObject:
    return {"layer": finding.layer, "kind": finding.kind, "score": finding.score}


def make_default(options: SystemOptions) -> TextGates:  # noqa: ARG001 - the policy is in the name
    """The gates of the policy `default`, which flags data of persons and lets them through."""
    return TextGates(name="gates-default", policy=default())


def make_strict(options: SystemOptions) -> TextGates:  # noqa: ARG001 - the policy is in the name
    """The gates of the policy `strict`, which masks them."""
    return TextGates(name="gates-strict", policy=strict())
