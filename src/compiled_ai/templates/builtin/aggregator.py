"""``aggregator``: sum, count or average records, by group if wanted."""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import properties_of
from compiled_ai.templates.builtin._compose import (
    activity,
    expanded,
    is_nullable,
    nullable,
    obj,
    object_schema,
    refuse,
)
from compiled_ai.templates.builtin._parameters import (
    Builder,
    answers,
    choice,
    closed,
    field,
    fields_of,
    parameters,
    schema_of,
    step,
    whole,
)
from compiled_ai.templates.rendering import Rendering, signature
from compiled_ai.templates.typed_dicts import class_name

_EMPTY = ("min", "max", "mean")
"""Measures that nothing has."""
_HOW = ("count", "sum", *_EMPTY)
_DECIMAL: JsonObject = {"type": "string", "format": "decimal"}

PARAMETERS = parameters(
    {
        "item": schema_of("The fields of a record."),
        "measures": fields_of(
            "Output fields, and for each what it measures.",
            closed(
                {
                    "how": choice(
                        "`count` counts records, the others look at a field of numbers or decimals.", _HOW
                    )
                },
                {
                    "of": field("The field; null ones do not count."),
                    "places": whole("Decimals of the result; 2 when left out.", high=12),
                },
            ),
            most=12,
        ),
    },
    {
        "step": step("aggregate"),
        "field": field("The input field with the list.", "records"),
        "group_by": field(
            "The field by whose value records are grouped; left out, there is one group of all."
        ),
    },
)
_MEAN = '''
def _mean(values: list[Decimal]) -> Decimal:
    """The mean; of no values it is 0."""
    return sum(values, Decimal(0)) / max(len(values), 1)
'''
_MEASURE = '''
def _measure(records: list[{item}]) -> {result}:
    """The measures of some records."""
{lines}    return {{{entries}}}
'''
_GROUPED = '''
{signature}
    """The measures of every group, in the order of first appearance."""
    groups: dict[{kind}, list[{item}]] = {{}}
    for record in data[{field!r}]:
        groups.setdefault({key}, []).append(record)
    return {{"groups": [_measure(records) for records in groups.values()]}}
'''
_WHOLE = '''
{signature}
    """The measures of the whole list."""
    return _measure(data[{field!r}])
'''


def render(values: JsonObject) -> Rendering:
    """A function that measures records, and one that groups them or hands on the list."""
    schema = expanded(values, "item")
    takes = properties_of(schema)
    name, field_name = str(values["step"]), str(values["field"])
    group = values.get("group_by")
    item = f"{class_name(name)}Input{class_name(field_name)}Item"
    result = f"{class_name(name)}OutputGroupsItem" if group else f"{class_name(name)}Output"
    measures = {key: obj(measure) for key, measure in obj(values["measures"]).items()}
    if group is not None:
        _known(str(group), takes, "group_by")
        if str(group) in measures:
            raise refuse("group_by", f"'{group}' is also a measure; rename the measure")
    lines, entries = _measures(measures, takes)
    if group is not None:
        entries.insert(0, f"{group!r}: {_read(str(group), takes, of='records[0]')}")
    main = _GROUPED if group is not None else _WHOLE
    blocks = [
        _MEAN if any(measure["how"] == "mean" for measure in measures.values()) else "",
        _MEASURE.format(item=item, result=result, lines="".join(lines), entries=", ".join(entries)),
        main.format(
            signature=signature(name),
            field=field_name,
            item=item,
            kind=_kind(group, takes),
            key=_read(str(group), takes) if group else "",
        ),
    ]
    fields: dict[str, JsonValue] = {} if group is None else {str(group): takes[str(group)]}
    fields.update({key: _schema(measure) for key, measure in measures.items()})
    gives: dict[str, JsonValue] = {**fields}
    if group is not None:
        gives = {"groups": {"type": "array", "items": object_schema(fields)}}
    return activity(values, blocks, takes={field_name: {"type": "array", "items": schema}}, gives=gives)


def _measures(measures: dict[str, JsonObject], takes: dict[str, JsonValue]) -> tuple[list[str], list[str]]:
    lines: dict[str, str] = {}
    entries = []
    for key, measure in measures.items():
        how = str(measure["how"])
        if how == "count":
            entries.append(f"{key!r}: len(records)")
            continue
        if "of" not in measure:
            raise refuse(f"measures.{key}", f"'{how}' needs 'of', the field that it looks at")
        source = str(measure["of"])
        _known(source, takes, f"measures.{key}")
        value = _read(source, takes, of="record")
        variable = f"{source}_values"
        filtered = f" if {value} is not None" if is_nullable(takes[source]) else ""
        lines[source] = f"    {variable} = [Decimal(str({value})) for record in records{filtered}]\n"
        entries.append(f"{key!r}: {_expression(how, variable, measure.get('places', 2))}")
    return [*lines.values()], entries


def _expression(how: str, variable: str, places: JsonValue) -> str:
    inner = {"sum": f"sum({variable}, Decimal(0))", "mean": f"_mean({variable})"}.get(
        how, f"{how}({variable})"
    )
    shown = f"format_decimal({inner}, {places})"
    return f"{shown} if {variable} else None" if how in _EMPTY else shown


def _schema(measure: JsonObject) -> JsonObject:
    if measure["how"] == "count":
        return {"type": "integer"}
    return nullable(_DECIMAL) if measure["how"] in _EMPTY else _DECIMAL


def _known(name: str, takes: dict[str, JsonValue], parameter: str) -> None:
    if name not in takes:
        raise refuse(parameter, f"a record has no field '{name}'; it has {', '.join(takes)}")


def _read(name: str, takes: dict[str, JsonValue], *, of: str = "record") -> str:
    return f"{of}.get({name!r})" if is_nullable(takes[name]) else f"{of}[{name!r}]"


def _kind(group: JsonValue, takes: dict[str, JsonValue]) -> str:
    if group is None:
        return ""
    kinds = {"string": "str", "integer": "int", "boolean": "bool", "null": "None"}
    schema = takes[str(group)]
    found = schema.get("type") if isinstance(schema, dict) else None
    names = found if isinstance(found, list) else [found]
    if any(str(kind) not in kinds for kind in names):
        raise refuse("group_by", f"'{group}' must be text, a whole number or a yes or no")
    return " | ".join(kinds[str(kind)] for kind in names)


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=("numbers.format_decimal",),
    example={
        "item": {"region": "string", "amount": "decimal", "discount": "number?"},
        "field": "orders",
        "group_by": "region",
        "measures": {
            "orders": {"how": "count"},
            "revenue": {"how": "sum", "of": "amount"},
            "mean_discount": {"how": "mean", "of": "discount", "places": 3},
        },
    },
    trials=(
        answers(
            {
                "orders": [
                    {"region": "north", "amount": "0.10", "discount": 0.1},
                    {"region": "south", "amount": "5"},
                    {"region": "north", "amount": "0.20", "discount": 0.2},
                ]
            },
            {
                "groups": [
                    {"region": "north", "orders": 2, "revenue": "0.30", "mean_discount": "0.150"},
                    {"region": "south", "orders": 1, "revenue": "5.00", "mean_discount": None},
                ]
            },
        ),
        answers({"orders": []}, {"groups": []}),
    ),
)
