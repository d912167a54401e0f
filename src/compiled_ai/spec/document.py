"""The shape of a spec file. Every key is listed here; anything else is an error.

This is the model behind ``compiled-ai schema``; `load` turns it into the frozen `Spec`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, JsonValue, Tag

from compiled_ai.spec.effects import NAME as _NAME
from compiled_ai.spec.effects import DatabaseCall, HttpCall, NotificationCall
from compiled_ai.spec.model import ComplianceBlock, EvaluatorName, FallbackPolicy, FieldEvaluatorName

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


class CodeStepDocument(_Strict):
    """An activity whose body the coder writes."""

    id: str = Field(pattern=_NAME)
    kind: Literal["code"]
    instructions: str = Field(pattern=_NOT_BLANK)
    takes: list[str] | None = Field(None, description="Fields it reads. All in scope when left out.")
    output: dict[str, JsonValue] | None = Field(
        None, description="Fields it adds. The workflow's output when left out."
    )


class RuleStepDocument(_Strict):
    """An activity compiled from a decision table; no model is asked."""

    id: str = Field(pattern=_NAME)
    kind: Literal["rule"]
    rules: list[RuleDocument] = Field(min_length=1)
    output: dict[str, JsonValue] | None = Field(
        None, description="Fields it adds. Found from the rules when left out."
    )


class BoundedStepDocument(_Strict):
    """A step that a model answers at run time, under a schema, a timeout and a token budget."""

    id: str = Field(pattern=_NAME)
    kind: Literal["bounded"]
    instructions: str = Field(pattern=_NOT_BLANK)
    takes: list[str] | None = Field(None, description="Fields the model sees. All in scope when left out.")
    output: dict[str, JsonValue] = Field(description="Fields it adds; the model's reply must fit them.")


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
        description="Days that the audit log of effects is kept. Older records are purged, younger ones never.",
    )


def _compliance_form(value: object) -> str:
    return "ComplianceDocument" if isinstance(value, dict | ComplianceDocument) else "list"


Compliance = Annotated[
    Annotated[list[ComplianceBlock], Tag("list")] | Annotated[ComplianceDocument, Tag("ComplianceDocument")],
    Discriminator(_compliance_form),
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


class FallbackDocument(_Strict):
    """What answers when compiled code abstains."""

    policy: FallbackPolicy = "abstain"
    timeout_seconds: float = Field(30.0, gt=0, le=600)
    max_tokens: int = Field(2_000, ge=100, le=1_000_000)


class LimitsDocument(_Strict):
    """Bounds of a compilation."""

    attempts: int = Field(5, ge=1, le=5)
    tokens: int | None = Field(None, ge=500, le=1_000_000)
    case_seconds: float = Field(2.0, gt=0, le=60)
    memory_mb: int = Field(512, ge=128, le=16_384)


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
    steps: list[StepDocument] = Field(
        [], description="The plan, if you want to fix it. The compiler plans when left out."
    )
    compliance: Compliance = Field(
        [],
        description="Compliance blocks that apply: a list, or a mapping with `blocks` and `retention_days`.",
    )
    examples: list[CaseDocument] = Field(min_length=1, description="Cases that the coder may see.")
    tests: Annotated[list[CaseDocument], Field(min_length=1)] | TestsFile | None = Field(
        None, description="Hidden cases, inline or in a JSONL file."
    )
    accuracy: AccuracyDocument = AccuracyDocument()
    fallback: FallbackDocument = FallbackDocument()
    limits: LimitsDocument = LimitsDocument()
    expected_executions: int | None = Field(None, ge=1, description="Runs a month, for the break-even.")

    @property
    def blocks(self) -> tuple[ComplianceBlock, ...]:
        """The compliance blocks, however they are written."""
        given = self.compliance
        return tuple(dict.fromkeys(given.blocks if isinstance(given, ComplianceDocument) else given))

    @property
    def retention_days(self) -> int | None:
        """How long the audit log of effects is kept; None when the spec does not say."""
        return self.compliance.retention_days if isinstance(self.compliance, ComplianceDocument) else None


def spec_json_schema() -> dict[str, JsonValue]:
    """The JSON Schema of spec files, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **SpecDocument.model_json_schema()}
