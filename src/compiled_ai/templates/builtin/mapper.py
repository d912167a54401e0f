"""``mapper``: translate a value by a lookup table."""

from __future__ import annotations

from compiled_ai.modules.text import fold
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates.builtin._compose import activity, obj, refuse, strings
from compiled_ai.templates.builtin._parameters import (
    Builder,
    answers,
    declines,
    field,
    mapping,
    parameters,
    phrases,
    step,
    text,
)
from compiled_ai.templates.rendering import Rendering, literal, literal_type, signature

PARAMETERS = parameters(
    {
        "values": mapping(
            "For each value that may be answered the other wordings that mean it; the value itself counts as one.",
            phrases("Other wordings."),
        )
    },
    {
        "step": step("map_value"),
        "field": field("The input field with the wording.", "value"),
        "result_field": field("The output field.", "result"),
        "otherwise": text("What an unknown wording gives. Left out, it is declined."),
    },
)
_CODE = '''
{signature}
    """The value that the wording means, whatever its case, accents and spacing."""
    found = _VALUES.get(fold(data[{field!r}]))
    if found is None:
        {otherwise}
    return {{{result_field!r}: found}}
'''


def render(values: JsonObject) -> Rendering:
    """A table of folded wordings and one function that looks them up."""
    targets = obj(values["values"])
    table: dict[str, str] = {}
    for target, wordings in targets.items():
        for wording in (target, *strings(wordings)):
            if table.setdefault(fold(wording), target) != target:
                raise refuse(
                    "values",
                    f"'{wording}' means both '{table[fold(wording)]}' and '{target}'; keep it below one of them",
                )
    other = values.get("otherwise")
    results = [*dict.fromkeys([*targets, *([] if other is None else [str(other)])])]
    unknown = 'abstain("the wording is unknown")'
    code = _CODE.format(
        signature=signature(str(values["step"])),
        otherwise=unknown if other is None else f"return {{{values['result_field']!r}: {other!r}}}",
        field=values["field"],
        result_field=values["result_field"],
    )
    return activity(
        values,
        [f"_VALUES: dict[str, {literal_type([*targets])}] = {literal({**table})}", code],
        takes={str(values["field"]): {"type": "string"}},
        gives={str(values["result_field"]): {"type": "string", "enum": [*results]}},
    )


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=("text.fold",),
    example={"values": {"DE": ["Germany", "Deutschland"], "AT": ["Austria", "Österreich"]}},
    trials=(
        answers({"value": " deutschland"}, {"result": "DE"}),
        answers({"value": "OSTERREICH"}, {"result": "AT"}),
        answers({"value": "de"}, {"result": "DE"}),
        declines({"value": "Atlantis"}),
    ),
)
