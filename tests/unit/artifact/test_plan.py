"""Plans against a naive reference: the same flow, walked node by node with a copied scope everywhere."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.artifact.flow import Do, ForEach, Node, Parallel, Sequence, Switch
from compiled_ai.artifact.plan import compile_plan, compile_watched, place_of, run_steps
from compiled_ai.artifact.workflow import PlannedStep, Workflow, workflow_data, workflow_from
from compiled_ai.modules import Abstain, abstain

Scope = dict[str, Any]


class Maker:
    """Makes a random flow with the steps in it: they add numbers, lists and words, and take what is in scope."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.steps: list[PlannedStep] = []
        self.count = 0

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def step(self, scope: list[str]) -> tuple[Do, list[str]]:
        adds = [self.name(self.random.choice("nlw")) for _ in range(self.random.randint(1, 2))]
        takes = self.random.sample(scope, self.random.randint(0, min(3, len(scope))))
        kind = self.random.choice(["code", "rule", "bounded", "effect"])
        flags = [name for name in scope if name[0] == "n"]
        due = kind == "effect" and flags and self.random.random() < 0.5
        self.steps.append(
            PlannedStep(
                id=self.name("s"),
                kind=kind,  # type: ignore[arg-type]  # one of them
                takes=tuple(takes),
                output_schema={"properties": {name: {} for name in adds}},
                when=self.random.choice(flags) if due else None,
            )
        )
        return Do(self.steps[-1].id), [] if due else adds

    def sequence(self, scope: list[str], depth: int) -> tuple[Node, list[str]]:
        scope, added, nodes = list(scope), [], []
        for _ in range(self.random.randint(1, 3)):
            node, new = self.node(scope, depth)
            nodes.append(node)
            scope += new
            added += new
        return Sequence(tuple(nodes)), added

    def node(self, scope: list[str], depth: int) -> tuple[Node, list[str]]:
        kind = self.random.choice(["do", "do", "parallel", "foreach", "switch"]) if depth else "do"
        lists = [name for name in scope if name[0] == "l"]
        if kind == "parallel":
            parts = [self.sequence(scope, depth - 1) for _ in range(self.random.randint(1, 3))]
            return Parallel(tuple(node for node, _ in parts)), [name for _, new in parts for name in new]
        if kind == "foreach" and lists:
            item, over = self.name("w"), self.random.choice(lists)
            body, new = self.sequence([*scope, item], depth - 1)
            collect = {name: self.name("l") for name in {item, *new} if self.random.random() < 0.7}
            return ForEach(id=self.name("b"), over=over, item=item, body=body, collect=collect), [
                *collect.values()
            ]
        if kind == "switch" and scope:
            parts = [self.sequence(scope, depth - 1) for _ in range(self.random.randint(1, 3))]
            keys = ["1", "2", "null"][: len(parts)]
            cases = {key: node for key, (node, _) in zip(keys, parts, strict=True)}
            otherwise = self.sequence(scope, depth - 1)[0] if self.random.random() < 0.5 else None
            return Switch(
                id=self.name("b"), on=self.random.choice(scope), cases=cases, otherwise=otherwise
            ), []
        return self.step(scope)


def workflow_of(seed: int) -> Workflow:
    maker = Maker(seed)
    flow, added = maker.sequence(["l0", "n0"], 4)
    names = [name for step in maker.steps for name in step.adds]
    return Workflow(
        name="x",
        version="1.0.0",
        input_schema={"properties": {"l0": {}, "n0": {}}},
        output_schema={},
        steps=tuple(maker.steps),
        returns=tuple(dict.fromkeys([*added, *names])),
        flow=flow,
    )


def work(step: PlannedStep, taken: Scope) -> Scope:
    """What every step does here: something that depends on its name, on what it took, and on nothing else."""
    seen = sum(len(str(value)) for value in taken.values()) + sum(map(ord, step.id))
    if seen % 41 == 0:
        abstain(f"{step.id} declines")
    values = {"n": seen % 3, "l": [seen % 2, 1, 2][: seen % 4], "w": f"{step.id}:{sorted(taken)}"}
    return {name: values[name[0]] for name in step.adds}


class Reference:
    """Walks the flow and copies the scope wherever it can."""

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow
        self.steps = {step.id: step for step in workflow.steps}
        self.ran: list[str] = []

    def run(self, data: Scope) -> object:
        """The output, or the reason of the abstention."""
        try:
            scope = {**data, **self.walk(self.workflow.flow, data, ())}
        except Abstain as abstention:
            return abstention.reason
        return {name: scope[name] for name in self.workflow.returns if name in scope}

    def walk(self, node: Node, scope: Scope, items: tuple[int, ...]) -> Scope:
        """The names that `node` adds."""
        match node:
            case Do():
                return self.do(self.steps[node.step], scope, items)
            case Sequence():
                added: Scope = {}
                for child in node.nodes:
                    added = {**added, **self.walk(child, {**scope, **added}, items)}
                return added
            case Parallel():
                ends = [self.walk(branch, dict(scope), items) for branch in node.branches]
                return {name: value for end in ends for name, value in end.items()}
            case ForEach():
                return self.foreach(node, scope, items)
            case Switch():
                value = scope.get(node.on)
                branch = node.cases.get("null" if value is None else str(value), node.otherwise)
                return {} if branch is None else self.walk(branch, dict(scope), items)

    def do(self, step: PlannedStep, scope: Scope, items: tuple[int, ...]) -> Scope:
        if step.when and not scope[step.when]:
            return {}
        self.ran.append(place_of(step.id, items))
        return work(step, {name: scope[name] for name in step.takes if name in scope})

    def foreach(self, node: ForEach, scope: Scope, items: tuple[int, ...]) -> Scope:
        lists: dict[str, list[object]] = {name: [] for name in node.collect.values()}
        for index, value in enumerate(scope.get(node.over) or []):
            own = {**scope, node.item: value}
            own |= self.walk(node.body, own, (*items, index))
            for name, outside in node.collect.items():
                lists[outside].append(own.get(name))
        return lists


def activities_of(workflow: Workflow) -> Mapping[str, Any]:
    return {
        step.id: (lambda taken, step=step: work(step, taken))
        for step in workflow.steps
        if not step.is_outside
    }


inputs = st.fixed_dictionaries(
    {"n0": st.integers(0, 3)}, optional={"l0": st.lists(st.integers(0, 3), max_size=4) | st.none()}
)


@given(st.integers(0, 10**9), inputs)
@settings(max_examples=300, deadline=None)
def test_a_plan_gives_what_the_reference_gives(seed: int, data: Scope) -> None:
    workflow = workflow_of(seed)
    walker = Reference(workflow)
    wanted, before = walker.run(data), repr(data)
    plan = compile_plan(workflow, activities_of(workflow))
    for _ in range(2):
        assert ended(lambda: plan(data, lambda step, taken, _items: work(step, taken))) == wanted
    assert repr(data) == before
    noted: list[str] = []

    def carry_out(step: PlannedStep, taken: Scope, items: tuple[int, ...]) -> Scope:
        noted.append(place_of(step.id, items))
        return work(step, taken)

    assert ended(lambda: compile_watched(workflow, carry_out)(data)) == wanted
    assert noted == walker.ran


def ended(run: Callable[[], object]) -> object:
    """What `run` returns, or the reason of its abstention."""
    try:
        return run()
    except Abstain as abstention:
        return abstention.reason


@given(st.integers(0, 10**9))
@settings(max_examples=100, deadline=None)
def test_a_workflow_survives_the_way_to_another_process(seed: int) -> None:
    workflow = workflow_of(seed)
    assert workflow_from(workflow_data(workflow)) == workflow


def made(flow: Node, *steps: str, returns: tuple[str, ...] = ("out",)) -> Workflow:
    return Workflow(
        name="x",
        version="1.0.0",
        input_schema={},
        output_schema={},
        steps=tuple(PlannedStep(id=step, kind="code", takes=("x",), output_schema={"properties": {"y": {}}}) for step in steps),
        returns=returns,
        flow=flow,
    )  # fmt: skip


LOOP = ForEach(id="loop", over="xs", item="x", body=Do("a"), collect={"y": "out"})


def test_a_long_list_costs_its_length_and_no_more() -> None:
    plan = compile_plan(made(LOOP, "a"), {"a": lambda data: {"y": data["x"]}})
    numbers = list(range(100_000))
    assert plan({"xs": numbers, "big": ["x"] * 1_000}, _never) == {"out": numbers}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({}, id="missing"),
        pytest.param({"xs": None}, id="null"),
        pytest.param({"xs": []}, id="empty"),
    ],
)
def test_a_list_without_items_gives_empty_lists(data: Scope) -> None:
    assert compile_plan(made(LOOP, "a"), {"a": lambda _: {}})(data, _never) == {"out": []}


@pytest.mark.parametrize("value", ["abc", {"a": 1}, 3])
def test_what_is_no_list_is_told_and_not_gone_over(value: object) -> None:
    with pytest.raises(
        TypeError, match=r"foreach 'loop' goes over 'xs', which is (str|dict|int) and no list"
    ):
        compile_plan(made(LOOP, "a"), {"a": lambda _: {}})({"xs": value}, _never)  # type: ignore[dict-item]


def test_an_item_without_a_value_has_null_in_the_list() -> None:
    def odd(data: Scope) -> Scope:
        return {"y": 1} if data["x"] % 2 else {}

    assert run_steps(made(LOOP, "a"), {"a": odd}, {"xs": [1, 2, 3]}, outside=_never) == {"out": [1, None, 1]}


def test_branches_do_not_see_each_other() -> None:
    def takes_what_is_there(data: Scope) -> Scope:
        return {"y": sorted(data)}

    first = PlannedStep(id="a", kind="code", takes=(), output_schema={"properties": {"out": {}}})
    second = PlannedStep(id="b", kind="code", takes=("out",), output_schema={"properties": {"y": {}}})
    workflow = Workflow(name="x", version="1.0.0", input_schema={}, output_schema={}, steps=(first, second), returns=("out", "y"),
                        flow=Parallel((Do("a"), Do("b"))))  # fmt: skip
    assert run_steps(workflow, {"a": lambda _: {"out": 1}, "b": takes_what_is_there}, {}, outside=_never) == {
        "out": 1,
        "y": [],
    }


@pytest.mark.parametrize(
    ("flow", "words"),
    [
        pytest.param(Sequence((Do("a"), LOOP)), "twice", id="twice"),
        pytest.param(
            ForEach(id="f", over="xs", item="x", body=Do("z")), "'z', which is not among", id="unknown"
        ),
        pytest.param(Parallel(()), "does not name the step 'a'", id="left out"),
    ],
)
def test_a_flow_that_does_not_name_the_steps_is_refused(flow: Node, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        compile_plan(made(flow, "a"), {"a": lambda _: {}})


def test_a_missing_activity_is_refused() -> None:
    with pytest.raises(ValueError, match="no activity for the step 'a'"):
        compile_plan(made(LOOP, "a"), {})


def test_a_plain_sequence_follows_the_steps() -> None:
    workflow = made(Sequence((Do("b"), Do("a"))), "a", "b")
    assert workflow.is_sequence
    assert workflow.flow == Sequence((Do("a"), Do("b")))


def _never(*_: object) -> Scope:
    raise AssertionError
