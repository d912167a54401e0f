"""The decision-table template: a rule step as a Python activity, without a model."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.expressions import parse_expression
from compiled_ai.spec.model import Rule, RuleStep
from compiled_ai.templates._conditions import (
    Fields,
    branches,
    kinds_of,
    name_fields,
    names_in,
    not_null,
    to_python,
)
from compiled_ai.templates.typed_dicts import class_name

MAX_BRANCHES = 8
"""Branches of one function, so that its cyclomatic complexity stays below 10, the limit of the syntax stage."""


def render_rule_activity(
    step: RuleStep,
    scope: Mapping[str, JsonValue],
    *,
    required: Collection[str] | None = None,
    prefix: str | None = None,
) -> str:
    """Source of the activity for `step`; a long table goes on in private functions.

    Decimal fields, and numbers that are compared with them, are compared exactly, as ``Decimal``. A field that may be missing is None.

    Args:
        step: The table.
        scope: Schema of every field that its conditions read.
        required: Fields that are always there. None means all that may not be null.
        prefix: Beginning of the names of its types. None takes the step's id.
    """
    lines = [
        _Line(rule=rule, test=parse_expression(rule.when).tree.body if rule.when is not None else None)
        for rule in step.rules
    ]
    tests = [line.test for line in lines if line.test is not None]
    if required is None:
        required = [name for name in step.takes if "null" not in kinds_of(scope.get(name))]
    table = _Table(
        step=step,
        scope=scope,
        required=frozenset(required),
        types=prefix or class_name(step.id),
        fields=name_fields(step.takes, scope, tests),
    )
    parts = _divide(lines)
    blocks = [
        table.part(part, number=number, is_last=number == len(parts))
        for number, part in enumerate(parts, start=1)
    ]
    return "\n\n\n".join([*table.helper(), *blocks])


@dataclass(frozen=True, kw_only=True)
class _Line:
    rule: Rule
    test: ast.expr | None


@dataclass(kw_only=True)
class _Part:
    """The lines of one function."""

    known: frozenset[str] = frozenset()
    """Fields that earlier parts have found not to be null."""
    lines: list[_Line] = field(default_factory=list)
    tested: frozenset[str] = frozenset()
    """Those of `known` that its lines read: type checkers do not look across functions, so the part tests them again."""
    branches: int = 0

    def cost(self, line: _Line) -> int:
        """Branches that `line` would add."""
        if line.test is None:
            return 0
        return branches(line.test) + len(names_in(line.test) & self.known - self.tested)

    def add(self, line: _Line) -> None:
        """Take `line` in."""
        self.branches += self.cost(line)
        self.lines.append(line)
        if line.test is not None:
            self.tested |= names_in(line.test) & self.known


def _divide(lines: Sequence[_Line]) -> list[_Part]:
    """`lines` in parts of at most `MAX_BRANCHES`, as far as no single line has more."""
    parts = [_Part()]
    known: frozenset[str] = frozenset()
    for line in lines:
        if parts[-1].lines and parts[-1].branches + parts[-1].cost(line) > MAX_BRANCHES:
            parts.append(_Part(known=known))
        parts[-1].add(line)
        if line.test is not None:
            known |= not_null(line.test, holds=False)
    return parts


@dataclass(frozen=True, kw_only=True)
class _Table:
    """Writes the functions of one table."""

    step: RuleStep
    scope: Mapping[str, JsonValue]
    required: frozenset[str]
    types: str
    fields: Fields

    def helper(self) -> list[str]:
        """The function that reads exact numbers which may be missing, if any are."""
        if self.fields.exact <= self.required - self._nullable():
            return []
        lines = [
            f"def {self._exact}(value: str | float | None) -> Decimal | None:",
            '    """The exact number that `value` stands for; None stays None."""',
            "    return None if value is None else Decimal(str(value))",
        ]
        return ["\n".join(lines)]

    def part(self, part: _Part, *, number: int, is_last: bool) -> str:
        """The function that holds `part`, the step's own for the first."""
        what = "Decide by the table of" if number == 1 else "Go on with the table of"
        lines = [
            f"def {self._name(number)}(data: {self.types}Input) -> {self.types}Output:",
            f'    """{what} the step `{self.step.id}`: the first line that holds."""',
        ]
        read = {name for line in part.lines if line.test is not None for name in names_in(line.test)}
        lines += [
            f"    {self.fields.variables[name]} = {self._read(name)}"
            for name in self.step.takes
            if name in read
        ]
        for name in (name for name in self.step.takes if name in part.tested):
            lines += [
                f"    if {self.fields.variables[name]} is None:  # ruled out by a line above",
                f'        abstain("{self.fields.variables[name]} is missing")',
            ]
        lines += [text for line in part.lines for text in self._line(line)]
        if not is_last:
            lines.append(f"    return {self._name(number + 1)}(data)")
        elif part.lines[-1].test is not None:
            lines.append('    abstain("no line of the decision table holds")')
        return "\n".join(lines)

    @property
    def _exact(self) -> str:
        return f"_{self.step.id}_exact"

    def _name(self, number: int) -> str:
        return self.step.id if number == 1 else f"_{self.step.id}_part_{number}"

    def _nullable(self) -> frozenset[str]:
        return frozenset(name for name in self.step.takes if "null" in kinds_of(self.scope.get(name)))

    def _read(self, name: str) -> str:
        value = f"data[{name!r}]" if name in self.required else f"data.get({name!r})"
        if name not in self.fields.exact:
            return value
        if name not in self.required or name in self._nullable():
            return f"{self._exact}({value})"
        return (
            f"Decimal({value})" if kinds_of(self.scope.get(name)) == ("string",) else f"Decimal(str({value}))"
        )

    def _line(self, line: _Line) -> list[str]:
        rule = line.rule
        answer = f"return {_dict(rule.then)}" if rule.then is not None else f"abstain({rule.abstain!r})"
        comment = f"    # line {rule.line} of the spec"
        if line.test is None:
            return [comment, f"    {answer}"]
        return [comment, f"    if {to_python(line.test, self.fields)}:", f"        {answer}"]


def _dict(value: JsonObject) -> str:
    return "{" + ", ".join(f"{key!r}: {item!r}" for key, item in value.items()) + "}"
