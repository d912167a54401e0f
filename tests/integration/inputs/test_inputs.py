"""Generated inputs: they conform, are varied and repeatable, and are kept on disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import get_args

import pytest

from compiled_ai.inputs import _cache, _random
from compiled_ai.inputs.generate import GeneratedInputs, InputKind, generate_inputs, generate_with_notes
from compiled_ai.spec import load_spec
from compiled_ai.spec.canonical import JsonObject, canonical_json
from compiled_ai.spec.schema import Checker

ROOT = Path(__file__).parents[3]
SPECS = sorted((ROOT / "examples").rglob("*.yaml"))


def fields(**properties: object) -> JsonObject:
    """An object schema with all of `properties` required and nothing else allowed."""
    schema: JsonObject = json.loads(json.dumps({"properties": properties, "required": [*properties]}))
    return {"type": "object", "additionalProperties": False, **schema}


TICKET = fields(
    text={"type": "string"},
    tier={"enum": ["free", "pro"]},
    day={"type": "string", "format": "date"},
    tags={"type": "array", "items": {"type": "string"}},
)
TICKETS: list[JsonObject] = [
    {"text": "Order 4711 is late. Please help!", "tier": "pro", "day": "2026-02-28", "tags": ["a", "b"]},
    {"text": "Refund 12,50 EUR, I paid twice.", "tier": "free", "day": "2025-12-31", "tags": []},
    {"text": "How do I log in?", "tier": "free", "day": "2024-02-29", "tags": ["x"]},
]


def assert_conforming(schema: JsonObject, made: GeneratedInputs) -> None:
    checker = Checker(schema)
    misfits = [
        (item, checker.explain(item.input)) for item in made.inputs if not checker.is_valid(item.input)
    ]
    assert misfits == []
    texts = [canonical_json(item.input) for item in made.inputs]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_example_specs_get_conforming_inputs_of_their_kinds(path: Path) -> None:
    spec = load_spec(path)
    inputs = [case.input for case in (*spec.examples, *spec.tests)]
    made = generate_with_notes(spec.input_schema, inputs)
    assert_conforming(spec.input_schema, made)
    assert (len(made.inputs), made.notes) == (1_000, ())
    kinds = Counter(item.kind for item in made.inputs)
    assert kinds["varied_example"] >= 400
    assert kinds["random"] == 150
    assert kinds["huge"] == 12
    odd_texts = 0 if path.stem == "order_desk" else 100  # which takes numbers and closed sets, and no text
    assert min(kinds["boundary"] - 100, kinds["unicode"] - odd_texts, kinds["empty"] - 5) >= 0


def test_all_kinds_are_ordered_and_marked_with_their_examples() -> None:
    schema: JsonObject = {**TICKET, "required": ["text"]}
    made = generate_inputs(schema, TICKETS, count=400)
    assert list(dict.fromkeys(item.kind for item in made)) == list(get_args(InputKind))
    assert all(set(item.examples) <= {0, 1, 2} for item in made)
    varied = [item for item in made if item.kind == "varied_example"]
    assert all(item.examples for item in varied)
    assert any(len(item.examples) > 1 for item in varied)
    assert any(not item.examples for item in made if item.kind == "random")


def test_what_carries_text_of_an_example_says_so() -> None:
    made = generate_inputs(TICKET, TICKETS, count=600)
    strangers = [
        item
        for item in made
        if "4711" in json.dumps(item.input) and "late" in json.dumps(item.input) and 0 not in item.examples
    ]
    assert strangers == []


NASTY: dict[str, JsonObject] = {
    "recursive tree": {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#"}}},
        "additionalProperties": False,
    },
    "linked list": {
        "$defs": {"n": fields(v={"type": "integer"}, next={"anyOf": [{"$ref": "#/$defs/n"}, {"type": "null"}]})},
        **fields(head={"$ref": "#/$defs/n"}),
    },
    "any of": fields(v={"anyOf": [{"type": "string", "minLength": 3}, {"type": "integer", "minimum": 10}]}),
    "one of": {"type": "object", "oneOf": [fields(k={"const": "a"}, n={"type": "number"}), fields(k={"const": "b"}, s={"type": "string"})]},
    "all of": {
        "type": "object",
        "allOf": [{"properties": {"a": {"type": "integer", "minimum": 3}}, "required": ["a"]}, {"properties": {"a": {"maximum": 5}, "b": {"type": "string"}}}],
    },
    "pattern properties": {"type": "object", "patternProperties": {"^x-[a-z]+$": {"type": "integer"}}, "additionalProperties": False},
    "additional schema": {"type": "object", "additionalProperties": {"type": "boolean"}},
    "tuple": fields(t={"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False, "minItems": 2}),
    "unique items": fields(u={"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": True, "minItems": 3}),
    "multiples": fields(m={"type": "number", "multipleOf": 0.05, "minimum": 1}, i={"type": "integer", "multipleOf": 7}),
    "pattern": fields(p={"type": "string", "pattern": "^[A-Z]{2}[0-9]{4}$"}),
    "formats": fields(**{name.replace("-", "_"): {"type": "string", "format": name} for name in ("date", "date-time", "decimal", "email", "uri")}),
    "nested": fields(a=fields(b=fields(c={"type": ["string", "null"]}))),
    "nullable union": fields(v={"type": ["object", "null"], "properties": {"x": {"type": ["integer", "null"]}}, "additionalProperties": False}),
    "condition": {
        **fields(c={"enum": ["US", "DE"]}, zip={"type": "string"}),
        "if": {"properties": {"c": {"const": "US"}}},
        "then": {"properties": {"zip": {"pattern": "^[0-9]{5}$"}}},
        "else": {"properties": {"zip": {"minLength": 7}}},
    },
    "dependent": {
        "type": "object",
        "properties": {"card": {"type": "string"}, "name": {"type": "string"}},
        "dependentRequired": {"card": ["name"]},
        "dependentSchemas": {"name": {"minProperties": 2}},
        "additionalProperties": False,
    },
    "unevaluated": {"type": "object", "allOf": [{"properties": {"a": {"type": "string"}}}], "unevaluatedProperties": False},
    "contains": fields(l={"type": "array", "items": {"type": "integer"}, "contains": {"const": 7}, "minContains": 2, "maxContains": 3}),
    "property names": {"type": "object", "propertyNames": {"pattern": "^[a-c]+$"}, "minProperties": 2, "additionalProperties": {"type": "integer"}},
    "not": fields(s={"type": "string", "not": {"enum": ["a", ""]}}),
    "nothing said": {},
}  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_nasty_schemas_get_conforming_inputs_without_examples(name: str) -> None:
    made = generate_with_notes(NASTY[name], [], count=120)
    assert_conforming(NASTY[name], made)
    assert len(made.inputs) == 120
    assert "varied_example" not in {item.kind for item in made.inputs}
    assert not any(item.examples for item in made.inputs)


@pytest.mark.parametrize("name", NASTY)
def test_nasty_schemas_get_varied_examples(name: str) -> None:
    examples = [item.input for item in generate_inputs(NASTY[name], [], count=49)]
    made = generate_with_notes(NASTY[name], examples, count=49)
    assert_conforming(NASTY[name], made)
    assert {"varied_example", "random"} <= {item.kind for item in made.inputs}


@pytest.mark.parametrize(
    ("schema", "count"),
    [
        (fields(b={"type": "boolean"}), 2),
        (fields(), 1),
        (fields(c={"const": ["a"]}), 1),
        (fields(u={"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": True}), 5),
    ],
    ids=["boolean", "no fields", "const", "subsets in order"],
)
@pytest.mark.parametrize("with_example", [False, True])
def test_small_spaces_are_exhausted(schema: JsonObject, count: int, *, with_example: bool) -> None:
    examples = [generate_inputs(schema, [])[0].input] if with_example else []
    assert len(generate_inputs(schema, examples)) == count


@pytest.mark.parametrize("count", [0, 1, 3, 7, 49])
def test_small_counts_are_kept_to(count: int) -> None:
    made = generate_inputs(TICKET, TICKETS, count=count)
    assert len(made) == count
    assert len({item.kind for item in made}) == min(count, 7 - 1)  # nothing can be left out of TICKET


def test_a_schema_that_nothing_satisfies_is_noted() -> None:
    made = generate_with_notes({"type": "object", "not": {}}, [])
    assert made.inputs == ()
    assert "no input was found that conforms to the schema" in made.notes


def test_a_pattern_that_only_the_schema_library_reads_is_noted_and_examples_carry_it() -> None:
    schema = fields(p={"type": "string", "pattern": r"^\p{L}{3}[0-9]$"}, s={"type": "string"})
    made = generate_with_notes(
        schema, [{"p": "\u00fcbe1", "s": "one two"}, {"p": "Abc2", "s": "three"}], count=300
    )
    assert_conforming(schema, made)
    assert len(made.inputs) == 300
    assert any(r"\p{L}" in note for note in made.notes)


def test_examples_that_do_not_conform_are_left_out_and_noted() -> None:
    odd: list[JsonObject] = [{"text": 3}, *TICKETS, {}]
    made = generate_with_notes(TICKET, odd, count=49)
    assert_conforming(TICKET, made)
    assert made.notes == ("left out: examples that do not conform to the schema, counted from 0: 0, 4",)
    assert {index for item in made.inputs for index in item.examples} <= {1, 2, 3}


def test_inputs_too_large_for_hypothesis_are_noted_and_thrown_together() -> None:
    schema = fields(**{f"f{index}": {"type": "string"} for index in range(120)})
    made = generate_with_notes(schema, [], count=100)
    assert_conforming(schema, made)
    assert len(made.inputs) == 100
    assert "about 121 fields" in made.notes[0]


PROGRAM = """
import json, sys
from compiled_ai.inputs.generate import generate_with_notes
schema, examples = json.load(sys.stdin)
made = generate_with_notes(schema, examples, count=200)
print(json.dumps([[item.kind, item.input, item.examples] for item in made.inputs]))
"""


def in_fresh_process(folder: Path, request: str, seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        input=request,
        env={**os.environ, "PYTHONHASHSEED": seed, "CI": seed, "TZ": "Asia/Kathmandu"},
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("with_examples", [False, True])
def test_fresh_processes_make_the_same_inputs_and_leave_no_files(
    tmp_path: Path, *, with_examples: bool
) -> None:
    schema = fields(
        s={"type": "string", "pattern": r"^\w+ \d"},
        o={"type": "object", "patternProperties": {"^k": {"type": "integer"}}, "dependentRequired": {"ka": ["kb", "kc"]}},
    )  # fmt: skip
    examples = [{"s": "ab 1", "o": {"ka": 1, "kb": 2, "kc": 3}}] if with_examples else []
    request = json.dumps([schema, examples])
    here = json.dumps([[i.kind, i.input, i.examples] for i in generate_inputs(schema, examples, count=200)])  # type: ignore[arg-type]  # JSON
    assert {in_fresh_process(tmp_path, request, seed).strip() for seed in ("0", "4711")} == {here}
    assert list(tmp_path.iterdir()) == []


def test_the_order_of_a_schema_does_not_matter() -> None:
    shuffled = json.loads(json.dumps(TICKET, sort_keys=True))
    assert generate_inputs(shuffled, TICKETS, count=49) == generate_inputs(TICKET, TICKETS, count=49)


def test_threads_get_the_same_inputs(tmp_path: Path) -> None:
    with ThreadPoolExecutor(max_workers=4) as pool:
        runs = [
            pool.submit(generate_inputs, TICKET, TICKETS, count=100, cache_dir=tmp_path) for _ in range(4)
        ]
        assert len({str(run.result()) for run in runs}) == 1


def test_the_cache_is_read_instead_of_generating(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = generate_with_notes(TICKET, TICKETS, count=100, cache_dir=tmp_path / "new" / "folder")
    monkeypatch.setattr("compiled_ai.inputs.generate.InputGenerator", None)
    assert generate_with_notes(TICKET, TICKETS, count=100, cache_dir=tmp_path / "new" / "folder") == first
    with pytest.raises(TypeError):
        generate_with_notes(TICKET, TICKETS[:2], count=100, cache_dir=tmp_path / "new" / "folder")


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("late", "soon"),
        lambda _: "",
        lambda _: "\x00\x01",
        lambda _: '{"sha256": "00"}\n[[]]\n',
        lambda _: "[" * 100_000,
    ],
    ids=["cut", "changed", "empty", "binary", "false digest", "deep"],
)
def test_a_broken_cache_file_is_made_anew(tmp_path: Path, damage: object) -> None:
    assert callable(damage)
    first = generate_with_notes(TICKET, TICKETS, count=49, cache_dir=tmp_path)
    (path,) = tmp_path.iterdir()
    whole = path.read_text("utf-8")
    path.write_text(damage(whole), "utf-8")
    assert generate_with_notes(TICKET, TICKETS, count=49, cache_dir=tmp_path) == first
    assert path.read_text("utf-8") == whole


def test_well_formed_records_of_another_kind_are_made_anew(tmp_path: Path) -> None:
    first = generate_with_notes(TICKET, TICKETS, count=49, cache_dir=tmp_path)
    (path,) = tmp_path.iterdir()
    _cache.store(tmp_path, path.stem, _cache.dump([[], [99, [], {}]]))
    assert generate_with_notes(TICKET, TICKETS, count=49, cache_dir=tmp_path) == first


def test_the_cache_folder_is_pruned_of_the_oldest_and_of_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text("keep")
    for index in range(203):
        path = tmp_path / f"{index:064x}.jsonl"
        path.write_text("x")
        os.utime(path, (index, index))
    _cache.store(tmp_path, "f" * 64, "[]\n")
    left = {path.name for path in tmp_path.iterdir()}
    assert len(left) == 201
    assert "mine.jsonl" in left
    assert f"{'f' * 64}.jsonl" in left
    assert f"{3:064x}.jsonl" not in left
    assert f"{4:064x}.jsonl" in left


def test_a_folder_that_cannot_be_written_to_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert len(generate_inputs(TICKET, TICKETS, count=49, cache_dir=tmp_path / "file")) == 49


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("_SECONDS", 0.001, "took more than"),
        ("_PROGRAM", Path("nowhere.py"), "ended with 2"),
    ],
    ids=["too slow", "no program"],
)
def test_a_failing_process_is_noted_and_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object, words: str
) -> None:
    monkeypatch.setattr(_random, name, value)
    made = generate_with_notes(TICKET, TICKETS, count=100, cache_dir=tmp_path)
    assert len(made.inputs) == 100
    assert words in made.notes[0]
    assert not list(tmp_path.iterdir())


def test_a_missing_interpreter_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    made = generate_with_notes(TICKET, TICKETS, count=100)
    assert len(made.inputs) == 100
    assert "does not start" in made.notes[0]


def test_examples_are_not_changed_and_not_shared() -> None:
    before = json.dumps(TICKETS)
    made = generate_inputs(TICKET, TICKETS, count=100)
    for item in made:
        item.input.clear()
    assert json.dumps(TICKETS) == before
