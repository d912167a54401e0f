"""Reading steps: what each may take, what it adds, and whether its rules can be compiled."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Sequence
from functools import partial
from typing import assert_never

from compiled_ai.spec._effect_steps import check_call, check_output
from compiled_ai.spec._problems import Problems
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.document import (
    BoundedStepDocument,
    CodeStepDocument,
    DatabaseStepDocument,
    EffectStepDocument,
    HttpStepDocument,
    NotificationStepDocument,
    RuleDocument,
    RuleStepDocument,
    StepDocument,
)
from compiled_ai.spec.effects import call_data, parse_call
from compiled_ai.spec.expressions import ExpressionError, parse_expression
from compiled_ai.spec.model import BoundedStep, CodeStep, EffectStep, Rule, RuleStep, Step
from compiled_ai.spec.schema import (
    Checker,
    SchemaProblem,
    expand_object,
    place_text,
    properties_of,
    required_of,
    suggest,
)
from compiled_ai.spec.yaml_source import Place

_TAKEN_NAMES = {*keyword.kwlist, *dir(builtins), "abstain"}
"""A step becomes a function of its name, which must hide nothing that compiled code calls."""


def gate_name(step_id: str) -> str:
    """Name of the rule step that decides whether the effect step acts, and of the field that it sets."""
    return f"{step_id}_due"


class StepReader:
    """Reads the steps of one spec in order, keeping track of the names in scope."""

    def __init__(self, problems: Problems, *, input_schema: JsonObject, output_schema: JsonObject) -> None:
        self._problems = problems
        self._output_schema = output_schema
        self._scope: dict[str, JsonValue] = dict(properties_of(input_schema))
        self._ids: set[str] = set()
        self._uncertain: set[str] = set()
        """Names that an effect gives which acts only sometimes."""

    def read(self, documents: Sequence[StepDocument]) -> tuple[Step, ...]:
        """The checked steps; problems are noted at their places."""
        before = len(self._problems.found)
        steps = tuple(
            step
            for index, document in enumerate(documents)
            for step in (*self._gate(document, ("steps", index)), self._step(document, ("steps", index)))
        )
        if steps and len(self._problems.found) == before:
            self._check_complete()
        return steps

    def _check_complete(self) -> None:
        given = self._scope.keys() - self._uncertain
        missing = [f"'{name}'" for name in required_of(self._output_schema) if name not in given]
        if missing:
            self._problems.add(
                ("steps",),
                f"steps: no step and no input gives {', '.join(missing)} of the output; add a step that does, or name it in the 'output' of one",
                at_key=True,
            )

    def _add(self, place: Place, message: str, *, at_key: bool = False) -> None:
        self._problems.add(place, f"{place_text(place)}: {message}", at_key=at_key)

    def _step(self, document: StepDocument, place: Place) -> Step:
        if document.id in self._ids:
            self._add((*place, "id"), f"the step id '{document.id}' is taken; give each step its own")
        elif document.id in _TAKEN_NAMES:
            self._add((*place, "id"), f"'{document.id}' means something in Python; choose another step id")
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
            case HttpStepDocument() | DatabaseStepDocument() | NotificationStepDocument():
                return self._effect(document, place)
            case _:
                assert_never(document)

    def _gate(self, document: StepDocument, place: Place) -> tuple[RuleStep, ...]:
        """The rule step that decides whether an effect acts, if it has a condition: compiled and validated like any other."""
        if isinstance(document, CodeStepDocument | RuleStepDocument | BoundedStepDocument):
            return ()
        if document.when is None:
            return ()
        name = gate_name(document.id)
        if name in self._scope or name in self._ids:
            self._add(
                (*place, "id"), f"'{name}' is taken, and would say whether '{document.id}' acts; rename one"
            )
        self._ids.add(name)
        when = self._condition(document.when, (*place, "when"))
        line = self._problems.document.mark((*place, "when")).line
        rules = (
            Rule(when=when, then={name: True}, abstain=None, line=line),
            Rule(when=None, then={name: False}, abstain=None, line=line),
        )
        names = parse_expression(when).names if when is not None else ()
        output: JsonObject = {
            "type": "object",
            "additionalProperties": False,
            "required": [name],
            "properties": {name: {"type": "boolean"}},
        }
        return (
            RuleStep(
                id=name,
                rules=rules,
                takes=tuple(dict.fromkeys(names)),
                output_schema=self._adopt(output),
            ),
        )

    def _effect(self, document: EffectStepDocument, place: Place) -> EffectStep:
        call = parse_call(call_data(document))
        takes = check_call(call, self._scope, partial(self._report, place))
        before = len(self._problems.found)
        output = self._output(document.output, place)
        if len(self._problems.found) == before:
            check_output(call, output, partial(self._report, place))
        when = gate_name(document.id) if document.when is not None else None
        if when is not None:
            self._uncertain |= properties_of(output).keys()
        return EffectStep(id=document.id, takes=takes, output_schema=output, call=call, when=when)

    def _report(self, place: Place, inner: Place, message: str, *, at_key: bool = False) -> None:
        """Note a problem of the step at `place`; its output may be written as JSON Schema."""
        whole = (*place, *inner)
        if inner[0] == "output" and whole not in self._problems.document.marks:
            whole = (*place, "output", "properties", *inner[1:])
        self._add(whole, message, at_key=at_key)

    def _code(self, document: CodeStepDocument, place: Place) -> CodeStep:
        takes = self._takes(document.takes, place)
        whole = document.output is None
        output = self._adopt(self._output_schema) if whole else self._output(document.output or {}, place)
        return CodeStep(
            id=document.id, instructions=document.instructions.strip(), takes=takes, output_schema=output
        )

    def _takes(self, names: list[str] | None, place: Place) -> tuple[str, ...]:
        if names is None:
            return tuple(self._scope)
        for index, name in enumerate(names):
            if name not in self._scope:
                self._add((*place, "takes", index), self._not_in_scope(name))
        return tuple(dict.fromkeys(names))

    def _not_in_scope(self, name: str) -> str:
        known = list(self._scope)
        listed = f"in scope are {', '.join(known)}." if known else "nothing is: the input has no fields."
        return f"'{name}' is not in scope here; {listed}{suggest(name, known)}"

    def _output(self, value: JsonObject, place: Place) -> JsonObject:
        place = (*place, "output")
        try:
            schema = expand_object(value)
        except SchemaProblem as problem:
            self._add((*place, *problem.place), problem.message, at_key=problem.at_key)
            return {"type": "object"}
        fields = properties_of(schema)
        if not fields:
            self._add(place, "a step adds at least one field; name it, or drop the step")
        for name in fields:
            if name in self._scope:
                inner = (*place, name) if name in value else (*place, "properties", name)
                self._add(inner, "this field is already in scope; give it another name", at_key=True)
        return self._adopt(schema)

    def _adopt(self, schema: JsonObject) -> JsonObject:
        self._scope.update(properties_of(schema))
        return schema

    def _rule(self, document: RuleStepDocument, place: Place) -> RuleStep:
        rules = tuple(self._line(line, (*place, "rules", index)) for index, line in enumerate(document.rules))
        for index, line in enumerate(document.rules[:-1]):
            if line.otherwise is not None and line.when is None:
                self._add(
                    (*place, "rules", index),
                    "'otherwise' must be the last rule; the lines below it can never apply",
                )
        output = (
            self._derive(document.rules) if document.output is None else self._output(document.output, place)
        )
        self._check_answers(document.rules, output, place)
        names = dict.fromkeys(
            name for rule in rules if rule.when for name in parse_expression(rule.when).names
        )
        return RuleStep(id=document.id, rules=rules, takes=tuple(names), output_schema=output)

    def _check_answers(self, rules: Sequence[RuleDocument], output: JsonObject, place: Place) -> None:
        checker = Checker(output)
        for index, rule in enumerate(rules):
            for key, answer in (("then", rule.then), ("otherwise", rule.otherwise)):
                misfit = checker.explain(answer) if answer is not None else None
                if misfit:
                    extra = () if misfit.extra is None else (misfit.extra,)
                    self._add(
                        (*place, "rules", index, key, *misfit.place, *extra),
                        misfit.message,
                        at_key=misfit.extra is not None,
                    )

    def _line(self, line: RuleDocument, place: Place) -> Rule:
        answers = [answer for answer in (line.then, line.abstain, line.otherwise) if answer is not None]
        if len(answers) != 1 or (line.otherwise is None) == (line.when is None):
            self._add(place, "a rule is 'when' with 'then' or 'abstain', or 'otherwise' alone")
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
            self._add(place, str(error))
            return None
        unknown = [name for name in expression.names if name not in self._scope]
        for name in unknown:
            self._add(place, self._not_in_scope(name))
        return None if unknown else expression.text

    def _derive(self, rules: Sequence[RuleDocument]) -> JsonObject:
        """The rule step's output schema: the workflow output's fields that its answers name."""
        known = properties_of(self._output_schema)
        answers = [rule.then or rule.otherwise or {} for rule in rules]
        named = dict.fromkeys(name for answer in answers for name in answer)
        fields = {name: known[name] for name in named if name in known}
        required: list[JsonValue] = list(fields)
        return self._adopt(
            {"type": "object", "additionalProperties": False, "required": required, "properties": fields}
        )
