"""Workflows with a step that a model answers at run time: what the log has of it is kept as `given`."""

from __future__ import annotations

import pytest

from compiled_ai.artifact import Store, load_artifact
from compiled_ai.cases import CaseLog, NewCase, cases_path
from compiled_ai.evolve.evolution import Evolution, EvolveOptions, evolve
from compiled_ai.factory import CompileOptions, compile_spec
from compiled_ai.llm import from_function
from compiled_ai.spec import load_spec
from compiled_ai.spec.canonical import JsonObject, digest

SPEC = """\
name: size
description: Sort a text by the size that it states.
instructions: Find the size, then sort.
input: {text: string}
output: {band: [small, large]}
steps:
  - {id: read, kind: bounded, instructions: Find the size., takes: [text], output: {size: integer}}
  - id: decide
    kind: rule
    rules:
      - {when: size > 100, abstain: too large to say}
      - {when: size > 10, then: {band: large}}
      - otherwise: {band: small}
examples:
  - {input: {text: it is 5}, given: {read: {size: 5}}, output: {band: small}}
  - {input: {text: it is 50}, given: {read: {size: 50}}, output: {band: large}}
tests:
  - {input: {text: it is 7}, given: {read: {size: 7}}, output: {band: small}}
accuracy: {threshold: 0.1}
"""


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> EvolveOptions:
    folder = tmp_path_factory.mktemp("given")
    (folder / "size.yaml").write_text(SPEC)
    compiling = CompileOptions(
        store=Store(folder / "workflows"), cache_dir=tmp_path_factory.mktemp("mypy"), effort="none"
    )
    compile_spec(load_spec(folder / "size.yaml"), from_function(lambda _: ""), compiling)
    return EvolveOptions(compiling=compiling)


def learn(options: EvolveOptions, sizes: dict[int, tuple[int, ...]]) -> Evolution:
    """Log a text for each of `sizes` that a person sorted, with what the model had read in it, and evolve."""
    store = options.compiling.store
    cases_path(store.root, "size").unlink(missing_ok=True)
    manifest = load_artifact(store.find("size")).manifest
    with CaseLog(cases_path(store.root, "size")) as log:
        for number, read in sizes.items():
            data: JsonObject = {"text": f"it is {number}"}
            for size in read:
                log.log(_case(manifest.artifact, manifest.spec, data, step="read", output={"size": size}))
            log.answer(log.log(_case(manifest.artifact, manifest.spec, data)), {"band": "large"}, by="ann")
    return evolve("size", from_function(lambda _: ""), options)


def _case(
    artifact: str, spec: str, data: JsonObject, *, step: str = "", output: JsonObject | None = None
) -> NewCase:
    return NewCase(
        artifact=artifact,
        spec=spec,
        step=step,
        input=data,
        input_digest=digest("i1", data),
        reason="x",
        output=output,
        served_by="bounded" if step else "nobody",
    )


def test_what_the_model_read_is_kept(options: EvolveOptions) -> None:
    found = learn(options, {number: (number,) for number in range(200, 206)})
    assert [item.given for item in found.harvest.inputs] == [{"read": {"size": n}} for n in range(200, 206)]
    assert found.spec is not None
    kept = [case.given for case in found.spec.examples] + [item.given for item in found.selection.hidden]
    assert {"read": {"size": 200}} in kept
    assert found.diff is not None
    assert not [row for row in found.diff.rows if row.before.state == "unknown"]


def test_cases_of_which_it_is_not_known_are_counted_and_left_out(
    options: EvolveOptions,
) -> None:
    found = learn(options, {200: (), 201: (201, 202)})
    assert found.spec is None
    assert found.harvest.left_out["the log lacks what a bounded step or an effect gave"] == 2
