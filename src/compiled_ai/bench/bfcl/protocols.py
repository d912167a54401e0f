"""Which requests of BFCL are asked under a protocol, of which tasks, and what everybody may see of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from compiled_ai.bench.bfcl.live import (
    SHOWN,
    FunctionSet,
    divide,
    expected_output,
    group_cases,
    set_key,
)
from compiled_ai.bench.bfcl.paraphrases import Paraphrase, ParaphraseSet, read_paraphrases
from compiled_ai.bench.bfcl.source import BfclCase, BfclCategory, load_bfcl
from compiled_ai.bench.bfcl.tasks import TaskPlan, visible_answer, with_tool_names
from compiled_ai.bench.model import Case, Split

Protocol = Literal["own-query", "held-out", "both", "zero-shot"]
"""``own-query``: each request is a task of its own, and the visible example of it. ``held-out``: requests that no compilation saw, of tasks made from
others. ``both``: the same tasks with what they were made from, and own queries of the categories that have no held-out requests. ``zero-shot``: each request
is a task of its own, and nothing is shown, as BFCL asks models."""
_SETS: tuple[BfclCategory, ...] = ("live_simple", "live_multiple")
SEED = 11


@dataclass(frozen=True, kw_only=True)
class BfclSettings:
    """Which part of BFCL is asked, and how."""

    categories: tuple[BfclCategory, ...] = ("simple_python",)
    protocol: Protocol = "own-query"
    shown: int = SHOWN
    """How many requests of a set of functions everybody may see."""
    seed: int = SEED
    """Decides which they are."""
    paraphrases: ParaphraseSet = "check"
    root: Path | None = None
    """The checkout that the paraphrases are in. None: that around the working folder."""
    home: Path | None = None
    """Where BFCL lies. None: the user's data folder."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A plan for a task, with its cases."""

    plan: TaskPlan
    cases: tuple[Case, ...]


class Planner:
    """Tasks and cases of one setting."""

    def __init__(self, settings: BfclSettings) -> None:
        self._settings = settings

    def build(self) -> Iterator[Planned]:
        """Each task with its cases, category after category.

        Raises:
            MissingToolError: BFCL or the paraphrases are not there.
        """
        settings = self._settings
        if settings.protocol in {"own-query", "zero-shot"}:
            for category in settings.categories:
                yield from (self._single(case) for case in self._load(category))
            return
        wanted = settings.categories
        sets = self._sets() if set(wanted) & {*_SETS, "live_irrelevance"} else ()
        yield from sets
        taken = {case.case_id for built in sets for case in built.cases}
        for category in wanted:
            if category == "simple_python":
                yield from self._paraphrased()
            elif category not in _SETS and settings.protocol == "both":
                yield from (self._single(case) for case in self._load(category) if case.case_id not in taken)

    def _load(self, category: BfclCategory) -> Iterator[BfclCase]:
        return map(with_tool_names, load_bfcl(category, home=self._settings.home))

    def _single(self, case: BfclCase) -> Planned:
        """A request as a task of its own. For relevance there is no answer that could be shown."""
        is_shown = self._settings.protocol != "zero-shot" and case.category != "live_relevance"
        plan = TaskPlan(
            task_id=case.case_id,
            category=case.category,
            functions=case.functions,
            shown=((case.request, visible_answer(case)),) if is_shown else (),
        )
        return Planned(plan=plan, cases=(_case(case, case.case_id, "seen" if is_shown else "held_out"),))

    def _paraphrased(self) -> Iterator[Planned]:
        settings = self._settings
        others = read_paraphrases(settings.paraphrases, root=settings.root)
        for case in self._load("simple_python"):
            own = self._single(case)
            found = others.get(case.case_id, ())
            if found or settings.protocol == "both":
                rewordings = (
                    _paraphrase(case, item, f"{settings.paraphrases}.{number}")
                    for number, item in enumerate(found)
                )
                yield Planned(plan=own.plan, cases=(*own.cases, *rewordings))

    def _sets(self) -> Sequence[Planned]:
        """Sets of functions with several requests, and the requests that none of the set's functions fits."""
        settings = self._settings
        irrelevant: dict[str, list[BfclCase]] = {}
        if "live_irrelevance" in settings.categories:
            for case in self._load("live_irrelevance"):
                irrelevant.setdefault(set_key(case.functions), []).append(case)
        built = []
        for category in _SETS:
            for item in group_cases(list(self._load(category)), least=settings.shown + 2):
                declined = irrelevant.pop(set_key(item.functions), [])
                if category in settings.categories or declined:
                    built.append(self._set(item, category, declined))
        return built

    def _set(self, functions: FunctionSet, category: BfclCategory, declined: Sequence[BfclCase]) -> Planned:
        settings = self._settings
        task_id = f"{functions.set_id}.set"
        divided = divide(functions, seed=settings.seed, shown=settings.shown)
        shown = tuple((case.request, expected_output(functions, case)) for case in divided.shown)
        plan = TaskPlan(task_id=task_id, category=category, functions=functions.functions, shown=shown)
        cases = [_case(case, task_id, "held_out") for case in divided.scored]
        if settings.protocol == "both":
            cases = [*(_case(case, task_id, "seen") for case in divided.shown), *cases]
        if category not in settings.categories:
            cases = []
        return Planned(plan=plan, cases=(*cases, *(_case(case, task_id, "held_out") for case in declined)))


def _case(case: BfclCase, task_id: str, split: Split) -> Case:
    return Case(
        case_id=case.case_id,
        task_id=task_id,
        split=split,
        input={"request": case.request},
        expected=[*case.answers],
        must_decline="irrelevance" in case.category,
        group=case.category,
    )


def _paraphrase(case: BfclCase, item: Paraphrase, suffix: str) -> Case:
    (function,) = case.functions
    return Case(
        case_id=f"{case.case_id}.{suffix}",
        task_id=case.case_id,
        split="held_out",
        input={"request": item.request},
        expected=None if item.accepted is None else [{function.name: item.accepted}],
        must_decline=item.accepted is None,
        group="simple_python",
    )
