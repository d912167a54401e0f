"""The five XY tasks, and three richer specs beside them, with their own evaluator.

Cases are of three groups. ``visible``: the spec's examples, which every prompt shows. ``selected-on``: the spec's tests, which stand in no prompt, but which a
candidate must pass to become an artifact; whoever is chosen by them has, in a way, seen them. ``held-out``: read by no compilation. Only the last are held out.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, get_args

import yaml

from compiled_ai.bench.model import Case, Environment, Example, Split, Task, Verdict
from compiled_ai.bench.xy.checkout import checkout
from compiled_ai.errors import OperatorError
from compiled_ai.factory.evidence import whole_instructions
from compiled_ai.scoring.evaluators import compare_output
from compiled_ai.spec import cases as spec_cases
from compiled_ai.spec.canonical import JsonObject, JsonValue, digest
from compiled_ai.spec.load import load_cases, load_spec
from compiled_ai.spec.model import Spec
from compiled_ai.spec.schema import suggest
from compiled_ai.spec.yaml_source import parse_yaml

Which = Literal["xy", "examples", "all"]
"""``xy``: the five. ``examples``: the three richer ones."""
Protocol = Literal["all", "own-query", "held-out"]
"""``own-query``: only cases that compilations go by. ``held-out``: only those that none reads. ``all``: both, told apart in every result."""
Choice = TypeVar("Choice", bound=str)
VERSION = "1.0.0"
_FIVE = ("classification", "normalization", "extraction", "transformation", "function_calling")
_RICHER = ("ticket_routing", "invoice_normalization", "glp1_prior_authorization")
_NEEDS = ("examples/xy", "datasets/xy")
_OPTIONS = ("set", "protocol", "root")


@dataclass(frozen=True, kw_only=True)
class _Source:
    """Where a task lies below the root."""

    task_id: str
    spec: str
    held_out: str


def _sources(which: Which) -> tuple[_Source, ...]:
    five = [
        _Source(task_id=name, spec=f"examples/xy/{name}.yaml", held_out=f"datasets/xy/{name}/heldout.jsonl")
        for name in _FIVE
    ]
    richer = [
        _Source(task_id=name, spec=f"examples/{name}.yaml", held_out=f"datasets/{name}/heldout.jsonl")
        for name in _RICHER
    ]
    return (*(five if which != "examples" else ()), *(richer if which != "xy" else ()))


class XyDataset:
    """Tasks of ours with visible and hidden cases, judged by each spec's own evaluator."""

    name = "xy"

    def __init__(self, *, which: Which = "xy", protocol: Protocol = "all", root: Path | None = None) -> None:
        """See `make`. `root` None: the checkout that the working folder lies in."""
        self._which = which
        self._protocol = protocol
        self._root = root

    @property
    def description(self) -> JsonObject:
        """Where it comes from. Its digest covers every spec and case, of whatever protocol."""
        cases: list[JsonValue] = [case.digest for loaded in self._loaded for case in loaded.cases]
        return {
            "version": VERSION,
            "source": "our own: examples/ and datasets/ of the repository, see datasets/README.md",
            "licence": "that of the repository",
            "digest": digest("bench-xy1", [*(loaded.task.digest for loaded in self._loaded), *cases]),
            "protocol": self._protocol,
            "options": {"set": self._which},
        }

    def tasks(self) -> Sequence[Task]:
        """The tasks, in the order of the demo.

        Raises:
            MissingToolError: there is no checkout here.
            StoreError: a file of it is missing.
        """
        return [loaded.task for loaded in self._loaded]

    def cases(self) -> Sequence[Case]:
        """The cases of the protocol, task after task: visible, selected-on, held-out.

        Raises:
            MissingToolError: there is no checkout here.
            StoreError: a file of it is missing.
        """
        wanted: dict[Protocol, set[Split]] = {
            "all": {"seen", "held_out"},
            "own-query": {"seen"},
            "held-out": {"held_out"},
        }
        splits = wanted[self._protocol]
        return [case for loaded in self._loaded for case in loaded.cases if case.split in splits]

    def judge(self, case: Case, output: JsonValue) -> Verdict:
        """Agreement by the spec's evaluator, in 0..1; right only if all of it agrees."""
        if case.must_decline:
            return Verdict(score=0.0, right=False, reason="it had to be declined")
        if not isinstance(output, dict) or not isinstance(case.expected, dict):
            return Verdict(score=0.0, right=False, reason="the answer is no object")
        accuracy = self._spec_of(case).accuracy
        agreement = compare_output(case.expected, output, accuracy)
        if agreement.score == 1.0:
            return Verdict(score=1.0, right=True)
        missed = agreement.missed or _differing(case.expected, output)
        return Verdict(
            score=agreement.score, right=False, reason=f"differs in {', '.join(missed[:8]) or 'its whole'}"
        )

    def _spec_of(self, case: Case) -> Spec:
        return next(loaded.spec for loaded in self._loaded if loaded.task.task_id == case.task_id)

    def open(self, case: Case) -> Environment:
        """Nothing: no task of this dataset is a dialogue."""
        raise OperatorError(f"case {case.case_id} of {self.name} is no dialogue; it has nothing to act in")

    def aggregate(self, judged: Sequence[tuple[Case, JsonValue]]) -> Mapping[str, float]:  # noqa: ARG002 - the field has no further figures
        """Empty: the share of right answers is all there is."""
        return {}

    @functools.cached_property
    def _loaded(self) -> tuple[_Loaded, ...]:
        root = checkout(self._root, needs=_NEEDS, dataset=self.name)
        return tuple(_load(root, source) for source in _sources(self._which))


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    task: Task
    spec: Spec
    cases: tuple[Case, ...]


def _load(root: Path, source: _Source) -> _Loaded:
    spec = load_spec(root / source.spec)
    held_out = load_cases(root / source.held_out, spec)
    task = Task(
        task_id=source.task_id,
        instructions=whole_instructions(spec),
        output_schema=spec.output_schema,
        spec=_whole_text(spec),
        examples=tuple(Example(input=case.input, output=case.output) for case in spec.examples),
    )
    groups: list[tuple[Split, str, Sequence[spec_cases.Case]]] = [
        ("seen", "visible", spec.examples),
        ("seen", "selected-on", spec.tests),
        ("held_out", "held-out", held_out),
    ]
    cases = tuple(
        Case(
            case_id=f"{source.task_id}.{case.case_id}",
            task_id=source.task_id,
            split=split,
            input=case.input,
            expected=case.output,
            must_decline=case.must_abstain,
            group=group,
        )
        for split, group, found in groups
        for case in found
    )
    return _Loaded(task=task, spec=spec, cases=cases)


def _whole_text(spec: Spec) -> str:
    """The text of `spec` with the cases of its tests file in it: a task has to stand on its own, without a folder beside it."""
    data = parse_yaml(spec.source.text, path=spec.source.path).data
    assert isinstance(data, dict), "a spec that was loaded is an object"
    tests: list[JsonValue] = [_case_data(case) for case in spec.tests]
    return yaml.safe_dump({**data, "tests": tests}, sort_keys=False, allow_unicode=True, width=10_000)


def _case_data(case: spec_cases.Case) -> JsonObject:
    expectation: JsonObject = {"abstain": True} if case.output is None else {"output": case.output}
    given: JsonObject = {"given": {**case.given}} if case.given else {}
    return {"id": case.case_id, "input": case.input, **given, **expectation}


def _differing(expected: JsonObject, given: JsonObject) -> tuple[str, ...]:
    names = {**expected, **given}
    return tuple(name for name in names if expected.get(name) != given.get(name))


def make(options: Mapping[str, str]) -> XyDataset:
    """The dataset. Nothing is read before its tasks are asked for.

    Args:
        options: ``set`` (xy, examples or all), ``protocol`` (own-query, held-out or all) and ``root`` (a checkout).

    Raises:
        OperatorError: an option or its value is unknown.
    """
    for name in options:
        if name not in _OPTIONS:
            raise OperatorError(
                f"the dataset xy has no option '{name}'; it has {', '.join(_OPTIONS)}.{suggest(name, list(_OPTIONS))}"
            )
    sets: tuple[Which, ...] = get_args(Which)
    protocols: tuple[Protocol, ...] = get_args(Protocol)
    root = options.get("root")
    return XyDataset(
        which=_chosen(options.get("set", "xy"), sets, "set"),
        protocol=_chosen(options.get("protocol", "all"), protocols, "protocol"),
        root=None if root is None else Path(root).expanduser(),
    )


def _chosen(value: str, known: Sequence[Choice], option: str) -> Choice:
    for choice in known:
        if choice == value:
            return choice
    raise OperatorError(
        f"the dataset xy has no {option} '{value}'; it has {', '.join(known)}.{suggest(value, list(known))}"
    )
