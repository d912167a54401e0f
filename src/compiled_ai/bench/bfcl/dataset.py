"""BFCL's single-turn categories as a dataset: protocols, cases, verdicts, official figures."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar, get_args

from compiled_ai.bench.bfcl.evaluator import judge_calls
from compiled_ai.bench.bfcl.figures import official_figures
from compiled_ai.bench.bfcl.live import (
    SHOWN,
)
from compiled_ai.bench.bfcl.paraphrases import PARAPHRASE_SETS
from compiled_ai.bench.bfcl.protocols import SEED, BfclSettings, Planned, Planner, Protocol
from compiled_ai.bench.bfcl.source import (
    BFCL_VERSION,
    CATEGORIES,
    data_digest,
    wheel_digest,
)
from compiled_ai.bench.bfcl.tasks import TaskPlan, form_of, task_of, tool_name
from compiled_ai.bench.model import Case, Environment, Split, Task, Verdict
from compiled_ai.errors import OperatorError
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import suggest

SOURCE = "https://github.com/ShishirPatil/gorilla/tree/main/berkeley-function-call-leaderboard"
_OPTIONS = ("category", "protocol", "k", "seed", "paraphrases", "root")
_Known = TypeVar("_Known", bound=str)


class BfclDataset:
    """BFCL v4, single turn, judged by an evaluator that agrees with the official one."""

    name = "bfcl"

    def __init__(self, settings: BfclSettings | None = None) -> None:
        """Nothing is read before tasks or cases are asked for."""
        self._settings = settings or BfclSettings()

    @property
    def description(self) -> JsonObject:
        """Where it comes from.

        Raises:
            MissingToolError: the data is not there and cannot be fetched.
        """
        settings = self._settings
        categories: list[JsonValue] = [*settings.categories]
        return {
            "version": f"BFCL v4, bfcl-eval {BFCL_VERSION}",
            "source": SOURCE,
            "licence": "Apache-2.0",
            "digest": data_digest(settings.categories, home=settings.home),
            "wheel": wheel_digest(),
            "protocol": settings.protocol,
            "options": {
                "category": categories,
                "k": settings.shown,
                "seed": settings.seed,
                "paraphrases": settings.paraphrases,
            },
        }

    def tasks(self) -> Sequence[Task]:
        """All tasks, category after category.

        Raises:
            MissingToolError: the data is not there and cannot be fetched, or the paraphrases are not there.
            OperatorError: the protocol has no case in these categories.
        """
        return self._tasks

    def cases(self) -> Sequence[Case]:
        """All cases, task after task.

        Raises:
            MissingToolError: as of `tasks`.
            OperatorError: as of `tasks`.
        """
        return [case for built in self._built.values() for case in built.cases]

    def judge(self, case: Case, output: JsonValue) -> Verdict:
        """What BFCL's official evaluation says of the calls in `output`."""
        plan = self._built[case.task_id].plan
        is_object = form_of(plan.category, plan.functions) == "object"
        calls = _one_call(plan, output) if is_object else _named_calls(output)
        if case.must_decline:
            is_declined = not is_object and calls == []
            reason = "" if is_declined else "it had to be declined"
            return Verdict(score=float(is_declined), right=is_declined, reason=reason)
        due = case.expected if isinstance(case.expected, list) else []
        accepted = [item for item in due if isinstance(item, dict)]
        return judge_calls(plan.functions, calls, accepted, case.group)

    def open(self, case: Case) -> Environment:
        """Nothing: no case is a dialogue."""
        raise OperatorError(f"case {case.case_id} of {self.name} is no dialogue; it has nothing to act in")

    def aggregate(self, judged: Sequence[tuple[Case, JsonValue]]) -> Mapping[str, float]:
        """BFCL's own figures, apart for seen and held-out cases, such as ``held_out: live_multiple``."""
        rights: dict[Split, dict[str, list[bool]]] = {}
        for case, output in judged:
            is_right = case.must_decline if output is None else self.judge(case, output).right
            rights.setdefault(case.split, {}).setdefault(case.group, []).append(is_right)
        return {
            f"{split}: {name}": value
            for split, found in rights.items()
            for name, value in official_figures(found).items()
        }

    @functools.cached_property
    def _tasks(self) -> tuple[Task, ...]:
        return tuple(task_of(built.plan) for built in self._built.values())

    @functools.cached_property
    def _built(self) -> Mapping[str, Planned]:
        found = {built.plan.task_id: built for built in Planner(self._settings).build()}
        if not any(built.cases for built in found.values()):
            names = ", ".join(self._settings.categories)
            raise OperatorError(
                f"the dataset bfcl has no held-out requests in {names}: live_simple, live_multiple, live_irrelevance and simple_python have some; "
                "the protocols own-query, zero-shot and both take the others too"
            )
        return found


def _one_call(plan: TaskPlan, arguments: JsonValue) -> JsonValue:
    return [{"name": plan.functions[0].name, "arguments": arguments}]


def _named_calls(output: JsonValue) -> JsonValue:
    """The calls of an output with the names of tools; a call alone is taken for a list of it."""
    if not isinstance(output, dict):
        return output
    calls = [output] if output.keys() == {"name", "arguments"} else output.get("calls")
    if not isinstance(calls, list):
        return calls
    return [
        {**call, "name": tool_name(name)}
        if isinstance(call, dict) and isinstance(name := call.get("name"), str)
        else call
        for call in calls
    ]


def make(options: Mapping[str, str]) -> BfclDataset:
    """The dataset. Nothing is read before its tasks are asked for.

    Args:
        options: ``category`` (one, several by comma, or ``all``), ``protocol``, ``k`` (requests of a set that are shown), ``seed`` (which they are),
            ``paraphrases`` (check, dev or heldout) and ``root`` (a checkout, for the paraphrases).

    Raises:
        OperatorError: an option or its value is unknown.
    """
    for name in options:
        if name not in _OPTIONS:
            raise OperatorError(
                f"the dataset bfcl has no option '{name}'; it has {', '.join(_OPTIONS)}.{suggest(name, list(_OPTIONS))}"
            )
    names = options.get("category", "simple_python").split(",")
    protocols: tuple[Protocol, ...] = get_args(Protocol)
    root = options.get("root")
    return BfclDataset(
        BfclSettings(
            categories=CATEGORIES
            if names == ["all"]
            else tuple(dict.fromkeys(_known(name.strip(), CATEGORIES, "category") for name in names)),
            protocol=_known(options.get("protocol", "own-query"), protocols, "protocol"),
            shown=_count(options.get("k", str(SHOWN)), "k", least=1),
            seed=_count(options.get("seed", str(SEED)), "seed", least=0),
            paraphrases=_known(options.get("paraphrases", "check"), PARAPHRASE_SETS, "set of paraphrases"),
            root=None if root is None else Path(root).expanduser(),
        )
    )


def _known(value: str, known: Sequence[_Known], option: str) -> _Known:
    for choice in known:
        if choice == value:
            return choice
    raise OperatorError(
        f"the dataset bfcl has no {option} '{value}'; it has {', '.join(known)}.{suggest(value, list(known))}"
    )


def _count(value: str, option: str, *, least: int) -> int:
    if not (value.isascii() and value.isdigit()) or int(value) < least:
        raise OperatorError(
            f"the option {option} of the dataset bfcl is a number from {least} on, not '{value}'"
        )
    return int(value)
