"""The decision-table template: a rule step as a Python activity, without a model."""

from __future__ import annotations

from collections.abc import Mapping

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.expressions import Expression, parse_expression
from compiled_ai.spec.model import Rule, RuleStep
from compiled_ai.templates.typed_dicts import class_name


def render_rule_activity(step: RuleStep, scope: Mapping[str, JsonValue]) -> str:
    """Source of the activity for `step`; `scope` gives the schema of every field that its conditions read.

    Decimal fields are compared as ``Decimal``; a field that may be missing is None.
    """
    conditions = {
        index: parse_expression(rule.when) for index, rule in enumerate(step.rules) if rule.when is not None
    }
    prefix = class_name(step.id)
    lines = [
        f"def {step.id}(data: {prefix}Input) -> {prefix}Output:",
        f'    """Decide by the table of the step `{step.id}`: the first line that holds."""',
    ]
    lines += [f"    {name} = {_read(name, scope.get(name))}" for name in step.takes]
    for index, rule in enumerate(step.rules):
        lines += _render_rule(rule, conditions.get(index))
    if step.rules[-1].when is not None:
        lines.append('    abstain("no line of the decision table holds")')
    return "\n".join(lines)


def _read(name: str, schema: JsonValue) -> str:
    kinds = schema.get("type") if isinstance(schema, dict) else None
    optional = isinstance(kinds, list) and "null" in kinds
    value = f"data.get({name!r})" if optional else f"data[{name!r}]"
    if _is_decimal(schema):
        return (
            f"Decimal({value})" if not optional else f"None if (text := {value}) is None else Decimal(text)"
        )
    return value


def _is_decimal(schema: JsonValue) -> bool:
    return isinstance(schema, dict) and schema.get("format") == "decimal"


def _render_rule(rule: Rule, condition: Expression | None) -> list[str]:
    answer = f"return {_dict(rule.then)}" if rule.then is not None else f"abstain({rule.abstain!r})"
    comment = f"    # line {rule.line} of the spec"
    if condition is None:
        return [comment, f"    {answer}"]
    return [comment, f"    if {condition.to_python({})}:", f"        {answer}"]


def _dict(value: JsonObject) -> str:
    return "{" + ", ".join(f"{key!r}: {item!r}" for key, item in value.items()) + "}"
