"""One activity as expressions: solving its fields, its conditions on declining, and writing it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from compiled_ai.factory.plan import CodeTask
from compiled_ai.factory.synthesis._emit import answer, function, helpers_for, module
from compiled_ai.factory.synthesis._expressions import DECLINED, Expr, Kind
from compiled_ai.factory.synthesis._finders import extracted
from compiled_ai.factory.synthesis._guards import Guard, read_guards, simple_guards
from compiled_ai.factory.synthesis._normalizers import ABSTAINING, normalised
from compiled_ai.factory.synthesis._scopes import Scope, filters_of, kind_of, open_scope, safe_name
from compiled_ai.factory.synthesis._search import FieldSearch, Target
from compiled_ai.factory.synthesis._task import Sample
from compiled_ai.factory.synthesis._wording import Wording, read_wording
from compiled_ai.factory.synthesis.candidate import Candidate
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.model import Brief
from compiled_ai.spec.schema import properties_of, required_of
from compiled_ai.templates.typed_dicts import class_name

Reads = Literal["data", "typed", "prose"]
_RESULT: dict[str, str] = {
    "text": "str",
    "text?": "str | None",
    "integer": "int",
    "integer?": "int | None",
    "number": "Decimal",
    "number?": "Decimal | None",
    "flag": "bool",
    "flag?": "bool | None",
    "texts": "list[str]",
}
_SMALL = frozenset(("a", "an", "the", "with", "in", "which", "when", "if", "is", "are", "of", "to"))


@dataclass(frozen=True, kw_only=True)
class _Field:
    name: str
    kind: Kind
    is_decimal: bool = False
    is_date: bool = False
    labels: tuple[str, ...] = ()
    """The texts that it is one of."""


class Problem:
    """One task: its scope, its fields, and what was inferred."""

    def __init__(
        self, task: CodeTask, brief: Brief, samples: Sequence[Sample], *, reads: Reads = "data"
    ) -> None:
        """`reads` says what the texts of the input are: values as they are, values as people type them, or prose with values in it."""
        self._reads = reads
        types = task.types
        prefix = types.prefix or class_name(types.step_id)
        self._step = types.step_id
        self._signature = types.signature
        self._input_type = f"{prefix}Input"
        self._samples = samples
        self._scope: Scope = open_scope(
            types.input_schema, [sample.input for sample in samples], self._input_type
        )
        self._schema: JsonObject = types.output_schema
        self._description = brief.description
        instructions = task.instructions or brief.instructions
        self._wording: Wording = read_wording(instructions, list(properties_of(self._schema)))

    def candidates(self, most: int) -> Iterator[Candidate]:
        """At most `most` candidates, the simplest first; none if a field or a clause on declining is not understood."""
        found = self.solve() if any(sample.output is not None for sample in self._samples) else None
        for chosen in itertools.islice(_choices(found), most) if found else ():
            guards = self.guards(list(chosen.values()))
            if guards is not None:
                yield self.write(chosen, guards)

    def solve(self) -> dict[str, list[Expr]] | None:
        """Expressions for every output field, the simplest first; None if one has none."""
        fields = _fields(self._schema)
        answers = [sample.output for sample in self._samples if sample.output is not None]
        if fields is None or any(field.name not in output for field in fields for output in answers):
            return None
        solved: dict[str, list[Expr]] = {}
        known: dict[str, Expr] = {}
        waiting = list(fields)
        while waiting:
            progress = False
            for field in list(waiting):
                found = self._solutions(field, known)
                if found:
                    solved[field.name] = found
                    known[field.name] = _as_output(field.name, found[0])
                    waiting.remove(field)
                    progress = True
            if not progress:
                return None
        return solved

    def _solutions(self, field: _Field, known: Mapping[str, Expr]) -> list[Expr]:
        target = self._target(field)
        if not target.values:
            return []
        if self._reads == "prose":
            return extracted(target, self._scope.leaves[0], field.labels)
        special = normalised(target, self._scope, known, field.labels) if self._reads == "typed" else []
        if special or field.labels:
            return special
        return FieldSearch(target, self._scope, known).solutions()

    def _target(self, field: _Field) -> Target:
        values = {
            row: sample.output[field.name]
            for row, sample in enumerate(self._samples)
            if sample.output is not None and field.name in sample.output
        }
        places = {len(str(value).partition(".")[2]) for value in values.values() if value is not None}
        return Target(
            name=field.name,
            text=self._wording.fields.get(field.name, ""),
            general=self._wording.general,
            kind=field.kind,
            values=values,
            is_decimal=field.is_decimal,
            is_date=field.is_date,
            places=max(places) if places else 2,
        )

    def guards(self, chosen: Sequence[Expr]) -> list[Guard] | None:
        """Conditions on declining that hold for every example; None when they cannot be told."""
        ops = frozenset[str]().union(*(expr.ops for expr in chosen))
        text = " ".join([*self._wording.fields.values(), self._wording.general])
        kept = [
            one
            for records in self._scope.lists
            for one in filters_of(records, text)
            if one.filter is not None and one.filter.op in ops
        ]
        parses = any(ABSTAINING in expr.ops for expr in chosen)
        found = read_guards(
            self._wording.declines, self._scope, kept, parses=parses, finds=self._reads == "prose"
        )
        if found is None:
            return None
        answered = [row for row, sample in enumerate(self._samples) if sample.output is not None]
        if any(guard.fires[row] for guard in found for row in answered):
            return None
        open_rows = [
            row
            for row, sample in enumerate(self._samples)
            if sample.output is None
            and not any(guard.fires[row] for guard in found)
            and not any(expr.values[row] is DECLINED for expr in chosen)
        ]
        if not open_rows:
            return found
        for guard in () if self._wording.declines else simple_guards(self._scope, text):
            if all(guard.fires[row] for row in open_rows) and not any(guard.fires[row] for row in answered):
                return [*found, guard]
        return None

    def write(self, chosen: Mapping[str, Expr], guards: Sequence[Guard]) -> Candidate:
        """The candidate of the expressions and guards."""
        empties = {guard.empties for guard in guards}
        order = _ordered(chosen)
        helpers = [name for expr in chosen.values() for name in expr.helpers]
        parts = helpers_for([*helpers, *(name for guard in guards for name in guard.helpers)])
        sources = {definition for expr in chosen.values() for definition in expr.defs}
        parts += _definitions(sources)
        parts += [self._guard_function(guard) for guard in guards]
        parts += [self._field_function(name, chosen[name], empties) for name in order]
        parts.append(self._entry(chosen, order, guards))
        cost = sum(expr.cost for expr in chosen.values()) + len(guards)
        how = f"{len(chosen)} fields as expressions over the input" + (
            f", {len(guards)} conditions to decline" if guards else ""
        )
        return Candidate(body=module(parts), cost=cost, how=f"{how}, all in agreement with the examples.")

    def _guard_function(self, guard: Guard) -> str:
        return function(
            f"{_guard_name(guard)}(data: {self._input_type}) -> bool",
            f"Whether the input is to be declined: {guard.clause}.",
            [f"return {guard.code}"],
        )

    def _field_function(self, name: str, expr: Expr, empties: set[str]) -> str:
        lines = [] if not expr.records or expr.records in empties else [
            f"if not {expr.records}:",
            f'    abstain("nothing to choose {name} from")',
        ]  # fmt: skip
        return function(
            f"_{safe_name(name)}({self._parameters(expr)}) -> {_result(expr)}",
            f"The {name.replace('_', ' ')} of the input.",
            [*lines, f"return {expr.code}"],
            spec=f"{name}: {self._wording.fields[name]}" if name in self._wording.fields else "",
        )

    def _parameters(self, expr: Expr) -> str:
        own = [f"data: {self._input_type}"] if re.search(r"\bdata\b", expr.code) else []
        return ", ".join(own + [f"{var}: {kind}" for var, kind in _used_outputs(expr)])

    def _entry(self, chosen: Mapping[str, Expr], order: Sequence[str], guards: Sequence[Guard]) -> str:
        lines = []
        for guard in guards:
            lines += [f"if {_guard_name(guard)}(data):", f"    abstain({_reason(guard.clause)!r})"]
        for name in order:
            own = ["data"] if re.search(r"\bdata\b", chosen[name].code) else []
            arguments = ", ".join(own + [var for var, _ in _used_outputs(chosen[name])])
            lines.append(f"{_out_var(name)} = _{safe_name(name)}({arguments})")
        fields = {field.name: self._shown(field) for field in _fields(self._schema) or ()}
        return function(
            self._signature.removeprefix("def ").rstrip(":"), self._description, [*lines, *answer(fields)]
        )

    def _shown(self, field: _Field) -> str:
        var = _out_var(field.name)
        if field.kind.rstrip("?") != "number":
            return f"format_decimal({var}, {self._target(field).places})" if field.is_decimal else var
        shown = (
            f"format_decimal({var}, {self._target(field).places})" if field.is_decimal else f"float({var})"
        )
        return f"None if {var} is None else {shown}" if field.kind.endswith("?") else shown


def _fields(schema: JsonObject) -> list[_Field] | None:
    """The output fields; None when one is of a kind that expressions do not give."""
    found = []
    for name, child in properties_of(schema).items():
        field = _field(name, child)
        # What may be left out is given as null where the schema lets it be.
        if field is None or not (name in required_of(schema) or field.kind.endswith("?")):
            return None
        found.append(field)
    return found


def _field(name: str, schema: JsonValue) -> _Field | None:
    if not isinstance(schema, dict):
        return None
    enum = schema.get("enum")
    if isinstance(enum, list):
        labels = tuple(value for value in enum if isinstance(value, str))
        return _Field(name=name, kind="text", labels=labels) if len(labels) == len(enum) else None
    items = schema.get("items")
    if schema.get("type") == "array" and isinstance(items, dict) and items.get("type") == "string":
        return _Field(name=name, kind="texts")
    kind, may_be_null = kind_of(schema)
    if kind is None:
        return None
    if may_be_null:
        kind = {"text": "text?", "integer": "integer?", "flag": "flag?", "number": "number?"}[kind]  # type: ignore[assignment]  # the keys are kinds
    shape = schema.get("format")
    return _Field(name=name, kind=kind, is_decimal=shape == "decimal", is_date=shape == "date")


def _out_var(name: str) -> str:
    return safe_name(name)


def _as_output(name: str, expr: Expr) -> Expr:
    """A solved field as an operand of others."""
    return replace(
        expr,
        code=_out_var(name),
        leaves=frozenset({name}),
        ops=frozenset(),
        helpers=frozenset(),
        records="",
        cost=0.5,
        outs=frozenset({(name, _result(expr))}),
        defs=frozenset(),
    )


def _result(expr: Expr) -> str:
    """The type of `expr` in generated code."""
    return f"Literal[{', '.join(map(repr, expr.labels))}]" if expr.labels else _RESULT[expr.kind]


def _used_outputs(expr: Expr) -> list[tuple[str, str]]:
    """Variables and types of the other output fields that `expr` reads."""
    return [(_out_var(name), kind) for name, kind in sorted(expr.outs)]


def _definitions(sources: Iterable[tuple[str, str]]) -> list[str]:
    """Each source once, the longest of those with one name; blocks that several of them share once."""
    longest: dict[str, str] = {}
    for name, source in sorted(sources, key=lambda item: (item[0], len(item[1]))):
        longest[name] = source
    blocks = (block for source in longest.values() for block in source.split("\n\n\n"))
    return list(dict.fromkeys(blocks))


def _ordered(chosen: Mapping[str, Expr]) -> list[str]:
    """The fields, each after those that it reads."""
    done: list[str] = []
    while len(done) < len(chosen):
        done += [
            name
            for name, expr in chosen.items()
            if name not in done and all(other in done for other, _ in expr.outs)
        ]
    return done


def _guard_name(guard: Guard) -> str:
    words = [word for word in re.findall(r"[a-z]+|\d+", guard.clause.lower()) if word not in _SMALL]
    return "_declines_" + "_".join(words[:6])


def _reason(clause: str) -> str:
    return re.sub(r"^(?:with|in which|when|if)\s+", "", clause)


def _choices(found: Mapping[str, Sequence[Expr]]) -> Iterator[dict[str, Expr]]:
    """The simplest expression of every field; then with the second best where it costs least."""
    first = {name: options[0] for name, options in found.items()}
    yield first
    seconds = [
        (options[1].cost - options[0].cost, name) for name, options in found.items() if len(options) > 1
    ]
    for _, name in sorted(seconds):
        yield {**first, name: found[name][1]}
