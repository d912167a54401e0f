"""The rows of a benchmark run: one line of JSON for each answered case, and one for each preparation of a task."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

Outcome = Literal[
    "right", "wrong", "declined", "rightly_declined", "failed", "timed_out", "not_prepared", "too_dear"
]
"""``right`` and ``rightly_declined`` count as right. ``wrong``: answered, and not right. ``declined``: an answer was due. ``failed``: ended in an error or a crash.
``timed_out``: its process was killed. ``not_prepared``: there was no artifact. ``too_dear``: the limit of money or tokens of the run was reached; such a row is tried
again by ``--resume``."""
RIGHT: frozenset[Outcome] = frozenset(("right", "rightly_declined"))
FORMAT = 1
"""Version of the rows' form."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CallRow(_Row):
    """One call of a model; see `compiled_ai.bench.model.ModelCall`."""

    input_tokens: int
    output_tokens: int
    seconds: float
    first_token_seconds: float | None = None
    cached_tokens: int = 0
    estimated: bool = False
    replayed: bool = False
    by_hand: bool = False
    error: str | None = None
    cost_usd: float | None = None
    """None when the price is unknown."""


def _total(calls: tuple[CallRow, ...]) -> float | None:
    costs = [call.cost_usd for call in calls]
    return None if None in costs else sum(cost for cost in costs if cost is not None)


class CaseRow(_Row):
    """One case answered once by one system."""

    kind: Literal["case"] = "case"
    format: Literal[1] = 1
    dataset: str
    system: str
    task_id: str
    case_id: str
    case_digest: str
    split: Literal["seen", "held_out"]
    group: str = ""
    must_decline: bool = False
    repeat: int = 0
    """0-based."""
    identity: str
    """Of what answered: artifact or system, its code and settings included."""
    outcome: Outcome
    score: float = Field(ge=0, le=1)
    output: JsonValue = None
    reason: str = ""
    error: str | None = None
    served_by: str = "nobody"
    seconds: float = 0.0
    cold: bool = False
    calls: tuple[CallRow, ...] = ()
    conforms: bool | None = None
    """Whether an output fits the task's schema; None without an output or a schema."""
    trace: dict[str, JsonValue] = Field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What makes a row a repetition of another: such a one is not run again."""
        return self.system, self.identity, self.case_id, self.case_digest, self.repeat

    @property
    def tokens(self) -> int:
        """Tokens of all its calls, prompts and replies."""
        return sum(call.input_tokens + call.output_tokens for call in self.calls)

    @property
    def cost_usd(self) -> float | None:
        """Money for all its calls in USD; None when the price of one is unknown, 0 without calls."""
        return _total(self.calls)


class PreparationRow(_Row):
    """One task prepared once by one system: the ledger of compilations, apart from that of cases."""

    kind: Literal["preparation"] = "preparation"
    format: Literal[1] = 1
    dataset: str
    system: str
    task_id: str
    task_digest: str
    system_identity: str
    """Of the system before it prepared anything."""
    identity: str
    """Of what came out; the key of the cases' rows."""
    seconds: float = 0.0
    calls: tuple[CallRow, ...] = ()
    problem: str = ""
    details: dict[str, JsonValue] = Field(default_factory=dict)

    @property
    def tokens(self) -> int:
        """Tokens of all its calls, prompts and replies."""
        return sum(call.input_tokens + call.output_tokens for call in self.calls)

    @property
    def cost_usd(self) -> float | None:
        """Money for all its calls in USD; None when the price of one is unknown, 0 without calls."""
        return _total(self.calls)


class RunInfo(_Row):
    """What a run was: ``run.json`` in its folder."""

    format: Literal[1] = 1
    run_id: str
    started_at: str
    """ISO 8601 with UTC."""
    dataset: str
    dataset_description: dict[str, JsonValue]
    systems: dict[str, dict[str, JsonValue]]
    """From a system's name to its `identity`."""
    model: str
    source: Literal["live", "replay", "none"]
    """Where replies of models come from. ``none``: no system asks one."""
    settings: dict[str, JsonValue]
    """Limit, repeats, seed, time limit of a case and the like."""
    machine: dict[str, JsonValue]
    version: str
    """Of Compiled AI, with the commit where it is known."""


class Run(BaseModel):
    """A run as it was read back."""

    model_config = ConfigDict(frozen=True)

    info: RunInfo
    preparations: tuple[PreparationRow, ...]
    cases: tuple[CaseRow, ...]
    inputs: dict[str, JsonValue] = Field(default_factory=dict)
    """From a case's id to ``{"input": ..., "expected": ...}``, for the failure gallery: ``cases.jsonl`` of the run."""
