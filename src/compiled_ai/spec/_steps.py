"""Reading steps: what each may take, what it adds, and whether its rules can be compiled."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Sequence
from functools import partial
from typing import assert_never

from compiled_ai.spec._effect_steps import check_call, check_output
from compiled_ai.spec._flow_blocks import read_foreach, read_parallel, read_switch
from compiled_ai.spec._flow_scope import Scope
from compiled_ai.spec._problems import Problems
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.document import (
    BoundedStepDocument,
    CodeStepDocument,
    DatabaseStepDocument,
    EffectStepDocument,
    FlowDocument,
    ForEachDocument,
    HttpStepDocument,
    NotificationStepDocument,
    ParallelDocument,
    RuleDocument,
    RuleStepDocument,
    StepDocument,
    SwitchDocument,
)
from compiled_ai.spec.effects import call_data, parse_call
from compiled_ai.spec.expressions import ExpressionError, parse_expression
from compiled_ai.spec.flow import MAX_NESTING, Do, Node
from compiled_ai.spec.flow import Sequence as SequenceNode
from compiled_ai.spec.model import BoundedStep, CodeStep, EffectStep, Rule, RuleStep, Step
from compiled_ai.spec.schema import (
    Checker,
    SchemaProblem,
    expand_object,
    place_text,
    properties_of,
    required_of,
)
from compiled_ai.spec.value_types import never_fit, with_definitions, words_of
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
        self.scope = Scope.of_input(input_schema, with_definitions(input_schema))
        self.flow: Node | None = None
        """What runs when, after `read`; None when the steps simply follow each other."""
        self._ids: set[str] = set()
        self._steps: list[Step] = []
        self._depth = 0

    def read(self, documents: Sequence[FlowDocument]) -> tuple[Step, ...]:
        """The checked steps, those inside of blocks too; problems are noted at their places."""
        before = len(self._problems.found)
        flow = self.nodes(documents, ("steps",), self.scope)
        is_plain = isinstance(flow, SequenceNode) and all(isinstance(node, Do) for node in flow.nodes)
        self.flow = None if is_plain else flow
        if self._steps and len(self._problems.found) == before:
            self._check_complete()
        return tuple(self._steps)

    def _check_complete(self) -> None:
        """Whether every path gives the output, and nothing on it is of a type that the output cannot have."""
        scope = self.scope
        required = required_of(self._output_schema)
        missing = [f"'{name}'" for name in required if name not in scope.fields or name in scope.sometimes]
        if missing:
            self._problems.add(
                ("steps",),
                f"steps: no step and no input gives {', '.join(missing)} of the output; add a step that does, or name it in the 'output' of one",
                at_key=True,
            )
        for name, schema in with_definitions(self._output_schema).items():
            if name not in scope.fields:
                continue
            if name in required and name in scope.unsure:
                self.report(
                    scope.places.get(name, ("steps",)),
                    f"{scope.unsure[name]}: the output needs it",
                    at_key=True,
                )
            if never_fit(scope.fields[name], schema):
                message = f"'{name}' is {words_of(scope.fields[name])} here and {words_of(schema)} in the output; give it the same type, or another name"
                self.report(scope.places.get(name, ("output", name)), message, at_key=True)

    def nodes(self, documents: Sequence[FlowDocument], place: Place, scope: Scope) -> Node:
        """The node of steps and blocks that follow each other in `scope`, which takes in what they add."""
        outer, self.scope = self.scope, scope
        self._depth += 1
        nodes: list[Node] = []
        for index, document in enumerate(documents):
            nodes += self._nodes_of(document, (*place, index))
        self._depth -= 1
        self.scope = outer
        return SequenceNode(tuple(nodes))

    def _nodes_of(self, document: FlowDocument, place: Place) -> tuple[Node, ...]:
        if self._depth > MAX_NESTING and isinstance(
            document, ParallelDocument | ForEachDocument | SwitchDocument
        ):
            self.report(place, f"blocks are nested deeper than {MAX_NESTING} levels; take some of it apart")
            return ()
        match document:
            case ParallelDocument():
                return (read_parallel(self, document, place),)
            case ForEachDocument():
                return (read_foreach(self, document.foreach, place),)
            case SwitchDocument():
                return read_switch(self, document.switch, place)
            case _:
                first = len(self._steps)
                self._gate(document, place)
                self._steps.append(self._step(document, place))
                return tuple(Do(step.id) for step in self._steps[first:])

    def report(self, place: Place, message: str, *, at_key: bool = False) -> None:
        """Note a problem at its place, which is named."""
        self._problems.add(place, f"{place_text(place)}: {message}", at_key=at_key)

    def line(self, place: Place) -> int:
        """The line of the file, 1-based."""
        return self._problems.document.mark(place).line

    def claim(self, name: str, place: Place) -> None:
        """Take an id, or tell that it is taken."""
        if name in self._ids:
            self.report(place, f"the step id '{name}' is taken; give each step its own")
        self._ids.add(name)

    def _step(self, document: StepDocument, place: Place) -> Step:
        if document.id in _TAKEN_NAMES and document.id not in self._ids:
            self.report((*place, "id"), f"'{document.id}' means something in Python; choose another step id")
        self.claim(document.id, (*place, "id"))
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
                    retries=document.retries,
                    timeout_seconds=document.timeout_seconds,
                )
            case HttpStepDocument() | DatabaseStepDocument() | NotificationStepDocument():
                return self._effect(document, place)
            case _:
                assert_never(document)

    def _gate(self, document: StepDocument, place: Place) -> None:
        """Add the rule step that decides whether an effect acts, if it has a condition: compiled and validated like any other."""
        if isinstance(document, CodeStepDocument | RuleStepDocument | BoundedStepDocument):
            return
        if document.when is None:
            return
        name = gate_name(document.id)
        when = self.condition(document.when, (*place, "when"))
        line = self.line((*place, "when"))
        rules = (
            Rule(when=when, then={name: True}, abstain=None, line=line),
            Rule(when=None, then={name: False}, abstain=None, line=line),
        )
        self._check_free(name, f"say whether '{document.id}' acts", (*place, "id"))
        self.decide(name, rules, {"type": "boolean"}, place)

    def _check_free(self, name: str, purpose: str, place: Place) -> None:
        if name in self.scope.fields or name in self._ids:
            self.report(place, f"'{name}' is taken, and would {purpose}; rename one")

    def decide(self, name: str, rules: Sequence[Rule], values: JsonObject, place: Place) -> None:
        """Add a rule step of this name that sets the field of this name, which is one of `values`."""
        output: JsonObject = {
            "type": "object",
            "additionalProperties": False,
            "required": [name],
            "properties": {name: values},
        }
        names = [found for rule in rules if rule.when for found in parse_expression(rule.when).names]
        self._ids.add(name)
        self._steps.append(
            RuleStep(
                id=name,
                rules=tuple(rules),
                takes=tuple(dict.fromkeys(names)),
                output_schema=self._adopt(output, place),
            )
        )

    def _effect(self, document: EffectStepDocument, place: Place) -> EffectStep:
        call = parse_call(call_data(document))
        takes = check_call(call, self.scope.fields, partial(self._report, place))
        for name in takes:
            if name in self.scope.unsure:
                self.report((*place, "parameters"), self.scope.unsure[name])
        before = len(self._problems.found)
        output = self._output(document.output, place)
        if len(self._problems.found) == before:
            check_output(call, output, partial(self._report, place))
        when = gate_name(document.id) if document.when is not None else None
        if when is not None:
            self.scope.sometimes |= properties_of(output).keys()
        return EffectStep(id=document.id, takes=takes, output_schema=output, call=call, when=when)

    def _report(self, place: Place, inner: Place, message: str, *, at_key: bool = False) -> None:
        """Note a problem of the step at `place`; its output may be written as JSON Schema."""
        whole = (*place, *inner)
        if inner[0] == "output" and whole not in self._problems.document.marks:
            whole = (*place, "output", "properties", *inner[1:])
        self.report(whole, message, at_key=at_key)

    def _code(self, document: CodeStepDocument, place: Place) -> CodeStep:
        takes = self._takes(document.takes, place)
        whole = document.output is None
        output = (
            self._adopt(self._output_schema, place) if whole else self._output(document.output or {}, place)
        )
        return CodeStep(
            id=document.id,
            instructions=document.instructions.strip(),
            takes=takes,
            output_schema=output,
            retries=document.retries,
            timeout_seconds=document.timeout_seconds,
        )

    def _takes(self, names: list[str] | None, place: Place) -> tuple[str, ...]:
        if names is None:
            return self.scope.takeable()
        for index, name in enumerate(names):
            problem = self.scope.problem_of(name)
            if problem:
                self.report((*place, "takes", index), problem)
        return tuple(dict.fromkeys(name for name in names if name in self.scope.fields))

    def _output(self, value: JsonObject, step: Place) -> JsonObject:
        place = (*step, "output")
        try:
            schema = expand_object(value)
        except SchemaProblem as problem:
            self.report((*place, *problem.place), problem.message, at_key=problem.at_key)
            return {"type": "object"}
        fields = properties_of(schema)
        if not fields:
            self.report(place, "a step adds at least one field; name it, or drop the step")
        for name in fields:
            if name in self.scope.fields:
                inner = (*place, name) if name in value else (*place, "properties", name)
                self.report(inner, "this field is already in scope; give it another name", at_key=True)
        return self._adopt(schema, step)

    def _adopt(self, schema: JsonObject, place: Place) -> JsonObject:
        self.scope.adopt(schema, with_definitions(schema), place)
        return schema

    def _rule(self, document: RuleStepDocument, place: Place) -> RuleStep:
        rules = tuple(self._line(line, (*place, "rules", index)) for index, line in enumerate(document.rules))
        for index, line in enumerate(document.rules[:-1]):
            if line.otherwise is not None and line.when is None:
                self.report(
                    (*place, "rules", index),
                    "'otherwise' must be the last rule; the lines below it can never apply",
                )
        output = (
            self._derive(document.rules, place)
            if document.output is None
            else self._output(document.output, place)
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
                    self.report(
                        (*place, "rules", index, key, *misfit.place, *extra),
                        misfit.message,
                        at_key=misfit.extra is not None,
                    )

    def _line(self, line: RuleDocument, place: Place) -> Rule:
        answers = [answer for answer in (line.then, line.abstain, line.otherwise) if answer is not None]
        if len(answers) != 1 or (line.otherwise is None) == (line.when is None):
            self.report(place, "a rule is 'when' with 'then' or 'abstain', or 'otherwise' alone")
        when = self.condition(line.when, (*place, "when")) if line.when is not None else None
        mark = self._problems.document.mark(place)
        return Rule(
            when=when,
            then=line.then if line.then is not None else line.otherwise,
            abstain=line.abstain,
            line=mark.line,
        )

    def condition(self, text: str, place: Place) -> str | None:
        """A condition over the names in scope; None if something is wrong with it."""
        try:
            expression = parse_expression(text)
        except ExpressionError as error:
            self.report(place, str(error))
            return None
        unknown = [problem for name in expression.names if (problem := self.scope.problem_of(name))]
        for problem in unknown:
            self.report(place, problem)
        return None if unknown else expression.text

    def _derive(self, rules: Sequence[RuleDocument], place: Place) -> JsonObject:
        """The rule step's output schema: the workflow output's fields that its answers name."""
        known = properties_of(self._output_schema)
        answers = [rule.then or rule.otherwise or {} for rule in rules]
        named = dict.fromkeys(name for answer in answers for name in answer)
        fields = {name: known[name] for name in named if name in known}
        required: list[JsonValue] = list(fields)
        return self._adopt(
            {"type": "object", "additionalProperties": False, "required": required, "properties": fields},
            place,
        )
