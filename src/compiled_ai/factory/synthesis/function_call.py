"""Function calls without a model: slots inferred from the schema, calibrated with the examples."""

from __future__ import annotations

from collections.abc import Iterator

from compiled_ai.factory.plan import CodeTask
from compiled_ai.factory.synthesis._call_cues import content_words
from compiled_ai.factory.synthesis._call_noise import without_noise
from compiled_ai.factory.synthesis._call_search import Choice, Shown, calibrate, is_same_answer
from compiled_ai.factory.synthesis._call_select import Selection, select_functions
from compiled_ai.factory.synthesis._call_shapes import CallSchema, Shape, read_call_schema
from compiled_ai.factory.synthesis._call_slots import fields_of
from compiled_ai.factory.synthesis._call_source import (
    Signature,
    call_function,
    helper_name,
    output_class,
    slot_table,
    table_name,
)
from compiled_ai.factory.synthesis._call_table import fits_table, table_source
from compiled_ai.factory.synthesis.candidate import Candidate
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import VisibleCase
from compiled_ai.spec.model import Brief
from compiled_ai.templates.typed_dicts import class_name

_SLOT_COST = 10.0
_SETTING_COST = 2.0
_IMPORT = "from compiled_ai.modules.slots import Slot, fill"


class FunctionCallSynthesizer:
    """Writes activities that fill the parameters of functions from a request."""

    @property
    def name(self) -> str:
        """Its name in reports."""
        return "function_call"

    def __init__(self) -> None:
        self._known: tuple[CodeTask, Brief, Program | None] | None = None

    def propose(self, task: CodeTask, brief: Brief) -> Iterator[Candidate]:
        """One body that gives the examples back, or none."""
        program = self.program(task, brief)
        if program is not None and program.agrees(brief.examples):
            yield program.candidate(task, brief)

    def program(self, task: CodeTask, brief: Brief) -> Program | None:
        """The slots for `task`, which need not give the examples back; None where the task is no function call, or not clear.

        The answer on the same two objects is kept: a model that revises slots starts from those that were tried as they are.
        """
        known = self._known
        if known is None or known[0] is not task or known[1] is not brief:
            calls = read_call_schema(task, brief)
            known = self._known = (task, brief, infer_program(calls, brief) if calls else None)
        return known[2]


class Program:
    """The inferred slots of every function, and how a function is chosen."""

    def __init__(self, calls: CallSchema, choices: dict[str, Choice], selection: Selection | None) -> None:
        self.calls = calls
        self.choices = choices
        self.selection = selection
        self._is_table = selection is not None and fits_table(choices)

    def answer(self, request: str) -> JsonObject | None:
        """What the code answers; None when it declines."""
        if self.selection is None:
            return self._arguments(self.calls.shapes[0].name, request)
        name = self.selection.choose(request)
        names = self.selection.contenders(request) if self._is_table else [name] if name else []
        answers = [answer for name in names if (answer := self._arguments(name, request)) is not None]
        return answers[0] if len(answers) == 1 else None

    def _arguments(self, name: str, request: str) -> JsonObject | None:
        """The answer that calls the function `name`; None when its slots decline."""
        arguments = self.choices[name].answer(request) if name in self.choices else None
        if arguments is None or not self.calls.name_key:
            return arguments
        return {self.calls.name_key: name, "arguments": arguments}

    def agrees(self, examples: tuple[VisibleCase, ...]) -> bool:
        """Whether no example is answered wrong, and one right; how many must be is for the spec's accuracy to say."""
        right = 0
        for case in examples:
            given = self.answer(str(case.input[self.calls.request]))
            if given is None or case.output is None:
                right += given is None and case.output is None
                if given is not None:
                    return False
            elif self._is_right(given, case):
                right += 1
            else:
                return False
        return right > 0 or not examples

    def _is_right(self, given: JsonObject, case: VisibleCase) -> bool:
        expected = case.output or {}
        if not self.calls.name_key:
            return is_same_answer(given, expected)
        arguments = given["arguments"]
        assert isinstance(arguments, dict)
        key = self.calls.name_key
        return given[key] == expected.get(key) and is_same_answer(arguments, self.calls.arguments_of(case))

    def candidate(self, task: CodeTask, brief: Brief) -> Candidate:
        """The program as source."""
        slots = [slot for choice in self.choices.values() for slot in choice.table]
        cost = sum(_SLOT_COST + _SETTING_COST * (len(slot.cues) + len(slot.choices)) for slot in slots)
        names = ", ".join(f"{slot.name} ({slot.kind})" for slot in slots[:6])
        source = self._source(task, brief)
        return Candidate(
            body=source,
            cost=cost,
            how=f"Slots from the names, types and descriptions of the schema: {names}{' and more' if len(slots) > 6 else ''}.",
        )

    def _source(self, task: CodeTask, brief: Brief) -> str:
        if self.selection is None:
            return self._single(task, brief)
        if not self._is_table:
            return self._several(task, self.selection)
        return table_source(self.calls, self.choices, self.selection, task)

    def _single(self, task: CodeTask, brief: Brief) -> str:
        shape = self.calls.shapes[0]
        choice = self.choices[shape.name]
        types = task.types
        prefix = types.prefix or class_name(types.step_id)
        sentence = task.instructions or brief.instructions or brief.description
        table = slot_table("SLOTS", choice, sentence)
        if not self.calls.name_key:
            signature = Signature(
                name=types.step_id,
                parameter=f"data: {prefix}Input",
                request=f'data["{self.calls.request}"]',
                result=output_class(prefix, types.step_id),
                docstring="The values that the request names.",
            )
            function = call_function(signature, choice, table="SLOTS")
            return "\n\n\n".join([_imports(function), table, function])
        helper = self._helper(shape, task)
        main = self._entry(task, [f"    return {self._call(shape)}"])
        return "\n\n\n".join([_imports(helper), table, helper, main])

    def _several(self, task: CodeTask, selection: Selection) -> str:
        filled = [shape for shape in self.calls.shapes if self.choices[shape.name].table]
        parts = [
            slot_table(table_name(shape.name), self.choices[shape.name], shape.description)
            for shape in filled
        ]
        helpers = [self._helper(shape, task) for shape in filled]
        lines = [
            f'    request = data["{self.calls.request}"]',
            "    function = best_label(request, FUNCTION_CUES, minimum=LEAST_CUES, margin=LEAST_LEAD)",
        ]
        for shape in self.calls.shapes:
            lines += [f"    if function == {shape.name!r}:", f"        return {self._call(shape, 'request')}"]
        lines.append('    abstain("the request names none of the functions, or two of them")')
        main = self._entry(task, lines)
        imports = _imports("\n".join(helpers), selecting=True)
        return "\n\n\n".join([imports, selection.source(), *parts, *helpers, main])

    def _helper(self, shape: Shape, task: CodeTask) -> str:
        table = "SLOTS" if self.selection is None else table_name(shape.name)
        signature = Signature(
            name=helper_name(shape.name),
            parameter="request: str",
            request="request",
            result=self._arguments_class(task),
            docstring=f"The arguments of {shape.name}.",
        )
        return call_function(signature, self.choices[shape.name], table=table)

    def _arguments_class(self, task: CodeTask) -> str:
        output = task.types.output_schema.get("properties")
        arguments = output.get("arguments") if isinstance(output, dict) else None
        if isinstance(arguments, dict) and arguments.get("type") == "object" and arguments.get("properties"):
            return f"{output_class(task.types.prefix, task.types.step_id)}Arguments"
        return "dict[str, object]"

    def _call(self, shape: Shape, request: str = "") -> str:
        given = request or f'data["{self.calls.request}"]'
        if not self.choices[shape.name].table:
            return f'{{"{self.calls.name_key}": {shape.name!r}, "arguments": {{}}}}'
        return f'{{"{self.calls.name_key}": {shape.name!r}, "arguments": {helper_name(shape.name)}({given})}}'

    def _entry(self, task: CodeTask, lines: list[str]) -> str:
        return "\n".join(
            [task.types.signature, '    """The function call that the request asks for."""', *lines]
        )


def infer_program(calls: CallSchema, brief: Brief) -> Program | None:
    """Slots for every function, and the way to choose one; None where that cannot be told from what the spec says."""
    choices = {}
    for shape in calls.shapes:
        fields = fields_of(shape)
        if fields is not None:
            shown = examples_of(shape, calls, brief)
            choices[shape.name] = without_noise(calibrate(fields, shown, content_words(shape)), shown)
    if len(calls.shapes) == 1:
        return Program(calls, choices, None) if choices else None
    selection = select_functions(calls, brief.examples)
    return Program(calls, choices, selection) if choices and selection is not None else None


def examples_of(shape: Shape, calls: CallSchema, brief: Brief) -> list[Shown]:
    """The visible examples that call the function of `shape`."""
    return [
        Shown(request=str(case.input[calls.request]), arguments=calls.arguments_of(case))
        for case in brief.examples
        if case.output is not None and calls.shape_of(case) == shape
    ]


def _imports(code: str, *, selecting: bool = False) -> str:
    lines = []
    if "cast(" in code:
        lines.append("from typing import cast")
    if selecting:
        lines += [
            "from compiled_ai.modules import abstain",
            "from compiled_ai.modules.text import best_label",
        ]
    return "\n".join([*lines, _IMPORT])
