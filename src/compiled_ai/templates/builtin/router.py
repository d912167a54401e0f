"""``router``: send an item to the destination of the first route that holds."""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.templates.builtin._compose import activity, chunks, obj, objects, ordinal, refuse, strings
from compiled_ai.templates.builtin._parameters import (
    Builder,
    answers,
    closed,
    field,
    fields_of,
    parameters,
    phrases,
    step,
    text,
)
from compiled_ai.templates.rendering import Rendering, literal_type, signature

PARAMETERS = parameters(
    {
        "routes": {
            "type": "array",
            "minItems": 1,
            "maxItems": 60,
            "description": "Routes in order; the first that holds wins. A route holds when every listed field has one of its values and, if it has phrases, the text has one.",
            "items": closed(
                {"to": text("The destination.")},
                {
                    "fields": fields_of(
                        "For each field the values that it may have.", phrases("Values.", at_least=1), most=6
                    ),
                    "phrases": phrases("Phrases of the text; one is enough.", at_least=1),
                },
            ),
        }
    },
    {
        "step": step("route"),
        "text_field": field("The input field in which phrases are looked for.", "text"),
        "destination_field": field("The output field.", "destination"),
        "otherwise": text("The destination when no route holds. Left out, the item is declined."),
    },
)


def render(values: JsonObject) -> Rendering:
    """One test after the other, in functions that hand on to each other."""
    routes = objects(values["routes"])
    kind = literal_type([*dict.fromkeys(str(route["to"]) for route in routes)])
    name, destination = str(values["step"]), values["destination_field"]
    types = signature(name).partition("data: ")[2].partition(")")[0]
    parts = chunks([(len(_tests(route, values)), _lines(route, values)) for route in routes])
    blocks = []
    for number, part in enumerate(parts, start=1):
        then = f"_routes_{number + 1}(data)" if number < len(parts) else "None"
        head = f"def _routes_{number}(data: {types}) -> {kind} | None:"
        doc = f'    """The destination by the routes from the {ordinal(sum(map(len, parts[: number - 1])) + 1)} on."""'
        blocks.append(
            "\n".join([head, doc, *(line for lines in part for line in lines), f"    return {then}"])
        )
    other = values.get("otherwise")
    unknown = 'abstain("no route holds")' if other is None else f"return {{{destination!r}: {other!r}}}"
    blocks.append(
        f'{signature(name)}\n    """The destination of the first route that holds."""\n    found = _routes_1(data)\n'
        f"    if found is None:\n        {unknown}\n    return {{{destination!r}: found}}"
    )
    results = dict.fromkeys([*(str(route["to"]) for route in routes), *([str(other)] if other else [])])
    return activity(
        values,
        blocks,
        takes=_takes(routes, values),
        gives={str(destination): {"type": "string", "enum": [*results]}},
    )


def _tests(route: JsonObject, values: JsonObject) -> list[str]:
    tests = [
        f"data[{name!r}] in {tuple(strings(allowed))!r}"
        for name, allowed in obj(route.get("fields", {})).items()
    ]
    if "phrases" in route:
        wanted = ", ".join(map(repr, strings(route["phrases"])))
        tests.append(f"has_phrase(data[{values['text_field']!r}], {wanted})")
    if not tests:
        raise refuse(
            "routes",
            f"the route to '{route['to']}' always holds; make it 'otherwise', or give it fields or phrases",
        )
    return tests


def _lines(route: JsonObject, values: JsonObject) -> list[str]:
    return [f"    if {' and '.join(_tests(route, values))}:", f"        return {route['to']!r}"]


def _takes(routes: list[JsonObject], values: JsonObject) -> dict[str, JsonValue]:
    names = [name for route in routes for name in obj(route.get("fields", {}))]
    if any("phrases" in route for route in routes):
        names.append(str(values["text_field"]))
    return {name: {"type": "string"} for name in names}


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=("text.has_phrase",),
    example={
        "routes": [
            {"to": "security", "phrases": ["phishing", "hacked", "stolen"]},
            {"to": "vip_desk", "fields": {"plan": ["gold", "platinum"]}},
            {"to": "billing", "fields": {"topic": ["invoice"]}, "phrases": ["wrong", "twice"]},
        ],
        "otherwise": "first_level",
    },
    trials=(
        answers({"text": "I was hacked", "plan": "gold", "topic": "login"}, {"destination": "security"}),
        answers({"text": "Hello", "plan": "gold", "topic": "login"}, {"destination": "vip_desk"}),
        answers({"text": "Charged twice", "plan": "free", "topic": "invoice"}, {"destination": "billing"}),
        answers({"text": "Charged twice", "plan": "free", "topic": "login"}, {"destination": "first_level"}),
    ),
)
