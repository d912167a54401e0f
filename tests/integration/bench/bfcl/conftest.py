"""Made-up functions and answers in BFCL's form: none of its data stands here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from compiled_ai.bench.bfcl.source import CATEGORIES, BfclCase, BfclCategory, BfclFunction
from compiled_ai.spec.canonical import JsonObject, JsonValue


def function(name: str, required: list[str], /, **types: JsonValue) -> BfclFunction:
    """A function whose parameters have `types`: a name of a type, or a whole document."""
    properties: JsonObject = {
        key: {"description": f"The {key}.", **(kind if isinstance(kind, dict) else {"type": kind})}
        for key, kind in types.items()
    }
    needed: list[JsonValue] = [*required]
    parameters: JsonObject = {"type": "dict", "properties": properties, "required": needed}
    return BfclFunction(name=name, description=f"Does {name}.", parameters=parameters)


def many(kind: str, item: str) -> JsonObject:
    """The document of a list."""
    return {"type": kind, "items": {"type": item}}


RENT = function(
    "boats.rent",
    ["boat", "days"],
    boat="string",
    days="integer",
    price="float",
    sails=many("array", "string"),
    depths=many("array", "float"),
    place=many("tuple", "float"),
    skipper="boolean",
    crew={
        "type": "dict",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    },
    stops=many("array", "dict"),
    note="any",
    turns=many("array", "array"),
)
WIND = function("wind", ["lake"], lake="string", hours="integer")
MOOR = function("moor", ["boat"], boat="dict", ropes="integer", marks=many("array", "integer"))
ODD = function(
    "odd", [], shape="circle", bare={"type": "array"}, untyped={}, whole="integer", deep=many("array", "cell")
)
ACCEPTED: JsonObject = {
    "boat": ["The Otter", "Otter-2"],
    "days": [3],
    "price": [12.5, 12, ""],
    "sails": [["red", "Navy Blue"], ["red"], ""],
    "depths": [[1.5, 2.0], [1, 2], ""],
    "place": [[47.1, 8.2], ""],
    "skipper": [True, ""],
    "crew": [{"name": ["Ann", "Ann O'Neil"], "age": [40, ""]}, ""],
    "stops": [[{"at": ["Ghent"], "for": [1, 2]}, {"at": ["Bruges", ""]}], ""],
    "note": ["none", 5, ""],
    "turns": [[[1, 2], [3]], ""],
}
MOORED: JsonObject = {"boat": ["my_boat"], "ropes": [2, 2.0], "marks": ["marks_of(boat)", ""]}
STRANGE: JsonObject = {
    "shape": ["round", ""],
    "bare": [[1], ""],
    "untyped": ["x", ""],
    "whole": [None, 4, ""],
    "deep": [["c"], ""],
}
JAVA = function(
    "Harbour.load",
    ["ship"],
    ship="String",
    count="integer",
    tons="long",
    share="float",
    rate="double",
    open="boolean",
    mark="char",
    tags=many("Array", "String"),
    sizes=many("ArrayList", "integer"),
    names=many("ArrayList", "String"),
    extra="HashMap",
    anything="any",
    waiting={"type": "Queue"},
)
LOADED: JsonObject = {
    "ship": ["Otter"],
    "count": [5],
    "tons": [7, ""],
    "share": [0.5, ""],
    "rate": [1.5, ""],
    "open": [True, ""],
    "mark": ["a", ""],
    "tags": [["a", '"b"'], ""],
    "sizes": [[1, 2], ["sizes"], ""],
    "names": [["x", "y z"], ""],
    "extra": [{"k": ["v", 1]}, ""],
    "anything": ["ship.crew", ""],
    "waiting": [[1], ""],
}
SCRIPT = function(
    "dock.plan",
    ["name"],
    name="String",
    slots="integer",
    width="float",
    id="Bigint",
    free="Boolean",
    berths=many("array", "String"),
    grid=many("array", "array"),
    opts="dict",
    then="any",
)
PLANNED: JsonObject = {
    "name": ["North", "north pier"],
    "slots": [4],
    "width": [2.5, ""],
    "id": [9, ""],
    "free": [False, ""],
    "berths": [["a", "b"], ""],
    "grid": [[[1, 2], [3, 4]], ""],
    "opts": [{"deep": [True], "list": [["a", 1], ""]}, ""],
    "then": ["onDone", ""],
}


def case(
    category: BfclCategory, number: int, functions: list[BfclFunction], *due: tuple[BfclFunction, JsonObject]
) -> BfclCase:
    """A case of `category`."""
    return BfclCase(
        case_id=f"{category}_{number}",
        request=f"request {number}",
        functions=tuple(functions),
        answers=tuple({item.name: accepted} for item, accepted in due),
        category=category,
    )


def alone(category: BfclCategory, whole: BfclFunction, accepted: JsonObject) -> list[BfclCase]:
    """A case for all of the function, and one for each of its parameters."""
    properties = whole.parameters["properties"]
    assert isinstance(properties, dict)
    cases = [case(category, 0, [whole], (whole, accepted))]
    for number, (name, values) in enumerate(accepted.items(), start=1):
        parameters: JsonObject = {"type": "dict", "properties": {name: properties[name]}, "required": []}
        part = BfclFunction(name=whole.name, description=whole.description, parameters=parameters)
        cases.append(case(category, number, [part], (part, {name: values})))
    return cases


def cases_of(category: BfclCategory) -> list[BfclCase]:
    """Made-up cases of a category."""
    if category == "simple_java":
        return alone(category, JAVA, LOADED)
    if category == "simple_javascript":
        return alone(category, SCRIPT, PLANNED)
    if "relevance" in category:
        return [case(category, 0, [RENT, WIND]), case(category, 1, [WIND])]
    if "parallel" in category:
        calls: list[tuple[BfclFunction, JsonObject]] = [
            (WIND, {"lake": ["Como", ""]}),
            (WIND, {"lake": ["Como", "Garda"], "hours": [2, ""]}),
            (MOOR, MOORED),
        ]
        return [
            case(category, 0, [WIND, MOOR], *calls),
            case(category, 1, [RENT, WIND, MOOR, ODD], (RENT, ACCEPTED), *calls, (ODD, STRANGE)),
        ]
    offered = [RENT] if "simple" in category else [WIND, RENT, MOOR]
    found = [case(category, 0, offered, (RENT, ACCEPTED))]
    if "simple" in category:
        found += [case(category, 1, [MOOR], (MOOR, MOORED)), case(category, 2, [ODD], (ODD, STRANGE))]
    return found


@pytest.fixture
def made_up() -> dict[BfclCategory, list[BfclCase]]:
    """Cases by category."""
    return {category: cases_of(category) for category in CATEGORIES}


@pytest.fixture
def made_up_home(tmp_path: Path, made_up: dict[BfclCategory, list[BfclCase]]) -> Path:
    """A folder like that of BFCL's wheel, with the made-up cases as its data."""
    data = tmp_path / "made_up" / "bfcl_eval" / "data"
    (data / "possible_answer").mkdir(parents=True)
    for category, cases in made_up.items():
        rows = [
            {
                "id": item.case_id,
                "question": [[{"role": "user", "content": item.request}]],
                "function": [vars(found) for found in item.functions],
            }
            for item in cases
        ]
        _write(data / f"BFCL_v4_{category}.json", rows)
        if "relevance" not in category:
            answers = [{"id": item.case_id, "ground_truth": list(item.answers)} for item in cases]
            _write(data / "possible_answer" / f"BFCL_v4_{category}.json", answers)
    return data.parents[1]


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
