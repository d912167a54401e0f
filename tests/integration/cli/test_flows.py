"""Blocks of steps from end to end: compiled, run, explained, drawn, changed in one step."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from compiled_ai.artifact.flow import Do, ForEach, Parallel, Sequence, Switch
from compiled_ai.artifact.workflow import PlannedStep, StepKind, Workflow
from compiled_ai.cli._graph import mermaid
from compiled_ai.cli.main import app

ROOT = Path(__file__).parents[3]
DATA = {"kind": "return", "tier": "gold", "quantities": [1, 40], "total": "5.00", "days_since_delivery": 12}


def call(*args: object) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the example in it."""
    folder = tmp_path_factory.mktemp("flows")
    result = call("compile", ROOT / "examples" / "order_desk.yaml", "--store", folder / "workflows")
    assert result.exit_code == 0, result.output
    assert "rung: rules, 0 tokens" in result.output
    return folder / "workflows"


def run(store: Path, tmp_path: Path, data: object, *options: object) -> Result:
    (tmp_path / "in.json").write_text(json.dumps(data))
    return call("run", "order_desk", tmp_path / "in.json", "--store", store, *options)


def test_an_item_that_declines_declines_the_whole(store: Path, tmp_path: Path) -> None:
    result = run(store, tmp_path, {**DATA, "quantities": [1, 0]})
    assert result.exit_code == 10
    assert "a line has a quantity below one" in result.stdout


def test_the_explanation_names_items_by_their_index(store: Path, tmp_path: Path) -> None:
    result = run(store, tmp_path, DATA, "--explain")
    assert json.loads(result.stdout)["packing"] == ["parcel", "carton"]
    told = re.findall(r"^(\S+) \(rule\)", result.stderr, re.MULTILINE)
    assert told == ["pack[0]", "pack[1]", "rank", "age_branch", "accept_return"]
    steps = json.loads(run(store, tmp_path, DATA, "--explain", "--json").stdout)["steps"]
    assert [step.get("items") for step in steps] == [[0], [1], None, None, None]


def test_the_artifact_is_validated_with_its_blocks(store: Path) -> None:
    result = call("validate", "order_desk", "--store", store)
    assert result.exit_code == 0, result.output
    assert "100 % of branches" in result.output


def test_the_drawing_of_the_spec_is_that_of_the_artifact(store: Path) -> None:
    drawn = call("inspect", "order_desk", "--store", store, "--graph")
    assert drawn.exit_code == 0, drawn.output
    assert drawn.stdout == call("inspect", ROOT / "examples" / "order_desk.yaml", "--graph").stdout
    assert '{"route: kind?"}' in drawn.stdout
    assert 'subgraph n2["each_line: for each quantity of quantities"]' in drawn.stdout
    assert "parallel [foreach quantity [pack (rule)]" in " ".join(
        call("inspect", "order_desk", "--store", store).output.split()
    )


def test_shapes_and_signs() -> None:
    kinds: dict[str, StepKind] = {"a": "code", "b": "rule", "c": "bounded", "d": "effect"}
    steps = tuple(
        PlannedStep(
            id=step, kind=kind, takes=(), output_schema={}, when="b_due" if kind == "effect" else None
        )
        for step, kind in kinds.items()
    )
    loop = ForEach(id="end", over="xs", item="x", body=Do("a"))
    choice = Switch(id="s", on="s_branch", cases={'x < "1" | #2; `%%{': Do("c")}, otherwise=Do("d"))
    workflow = Workflow(name="w", version="1.0.0", input_schema={}, output_schema={}, steps=steps, returns=("y",),
                        flow=Sequence((Parallel((loop, Do("b"))), choice)))  # fmt: skip
    assert (
        mermaid(workflow)
        == """\
flowchart TD
  n1(["w:"])
  subgraph n2["end: for each x of xs"]
    n3["a (code)"]
  end
  n4("b (rule)")
  n5{"s"}
  n6{{"c (bounded)"}}
  n7[("d (effect)")]
  n8(["y"])
  n1 --> n2
  n1 --> n4
  n2 --> n5
  n4 --> n5
  n5 -->|"x #60; #34;1#34; #124; #35;2#59; #96;#37;#37;#123;"| n6
  n5 -->|"otherwise"| n7
  n6 --> n8
  n7 --> n8
  n5 -->|"not b_due"| n8
"""
    )


CODE = """\
name: parts
description: Take parts of a text.
instructions: Take the codes out of the texts.
input:
  texts: string[]
  mail: string
output:
  names: string[]
  upper: string
steps:
  - parallel:
      - - foreach:
            id: each
            over: texts
            item: text
            steps:
              - {id: pick, kind: code, instructions: "FIRST", takes: [text], output: {name: string}}
            collect: {name: names}
      - - {id: raise_it, kind: code, instructions: Put the mail in capitals., takes: [mail], output: {upper: string}}
examples:
  - {input: {texts: [" a ", "b "], mail: x@y.z}, output: {names: [a, b], upper: X@Y.Z}}
  - {input: {texts: [], mail: Q}, output: {names: [], upper: Q}}
  - {input: {texts: ["  c"], mail: r}, output: {names: [c], upper: R}}
"""


def test_a_change_inside_of_a_block_leaves_the_other_steps_as_they_are() -> None:
    from compiled_ai.factory.plan import make_plan
    from compiled_ai.factory.reuse import signatures
    from compiled_ai.spec import parse_spec

    def signed(text: str) -> dict[str, object]:
        spec = parse_spec(text, path=Path("parts.yaml"))
        return {**signatures(make_plan(spec), spec.brief())}

    before, after = signed(CODE), signed(CODE.replace("FIRST", "Take the blanks off the ends."))
    assert before["raise_it"] == after["raise_it"]
    assert before["pick"] != after["pick"]
