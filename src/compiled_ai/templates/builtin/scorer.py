"""``scorer``: give points by criteria and name the band."""

from __future__ import annotations

from decimal import Decimal

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import properties_of
from compiled_ai.templates.builtin._compose import (
    activity,
    chunks,
    expanded,
    is_nullable,
    objects,
    refuse,
    strings,
)
from compiled_ai.templates.builtin._parameters import (
    Builder,
    answers,
    closed,
    decimal,
    field,
    parameters,
    phrases,
    schema_of,
    step,
    text,
    whole,
)
from compiled_ai.templates.rendering import Rendering, literal_type, signature

PARAMETERS = parameters(
    {
        "input": schema_of("The record's fields."),
        "criteria": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "description": "The criteria. One that names a field which is null or missing does not hold.",
            "items": closed(
                {
                    "name": text("What the reasons say when it counts."),
                    "field": field("The field that it looks at."),
                    "points": whole("Points; negative ones lower the score.", low=-1_000_000, high=1_000_000),
                },
                {
                    "low": decimal("Holds from this value on."),
                    "below": decimal("Holds below this value."),
                    "values": phrases("Holds for one of these values.", at_least=1),
                    "phrases": phrases("Holds when the text has one of these phrases.", at_least=1),
                    "is_true": {"const": True, "description": "Holds when the field is true."},
                },
            ),
        },
        "bands": {
            "type": "array",
            "minItems": 2,
            "maxItems": 9,
            "description": "The bands, from the highest down; the last one has no `from` and takes the rest.",
            "items": closed(
                {"label": text("Name of the band.")},
                {"from": whole("Least score of the band.", low=-1_000_000, high=1_000_000)},
            ),
        },
    },
    {"step": step("score")},
)


def render(values: JsonObject) -> Rendering:
    """Functions that note the criteria which hold, a sum and a chain of bands."""
    takes = properties_of(expanded(values, "input"))
    criteria, bands = objects(values["criteria"]), _bands(values)
    name = str(values["step"])
    types = signature(name).partition("data: ")[2].partition(")")[0]
    points = {str(item["name"]): item["points"] for item in criteria}
    if len(points) < len(criteria):
        raise refuse("criteria", "two criteria have one name; the reasons could not tell them apart")
    parts = chunks([_criterion(item, takes) for item in criteria])
    blocks = [f"_POINTS: dict[str, int] = {points!r}"]
    for number, part in enumerate(parts, start=1):
        lines = "\n".join(line for lines in part for line in lines)
        blocks.append(
            f'def _reasons_{number}(data: {types}) -> list[str]:\n    """Names of the criteria that hold, part {number}."""\n'
            f"    found: list[str] = []\n{lines}\n    return found"
        )
    labels = literal_type([str(band["label"]) for band in bands])
    chain = "\n".join(
        f"    if score >= {band['from']}:\n        return {band['label']!r}" for band in bands[:-1]
    )
    blocks.append(
        f'def _band(score: int) -> {labels}:\n    """The band of a score."""\n{chain}\n    return {bands[-1]["label"]!r}'
    )
    every = " + ".join(f"_reasons_{number}(data)" for number in range(1, len(parts) + 1))
    blocks.append(
        f'{signature(name)}\n    """The score, its band and the criteria that counted."""\n    reasons = {every}\n'
        "    score = sum(_POINTS[reason] for reason in reasons)\n"
        "    return {'score': score, 'band': _band(score), 'reasons': reasons}"
    )
    used = {str(item["field"]) for item in criteria}
    return activity(
        values,
        blocks,
        takes={key: value for key, value in takes.items() if key in used},
        gives={
            "score": {"type": "integer"},
            "band": {"type": "string", "enum": [str(band["label"]) for band in bands]},
            "reasons": {"type": "array", "items": {"type": "string"}},
        },
    )


def _bands(values: JsonObject) -> list[JsonObject]:
    bands = objects(values["bands"])
    bounds = [Decimal(str(band["from"])) for band in bands if "from" in band]
    if "from" in bands[-1] or len(bounds) != len(bands) - 1:
        raise refuse("bands", "every band but the last has a 'from'")
    if bounds != sorted(set(bounds), reverse=True):
        raise refuse("bands", "the bands go from the highest 'from' down, each once")
    if len({str(band["label"]) for band in bands}) < len(bands):
        raise refuse("bands", "two bands have one label")
    return bands


def _criterion(item: JsonObject, takes: dict[str, JsonValue]) -> tuple[int, list[str]]:
    name = str(item["field"])
    if name not in takes:
        raise refuse("criteria", f"the input has no field '{name}'; it has {', '.join(takes)}")
    variable = f"value_of_{name}"
    tests = [f"{variable} is not None"] if is_nullable(takes[name]) else []
    before = len(tests)
    tests += [f"Decimal(str({variable})) >= Decimal({item['low']!r})"] if "low" in item else []
    tests += [f"Decimal(str({variable})) < Decimal({item['below']!r})"] if "below" in item else []
    tests += [f"{variable} in {tuple(strings(item['values']))!r}"] if "values" in item else []
    if "phrases" in item:
        tests.append(f"has_phrase({variable}, {', '.join(map(repr, strings(item['phrases'])))})")
    tests += [variable] if "is_true" in item else []
    if len(tests) == before:
        raise refuse(
            "criteria", f"'{item['name']}' tests nothing; give it low, below, values, phrases or is_true"
        )
    read = f"data.get({name!r})" if is_nullable(takes[name]) else f"data[{name!r}]"
    lines = [
        f"    {variable} = {read}",
        f"    if {' and '.join(tests)}:",
        f"        found.append({item['name']!r})",
    ]
    return len(tests), lines


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=("text.has_phrase",),
    example={
        "input": {"amount": "decimal", "country": "string", "note": "string?", "new_customer": "boolean"},
        "criteria": [
            {"name": "large order", "field": "amount", "low": "1000", "points": 40},
            {"name": "abroad", "field": "country", "values": ["BR", "US"], "points": 20},
            {"name": "new customer", "field": "new_customer", "is_true": True, "points": 25},
            {"name": "pressing", "field": "note", "phrases": ["urgent*", "today"], "points": 15},
        ],
        "bands": [{"label": "high", "from": 60}, {"label": "medium", "from": 25}, {"label": "low"}],
    },
    trials=(
        answers(
            {"amount": "1000.00", "country": "US", "note": "Urgently needed", "new_customer": False},
            {"score": 75, "band": "high", "reasons": ["large order", "abroad", "pressing"]},
        ),
        answers(
            {"amount": "999.99", "country": "DE", "new_customer": True},
            {"score": 25, "band": "medium", "reasons": ["new customer"]},
        ),
        answers(
            {"amount": "1", "country": "DE", "new_customer": False},
            {"score": 0, "band": "low", "reasons": []},
        ),
    ),
)
