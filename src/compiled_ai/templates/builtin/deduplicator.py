"""``deduplicator``: drop repeated records from a list."""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import properties_of
from compiled_ai.templates.builtin._compose import activity, expanded, is_nullable, obj, refuse
from compiled_ai.templates.builtin._parameters import (
    Builder,
    answers,
    choice,
    field,
    fields_of,
    parameters,
    schema_of,
    step,
)
from compiled_ai.templates.rendering import Rendering, signature
from compiled_ai.templates.typed_dicts import class_name

_COMPARED = {
    "exact": "str({value})",
    "fold": "fold(str({value}))",
    "digits": '"".join(sign for sign in str({value}) if sign in "0123456789")',
}
PARAMETERS = parameters(
    {
        "item": schema_of("The fields of a record."),
        "keys": fields_of(
            "Fields that make two records the same, and how each is compared: exactly, without case, accents and spacing, or by digits alone.",
            choice("How it is compared.", [*_COMPARED]),
            most=10,
        ),
    },
    {
        "step": step("deduplicate"),
        "field": field("The input field with the list, and the output field too.", "records"),
        "keep": choice(
            "Which of the same records stays, at the place of the first.", ["first", "last"], "first"
        ),
    },
)
_KEY = '''
def _key(record: {item}) -> tuple[str, ...]:
    """What makes two records the same."""
    return ({parts},)
'''
_MAIN = '''
{signature}
    """One record for each key, and how many were dropped."""
    kept: dict[tuple[str, ...], {item}] = {{}}
    for record in data[{field!r}]:
        {keep}
    records: list[{result}] = [*kept.values()]
    return {{{field!r}: records, "dropped": len(data[{field!r}]) - len(kept)}}
'''


def render(values: JsonObject) -> Rendering:
    """A function for the key and one that goes through the list."""
    schema = expanded(values, "item")
    takes = properties_of(schema)
    parts = []
    for name, compared in obj(values["keys"]).items():
        if name not in takes:
            raise refuse(f"keys.{name}", f"a record has no field '{name}'; it has {', '.join(takes)}")
        value = f"record.get({name!r})" if is_nullable(takes[name]) else f"record[{name!r}]"
        parts.append(_COMPARED[str(compared)].format(value=value))
    name, field_name = str(values["step"]), str(values["field"])
    suffix = class_name(field_name)
    item, result = f"{class_name(name)}Input{suffix}Item", f"{class_name(name)}Output{suffix}Item"
    keep = (
        "kept.setdefault(_key(record), record)"
        if values["keep"] == "first"
        else "kept[_key(record)] = record"
    )
    records: JsonObject = {"type": "array", "items": schema}
    return activity(
        values,
        [
            _KEY.format(item=item, parts=", ".join(parts)),
            _MAIN.format(signature=signature(name), item=item, result=result, field=field_name, keep=keep),
        ],
        takes={field_name: records},
        gives={field_name: records, "dropped": {"type": "integer"}},
    )


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=("text.fold",),
    example={
        "item": {"name": "string", "phone": "string?", "id": "integer"},
        "keys": {"name": "fold", "phone": "digits"},
        "field": "contacts",
    },
    trials=(
        answers(
            {
                "contacts": [
                    {"name": "José Ruiz", "phone": "+34 600-100", "id": 1},
                    {"name": "jose  ruiz", "phone": "34600100", "id": 2},
                    {"name": "Jose Ruiz", "id": 3},
                ]
            },
            {
                "contacts": [
                    {"name": "José Ruiz", "phone": "+34 600-100", "id": 1},
                    {"name": "Jose Ruiz", "id": 3},
                ],
                "dropped": 1,
            },
        ),
        answers({"contacts": []}, {"contacts": [], "dropped": 0}),
    ),
)
