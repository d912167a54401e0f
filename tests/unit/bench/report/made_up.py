"""A run that never took place: its figures are made up, so that reports of every kind can be tested and looked at.

It says so itself: data set, source and licence carry the words "made up".
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

from compiled_ai.bench.rows import CallRow, CaseRow, Outcome, PreparationRow, Run, RunInfo
from compiled_ai.spec.canonical import JsonObject, JsonValue

ATTACK = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\" onmouseover='alert(3)' javascript:alert(4) \u202egnp.exe \x1b[31m \ud800"
"""What somebody could write into an answer that is going to be shown."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """How a made-up system behaves."""

    name: str
    seen: float
    """Share that it gets right of what it was shown, in 0..1."""
    held_out: float
    declines: float = 0.0
    """Share of the rest that it declines."""
    fails: float = 0.0
    tokens: int = 0
    """For a case; 0: it asks no model."""
    calls: int = 1
    seconds: float = 2e-5
    compile_tokens: int = 0
    """For a task."""
    by_hand: bool = False
    estimated: bool = False
    priced: bool = True


ALL = (
    Made(name="compiled", seen=0.94, held_out=0.73, declines=0.6, compile_tokens=2_900, seconds=3.2e-5),
    Made(name="direct", seen=0.92, held_out=0.90, declines=0.1, tokens=310, seconds=1.9),
    Made(name="langchain", seen=0.9, held_out=0.87, fails=0.3, tokens=820, calls=2, seconds=4.4),
    Made(name="agent_framework", seen=0.91, held_out=0.89, tokens=1_450, calls=3, seconds=7.5),
    Made(name="autogen", seen=0.88, held_out=0.86, fails=0.2, tokens=1_610, calls=3, seconds=8.1),
    Made(name="dspy", seen=0.93, held_out=0.9, tokens=540, calls=1, seconds=2.3, compile_tokens=12_000),
    Made(name="synthesis", seen=0.71, held_out=0.48, declines=0.9, seconds=2.4e-5),
    Made(name="human", seen=0.98, held_out=0.93, declines=0.5, seconds=1.1e-5),
)
"""Eight systems, about as they might be."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How large the made-up run is, and what is special about it."""

    systems: tuple[Made, ...] = ALL
    tasks: int = 8
    seen: int = 24
    held_out: int = 40
    repeats: int = 1
    seed: int = 1
    dataset: str = "bfcl"
    description: JsonObject = field(default_factory=dict)
    source: str = "live"
    attack: bool = True
    """Whether one wrong answer of each system is `ATTACK`."""


def make_run(plan: Plan | None = None) -> Run:
    """A run as `plan` says; the same one each time."""
    chosen = plan or Plan()
    dice = random.Random(chosen.seed)
    cases = _cases(chosen)
    inputs: dict[str, JsonValue] = {
        case_id: {
            "input": {"request": f"Book {number} seats in row {number % 7} & <b>pay</b>"},
            "expected": _expected(number),
        }
        for number, (case_id, _, _) in enumerate(cases)
    }
    rows, preparations = [], []
    for system in chosen.systems:
        preparations += [_preparation(chosen, system, task, dice) for task in range(chosen.tasks)]
        for repeat in range(chosen.repeats):
            rows += [_row(chosen, system, case, number, repeat, dice) for number, case in enumerate(cases)]
    if chosen.attack:
        rows = _attacked(rows)
    return Run(info=_info(chosen), preparations=tuple(preparations), cases=tuple(rows), inputs=inputs)


def _info(plan: Plan) -> RunInfo:
    description: JsonObject = {
        "version": "made up",
        "source": "https://example.org/made-up",
        "licence": "none: these figures are made up",
        "digest": "s1:0000",
        "protocol": "held-out",
        **plan.description,
    }
    return RunInfo.model_validate(
        {
            "run_id": f"made-up-{plan.dataset}-{plan.seed}",
            "started_at": "2026-11-22T02:00:00+00:00",
            "dataset": plan.dataset,
            "dataset_description": description,
            "systems": {system.name: {"made_up": True, "version": "0"} for system in plan.systems},
            "model": "made-up:model-1",
            "source": plan.source,
            "settings": {"seed": plan.seed, "repeat": plan.repeats, "seconds": 60},
            "machine": {"cpus": 2, "system": "Linux"},
            "version": "0.2.0+made-up",
        }
    )


def _cases(plan: Plan) -> list[tuple[str, str, str]]:
    groups = ("simple_python", "multiple", "parallel")
    return [
        (
            f"case-{number:03d}",
            "seen" if number < plan.seen else "held_out",
            groups[number % len(groups)],
        )
        for number in range(plan.seen + plan.held_out)
    ]


def _expected(number: int) -> JsonValue:
    return {"seats": number, "row": number % 7}


def _row(
    plan: Plan, system: Made, case: tuple[str, str, str], number: int, repeat: int, dice: random.Random
) -> CaseRow:
    case_id, split, group = case
    must_decline = number % 13 == 12
    outcome = _outcome(system, system.seen if split == "seen" else system.held_out, must_decline, dice)
    answered = outcome in ("right", "wrong")
    output: JsonValue = _expected(number) if outcome == "right" else {"seats": number + 1, "row": 0}
    calls = tuple(_call(system, dice) for _ in range(system.calls if system.tokens else 0))
    return CaseRow.model_validate(
        {
            "dataset": plan.dataset,
            "system": system.name,
            "task_id": f"task-{number % plan.tasks}",
            "case_id": case_id,
            "case_digest": f"s1:{number:04d}",
            "split": split,
            "group": group,
            "must_decline": must_decline,
            "repeat": repeat,
            "identity": f"s1:{system.name}",
            "outcome": outcome,
            "score": float(outcome in ("right", "rightly_declined")),
            "output": output if answered else None,
            "reason": "" if outcome == "right" else f"{outcome}: made-up reason {number % 3}",
            "error": {"failed": "ModelReplyError", "timed_out": "TimeoutError"}.get(outcome),
            "served_by": "model" if system.tokens else "compiled",
            "seconds": sum(call.seconds for call in calls)
            if calls
            else system.seconds * math.exp(dice.gauss(0, 0.4)),
            "cold": number == 0,
            "calls": calls,
            "conforms": True if answered else None,
        }
    )


def _outcome(system: Made, right: float, must_decline: bool, dice: random.Random) -> Outcome:
    drawn, kind = dice.random(), dice.random()
    if drawn < right:
        return "rightly_declined" if must_decline else "right"
    if kind < system.declines and not must_decline:
        return "declined"
    if kind > 1 - system.fails:
        return "failed" if kind > 1 - 0.7 * system.fails else "timed_out"
    return "wrong"


def _call(system: Made, dice: random.Random) -> CallRow:
    share = system.tokens / system.calls
    spread = math.exp(dice.gauss(0, 0.25))
    read, written = round(share * 0.8 * spread), max(1, round(share * 0.2 * spread))
    return CallRow(
        input_tokens=read,
        output_tokens=written,
        seconds=system.seconds / system.calls * math.exp(dice.gauss(0, 0.35)),
        first_token_seconds=None if system.by_hand else 0.4 * math.exp(dice.gauss(0, 0.3)),
        estimated=system.estimated,
        by_hand=system.by_hand,
        cost_usd=(read * 1.25 + written * 10) / 1e6 if system.priced else None,
    )


def _preparation(plan: Plan, system: Made, task: int, dice: random.Random) -> PreparationRow:
    attempts = 1 + (dice.random() < 0.3) + (dice.random() < 0.1)
    calls: tuple[CallRow, ...] = ()
    details: dict[str, JsonValue] = {}
    if system.compile_tokens:
        share = system.compile_tokens // attempts
        calls = tuple(
            CallRow(
                input_tokens=round(share * 0.6),
                output_tokens=round(share * 0.4),
                seconds=12.0,
                estimated=system.estimated,
                by_hand=system.by_hand,
                cost_usd=share * 5e-6 if system.priced else None,
            )
            for _ in range(attempts)
        )
    if system.name in ("compiled", "synthesis", "human"):
        details = {"rung": "coder", "attempts": _attempts(attempts), "code": CODE}
    return PreparationRow(
        dataset=plan.dataset,
        system=system.name,
        task_id=f"task-{task}",
        task_digest=f"s1:t{task}",
        system_identity=f"s1:{system.name}",
        identity=f"s1:{system.name}",
        seconds=12.0 * attempts if system.compile_tokens else 0.0,
        calls=calls,
        details=details,
    )


CODE = '''def book(request: str) -> dict[str, int]:
    """Seats and row of a request."""
    words = request.split()
    if not words:
        return {"seats": 0, "row": 0}
    return {"seats": int(words[1]), "row": int(words[-1])}
'''


def _attempts(number: int) -> list[JsonValue]:
    names = ("security", "syntax", "execution", "accuracy")
    found: list[JsonValue] = []
    for attempt in range(1, number + 1):
        stop = len(names) if attempt == number else attempt % len(names) + 1
        stages: list[JsonValue] = [
            {"stage": name, "passed": attempt == number or place < stop - 1, "findings": 0}
            for place, name in enumerate(names[:stop])
        ]
        found.append({"by": "coder", "stages": stages})
    return found


def _attacked(rows: list[CaseRow]) -> list[CaseRow]:
    done: set[str] = set()
    found = []
    for row in rows:
        if row.outcome == "wrong" and row.system not in done:
            done.add(row.system)
            found.append(row.model_copy(update={"output": {"name": ATTACK}, "reason": ATTACK}))
        else:
            found.append(row)
    return found
