"""``streaming_processor``: a spec for events that arrive without end."""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.templates.builtin._compose import obj, objects, refuse
from compiled_ai.templates.builtin._parameters import Builder, field, parameters, text
from compiled_ai.templates.builtin._spec_text import TASK, bounds, shorthand, spec_of, spec_rendering
from compiled_ai.templates.rendering import Rendering

PARAMETERS = parameters(
    {name: schema for name, schema in TASK.items() if name != "instructions"},
    {
        "instructions": text("What to do with an event, and what to decline.", "See the step."),
        "handling": text("What the step does with one event.", "Handle one event as the task says."),
        "id_field": field(
            "The field with the event's id: it goes through untouched, so that answers find their event.",
            "event_id",
        ),
        **bounds(seconds=0.2),
    },
)


def render(values: JsonObject) -> Rendering:
    """The spec with the event's id put into input and output; one step sees all but the id."""
    key = str(values["id_field"])
    takes, gives = shorthand(values, "input"), shorthand(values, "output")
    for side, fields in (("input", takes), ("output", gives)):
        if key in fields:
            raise refuse(side, f"'{key}' is put in by the template; leave it out, or name another id_field")
    step: JsonObject = {
        "id": f"handle_{values['name']}"[:63],
        "kind": "code",
        "instructions": values["handling"],
        "takes": [*takes],
        "output": _plain(values, "output"),
    }
    examples: list[JsonValue] = [
        _with_id(case, key, number) for number, case in enumerate(objects(values["examples"]), start=1)
    ]
    document = spec_of(
        values,
        steps=[step],
        input={key: "string", **obj(_plain(values, "input"))},
        output={key: "string", **obj(_plain(values, "output"))},
        examples=examples,
    )
    comments = [
        "Streaming processor: events one by one, each on its own; what is declined is reported with its id and stops nothing.",
        f"compiled-ai compile THIS_FILE; then SOURCE_OF_JSON_LINES | compiled-ai run {values['name']} -",
    ]
    return spec_rendering(document, comments)


def _plain(values: JsonObject, side: str) -> JsonObject:
    """The shorthand of one side; JSON Schema at its top has no place for a further field."""
    fields = obj(values[side])
    return fields if "properties" not in fields else {**shorthand(values, side)}


def _with_id(case: JsonObject, key: str, number: int) -> JsonObject:
    event: JsonObject = {key: f"event-{number}"}
    changed: JsonObject = {**case, "input": {**event, **obj(case["input"])}}
    if "output" in case:
        changed["output"] = {**event, **obj(case["output"])}
    return changed


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    example={
        "name": "sensor_alerts",
        "description": "Say for each reading of a sensor whether it is an alert.",
        "input": {"celsius": "number", "sensor": "string"},
        "output": {"alert": "boolean"},
        "handling": "It is an alert above 80 degrees. Decline readings below absolute zero.",
        "examples": [
            {"input": {"celsius": 81.5, "sensor": "a"}, "output": {"alert": True}},
            {"input": {"celsius": 20, "sensor": "b"}, "output": {"alert": False}},
            {"input": {"celsius": -300, "sensor": "b"}, "abstain": True},
        ],
    },
    trials=(),
)
