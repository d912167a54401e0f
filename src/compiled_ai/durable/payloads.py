"""What travels between submitter, workflow and activities, and so stands in every history. A field may be added with a default; none may change its meaning."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, JsonValue

WORKFLOW = "CompiledWorkflow"
"""Type of the workflow."""
BEGIN, STEP, FINISH = "compiled_ai.begin", "compiled_ai.step", "compiled_ai.finish"
"""Types of the activities."""

Json = dict[str, JsonValue]


class _Payload(BaseModel):
    model_config = ConfigDict(frozen=True)


class ArtifactRef(_Payload):
    """Which artifact: its name for people, its digest for certain."""

    name: str
    digest: str
    """``a1:`` digest."""


class Start(_Payload):
    """The input of a workflow."""

    artifact: ArtifactRef
    input: Json


class Outcome(_Payload):
    """The result of a workflow: what the local executor returns, apart from its time."""

    output: Json | None
    """None when it abstained."""
    served_by: str
    reason: str = ""
    tokens: int = 0
    cost_usd: str | None = "0"
    """Decimal number. None when the price of a call is unknown."""
    input_digest: str | None = None
    case: str | None = None


class StepPlan(_Payload):
    """How the workflow calls one step."""

    id: str
    takes: tuple[str, ...]
    adds: tuple[str, ...]
    when: str | None = None
    retries: int = 0
    timeout_seconds: float
    repeatable: bool = True
    """Whether it may be done twice, as when its worker died before it could say that it was done."""


class Plan(_Payload):
    """What the workflow interprets."""

    flow: JsonValue
    """As `compiled_ai.artifact.flow.flow_data` writes it."""
    steps: tuple[StepPlan, ...]
    returns: tuple[str, ...]
    noted: bool = False
    """Whether somebody takes note of runs, and so of failed ones too."""


class Begun(_Payload):
    """The answer to `BEGIN`: either all is done, or there is a plan."""

    outcome: Outcome | None = None
    input: Json | None = None
    """The input as compiled code takes it."""
    plan: Plan | None = None


class StepCall(_Payload):
    """The input of `STEP`."""

    artifact: ArtifactRef
    step: str
    taken: Json
    retries: int = 0
    timeout_seconds: float


class StepReply(_Payload):
    """The answer to `STEP`."""

    output: Json | None
    served_by: str
    reason: str = ""
    tokens: int = 0
    cost_usd: str | None = "0"
    case: str | None = None
    final: bool = False


class Helped(_Payload):
    """A step that compiled code declined and its own ladder answered."""

    step: str
    served_by: str
    reason: str
    case: str | None = None


class Failed(_Payload):
    """An error of ours, as `compiled_ai.durable.failures` tells it."""

    type: str
    message: str
    facts: Json = {}


class Finish(_Payload):
    """The input of `FINISH`: what the steps came to. One of `output`, `declined`, `problem` and `failed` is there."""

    artifact: ArtifactRef
    input: Json
    output: Json | None = None
    declined: StepReply | None = None
    problem: str | None = None
    """What kept the flow from going on, such as a foreach over no list."""
    failed: Failed | None = None
    helped: tuple[Helped, ...] = ()
    """In the order in which the local executor would have come to them."""
    tokens: int = 0
    cost_usd: str | None = "0"
