"""What a spec says, after loading: frozen, checked, with every shorthand written out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.cases import HiddenCase, VisibleCase
from compiled_ai.spec.fallback import Fallback
from compiled_ai.spec.flow import Node
from compiled_ai.spec.gate_policy import GatePolicy, for_spec
from compiled_ai.spec.monitoring import MonitorPolicy
from compiled_ai.spec.schema import properties_of

if TYPE_CHECKING:
    from compiled_ai.spec.effects import EffectCall

FieldEvaluatorName = Literal[
    "exact", "text", "number", "date", "money", "unordered", "set", "function_call", "json_schema"
]
EvaluatorName = Literal[FieldEvaluatorName, "fields"]
ComplianceBlock = Literal["audit_trail", "hipaa", "no_model_at_run_time", "pci_dss", "soc2"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One line of a decision table: if `when` holds, answer `then` or abstain. `when` None is the last line, "otherwise"."""

    when: str | None
    then: JsonObject | None
    abstain: str | None
    line: int
    """Line in the spec, 1-based."""


@dataclass(frozen=True, kw_only=True)
class CodeStep:
    """An activity whose body the coder writes."""

    id: str
    instructions: str
    takes: tuple[str, ...]
    output_schema: JsonObject
    retries: int = 0
    timeout_seconds: float | None = None
    kind: Literal["code"] = "code"


@dataclass(frozen=True, kw_only=True)
class RuleStep:
    """An activity that is compiled from a decision table, without a model."""

    id: str
    rules: tuple[Rule, ...]
    takes: tuple[str, ...]
    output_schema: JsonObject
    kind: Literal["rule"] = "rule"


@dataclass(frozen=True, kw_only=True)
class BoundedStep:
    """A step that a model answers at run time, under a schema, a timeout and a token budget."""

    id: str
    instructions: str
    takes: tuple[str, ...]
    output_schema: JsonObject
    retries: int = 0
    timeout_seconds: float | None = None
    kind: Literal["bounded"] = "bounded"


@dataclass(frozen=True, kw_only=True)
class EffectStep:
    """A step that asks or changes the world at run time, within what it declares and where the operator allows it."""

    id: str
    takes: tuple[str, ...]
    output_schema: JsonObject
    call: EffectCall
    when: str | None = None
    """Name of the field in scope that says whether it acts; the rule step before it sets that. None: always."""
    kind: Literal["effect"] = "effect"


Step = CodeStep | RuleStep | BoundedStep | EffectStep


@dataclass(frozen=True, kw_only=True)
class FieldRule:
    """How one field of the output is compared, for the evaluator `fields`."""

    evaluator: FieldEvaluatorName = "exact"
    tolerance: float | None = None
    """Absolute tolerance of `number` and `money`. None is that of the whole."""
    weight: float = 1.0
    """Its part in the mean over the fields. At 0 it is reported and not counted."""
    schema: JsonObject | None = None
    """JSON Schema of `json_schema`; None for every other evaluator."""


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """How answers are compared, and what is enough. Shares are of all cases of a group, a crash counts as wrong."""

    evaluator: EvaluatorName = "exact"
    threshold: float = 1.0
    """Least share of right answers (a due abstention is right), on visible and on hidden cases alike."""
    max_wrong: float | None = None
    """Greatest share of wrong answers given with confidence (silently wrong). None sets no bound of its own."""
    tolerance: float = 0.0
    """Absolute tolerance of `number` and `money`."""
    schema: JsonObject | None = None
    """JSON Schema of `json_schema`; None for every other evaluator."""
    fields: dict[str, FieldRule] = field(default_factory=dict)
    """Rule by top-level field for `fields`; a field that is not named is compared exactly, with weight 1."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of a compilation and of a case while it is validated."""

    attempts: int = 5
    tokens: int | None = None
    """Tokens of one compilation, prompts and replies of all attempts together. None: what the effort allows."""
    case_seconds: float = 2.0
    """Wall time for one case before its process is killed."""
    memory_mb: int = 512
    """Address space of the process that runs the cases, in MiB."""


@dataclass(frozen=True, kw_only=True)
class SpecSource:
    """Where a spec came from."""

    path: Path
    text: str = field(repr=False)
    """As the author wrote it. It may hold hidden cases, so it stays out of the repr, and out of prompts."""
    digest: str
    """``s1:`` digest over the normalised content, hidden cases included."""


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What a prompt may be made of: the spec without its hidden cases."""

    name: str
    description: str
    instructions: str
    input_schema: JsonObject
    output_schema: JsonObject
    examples: tuple[VisibleCase, ...]
    compliance: tuple[ComplianceBlock, ...]


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A whole spec. Build it with `load_spec`."""

    name: str
    version: str
    description: str
    instructions: str
    input_schema: JsonObject
    output_schema: JsonObject
    steps: tuple[Step, ...]
    """Empty when the spec leaves the plan to the compiler. Those inside of blocks too, in the order of the file."""
    flow: Node | None = None
    """What runs when. None: the steps follow each other."""
    compliance: tuple[ComplianceBlock, ...]
    retention_days: int | None = None
    """Days that the logs of effects and of decisions are kept. None: for ever."""
    decision_log: Literal["digests", "full"] | None = None
    """What is noted of every run. None: nothing."""
    gates: JsonValue = None
    """What it says of the gates around model calls: a name, or what differs. None for nothing; see `gate_policy`."""
    examples: tuple[VisibleCase, ...]
    tests: tuple[HiddenCase, ...]
    held_back: int
    """How many of `tests` were held back from the examples because the spec has no tests of its own."""
    accuracy: Accuracy
    fallback: Fallback
    step_fallbacks: dict[str, Fallback] = field(default_factory=dict)
    """Ladders of their own, by step id."""
    monitor: MonitorPolicy | None = None
    """How runs are watched. None: they are not, unless somebody asks for it."""
    limits: Limits
    expected_executions: int | None
    source: SpecSource

    @property
    def gate_policy(self) -> GatePolicy:
        """The policy of the gates that it asks for: by itself ``strict`` under compliance blocks, else ``default``."""
        return for_spec(self.gates, self.compliance)

    def brief(self) -> Brief:
        """The part of the spec that may reach a prompt."""
        return Brief(
            name=self.name,
            description=self.description,
            instructions=self.instructions,
            input_schema=self.input_schema,
            output_schema=self.output_schema,
            examples=self.examples,
            compliance=self.compliance,
        )

    def words(self) -> JsonObject:
        """Everything that the spec says apart from its cases, as data: texts, schemas, decision tables."""
        return {
            "description": self.description,
            "instructions": self.instructions,
            "input": self.input_schema,
            "output": self.output_schema,
            "steps": [_step_words(step) for step in self.steps],
        }

    def properties(self, side: Literal["input", "output"]) -> dict[str, JsonValue]:
        """Top-level properties of the input or output schema, by name."""
        return properties_of(self.input_schema if side == "input" else self.output_schema)


def _step_words(step: Step) -> JsonObject:
    if isinstance(step, RuleStep):
        rules: list[JsonValue] = [
            {"when": rule.when, "then": rule.then, "abstain": rule.abstain} for rule in step.rules
        ]
        return {"id": step.id, "output": step.output_schema, "rules": rules}
    if isinstance(step, EffectStep):
        return {"id": step.id, "output": step.output_schema, "parameters": step.call.parameters}
    return {"id": step.id, "output": step.output_schema, "instructions": step.instructions}
