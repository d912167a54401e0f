"""Small artifacts, compiled once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from compiled_ai.artifact import Artifact, PlannedStep, Store, Workflow, load_artifact
from compiled_ai.artifact.dsl import dump_workflow
from compiled_ai.artifact.manifest import seal
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.factory import CompileOptions, compile_spec
from compiled_ai.llm import LlmClient, Request, from_function
from compiled_ai.spec import parse_spec
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import expand_object, properties_of

BAND_SPEC = """
name: price_band
description: Sort a price into a band.
instructions: Below 10 is low, else high. Decline negative prices.
input: {sku: string, price: number, note: string?}
output: {sku: string, band: [low, high]}
fallback: {policy: model}
examples:
  - {input: {sku: a, price: 1}, output: {sku: a, band: low}}
  - {input: {sku: b, price: 50, note: x}, output: {sku: b, band: high}}
"""
BAND_CODE = '''```python
from compiled_ai.modules import abstain


def price_band(data: PriceBandInput) -> PriceBandOutput:
    """Sort a price into a band."""
    price = data["price"]
    if price < 0:
        abstain("negative price")
    return {"sku": data["sku"], "band": "low" if price < 10 else "high"}
```'''
PLAIN_CODE = """
from compiled_ai.modules import abstain


def plain_band(data):
    price = data["price"]
    if price < 0:
        abstain("negative price")
    return {"sku": data["sku"], "band": "low" if price < 10 else "high"}
"""
CARE_SPEC = """
name: care_queue
description: Choose the queue for a patient's message.
instructions: Count the words, judge the tone, and choose the queue.
input: {message: string, age: integer}
output: {words: integer, queue: [nurse, desk, doctor]}
compliance: [audit_trail, hipaa]
steps:
  - {id: count_words, kind: code, takes: [message], instructions: Count the words., output: {words: integer}}
  - {id: tone, kind: bounded, takes: [message], instructions: Judge the tone., output: {tone: [calm, upset]}}
  - id: choose
    kind: rule
    rules:
      - {when: "words > 100", abstain: too long to sort}
      - {when: "tone == 'upset' and age >= 65", then: {queue: doctor}}
      - {when: "tone == 'upset'", then: {queue: nurse}}
      - {otherwise: {queue: desk}}
examples:
  - {input: {message: please help now, age: 70}, given: {tone: {tone: upset}}, output: {words: 3, queue: doctor}}
  - {input: {message: please help, age: 30}, given: {tone: {tone: upset}}, output: {words: 2, queue: nurse}}
  - {input: {message: thanks, age: 30}, given: {tone: {tone: calm}}, output: {words: 1, queue: desk}}
"""
CARE_CODE = '''```python
def count_words(data: CountWordsInput) -> CountWordsOutput:
    """Count the words."""
    return {"words": len(data["message"].split())}
```'''

Open = Callable[..., LoadedWorkflow]


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Holds `price_band`, one activity with a fallback, and `care_queue`, of three steps, one of them bounded."""
    store = Store(tmp_path_factory.mktemp("compiled") / "workflows")
    for spec, code in ((BAND_SPEC, BAND_CODE), (CARE_SPEC, CARE_CODE)):
        client = from_function(partial(_answer, code))
        compile_spec(
            parse_spec(spec, path=Path("spec.yaml")), client, CompileOptions(store=store, synthesis=False)
        )
    return store


@pytest.fixture(scope="session")
def band(store: Store) -> LoadedWorkflow:
    """The workflow of one activity, without a model."""
    return LoadedWorkflow(load(store, "price_band"))


Save = Callable[..., LoadedWorkflow]


@pytest.fixture(scope="session")
def save(tmp_path_factory: pytest.TempPathFactory) -> Save:
    """Writes an artifact of one activity into a store of its own, made by hand: its code may do what validation would refuse."""

    def save_it(
        code: str, *, name: str, takes: JsonObject, gives: JsonObject, compliance: Sequence[str] = ()
    ) -> LoadedWorkflow:
        output = expand_object(gives)
        workflow = Workflow(
            name=name,
            version="1.0.0",
            input_schema=expand_object(takes),
            output_schema=output,
            steps=(
                PlannedStep(
                    id=name,
                    kind="code",
                    takes=tuple(properties_of(expand_object(takes))),
                    output_schema=output,
                ),
            ),
            returns=tuple(properties_of(output)),
        )
        files = {
            "spec.yaml": "",
            "workflow.yaml": dump_workflow(workflow),
            "activities.py": code,
            "validation.json": "{}",
        }
        fields: JsonObject = {
            "name": name,
            "version": "1.0.0",
            "spec": "s1:0",
            "compliance": list(compliance),
            "fallback": {"policy": "abstain", "timeout_seconds": 5.0, "max_tokens": 2000},
            "instructions": "Do it.",
            "compilation": {},
            "evidence": {},
        }
        store = Store(tmp_path_factory.mktemp(name) / "workflows")
        return LoadedWorkflow(load_artifact(store.save(files, seal(fields, files), build="{}")))

    return save_it


@pytest.fixture(scope="session")
def plain(save: Save) -> LoadedWorkflow:
    """The workflow of one activity that has nothing below its code."""
    takes: JsonObject = {"sku": "string", "price": "number", "note": "string?"}
    return save(PLAIN_CODE, name="plain_band", takes=takes, gives={"sku": "string", "band": ["low", "high"]})


@pytest.fixture(scope="session")
def open_care(store: Store) -> Open:
    """Opens the workflow of three steps with a client, or none."""

    def open_it(client: LlmClient | None = None) -> LoadedWorkflow:
        return LoadedWorkflow(load(store, "care_queue"), client=client)

    return open_it


def _answer(code: str, _: Request) -> str:
    return code


def load(store: Store, name: str) -> Artifact:
    return load_artifact(store.find(name))
