"""Reading steps: what each may take, what it adds, and whether its rules can be compiled."""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from typing import assert_never

from compiled_ai.spec._problems import Problems
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.document import (
    BoundedStepDocument,
    CodeStepDocument,
    RuleDocument,
    RuleStepDocument,
    StepDocument,
)
from compiled_ai.spec.expressions import ExpressionError, parse_expression
from compiled_ai.spec.model import BoundedStep, CodeStep, Rule, RuleStep, Step
from compiled_ai.spec.schema import Checker, SchemaProblem, expand_object, suggest
from compiled_ai.spec.yaml_source import Place


def properties_of(schema: JsonObject) -> dict[str, JsonValue]:
    """Top-level properties of an object schema."""
    properties = schema.get("properties", {})
    return properties if isinstance(properties, dict) else {}


class StepReader:
    """Reads the steps of one spec in order, keeping track of the names in scope."""

    def __init__(self, problems: Problems, *, input_schema: JsonObject, output_schema: JsonObject) -> None:
        self._problems = problems
        self._output_schema = output_schema
        self._scope: dict[str, JsonValue] = dict(properties_of(input_schema))
        self._ids: set[str] = set()

    def read(self, documents: Sequence[StepDocument]) -> tuple[Step, ...]:
        """The checked steps; problems are noted at their places."""
        steps = tuple(self._step(document, ("steps", index)) for index, document in enumerate(documents))
        if steps:
            required = self._output_schema.get("required", [])
            missing = (
                [str(name) for name in required if name not in self._scope]
                if isinstance(required, list)
                else []
            )
            if missing:
                self._problems.add(
                    ("steps",),
                    f"steps: no step and no input gives the output's {', '.join(missing)}; add a step or an output field",
                )
        return steps

    def _step(self, document: StepDocument, place: Place) -> Step:
        if document.id in self._ids or keyword.iskeyword(document.id):
            self._problems.add(
                (*place, "id"), f"the step id '{document.id}' is taken or a Python word; choose another"
            )
        self._ids.add(document.id)
        match document:
            case CodeStepDocument():
                return self._code(document, place)
            case RuleStepDocument():
                return self._rule(document, place)
            case BoundedStepDocument():
                takes = self._takes(document.takes, place)
                output = self._output(document.output, place)
                return BoundedStep(
                    id=document.id,
                    instructions=document.instructions.strip(),
                    takes=takes,
                    output_schema=output,
                )
            case _:
                assert_never(document)

    def _code(self, document: CodeStepDocument, place: Place) -> CodeStep:
        takes = self._takes(document.takes, place)
        output = self._output(document.output, place) if document.output else self._adopt(self._output_schema)
        return CodeStep(
            id=document.id, instructions=document.instructions.strip(), takes=takes, output_schema=output
        )

    def _takes(self, names: list[str] | None, place: Place) -> tuple[str, ...]:
        if names is None:
            return tuple(self._scope)
        for index, name in enumerate(names):
            if name not in self._scope:
                known = list(self._scope)
                self._problems.add(
                    (*place, "takes", index),
                    f"'{name}' is not in scope here; in scope are {', '.join(known)}.{suggest(name, known)}",
                )
        return tuple(dict.fromkeys(names))

    def _output(self, value: JsonObject, place: Place) -> JsonObject:
        try:
            schema = expand_object(value)
        except SchemaProblem as problem:
            self._problems.add((*place, "output", *problem.place), f"output: {problem.message}")
            return {"type": "object"}
        for name in properties_of(schema):
            if name in self._scope:
                self._problems.add(
                    (*place, "output", name),
                    f"'{name}' is already in scope; give this step's field another name",
                )
        return self._adopt(schema)

    def _adopt(self, schema: JsonObject) -> JsonObject:
        self._scope.update(properties_of(schema))
        return schema

    def _rule(self, document: RuleStepDocument, place: Place) -> RuleStep:
        rules = tuple(self._line(line, (*place, "rules", index)) for index, line in enumerate(document.rules))
        for index, line in enumerate(document.rules[:-1]):
            if line.otherwise is not None:
                self._problems.add(
                    (*place, "rules", index),
                    "'otherwise' must be the last rule; the lines below it can never apply",
                )
        output = (
            self._output(document.output, place) if document.output else self._derive(document.rules, place)
        )
        checker = Checker(output)
        for index, rule in enumerate(rules):
            misfit = checker.explain(rule.then) if rule.then is not None else None
            if misfit:
                answer = "otherwise" if rule.when is None else "then"
                self._problems.add(
                    (*place, "rules", index, answer, *misfit.place),
                    f"rules[{index}].{answer}.{misfit.field}: {misfit.message}",
                )
        names = dict.fromkeys(
            name for rule in rules if rule.when for name in parse_expression(rule.when).names
        )
        return RuleStep(id=document.id, rules=rules, takes=tuple(names), output_schema=output)

    def _line(self, line: RuleDocument, place: Place) -> Rule:
        answers = [answer for answer in (line.then, line.abstain, line.otherwise) if answer is not None]
        if len(answers) != 1 or (line.otherwise is None) == (line.when is None):
            self._problems.add(place, "a rule is 'when' with 'then' or 'abstain', or 'otherwise' alone")
        when = self._condition(line.when, (*place, "when")) if line.when is not None else None
        mark = self._problems.document.mark(place)
        return Rule(
            when=when,
            then=line.then if line.then is not None else line.otherwise,
            abstain=line.abstain,
            line=mark.line,
        )

    def _condition(self, text: str, place: Place) -> str | None:
        try:
            expression = parse_expression(text)
        except ExpressionError as error:
            self._problems.add(place, f"when: {error}")
            return None
        known = list(self._scope)
        for name in expression.names:
            if name not in self._scope:
                self._problems.add(
                    place,
                    f"when: '{name}' is not in scope here; in scope are {', '.join(known)}.{suggest(name, known)}",
                )
                return None
        return expression.text

    def _derive(self, rules: Sequence[RuleDocument], place: Place) -> JsonObject:
        """The rule step's output schema: the workflow output's fields that its answers name."""
        known = properties_of(self._output_schema)
        named = dict.fromkeys(name for rule in rules for name in (rule.then or rule.otherwise or {}))
        for name in named:
            if name not in known:
                self._problems.add(
                    (*place, "rules"),
                    f"the rules answer '{name}', which the output does not have; give the step its own 'output'",
                )
        fields = {name: known[name] for name in named if name in known}
        required: list[JsonValue] = list(fields)
        return self._adopt(
            {"type": "object", "additionalProperties": False, "required": required, "properties": fields}
        )
