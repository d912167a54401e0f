"""The shape of a spec file. Every key is listed here; anything else is an error.

This is the model behind ``compiled-ai schema``; `load` turns it into the frozen `Spec`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, JsonValue, Tag

from compiled_ai.spec.effects import NAME as _NAME
from compiled_ai.spec.effects import DatabaseCall, HttpCall, NotificationCall
from compiled_ai.spec.fallback import FallbackPolicy, Rung
from compiled_ai.spec.gate_policy import PII_ENGINE, GatePolicyName, PiiMode
from compiled_ai.spec.model import ComplianceBlock, EvaluatorName, FieldEvaluatorName

_NOT_BLANK = r"\S"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CaseDocument(_Strict):
    """One case: `output` is the right answer; `abstain: true` says that declining is."""

    id: str | None = Field(None, description="A name for reports; counted from 1 when left out.")
    input: dict[str, JsonValue]
    output: dict[str, JsonValue] | None = Field(
        None, description="The right output. Leave it out with `abstain: true`."
    )
    abstain: Literal[True] | None = Field(None, description="The input must be declined.")
    given: dict[str, dict[str, JsonValue]] = Field(
        {}, description="Outputs of bounded and effect steps, by step id, used while scoring."
    )
    kind: str | None = Field(None, description="What the case tests; for people.")
    note: str | None = Field(None, description="Anything worth remembering; for people.")


class TestsFile(_Strict):
    """Cases in a JSONL file, one object a line."""

    __test__ = False  # its name begins with Test, and pytest would collect it

    file: str = Field(description="Path of the JSONL file, relative to the spec.")


class RuleDocument(_Strict):
    """One line of a decision table."""

    when: str | None = Field(
        None, description="Condition over the fields in scope, such as `bmi >= 30 and not diabetic`."
    )
    then: dict[str, JsonValue] | None = Field(None, description="The answer when the condition holds.")
    abstain: str | None = Field(None, description="Decline, with this reason, when the condition holds.")
    otherwise: dict[str, JsonValue] | None = Field(
        None, description="The answer when no line above holds. Must come last."
    )


def _policy_form(value: object) -> str:
    return "list" if isinstance(value, list) else "name"


class DayLimitsDocument(_Strict):
    """What all model calls of one UTC day may take together."""

    calls: int | None = Field(None, ge=1, description="Cases that are put to the model.")
    tokens: int | None = Field(None, ge=100, description="Tokens, prompts and replies together.")
    usd: float | None = Field(
        None, gt=0, le=1_000_000, description="Money at list prices; a model without a price is refused."
    )


class BreakerDocument(_Strict):
    """When a failing model is left alone."""

    failures: int = Field(5, ge=1, le=1_000, description="Failures in a row after which it is not asked.")
    seconds: float = Field(60.0, gt=0, le=86_400, description="Time after which one call probes it.")


class FallbackDocument(_Strict):
    """What answers when compiled code abstains: a ladder of rungs, and the bounds of its model."""

    policy: Annotated[
        Annotated[FallbackPolicy, Tag("name")] | Annotated[list[Rung], Field(min_length=1), Tag("list")],
        Discriminator(_policy_form),
    ] = Field(
        "abstain",
        description="One rung, or a list of them: `model` asks the model named at run time, `human` queues the input for a person, `error` raises.",
    )
    timeout_seconds: float = Field(30.0, gt=0, le=600)
    max_tokens: int = Field(2_000, ge=100, le=1_000_000)
    max_usd: float | None = Field(
        None,
        gt=0,
        le=10_000,
        description="Money for one case at list prices; a model without a price is refused.",
    )
    per_day: DayLimitsDocument | None = Field(
        None, description="Bounds of all model calls of one UTC day together."
    )
    breaker: BreakerDocument | None = Field(
        None, description="When a failing model is left alone; 5 failures and 60 seconds when left out."
    )


_RETRIES = Field(
    0,
    ge=0,
    le=10,
    description="How often a durable engine tries again after a failure other than an abstention.",
)
_TIMEOUT = Field(
    None,
    gt=0,
    le=86_400,
    description="Seconds for one try, where the engine can stop it; it cannot in-process.",
)


class CodeStepDocument(_Strict):
    """An activity whose body the coder writes."""

    id: str = Field(pattern=_NAME)
    kind: Literal["code"]
    retries: int = _RETRIES
    timeout_seconds: float | None = _TIMEOUT
    instructions: str = Field(pattern=_NOT_BLANK)
    takes: list[str] | None = Field(None, description="Fields it reads. All in scope when left out.")
    output: dict[str, JsonValue] | None = Field(
        None, description="Fields it adds. The workflow's output when left out."
    )
    fallback: FallbackDocument | None = Field(
        None,
        description="What answers in place of this step when it declines. That of the whole task when left out.",
    )


class RuleStepDocument(_Strict):
    """An activity compiled from a decision table; no model is asked."""

    id: str = Field(pattern=_NAME)
    kind: Literal["rule"]
    rules: list[RuleDocument] = Field(min_length=1)
    output: dict[str, JsonValue] | None = Field(
        None, description="Fields it adds. Found from the rules when left out."
    )
    fallback: FallbackDocument | None = Field(
        None,
        description="What answers in place of this step when it declines. That of the whole task when left out.",
    )


class BoundedStepDocument(_Strict):
    """A step that a model answers at run time, under a schema, a timeout and a token budget."""

    id: str = Field(pattern=_NAME)
    kind: Literal["bounded"]
    retries: int = _RETRIES
    timeout_seconds: float | None = _TIMEOUT
    instructions: str = Field(pattern=_NOT_BLANK)
    takes: list[str] | None = Field(None, description="Fields the model sees. All in scope when left out.")
    output: dict[str, JsonValue] = Field(description="Fields it adds; the model's reply must fit them.")
    fallback: FallbackDocument | None = Field(
        None,
        description="What answers in place of this step when it declines. That of the whole task when left out.",
    )


class _EffectStep(_Strict):
    id: str = Field(pattern=_NAME)
    kind: Literal["effect"]
    when: str | None = Field(
        None,
        description="Condition over the fields in scope, as in a rule. When it does not hold, nothing is done and nothing added.",
    )
    output: dict[str, JsonValue] = Field(description="Fields it adds; the answer must fit them.")


class HttpStepDocument(HttpCall, _EffectStep):
    """A step that calls a web service at run time, where the operator allows it."""


class DatabaseStepDocument(DatabaseCall, _EffectStep):
    """A step that runs one SQL statement at run time, where the operator allows it."""


class NotificationStepDocument(NotificationCall, _EffectStep):
    """A step that sends a message at run time, where the operator allows it."""


EffectStepDocument = HttpStepDocument | DatabaseStepDocument | NotificationStepDocument
StepDocument = Annotated[
    CodeStepDocument
    | RuleStepDocument
    | BoundedStepDocument
    | Annotated[EffectStepDocument, Field(discriminator="effect")],
    Field(discriminator="kind"),
]


class ParallelDocument(_Strict):
    """Branches that do not see each other; an engine may run them at once."""

    parallel: list[Steps] = Field(min_length=2, description="The branches, each a list of steps.")


class ForEachBody(_Strict):
    """The same steps for every item of a list."""

    id: str = Field(pattern=_NAME)
    over: str = Field(description="Name of the list in scope. One that is null or missing counts as empty.")
    item: str = Field(pattern=_NAME, description="What an item is called in its steps.")
    steps: Steps = Field(min_length=1, description="What is done for each item.")
    collect: dict[str, Annotated[str, Field(pattern=_NAME)]] = Field(
        {},
        description="What leaves the block: by the name in the steps, the name of the list outside, such as `amount: amounts`.",
    )


class ForEachDocument(_Strict):
    """A block that goes over a list."""

    foreach: ForEachBody


class ConditionDocument(_Strict):
    """A branch under a condition."""

    if_: str = Field(alias="if", description="Condition over the fields in scope, as in a rule.")
    steps: Steps = Field(min_length=1)


class SwitchBody(_Strict):
    """One of several branches: by a value (`on` and `cases`) or by the first condition that holds (`when`)."""

    id: str = Field(pattern=_NAME)
    on: str | None = Field(None, description="Name of the text, boolean or listed value that chooses.")
    cases: dict[str, Steps] | None = Field(None, min_length=1, description="Steps by value.")
    when: list[ConditionDocument] | None = Field(None, min_length=1, description="Steps by condition.")
    otherwise: Steps | None = Field(
        None, min_length=1, description="Steps when nothing fits. Without them nothing is done then."
    )


class SwitchDocument(_Strict):
    """A block that chooses a branch."""

    switch: SwitchBody


BlockDocument = ParallelDocument | ForEachDocument | SwitchDocument
BLOCKS = ("parallel", "foreach", "switch")
"""The keys that make a mapping among the steps a block."""


def _block_or_step(value: object) -> str:
    """Tag of the alternative, in signs that no key of a spec is likely to hold: Pydantic puts it into the places of errors."""
    if isinstance(value, BlockDocument):
        return f"<{next(name for name in BLOCKS if hasattr(value, name))}>"
    found = [name for name in BLOCKS if isinstance(value, dict) and name in value and "kind" not in value]
    return f"<{found[0]}>" if found else "<step>"


FlowDocument = Annotated[
    Annotated[StepDocument, Tag("<step>")]
    | Annotated[ParallelDocument, Tag("<parallel>")]
    | Annotated[ForEachDocument, Tag("<foreach>")]
    | Annotated[SwitchDocument, Tag("<switch>")],
    Discriminator(_block_or_step),
]
Steps = list[FlowDocument]
"""Steps and blocks that follow each other."""


class FieldAccuracyDocument(_Strict):
    """How one field of the output is compared, when its evaluator's name is not enough."""

    evaluator: FieldEvaluatorName = "exact"
    tolerance: float | None = Field(
        None, ge=0, description="Absolute tolerance of number and money. That of the whole when left out."
    )
    weight: float = Field(
        1.0, ge=0, le=1000, description="Part in the mean over the fields; 0 is reported, not counted."
    )
    json_schema: dict[str, JsonValue] | None = Field(
        None, alias="schema", description="What the field must conform to, for `evaluator: json_schema`."
    )


class ComplianceDocument(_Strict):
    """Compliance blocks, and how long the records that effects leave are kept."""

    blocks: list[ComplianceBlock] = Field([], description="Compliance blocks that apply.")
    retention_days: int | None = Field(
        None,
        ge=1,
        le=36_600,
        description="Days that the audit log of effects, the decision log and the cases are kept. Older records are purged, younger ones never.",
    )
    decision_log: Literal["digests", "full"] | None = Field(
        None,
        description="Note every run in a chained log: by digests of input and output, or with their values. None when left out.",
    )


def _compliance_form(value: object) -> str:
    return "ComplianceDocument" if isinstance(value, dict | ComplianceDocument) else "list"


Compliance = Annotated[
    Annotated[list[ComplianceBlock], Tag("list")] | Annotated[ComplianceDocument, Tag("ComplianceDocument")],
    Discriminator(_compliance_form),
]


class ThresholdsDocument(_Strict):
    """From which score on, in 0..1, a text is flagged or blocked; null for never."""

    flag: float | None = Field(None, gt=0, le=1, description="Flagged from this score on.")
    block: float | None = Field(None, gt=0, le=1, description="Blocked from this score on.")


class InputGateDocument(_Strict):
    """The gate before the model."""

    on: bool = Field(default=True, description="Whether texts are looked at for attacks.")
    direct: ThresholdsDocument | None = Field(None, description="For what is said to the model.")
    document: ThresholdsDocument | None = Field(
        None, description="For what the model reads: inputs and examples."
    )
    transformer: Literal["off", "add"] = Field(
        default="off",
        description="`add`: a transformer looks at them too; it takes the extra `embeddings` and its weights.",
    )


class OutputGateDocument(ThresholdsDocument):
    """The gate behind the model."""

    on: bool = Field(default=True, description="Whether replies are looked at for leaked prompts.")


class GatesDocument(_Strict):
    """What differs from the policy `base`."""

    base: GatePolicyName | None = Field(
        None, description="Left out: `strict` under compliance blocks, else `default`."
    )
    input: InputGateDocument | None = Field(None, description="The gate before the model.")
    pii: PiiMode | None = Field(
        None, description="Data of persons: mask them around calls, warn, block, or off."
    )
    pii_engine: str | None = Field(
        None,
        pattern=f"^{PII_ENGINE}$",
        description="`presidio`, or `presidio:MODEL` with an installed spaCy model, to look for data of persons too.",
    )
    output: OutputGateDocument | None = Field(None, description="The gate behind the model.")
    quarantine: bool | None = Field(
        None, description="Refuse free text of a bounded step in the parameters of an effect."
    )


def _gates_form(value: object) -> str:
    return "GatesDocument" if isinstance(value, dict | GatesDocument) else "name"


Gates = Annotated[
    Annotated[GatePolicyName, Tag("name")] | Annotated[GatesDocument, Tag("GatesDocument")],
    Discriminator(_gates_form),
]


def _alternative(value: object) -> str:
    return "FieldAccuracyDocument" if isinstance(value, dict | FieldAccuracyDocument) else "name"


FieldAccuracy = Annotated[
    Annotated[FieldEvaluatorName, Tag("name")]
    | Annotated[FieldAccuracyDocument, Tag("FieldAccuracyDocument")],
    Discriminator(_alternative),
]


class AccuracyDocument(_Strict):
    """How answers are compared, and what is enough."""

    evaluator: EvaluatorName = "exact"
    threshold: float = Field(
        1.0, ge=0, le=1, description="Least share of right answers, visible and hidden alike."
    )
    max_wrong: float | None = Field(
        None, ge=0, le=1, description="Greatest share of confident wrong answers."
    )
    tolerance: float = Field(0.0, ge=0, description="Absolute tolerance of number and money.")
    json_schema: dict[str, JsonValue] | None = Field(
        None, alias="schema", description="What the output must conform to, for `evaluator: json_schema`."
    )
    fields: dict[str, FieldAccuracy] = Field(
        {},
        description="By output field, for `evaluator: fields`: an evaluator's name, or a mapping with options.",
    )


class LimitsDocument(_Strict):
    """Bounds of a compilation."""

    attempts: int = Field(5, ge=1, le=5)
    tokens: int | None = Field(None, ge=500, le=1_000_000)
    case_seconds: float = Field(2.0, gt=0, le=60)
    memory_mb: int = Field(512, ge=128, le=16_384)


class MonitorDocument(_Strict):
    """What the monitor does with runs in production."""

    shadow: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Share of the answers of compiled code that the fallback model is asked for too, to compare.",
    )
    max_wrong: float | None = Field(
        None,
        gt=0,
        lt=1,
        description="Greatest share of answers that the fallback model may contradict. Surely above it, the artifact is demoted to the fallback.",
    )
    window_hours: int = Field(
        24, ge=1, le=8_760, description="How far back runs are compared with the baseline."
    )


class SpecDocument(_Strict):
    """A task to be compiled."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, title="Compiled AI spec")

    name: str = Field(
        pattern=_NAME, description="Lower-case letters, digits and underscores; names the workflow."
    )
    version: str = Field(
        "1.0.0", pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$", description="Version of the task, such as 1.0.0."
    )
    description: str = Field(
        pattern=_NOT_BLANK, max_length=500, description="One sentence: what the task is."
    )
    instructions: str = Field(
        pattern=_NOT_BLANK, max_length=20_000, description="What to do, as you would tell a new colleague."
    )
    input: dict[str, JsonValue] = Field(
        description="JSON Schema of an object, or shorthand such as `ticket: string`."
    )
    output: dict[str, JsonValue] = Field(
        description="JSON Schema of an object, or shorthand such as `amount: decimal?`."
    )
    steps: Steps = Field(
        [],
        description="The plan, if you want to fix it: steps, and blocks of them (`parallel`, `foreach`, `switch`). The compiler plans when left out.",
    )
    compliance: Compliance = Field(
        [],
        description="Compliance blocks that apply: a list, or a mapping with `blocks`, `retention_days` and `decision_log`.",
    )
    gates: Gates | None = Field(
        None,
        description="The security gates around model calls: `default`, `strict`, or a mapping of what differs. `strict` under compliance blocks when left out. The operator's settings may be stricter.",
    )
    examples: list[CaseDocument] = Field(min_length=1, description="Cases that the coder may see.")
    tests: Annotated[list[CaseDocument], Field(min_length=1)] | TestsFile | None = Field(
        None, description="Hidden cases, inline or in a JSONL file."
    )
    accuracy: AccuracyDocument = AccuracyDocument()
    fallback: FallbackDocument = FallbackDocument()
    monitor: MonitorDocument | None = Field(
        None, description="Watch runs in production: drift, shadow checks, demotion. Nothing when left out."
    )
    limits: LimitsDocument = LimitsDocument()
    expected_executions: int | None = Field(None, ge=1, description="Runs a month, for the break-even.")

    @property
    def blocks(self) -> tuple[ComplianceBlock, ...]:
        """The compliance blocks, however they are written."""
        given = self.compliance
        return tuple(dict.fromkeys(given.blocks if isinstance(given, ComplianceDocument) else given))

    @property
    def gates_said(self) -> JsonValue:
        """What the spec says of gates, as data; None for nothing."""
        if not isinstance(self.gates, GatesDocument):
            return self.gates
        # Not what is unset: null as a threshold says "never".
        return self.gates.model_dump(mode="json", exclude_unset=True)

    @property
    def retention_days(self) -> int | None:
        """How long the logs of effects and of decisions are kept; None when the spec does not say."""
        return self.compliance.retention_days if isinstance(self.compliance, ComplianceDocument) else None

    @property
    def decision_log(self) -> Literal["digests", "full"] | None:
        """What is noted of every run; None for nothing."""
        return self.compliance.decision_log if isinstance(self.compliance, ComplianceDocument) else None


def spec_json_schema() -> dict[str, JsonValue]:
    """The JSON Schema of spec files, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **SpecDocument.model_json_schema()}
