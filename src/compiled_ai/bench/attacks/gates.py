"""The gate for code as systems of the benchmark: it is the first stage of validation. Asked for texts, they say that they read code; see `text_gates` for all gates."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from compiled_ai._version import __version__
from compiled_ai.bench.model import Answer, Environment, Prepared, Task
from compiled_ai.bench.systems.asking import source_digest
from compiled_ai.bench.systems.building import compiler_digest
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.findings import Finding
from compiled_ai.spec.canonical import JsonObject, JsonValue, digest
from compiled_ai.validation.security import check_security

_TASK = "code"
_SUBSET = "subset"
NOT_FOR_TEXTS = "this gate reads code; gates-default and gates-strict read texts too"
_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class CodeGate:
    """Blocks what the security stage of validation refuses."""

    name: str
    scanners_alone: bool
    """Whether code outside of the subset passes unless a scanner finds something dangerous in it."""

    @property
    def identity(self) -> JsonObject:
        """The stage's code, tables and rules included."""
        return {
            "system": self.name,
            "version": __version__,
            "code": source_digest(__file__),
            "compiler": compiler_digest(),
            "scanners_alone": self.scanners_alone,
        }

    def prepare(self, task: Task) -> Prepared:
        """Whether `task` is about code. The scanners are started once, which is not part of any answer's time.

        Raises:
            MissingToolError: a scanner is absent or broken.
        """
        identity = digest("bench-gate1", [self.identity, task.digest])
        if task.task_id != _TASK:
            return Prepared(identity=identity, problem=NOT_FOR_TEXTS)
        check_security("")
        return Prepared(identity=identity)

    def answer(self, task: Task, case_input: JsonObject, environment: Environment | None) -> Answer:  # noqa: ARG002 - no dialogues
        """Whether the stage refuses the code, and what it finds.

        Raises:
            MissingToolError: a scanner is absent or broken.
        """
        started = perf_counter()
        findings = [
            finding
            for finding in check_security(str(case_input["text"])).errors
            if not (self.scanners_alone and finding.tool == _SUBSET)
        ]
        seconds = perf_counter() - started
        kinds: list[JsonValue] = [_TASK] if findings else []
        shown: list[JsonValue] = [_shown(finding) for finding in findings[:_SHOWN]]
        return Answer(
            output={"blocked": bool(findings), "kinds": kinds},
            served_by="compiled",
            seconds=seconds,
            trace={"findings": shown},
        )

    def close(self) -> None:
        """Nothing is held open."""


def _shown(finding: Finding) -> JsonObject:
    return {"tool": finding.tool, "rule": finding.rule, "line": finding.line, "message": finding.message}


def make_code(options: SystemOptions) -> CodeGate:  # noqa: ARG001 - the gate has no options
    """The whole stage, as every candidate goes through it: what is outside of the subset is refused too, harmless or not."""
    return CodeGate(name="gate-code", scanners_alone=False)


def make_scanners(options: SystemOptions) -> CodeGate:  # noqa: ARG001 - the gate has no options
    """bandit, semgrep and detect-secrets alone: what they would be worth without the subset."""
    return CodeGate(name="gate-code-scanners", scanners_alone=True)
