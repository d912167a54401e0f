"""What two artifacts of one task do differently, case by case. Nothing but compiled code runs: no model is asked, no effect carried out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from compiled_ai.errors import CompiledAIError, DeclinedError, OperatorError
from compiled_ai.evolve.lessons import HUMAN_ID, MODEL_ID, LoggedInput, input_digest
from compiled_ai.execution.local import LoadedWorkflow
from compiled_ai.scoring.evaluators import drop_nulls
from compiled_ai.scoring.scores import Verdict, judge
from compiled_ai.scoring.statistics import wilson_interval
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json
from compiled_ai.spec.cases import Case
from compiled_ai.spec.model import Accuracy

Group = Literal["example", "hidden", "new example", "new hidden", "logged"]
"""``new``: learnt from the log and in the new spec. ``logged``: known from the log alone."""
Authority = Literal["golden", "human", "model", "nobody"]
"""Who says what is right: the spec, a person in the log, the fallback model, nobody."""
State = Literal["right", "wrong", "declined", "failed", "answered", "unknown"]
"""``answered``: nobody says whether it is right. ``unknown``: the run would need a model or an effect."""

_STATES: dict[Verdict, State] = {
    "right": "right",
    "right_to_decline": "right",
    "wrong": "wrong",
    "declined": "declined",
    "crashed": "failed",
}
_BINDING: frozenset[Authority] = frozenset(("golden", "human"))


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One input to compare on."""

    digest: str
    input: JsonObject
    given: Mapping[str, JsonObject]
    group: Group
    authority: Authority
    expected: JsonObject | None
    """None: it must be declined, or nobody knows (`authority` says which)."""
    runs: int = 1
    """How many runs it stands for."""


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What one artifact did."""

    state: State
    output: JsonObject | None


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One input with what both did."""

    subject: Subject
    before: Behaviour
    after: Behaviour

    @property
    def change(self) -> str:
        """In words, such as ``declined->right``; ``answered->another answer`` where nobody says what is right."""
        is_same = _text(self.before.output) == _text(self.after.output)
        if self.before.state == self.after.state == "answered" and not is_same:
            return "answered->another answer"
        return f"{self.before.state}->{self.after.state}"

    @property
    def is_changed(self) -> bool:
        """Whether anything differs that counts."""
        return self.before.state != self.after.state or self.change.endswith("another answer")

    @property
    def is_regression(self) -> bool:
        """Whether what the spec or a person says is right was given and is no longer, or is contradicted now and was not."""
        if self.subject.authority not in _BINDING:
            return False
        before, after = self.before.state, self.after.state
        return (before == "right" and after != "right") or (after == "wrong" and before != "wrong")


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many inputs of one kind compiled code answers itself, at no token."""

    count: int
    answered: int
    right: int
    """Of those answered, the ones that are right, as far as anybody said."""
    wrong: int
    """Of those answered, the ones that somebody contradicts, the fallback model included."""

    def to_json(self) -> JsonObject:
        """With the 95 % interval of the share that is answered."""
        interval = wilson_interval(self.answered, self.count)
        return {
            "n": self.count,
            "answered": self.answered,
            "right": self.right,
            "wrong": self.wrong,
            "share": round(self.answered / self.count, 4) if self.count else None,
            "interval95": [round(interval.low, 4), round(interval.high, 4)],
        }


@dataclass(frozen=True, kw_only=True)
class BehaviourDiff:
    """Everything that was compared."""

    rows: tuple[Compared, ...]

    @property
    def regressions(self) -> tuple[Compared, ...]:
        """What keeps the candidate from being promoted."""
        return tuple(row for row in self.rows if row.is_regression)

    @property
    def changes(self) -> tuple[Compared, ...]:
        """What differs."""
        return tuple(row for row in self.rows if row.is_changed)

    def table(self) -> dict[tuple[Group, Authority], dict[str, int]]:
        """How many inputs changed how, by group and by who says what is right."""
        counts: dict[tuple[Group, Authority], Counter[str]] = {}
        for row in self.rows:
            counts.setdefault((row.subject.group, row.subject.authority), Counter())[row.change] += 1
        return {key: dict(sorted(counter.items())) for key, counter in counts.items()}

    def share(self, groups: Iterable[Group], *, after: bool) -> Share:
        """The zero-token share over the inputs of `groups`. What could not be run without a model counts as not answered."""
        wanted = frozenset(groups)
        states = [(row.after if after else row.before) for row in self.rows if row.subject.group in wanted]
        return Share(
            count=len(states),
            answered=sum(state.output is not None for state in states),
            right=sum(state.state == "right" and state.output is not None for state in states),
            wrong=sum(state.state == "wrong" for state in states),
        )

    def newly_wrong(self) -> tuple[int, int]:
        """Of the inputs that no coder saw and that are answered only now: how many somebody contradicts, and of how many that somebody answered."""
        fresh = [
            row.after.state
            for row in self.rows
            if row.subject.group in {"new hidden", "logged"} and row.before.state in {"declined", "failed"}
        ]
        return fresh.count("wrong"), fresh.count("wrong") + fresh.count("right")

    def counts(self) -> dict[str, int]:
        """How many inputs changed how, as it is recorded with a promotion: golden and human ones apart from those of a model."""
        counter: Counter[str] = Counter()
        for row in self.rows:
            who = "binding" if row.subject.authority in _BINDING else row.subject.authority
            counter[f"{who} {row.change}"] += 1
        return dict(sorted(counter.items()))


def compare(
    old: LoadedWorkflow, new: LoadedWorkflow, subjects: Iterable[Subject], accuracy: Accuracy
) -> BehaviourDiff:
    """What `old` and `new` do on `subjects`. Both must be loaded without a model, effects and a case log."""
    return BehaviourDiff(
        rows=tuple(
            Compared(
                subject=subject,
                before=_behaviour(old, subject, accuracy),
                after=_behaviour(new, subject, accuracy),
            )
            for subject in subjects
        )
    )


def golden_subjects(cases: Iterable[Case], group: Group, logged: Sequence[LoggedInput] = ()) -> list[Subject]:
    """Cases of a spec to compare on. Those that are among `logged` are as the log has them now: a person may have answered since."""
    known = {item.digest: item for item in logged if item.output is not None}
    subjects = []
    for case in cases:
        key = input_digest(case.input)
        item = known.get(key)
        subjects.append(
            Subject(
                digest=key,
                input=case.input,
                given=case.given,
                group=group,
                authority=item.by if item else _authority(case),
                expected=item.output if item else case.output,
                runs=item.runs if item else 1,
            )
        )
    return subjects


def logged_subjects(inputs: Iterable[LoggedInput], *, apart_from: frozenset[str]) -> list[Subject]:
    """Logged inputs to compare on, without those whose digests are known."""
    return [
        Subject(
            digest=item.digest,
            input=item.input,
            given=item.given,
            group="logged",
            authority=item.by,
            expected=item.output,
            runs=item.runs,
        )
        for item in inputs
        if item.digest not in apart_from
    ]


def _authority(case: Case) -> Authority:
    if case.case_id.startswith(MODEL_ID):
        return "model"
    return "human" if case.case_id.startswith(HUMAN_ID) else "golden"


def _behaviour(workflow: LoadedWorkflow, subject: Subject, accuracy: Accuracy) -> Behaviour:
    output = None
    try:
        output = workflow.run(subject.input, given=subject.given, acts=False).output
        has_failed = False
    except DeclinedError:  # the spec's ladder ends in an error
        has_failed = False
    except OperatorError:  # a bounded step or an effect for which nothing is given
        return Behaviour(state="unknown", output=None)
    except CompiledAIError:
        has_failed = True
    if has_failed:
        return Behaviour(state="failed", output=None)
    if subject.authority == "nobody":
        return Behaviour(state="declined" if output is None else "answered", output=output)
    case = Case(case_id="", input=subject.input, output=subject.expected)
    verdict = judge(case, output=output, abstained=output is None, accuracy=accuracy).verdict
    return Behaviour(state=_STATES[verdict], output=output)


def _text(output: JsonValue) -> str:
    return canonical_json(drop_nulls(output))
