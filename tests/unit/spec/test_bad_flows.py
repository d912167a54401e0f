"""What is wrong with blocks of steps is told where it stands, all of it at once, with a way out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from compiled_ai.errors import SpecError
from compiled_ai.spec import Spec
from compiled_ai.spec.flow import MAX_NESTING, steps_in

Refused = Callable[[Mapping[str, str | None], Sequence[tuple[str, ...]]], None]
Accepted = Callable[[Mapping[str, str | None]], Spec]
INPUT = "input:\n  kind: [a, b]\n  paid: boolean\n  text: string\n  maybe: string?\n  number: integer\n  lines: string[]\n  rows: object[]\n  any: any"
OUTPUT = "output:\n  label: [x, y]"
EXAMPLES = "examples:\n  - input: {kind: a, paid: true, text: t, number: 1, lines: [], rows: [], any: 1}\n    output: {label: x}"
SECTIONS = {"input": INPUT, "output": OUTPUT, "examples": EXAMPLES}
LABEL = "{id: last, kind: rule, rules: [{otherwise: {label: x}}]}"


def code(step: str, takes: str = "text", output: str = "label: [x, y]") -> str:
    return f"{{id: {step}, kind: code, instructions: do, takes: [{takes}], output: {{{output}}}}}"


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        pytest.param([f"parallel: [[{code('a')}], [{code('b', output='¦label: [x, y]')}]]"], ("'label' is added by another branch", "another name"), id="two branches add one name"),
        pytest.param([f"parallel: [[{code('a', output='p: string')}], [{code('b', takes='¦p')}]]"], ("'p' is not in scope here: another branch of the same 'parallel'", "after the block"), id="a branch takes what another adds"),
        pytest.param([f"parallel: [[{code('b', takes='¦p', output='q: string')}], [{code('a', output='p: string')}]]", LABEL], ("another branch",), id="and the other way round"),
        pytest.param([f"parallel: [[{code('a')}], ¦[]]"], ("parallel[1]: this branch is empty",), id="empty branch"),
        pytest.param([f"parallel: [[{code('a')}], [{code('¦a', output='q: string')}]]"], ("the step id 'a' is taken",), id="one id in two branches"),
        pytest.param([f"foreach: {{id: f, over: ¦missing, item: i, steps: [{code('a')}]}}", LABEL], ("foreach.over: 'missing' is not in scope",), id="over nothing"),
        pytest.param([f"foreach: {{id: f, over: ¦linse, item: i, steps: [{code('a')}]}}", LABEL], ("Did you mean 'lines'?",), id="over a misspelt name"),
        pytest.param([f"foreach: {{id: f, over: ¦number, item: i, steps: [{code('a')}]}}", LABEL], ("'number' is integer, and a foreach goes over a list", "string[]"), id="over a number"),
        pytest.param([f"foreach: {{id: f, over: ¦any, item: i, steps: [{code('a')}]}}", LABEL], ("'any' is of any type",), id="over anything"),
        pytest.param([f"foreach: {{id: f, over: lines, item: ¦text, steps: [{code('a')}]}}", LABEL], ("'text' is in scope already and would be hidden",), id="the item hides a name"),
        pytest.param([f"foreach: {{id: f, over: lines, item: ¦Line, steps: [{code('a')}]}}", LABEL], ("lower-case letters",), id="name of the item"),
        pytest.param([f"foreach: {{id: f, over: lines, item: i, steps: [{code('a', 'i', 'p: string')}]}}", code("b", "¦p")], ("'p' is not in scope here: it belongs to the items of the foreach 'f'", "collect"), id="what an item adds stays there"),
        pytest.param([f"foreach: {{id: f, over: lines, item: i, steps: [{code('a', 'i', 'p: string')}]}}", code("b", "¦i")], ("belongs to the items",), id="so does the item"),
        pytest.param([f"foreach: {{id: f, over: lines, item: i, steps: [{code('a', 'i', 'p: string')}], collect: {{¦q: qs}}}}", LABEL], ("no step of this block adds 'q'",), id="collects nothing"),
        pytest.param([f"foreach: {{id: f, over: lines, item: i, steps: [{code('a', 'i', 'p: string')}], collect: {{p: ¦text}}}}", LABEL], ("'text' is already in scope",), id="collects into a name in scope"),
        pytest.param([f"foreach: {{id: f, over: lines, item: i, steps: [{code('a', 'i', 'p: string')}], collect: {{p: ps, i: ¦ps}}}}", LABEL], ("'ps' is already in scope",), id="collects two into one"),
        pytest.param(["foreach: {id: f, over: lines, item: i, steps: ¦[]}", LABEL], ("it needs at least one entry",), id="empty foreach"),
        pytest.param([f"foreach: {{id: f, over: lines, item: i, ¦collct: {{}}, steps: [{code('a')}]}}", LABEL], ("unknown key 'collct' in steps[0].foreach", "collect, id, item, over, steps", "Did you mean 'collect'?"), id="unknown key of foreach"),
        pytest.param([f"foreach: {{id: f, over: lines, item: i, steps: [{code('a', 'i', 'p: string')}], collect: {{¦p: label}}}}"], ("'label' is array here and one of x, y in the output",), id="a list where the output has a value"),
        pytest.param([f"switch: {{id: s, on: ¦number, cases: {{a: [{code('a')}]}}}}", LABEL], ("'number' is integer, and a switch goes by a text, a boolean or listed values", "'when'"), id="on a number"),
        pytest.param([f"switch: {{id: s, on: ¦lines, cases: {{a: [{code('a')}]}}}}", LABEL], ("'lines' is array",), id="on a list"),
        pytest.param([f"switch: {{id: s, on: ¦nothing, cases: {{a: [{code('a')}]}}}}", LABEL], ("'nothing' is not in scope",), id="on nothing"),
        pytest.param([f"switch: {{id: s, on: kind, cases: {{a: [{code('a')}], b: [{code('b')}], ¦c: [{code('c')}]}}}}"], ("never reached: 'kind' is one of a, b, and never 'c'",), id="case that the list lacks"),
        pytest.param([f"switch: {{id: s, on: kind, cases: {{a: [{code('a')}], b: [{code('b')}]}}, ¦otherwise: [{code('c')}]}}"], ("never reached: the cases cover every value of 'kind' (a, b)",), id="otherwise that nothing is left for"),
        pytest.param([f"switch: {{id: s, on: paid, cases: {{true: [{code('a')}], false: [{code('b')}], ¦maybe: [{code('c')}]}}}}"], ("one of true, false",), id="third case of a boolean"),
        pytest.param([f"switch: {{id: s, on: kind, cases: {{a: [{code('a', output='¦label: [x, y]')}]}}}}"], ("'label' is set only in the branch a of the switch 's'", "add 'otherwise'", "the output needs it"), id="output that one path lacks"),
        pytest.param([f"switch: {{id: s, on: kind, cases: {{a: [{code('a', output='p: string')}], b: [{code('b', output='q: string')}]}}}}", code("c", "¦p")], ("'p' is set only in the branch a", "set it in every branch", "'p: TYPE?'"), id="taken after one branch set it"),
        pytest.param([f"switch: {{id: s, on: kind, cases: {{a: [{code('a', output='p: string')}]}}}}", "{id: c, kind: rule, rules: [{when: ¦p == \"x\", then: {label: x}}, {otherwise: {label: y}}]}"], ("'p' is set only in the branch a",), id="condition on what one branch set"),
        pytest.param([f"switch: {{id: s, on: kind, cases: {{a: [{code('a', output='p: string')}], b: [{code('b', output='¦p: integer')}]}}}}", LABEL], ("'p' is integer here and string in the branch a",), id="two types of one name"),
        pytest.param([f"switch: {{id: s, on: kind, cases: {{a: [{code('a', output='p: string')}], b: [{code('b', takes='¦p')}]}}}}", LABEL], ("only another branch of the switch 's' sets it",), id="a branch takes what another sets"),
        pytest.param([f"switch: {{id: s, when: [{{if: ¦nmber > 1, steps: [{code('a')}]}}], otherwise: [{code('b')}]}}"], ("when[0].if: 'nmber' is not in scope", "Did you mean 'number'?"), id="condition on an unknown name"),
        pytest.param([f"switch: {{id: s, when: [{{if: number > 1, steps: [{code('a')}]}}, {{if: 'true', steps: [{code('c')}]}}], ¦otherwise: [{code('b')}]}}"], ("never reached: when[1] always holds",), id="otherwise after what always holds"),
        pytest.param([f"switch: {{id: s, when: [{{if: paid or true, steps: [{code('a')}]}}, {{if: ¦number > 1, steps: [{code('c')}]}}]}}"], ("never reached: when[0] above it always holds",), id="condition after one that always holds"),
        pytest.param([f"switch: {{id: s, when: [{{if: ¦1 > 2, steps: [{code('a')}]}}], otherwise: [{code('b')}]}}"], ("its condition never holds",), id="condition that never holds"),
        pytest.param([f"switch: {{id: s, when: [{{if: number > 1, steps: [{code('a')}]}}, {{if: ¦number  >  1, steps: [{code('c')}]}}], otherwise: [{code('b')}]}}"], ("when[0] above it has the same condition",), id="condition said twice"),
        pytest.param([f"switch: ¦{{id: s, on: kind, when: [{{if: paid, steps: [{code('a')}]}}], otherwise: [{code('b')}]}}"], ("'on' with 'cases', or 'when'",), id="both kinds of switch"),
        pytest.param([f"switch: ¦{{id: s, otherwise: [{code('b')}]}}"], ("'on' with 'cases', or 'when'",), id="neither kind of switch"),
        pytest.param([f"switch: {{id: s, when: [¦{{¦iff: paid, steps: [{code('a')}]}}, {{if: paid, steps: [{code('b')}]}}]}}"], (("'if' is missing",), ("unknown key 'iff'", "Did you mean 'if'?")), id="unknown key of a condition"),
        pytest.param([f"parallel: ¦[[{code('a')}]]"], ("parallel is", "at least"), id="one branch"),
        pytest.param(["parallel: [¦3, ¦{a: 1}]"], (("parallel[0] is 3", "it must be a list"), ("parallel[1] is",)), id="branches that are no lists"),
        pytest.param([f"{{parallel: [[{code('a')}], [{code('b', output='q: string')}]], ¦id: p}}"], ("unknown key 'id'", "known keys here are parallel"), id="key beside a block"),
        pytest.param(["¦{parallell: []}"], ("has no 'kind'", "'parallel:', 'foreach:' or 'switch:'"), id="misspelt block"),
        pytest.param(["foreach: {id: f, over: lines, item: i, steps: [{id: a, kind: ¦cod}]}"], ("foreach.steps[0].kind is 'cod'", "Did you mean 'code'?"), id="unknown kind inside of a block"),
        pytest.param([f"foreach: {{id: f, over: lines, item: i, steps: [{code('¦class')}]}}", LABEL], ("'class' means something in Python",), id="python word as id"),
    ],
)  # fmt: skip
def test_a_bad_flow_is_refused_at_its_place(
    refused: Refused, steps: list[str], words: tuple[str, ...] | tuple[tuple[str, ...], ...]
) -> None:
    expected = [word for word in words if isinstance(word, tuple)] or [tuple(map(str, words))]
    refused({**SECTIONS, "x": listed(steps)}, expected)


def listed(steps: Sequence[str]) -> str:
    """The section ``steps`` with a line for each."""
    return "steps:\n" + "\n".join(f"  - {step}" for step in steps)


def nested(depth: int) -> str:
    """A switch in a switch, and so on."""
    inner = LABEL
    for number in range(depth):
        inner = f"{{switch: {{id: s{number}, on: text, cases: {{a: [{inner}]}}, otherwise: [{{id: o{number}, kind: rule, rules: [{{otherwise: {{label: y}}}}]}}]}}}}"
    return inner


def test_blocks_nest_to_a_bound(accepted: Accepted) -> None:
    assert len(accepted({**SECTIONS, "x": listed([nested(MAX_NESTING)])}).steps) == MAX_NESTING + 1


def test_deeper_blocks_are_refused(refused: Refused) -> None:
    text = nested(MAX_NESTING + 1).replace("{switch: {id: s0", "¦{switch: {id: s0")
    refused({**SECTIONS, "x": listed([text])}, [("nested deeper than 8 levels",)])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("steps: &all\n  - parallel: [*all, *all]", "holds an alias of itself", id="itself"),
        pytest.param(f"steps:\n  - parallel:\n      - &one [{code('a')}]\n      - *one", "the step id 'a' is taken", id="twice"),
    ],
)  # fmt: skip
def test_anchors_are_no_way_around(accepted: Accepted, text: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        accepted({**SECTIONS, "x": text})
    assert words in str(caught.value)


def test_everything_that_is_wrong_is_told_at_once(refused: Refused) -> None:
    steps = [
        f"foreach: {{id: f, over: ¦text, item: ¦kind, steps: [{code('a', '¦nothing', 'p: string')}]}}",
        f"switch: {{id: s, on: kind, cases: {{¦z: [{code('b', '¦q')}]}}, otherwise: [{code('c')}]}}",
    ]
    words = [
        ("goes over a list",),
        ("would be hidden",),
        ("'nothing' is not",),
        ("never 'z'",),
        ("'q' is not",),
    ]
    refused({**SECTIONS, "x": listed(steps)}, words)


ABSTAINS = "{id: no, kind: rule, rules: [{when: paid, abstain: no}]}"


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([f"switch: {{id: s, on: text, cases: {{a: [{code('a')}]}}, otherwise: [{ABSTAINS}]}}"], id="a branch that declines need not give the output"),
        pytest.param([f"switch: {{id: s, on: kind, cases: {{a: [{code('a', output='p: string?')}]}}}}", code("b", "p")], id="what is optional may be taken after one branch"),
        pytest.param([f"switch: {{id: s, on: kind, cases: {{a: [{code('a', output='p: string')}]}}}}", "{id: b, kind: code, instructions: all}"], id="who takes all takes what is sure"),
        pytest.param([f"switch: {{id: s, on: maybe, cases: {{null: [{code('a')}]}}, otherwise: [{code('b')}]}}"], id="null is a case"),
        pytest.param([f"switch: {{id: s, on: paid, cases: {{true: [{code('a')}], false: [{code('b')}]}}}}"], id="both cases of a boolean"),
        pytest.param([f"foreach: {{id: f, over: rows, item: row, steps: [{code('a', 'row', 'p: string')}]}}", f"foreach: {{id: g, over: lines, item: row, steps: [{code('b', 'row', 'p: string')}], collect: {{p: ps}}}}", code("c", "ps")], id="names inside may be used again"),
        pytest.param([f"foreach: {{id: f, over: lines, item: class, steps: [{code('a', 'class', 'def: string')}], collect: {{def: lambda}}}}", code("c", "lambda")], id="python words as names"),
    ],
)  # fmt: skip
def test_a_good_flow_is_read(accepted: Accepted, steps: list[str]) -> None:
    spec = accepted({**SECTIONS, "x": listed(steps)})
    assert spec.flow is not None
    assert [step.id for step in spec.steps] == list(steps_in(spec.flow))
