"""Determinism: the same inputs in processes that differ in everything that must not matter.

Each trial is a process of its own with another hash seed, time zone, locale, working directory and order of inputs. The last one makes every call
twice. Entropy is Shannon's, in bits, of the outcomes of one input, averaged over the inputs: 0 means that nothing ever differed.
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

from compiled_ai.findings import Finding
from compiled_ai.sandbox.jail import Jail
from compiled_ai.sandbox.model import CaseRow, Sandbox, SandboxOutcome, Surroundings
from compiled_ai.spec.canonical import canonical_json
from compiled_ai.spec.cases import HiddenCase
from compiled_ai.spec.schema import shorten
from compiled_ai.validation.subject import Subject, Trial

HOME = Surroundings(hash_seed=1, timezone="UTC0", locale="C.UTF-8")
"""Where cases are scored."""


@dataclass(frozen=True, kw_only=True)
class _Visit:
    surroundings: Surroundings
    order: str
    calls: int = 1


_VISITS = (
    _Visit(surroundings=HOME, order="as given"),
    _Visit(
        surroundings=Surroundings(hash_seed=4_027, timezone="XST-13:45", locale="de_DE.UTF-8"),
        order="reversed",
    ),
    _Visit(
        surroundings=Surroundings(hash_seed=77, timezone="YST+11:30", locale="tr_TR.UTF-8"),
        order="shuffled",
        calls=2,
    ),
)
PARALLEL = 2
"""Processes at a time."""


@dataclass(frozen=True, kw_only=True)
class Replication:
    """The same trials, visited once per surroundings."""

    trials: tuple[Trial, ...]
    rows: tuple[tuple[CaseRow, ...], ...]
    """One tuple per visit, each in the order of `trials`."""
    outcomes: tuple[SandboxOutcome, ...]

    @property
    def home(self) -> tuple[CaseRow, ...]:
        """The rows of the first visit."""
        return self.rows[0]

    def entropy(self) -> float:
        """Mean entropy of an input's outcomes, in bits."""
        if not self.trials:
            return 0.0
        return math.fsum(_entropy(endings) for endings in self._endings) / len(self.trials)

    def unstable(self) -> list[tuple[Trial, list[str]]]:
        """Trials whose endings differ, with the distinct endings."""
        return [
            (trial, sorted(set(endings)))
            for trial, endings in zip(self.trials, self._endings, strict=True)
            if len(set(endings)) > 1
        ]

    @cached_property
    def _endings(self) -> list[list[str]]:
        return [_endings_of(rows) for rows in zip(*self.rows, strict=True)]


def _endings_of(rows: Sequence[CaseRow]) -> list[str]:
    """How one input ended on each visit that reached it."""
    ran = [row for row in rows if row.status in ("answered", "abstained", "crashed")]
    again = [f"{ending_of(row)}, and otherwise when called again" for row in ran if not row.steady]
    return [ending_of(row) for row in ran] + again


def replicate(subject: Subject, trials: Sequence[Trial], sandbox: Sandbox) -> Replication:
    """The rows of `trials` from every visit. Two processes run at a time.

    On each visit hidden cases come last: code that keeps what it sees could otherwise put their content into an ending that is shown.

    Raises:
        SandboxError: the sandbox itself failed.
    """
    orders = [_order(visit.order, trials) for visit in _VISITS]

    def visit(number: int) -> SandboxOutcome:
        plan = _VISITS[number]
        job = subject.job(
            [trials[index] for index in orders[number]],
            surroundings=plan.surroundings,
            calls=plan.calls,
            restarts=0,
        )
        return sandbox.run(job)

    with ThreadPoolExecutor(PARALLEL) as pool:
        outcomes = tuple(pool.map(visit, range(len(_VISITS))))
    rows = tuple(_put_back(outcome.rows, order) for outcome, order in zip(outcomes, orders, strict=True))
    return Replication(trials=tuple(trials), rows=rows, outcomes=outcomes)


def warm_up(sandbox: Sandbox) -> None:
    """Start what `sandbox` keeps between jobs, while other stages are at work."""
    if isinstance(sandbox, Jail):
        sandbox.warm_up([visit.surroundings for visit in _VISITS])


def determinism_findings(replication: Replication) -> list[Finding]:
    """One error if any input ended in more than one way."""
    unstable = replication.unstable()
    if not unstable:
        return []
    shown = next((item for item in unstable if not isinstance(item[0].case, HiddenCase)), None)
    example = ""
    if shown:
        trial, endings = shown
        example = (
            f", such as input {shorten(canonical_json(trial.input), 200)}: "
            f"{' or '.join(shorten(ending, 120) for ending in endings[:2])}"
        )
    return [
        Finding(
            stage="execution",
            tool="determinism",
            rule="unstable",
            message=f"{len(unstable)} of {len(replication.trials)} inputs answer differently in another process (hash seed, time zone, locale, "
            f"order) or when called again{example}. Sort sets before use, keep no state, use no clock and no addresses",
        )
    ]


def ending_of(row: CaseRow) -> str:
    """How `row` ended as text: equal texts mean byte-identical endings."""
    return json.dumps(row.output) if row.status == "answered" else f"{row.status}: {row.detail}"


def _entropy(endings: Sequence[str]) -> float:
    total = len(endings)
    return -math.fsum(
        count / total * math.log2(count / total) for count in Counter(endings).values() if count != total
    )


def _order(kind: str, trials: Sequence[Trial]) -> list[int]:
    hidden = [index for index, trial in enumerate(trials) if isinstance(trial.case, HiddenCase)]
    known = set(hidden)
    groups = [[index for index in range(len(trials)) if index not in known], hidden]
    for group in groups:
        if kind == "reversed":
            group.reverse()
        elif kind == "shuffled":
            random.Random(len(trials)).shuffle(group)  # noqa: S311 - an order, not a secret
    return [index for group in groups for index in group]


def _put_back(rows: Sequence[CaseRow], order: Sequence[int]) -> tuple[CaseRow, ...]:
    """`rows`, which came in `order`, in the order of the trials."""
    placed = dict(zip(order, rows, strict=True))
    return tuple(placed[index] for index in range(len(rows)))
