"""``function_call``: turn a request into one call, by one finder a parameter."""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.templates.activities import FUNCTION_CALL
from compiled_ai.templates.builtin import _finders
from compiled_ai.templates.builtin._compose import activity, nullable, obj, object_schema
from compiled_ai.templates.builtin._parameters import (
    Builder,
    answers,
    choice,
    declines,
    field,
    fields_of,
    flag,
    parameters,
    phrases,
    step,
    text,
)
from compiled_ai.templates.builtin.extractor import reader
from compiled_ai.templates.rendering import Rendering, signature
from compiled_ai.templates.typed_dicts import class_name

PARAMETERS = parameters(
    {
        "function": text("Name of the function that is called."),
        "arguments": fields_of(
            "The function's parameters, and how each is found in the request.",
            _finders.slot_schema(),
            most=20,
        ),
    },
    {
        "step": step("fill_call"),
        "field": field("The input field with the request.", "request"),
        "name_key": choice("The output field for the function's name.", ["function", "name"], "function"),
        "cues": phrases("Phrases of which a request must hold one; empty takes every request."),
        "refuse_corrected": flag("Decline a request that is taken back in part.", default=True),
    },
)


def render(values: JsonObject) -> Rendering:
    """One finder and one reader for each argument; an optional argument that is not said is null."""
    slots = {name: obj(slot) for name, slot in obj(values["arguments"]).items()}
    name = str(values["step"])
    blocks = [_finders.PICK] if any(_finders.uses_pick(slot) for slot in slots.values()) else []
    for argument, slot in slots.items():
        blocks += [_finders.finder(argument, slot), reader(argument, slot)]
    lines = [
        signature(name),
        '    """The call that the request asks for."""',
        f"    request = data[{values['field']!r}]",
    ]
    if values["refuse_corrected"]:
        lines += [
            "    if is_self_corrected(request):",
            '        abstain("the request is taken back in part")',
        ]
    if values["cues"]:
        cues = values["cues"]
        assert isinstance(cues, list)
        lines += [
            f"    if not has_phrase(request, {', '.join(map(repr, cues))}):",
            '        abstain("the request asks for something else")',
        ]
    lines += [f"    arguments: {class_name(name)}OutputArguments = {{"]
    lines += [f"        {argument!r}: _read_{argument}(request)," for argument in slots]
    lines += [
        "    }",
        f"    return {{{values['name_key']!r}: {values['function']!r}, 'arguments': arguments}}",
    ]
    gives: dict[str, JsonValue] = {}
    for argument, slot in slots.items():
        schema = _finders.schema_of_slot(slot)
        gives[argument] = nullable(schema) if slot.get("optional") else schema
    return activity(
        values,
        [*blocks, "\n".join(lines)],
        takes={str(values["field"]): {"type": "string"}},
        gives={
            str(values["name_key"]): {"type": "string", "enum": [values["function"]]},
            "arguments": object_schema(gives),
        },
    )


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=FUNCTION_CALL.functions,
    guidance=FUNCTION_CALL.guidance,
    example={
        "function": "set_temperature",
        "cues": ["heat", "warm*", "set", "temperature"],
        "arguments": {
            "room": {"kind": "choice", "choices": {"kitchen": [], "bedroom": ["where I sleep"]}},
            "celsius": {"kind": "number", "units": ["degrees", "celsius", "°C", "C"]},
            "minutes": {"kind": "minutes", "optional": True},
        },
    },
    trials=(
        answers(
            {"request": "Heat the kitchen to 21.5 degrees for half an hour"},
            {
                "function": "set_temperature",
                "arguments": {"room": "kitchen", "celsius": 21.5, "minutes": 30.0},
            },
        ),
        answers(
            {"request": "set the bedroom to nineteen degrees"},
            {
                "function": "set_temperature",
                "arguments": {"room": "bedroom", "celsius": 19.0, "minutes": None},
            },
        ),
        declines({"request": "Heat the kitchen"}),
        declines({"request": "Heat the kitchen to 20 degrees, no wait, 22 degrees"}),
        declines({"request": "Is the kitchen at 20 degrees?"}),
    ),
)
