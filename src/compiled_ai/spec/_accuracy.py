"""Reading the accuracy block, and whether its evaluators can use what the cases expect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from compiled_ai.spec._problems import Fault, Problems
from compiled_ai.spec._schema_rules import check_schema
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json
from compiled_ai.spec.document import AccuracyDocument, FieldAccuracyDocument
from compiled_ai.spec.model import Accuracy, EvaluatorName, FieldRule
from compiled_ai.spec.readings import CHOICE, choices_of, read_amount, read_calls, read_moment
from compiled_ai.spec.schema import Checker, SchemaProblem, place_text, properties_of, shorten, suggest
from compiled_ai.spec.yaml_source import Place

_TOLERANT = ("number", "money")


def read_accuracy(problems: Problems, document: AccuracyDocument, output_schema: JsonObject) -> Accuracy:
    """The settings of `document`; what contradicts itself or the output is noted in `problems`."""
    known = list(properties_of(output_schema))
    _check_fields(problems, document, known)
    schema = _schema(problems, document, ("accuracy",))
    rules = {
        name: _field_rule(problems, entry, ("accuracy", "fields", name))
        for name, entry in document.fields.items()
    }
    if known and all(name in rules and rules[name].weight == 0 for name in known):
        message = "accuracy.fields: every field has weight 0, so nothing counts; give one of them a weight"
        problems.add(("accuracy", "fields"), message, at_key=True)
    return Accuracy(
        evaluator=document.evaluator,
        threshold=document.threshold,
        max_wrong=document.max_wrong,
        tolerance=document.tolerance,
        schema=schema,
        fields=rules,
    )


def _check_fields(problems: Problems, document: AccuracyDocument, known: Sequence[str]) -> None:
    for name in document.fields:
        if name not in known:
            problems.add(
                ("accuracy", "fields", name),
                f"accuracy.fields: the output has no field '{name}'; it has {', '.join(known)}.{suggest(name, known)}",
                at_key=True,
            )
    if document.fields and document.evaluator != "fields":
        problems.add(
            ("accuracy", "fields"),
            "accuracy.fields only counts with 'evaluator: fields'; set it, or drop the fields",
            at_key=True,
        )


def _field_rule(problems: Problems, entry: str | FieldAccuracyDocument, place: Place) -> FieldRule:
    if not isinstance(entry, FieldAccuracyDocument):
        entry = FieldAccuracyDocument.model_validate({"evaluator": entry})
    if entry.tolerance is not None and entry.evaluator not in _TOLERANT:
        where = (*place, "tolerance")
        message = f"{place_text(where)}: '{entry.evaluator}' knows no tolerance; {' and '.join(_TOLERANT)} do, so choose one of them or drop the line"
        problems.add(where, message, at_key=True)
    return FieldRule(
        evaluator=entry.evaluator,
        tolerance=entry.tolerance,
        weight=entry.weight,
        schema=_schema(problems, entry, place),
    )


def _schema(
    problems: Problems, document: AccuracyDocument | FieldAccuracyDocument, place: Place
) -> JsonObject | None:
    """The schema of `json_schema`; None where there is none or it is unusable, which is noted."""
    schema, where = document.json_schema, (*place, "schema")
    if document.evaluator != "json_schema":
        if schema is not None:
            message = (
                f"{place_text(where)} only counts with 'evaluator: json_schema'; set it, or drop the schema"
            )
            problems.add(where, message, at_key=True)
        return None
    if schema is None:
        message = f"{place_text(place)}: 'evaluator: json_schema' needs the schema; add 'schema:' with a JSON Schema"
        problems.add(place, message)
        return None
    try:
        check_schema(schema)
    except SchemaProblem as problem:
        inside = (*where, *problem.place)
        problems.add(inside, f"{place_text(inside)}: {problem.message}", at_key=problem.at_key)
        return None
    return schema


@dataclass(frozen=True, kw_only=True)
class _Need:
    """What an evaluator must find in an expected value, or somewhere inside it."""

    found: Callable[[JsonValue], bool]
    words: str


_NEEDS: dict[EvaluatorName, _Need] = {
    "date": _Need(
        found=lambda value: read_moment(value) is not None,
        words='no date or date-time, such as "2026-02-28" or "2026-02-28T09:30:00Z"',
    ),
    "money": _Need(
        found=lambda value: read_amount(value) is not None,
        words='no amount of money, such as "12.50", "12.50 EUR" or {amount: "12.50", currency: EUR}',
    ),
    "set": _Need(found=lambda value: isinstance(value, list), words="no list"),
}
_NO_CALL = "no function call: a call is {name: f, arguments: {a: 1}}, and several are a list of such"


class Expectations:
    """What the evaluators of one spec need of an expected output. Places begin with ``output``."""

    def __init__(self, accuracy: Accuracy) -> None:
        self._rules: dict[str | None, FieldRule] = {}
        if accuracy.evaluator == "fields":
            self._rules.update(accuracy.fields.items())
        else:
            self._rules[None] = FieldRule(evaluator=accuracy.evaluator, schema=accuracy.schema)
        self._schemas = {
            name: Checker(rule.schema) for name, rule in self._rules.items() if rule.schema is not None
        }

    def forms(self, output: JsonObject) -> Iterator[JsonObject]:
        """Plain outputs in which each of the choices of `output` stands at least once; `output` itself when it has none."""
        named = [name for name, rule in self._rules.items() if rule.evaluator == "function_call"]
        if not named:
            yield output
            return
        parts: JsonValue = output if None in named else [output[name] for name in named if name in output]
        for turn in range(max((len(choices) for choices in _choices(parts)), default=1)):
            if None in named:
                form = _pick(output, turn)
            else:
                form = {key: _pick(value, turn) if key in named else value for key, value in output.items()}
            assert isinstance(form, dict)
            yield form

    def faults(self, output: JsonObject, *, hidden: bool) -> list[Fault]:
        """Expected values that their evaluator cannot use."""
        found: list[Fault] = []
        for name, rule in self._rules.items():
            place: Place = ("output",) if name is None else ("output", name)
            value = output if name is None else output.get(name)
            if name in self._schemas:
                found += self._misfit(name, value, place)
            elif value is not None and rule.evaluator == "function_call":
                found += _check_calls(value, place, hidden=hidden)
            elif value is not None and rule.evaluator in _NEEDS:
                found += _check_need(value, place, rule.evaluator)
        return found

    def _misfit(self, name: str | None, value: JsonValue, place: Place) -> list[Fault]:
        misfit = self._schemas[name].explain(value)
        if misfit is None:
            return []
        owner = "accuracy.schema" if name is None else f"accuracy.fields.{name}.schema"
        message = f"{misfit.message}; so the case's own answer would be wrong by {owner}. Mend one of the two"
        return [Fault(place=(*place, *misfit.place), message=message)]


def _check_need(value: JsonValue, place: Place, evaluator: EvaluatorName) -> list[Fault]:
    need = _NEEDS[evaluator]
    where = _unusable(value, need.found)
    if where is None:
        return []
    inner = value
    for part in where:
        assert isinstance(inner, list)
        assert isinstance(part, int)
        inner = inner[part]
    return [Fault(place=(*place, *where), message=_useless(inner, evaluator, need.words))]


def _useless(value: JsonValue, evaluator: EvaluatorName, words: str) -> str:
    shown = shorten(canonical_json(value), 60)
    return f"{shown} is {words}, so the evaluator '{evaluator}' cannot use it; mend the value, or choose another evaluator"


def _unusable(value: JsonValue, found: Callable[[JsonValue], bool]) -> Place | None:
    """Where in `value` the evaluator finds nothing that it could read: at the value itself, or at an element of a list."""
    if value is None or found(value):
        return None
    if isinstance(value, list):
        places = ((index, _unusable(item, found)) for index, item in enumerate(value))
        return next(((index, *place) for index, place in places if place is not None), None)
    return None if isinstance(value, dict) and (_is_blank(value) or _holds(value, found)) else ()


def _is_blank(value: JsonValue) -> bool:
    return value is None or (isinstance(value, dict | list) and all(map(_is_blank, _inside(value))))


def _holds(value: JsonValue, found: Callable[[JsonValue], bool]) -> bool:
    return found(value) or any(_holds(item, found) for item in _inside(value))


def _inside(value: JsonValue) -> Iterable[JsonValue]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _check_calls(value: JsonValue, place: Place, *, hidden: bool) -> list[Fault]:
    if read_calls(value) is None:
        hint = (
            ""
            if place[1:]
            else ". Calls in a field are compared with 'evaluator: fields' and 'fields: {calls: function_call}'"
        )
        return [Fault(place=place, message=_useless(value, "function_call", _NO_CALL) + hint)]
    return [
        Fault(place=(*place, *where), message=message)
        for where, node in _marked(value, ())
        for message in _choice_problems(node, hidden=hidden)
    ]


def _choice_problems(node: JsonObject, *, hidden: bool) -> Iterator[str]:
    if not hidden:
        yield f"'{CHOICE}' is for tests alone: an example shows the model one answer, so write one of them"
    elif choices_of(node) is None:
        yield f"'{CHOICE}' stands alone and holds a list of at least one value, such as {{{CHOICE}: [NYC, New York]}}"


def _marked(value: JsonValue, place: Place) -> Iterator[tuple[Place, JsonObject]]:
    """Every object inside `value` that has the key of a choice, with its place."""
    if isinstance(value, dict) and CHOICE in value:
        yield place, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _marked(item, (*place, key))


def _choices(value: JsonValue) -> Iterator[list[JsonValue]]:
    for _, node in _marked(value, ()):
        choices = choices_of(node)
        if choices is not None:
            yield choices


def _pick(value: JsonValue, turn: int) -> JsonValue:
    """`value` with the choice whose turn it is for each argument that has several, or without the argument if it may be left out."""
    choices = choices_of(value)
    if choices is not None:
        return _pick(choices[min(turn, len(choices) - 1)], turn)
    if isinstance(value, list):
        return [_pick(item, turn) for item in value]
    if not isinstance(value, dict):
        return value
    picked = {key: (_pick(item, turn), choices_of(item) is not None) for key, item in value.items()}
    return {
        key: item for key, (item, chosen) in picked.items() if not (chosen and (item is None or item == ""))
    }
