"""What a benchmark is made of: datasets of tasks and cases, systems that answer them, environments that they act in.

A *task* is what is compiled once (a function of BFCL, a task of XY); a *case* is one request for it. A *system* is anything that answers cases:
a compiled artifact, a model called each time, a framework of agents, code that a person wrote. All get the same tasks, cases and evaluator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from compiled_ai.spec.canonical import JsonObject, JsonValue, digest

Split = Literal["seen", "held_out"]
"""``seen``: whoever compiled the task was shown this very case. ``held_out``: no compilation and no prompt held it."""
Form = Literal["object", "calls", "dialogue"]
"""What an answer is. ``object``: it fits the task's output schema. ``calls``: ``{"calls": [{"name": ..., "arguments": {...}}]}`` of the task's tools.
``dialogue``: the system acts through tools until it submits, and the environment says what came of it."""
Decline = Literal["never", "allowed"]
"""Whether an answer may be left out. A case with ``must_decline`` is right only without an answer."""


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A function that a model may call."""

    name: str
    description: str
    parameters: JsonObject
    """JSON Schema of an object."""
    submits: bool = False
    """Whether a call of it hands in the answer and ends a dialogue: what a reviewer looks at before it happens."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is compiled once and then asked many times. Nothing of a held-out case stands in it."""

    task_id: str
    """Unique in its dataset; letters, digits, ``_``, ``-`` and ``.``."""
    instructions: str
    """What a model is told to do, the same words for each system."""
    output_schema: JsonObject
    """JSON Schema of the answer of a case that is not declined; ``{}`` for dialogues."""
    form: Form = "object"
    tools: tuple[Tool, ...] = ()
    """For ``calls`` and ``dialogue``."""
    spec: str | None = None
    """The task as YAML text for our compiler, with the cases that it may see. None: nothing that could be compiled."""
    examples: tuple[Example, ...] = ()
    """The same cases as in `spec`, for the systems that take a few shots: equal sight for all."""

    @property
    def digest(self) -> str:
        """Identity of all of it."""
        return digest(
            "bench-task1",
            {
                "id": self.task_id,
                "instructions": self.instructions,
                "output": self.output_schema,
                "form": self.form,
                "tools": [
                    [tool.name, tool.description, tool.parameters, tool.submits] for tool in self.tools
                ],
                "spec": self.spec,
                "examples": [[item.input, item.output] for item in self.examples],
            },
        )


@dataclass(frozen=True, kw_only=True)
class Example:
    """A case that everybody may see."""

    input: JsonObject
    output: JsonValue
    """None: to be declined."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One request, with what only the evaluator may see."""

    case_id: str
    """Unique in its dataset."""
    task_id: str
    split: Split
    input: JsonObject
    """All that a system gets."""
    expected: JsonValue = None
    """In the dataset's own form. Never leaves the evaluator and the environment."""
    must_decline: bool = False
    group: str = ""
    """What results are broken down by, such as BFCL's category."""

    @property
    def digest(self) -> str:
        """Identity of all of it, the expected answer included: a case that was mended is another case."""
        return digest(
            "bench-case1",
            [
                self.case_id,
                self.task_id,
                self.split,
                self.input,
                self.expected,
                self.must_decline,
                self.group,
            ],
        )


@dataclass(frozen=True, kw_only=True)
class ModelCall:
    """One call of a model."""

    input_tokens: int
    output_tokens: int
    seconds: float
    """Wall time; in a replay the recorded one."""
    first_token_seconds: float | None = None
    cached_tokens: int = 0
    estimated: bool = False
    """Whether the tokens are an estimate."""
    replayed: bool = False
    by_hand: bool = False
    """Whether a person or helper answered at a desk: then the seconds say nothing about a model."""
    error: str | None = None
    """Class of the error that it ended with."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a system says to one case."""

    output: JsonValue = None
    """None when it declined or failed."""
    declined: bool = False
    reason: str = ""
    """Of a decline or a failure."""
    error: str | None = None
    """Kind of a failure, such as ``ModelReplyError``. None for answers and declines."""
    served_by: str = "model"
    """``compiled``, ``model``, ``human`` (written by a person), or ``nobody``."""
    seconds: float = 0.0
    """From the case's input to the output, without starting processes or loading libraries."""
    calls: tuple[ModelCall, ...] = ()
    cold: bool = False
    """Whether it was the first answer of a process that had just started."""
    trace: JsonObject = field(default_factory=dict)
    """For a reader of the failure gallery: the environment's transcript, the lines that decided."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What a system did once for a task before its first case: for compiled code the compilation."""

    identity: str
    """Digest of what will answer: the artifact's, or that of `System.identity` where nothing was made."""
    calls: tuple[ModelCall, ...] = ()
    seconds: float = 0.0
    problem: str = ""
    """Why it cannot answer cases of the task, such as a compilation that failed; empty when it can."""
    details: JsonObject = field(default_factory=dict)
    """``rung``, ``attempts``, ``stages`` (per attempt and stage: passed, findings), ``code`` (its text), ``artifact`` (folder): see `docs/benchmark.md`."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the dataset's evaluator says of an output."""

    score: float
    """In 0..1."""
    right: bool
    """Whether it counts as right where only all or nothing counts."""
    reason: str = ""
    """Why it is not right."""


class Environment(Protocol):
    """What a system acts in, for tasks of the form ``dialogue``. One for each case; closed after it."""

    @property
    def opening(self) -> str:
        """The first message to the system."""
        ...

    def call(self, tool: str, arguments: JsonObject) -> str:
        """What the tool answers, an error in words included: whatever a system sends, it never raises for that."""
        ...

    @property
    def is_done(self) -> bool:
        """Whether the system has submitted, or used up its rounds."""
        ...

    def outcome(self) -> JsonValue:
        """What is to be judged: what was submitted and the state that was left behind. None when nothing was."""
        ...

    def close(self) -> None:
        """Let go of processes and files."""
        ...


@runtime_checkable
class Dataset(Protocol):
    """Tasks, cases, and who judges them."""

    @property
    def name(self) -> str:
        """As on the command line, such as ``bfcl``."""
        ...

    @property
    def description(self) -> JsonObject:
        """``version``, ``source`` (a link), ``licence``, ``digest`` of the data, ``protocol``, ``options``: goes into reports."""
        ...

    def tasks(self) -> Sequence[Task]:
        """All tasks, in a fixed order.

        Raises:
            MissingToolError: the data is not there and cannot be fetched; says what to do.
        """
        ...

    def cases(self) -> Sequence[Case]:
        """All cases, in a fixed order."""
        ...

    def judge(self, case: Case, output: JsonValue) -> Verdict:
        """The official verdict on an output that is neither None nor declined. Never raises for any output."""
        ...

    def open(self, case: Case) -> Environment:
        """What the case plays in, for dialogues.

        Raises:
            MissingToolError: its engine is not there; says what is missing.
        """
        ...

    def aggregate(self, judged: Sequence[tuple[Case, JsonValue]]) -> Mapping[str, float]:
        """The official figures over many outputs (None: no answer), where the field has such, as ``{"KILE AP": 0.4}``. Empty otherwise."""
        ...


class System(Protocol):
    """Something that answers cases. Lives in a worker process of its own, one case at a time."""

    @property
    def name(self) -> str:
        """As on the command line, such as ``langchain``."""
        ...

    @property
    def identity(self) -> JsonObject:
        """All that decides its answers beside the task: its own code, prompts, versions of libraries, model, settings. Hashed into each row."""
        ...

    def prepare(self, task: Task) -> Prepared:
        """Done once for a task. Failing to compile is a `Prepared` with a problem; operator errors are raised."""
        ...

    def answer(self, task: Task, case_input: JsonObject, environment: Environment | None) -> Answer:
        """The answer to one case of a task that was prepared. What goes wrong with a model or in code is an `Answer` with an error; operator errors are raised."""
        ...

    def close(self) -> None:
        """Let go of connections and processes."""
        ...


@runtime_checkable
class Restoring(Protocol):
    """What a `System` may do besides: take up what another process, or an earlier run, prepared. One that cannot is asked to prepare once more in each process."""

    def restore(self, task: Task, prepared: Prepared) -> bool:
        """Whether cases of `task` can now be answered as it was `prepared`, from what lies in the system's folder, without asking a model."""
        ...
