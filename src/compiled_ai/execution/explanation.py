"""An explanation of one run for people: which lines ran, which conditions decided, which words of the spec they stand for, which cases stand behind them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from compiled_ai.artifact import Artifact
from compiled_ai.errors import CompiledAIError
from compiled_ai.execution.explain import StepTrace, Trace
from compiled_ai.execution.local import LoadedWorkflow
from compiled_ai.scoring.scores import judge
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.cases import Case, VisibleCase
from compiled_ai.spec.model import Spec

_SPEC_LINE = re.compile(r"line (\d+) of the spec")
_LONGEST = 300
"""Characters of a condition or a sentence that are shown."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A condition that was looked at on the way to the line that decided."""

    line: int
    """Line of ``activities.py``."""
    text: str
    held: bool


@dataclass(frozen=True, kw_only=True)
class Support:
    """Cases of the spec that end at the same line."""

    examples: int = 0
    examples_right: int = 0
    tests: int = 0
    """Hidden cases."""
    tests_right: int = 0


@dataclass(frozen=True, kw_only=True)
class StepExplanation:
    """Why one step gave what it gave."""

    trace: StepTrace
    code: str
    """The line that decided; empty for steps outside of code."""
    conditions: tuple[Condition, ...]
    """In the order in which they were looked at, of the step's function alone."""
    spec_line: int | None
    """Line of the spec that the deciding line comes from, where the code says so."""
    basis: str
    """What the spec says there; otherwise what the code says of itself."""
    support: Support | None
    """None when the spec's cases are not at hand."""

    def to_json(self, *, hidden: bool) -> JsonObject:
        """As data; with names of fields in place of values where these must be `hidden`."""
        fields = asdict(self)
        for end in ("took", "gave"):
            values = fields["trace"][end]
            fields["trace"][end] = list(values) if hidden and values is not None else values
        return {**fields.pop("trace"), **fields}


class Explainer:
    """Explains runs of one workflow.

    Args:
        workflow: The workflow, loaded.
        spec: What it was compiled from. None: no cases and no words of it are shown beyond those in the code.
    """

    def __init__(self, workflow: LoadedWorkflow, spec: Spec | None) -> None:
        self._workflow = workflow
        self._code = _Code(workflow.artifact)
        self._spec_lines = spec.source.text.split("\n") if spec else []
        self._support = _support(workflow, spec) if spec else None

    def explain(self, steps: Iterable[StepTrace]) -> tuple[StepExplanation, ...]:
        """What stands behind each of the `steps` of a run."""
        return tuple(self._explained(step) for step in steps)

    def _explained(self, step: StepTrace) -> StepExplanation:
        if step.line is None:
            return StepExplanation(trace=step, code="", conditions=(), spec_line=None, basis="", support=None)
        spec_line, basis = self._basis(step)
        support = None if self._support is None else self._support.get((step.step, step.line), Support())
        return StepExplanation(
            trace=step,
            code=self._code.text(step.last if step.gave is None and step.last else step.line),
            conditions=self._code.conditions(step.step, step.line, step.lines),
            spec_line=spec_line,
            basis=basis,
            support=support,
        )

    def _basis(self, step: StepTrace) -> tuple[int | None, str]:
        assert step.line is not None
        said = self._code.said(step.step, step.line)
        found = _SPEC_LINE.search(said)
        if found is None:
            return None, said
        number = int(found[1])
        return number, _entry(self._spec_lines, number) or said


class _Code:
    """``activities.py``, by line and by function."""

    def __init__(self, artifact: Artifact) -> None:
        self._lines = artifact.source.split("\n")
        tree = ast.parse(artifact.source)
        self._functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}

    def text(self, line: int) -> str:
        """The line, without its indentation."""
        return _short(self._lines[line - 1].strip()) if 0 < line <= len(self._lines) else ""

    def conditions(self, function: str, line: int, ran: Sequence[int]) -> tuple[Condition, ...]:
        """The conditions of `function` that were looked at before `line` decided."""
        node = self._functions.get(_base(function))
        if node is None:
            return ()
        return tuple(self._conditions(node.body, line, frozenset(ran)))

    def _conditions(self, body: Sequence[ast.stmt], line: int, ran: frozenset[int]) -> Iterator[Condition]:
        for statement in body:
            if statement.lineno > line:
                return
            is_inside = statement.lineno <= line <= (statement.end_lineno or statement.lineno)
            if isinstance(statement, ast.If) and statement.lineno in ran:
                in_body = is_inside and line <= (statement.body[-1].end_lineno or 0)
                text = _short(ast.unparse(statement.test))
                on_test = is_inside and line <= (statement.test.end_lineno or statement.lineno)
                if not on_test:
                    held = in_body if is_inside else statement.body[0].lineno in ran
                    yield Condition(line=statement.lineno, text=text, held=held)
            if is_inside:
                for inner in _blocks(statement):
                    yield from self._conditions(inner, line, ran)

    def said(self, function: str, line: int) -> str:
        """The comment above the statement that decided, or above one that it stands in; else the docstring of `function`."""
        node = self._functions.get(_base(function))
        if node is None:
            return ""
        for start in (line, *reversed([one.lineno for one in _enclosing(node.body, line)])):
            comment = self._comment_above(start)
            if comment:
                return comment
        return ast.get_docstring(node) or ""

    def _comment_above(self, line: int) -> str:
        found: list[str] = []
        for number in range(line - 2, -1, -1):
            text = self._lines[number].strip()
            if not text.startswith("#"):
                break
            found.insert(0, text.lstrip("# "))
        return " ".join(found)


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(statement, name, None)
        if isinstance(block, list):
            yield block
    for handler in getattr(statement, "handlers", ()):
        yield handler.body


def _enclosing(body: Sequence[ast.stmt], line: int) -> Iterator[ast.stmt]:
    """The statements that `line` stands in, from the outside in."""
    for statement in body:
        if statement.lineno <= line <= (statement.end_lineno or statement.lineno):
            yield statement
            for inner in _blocks(statement):
                yield from _enclosing(inner, line)


def _base(step: str) -> str:
    """The function of a step; in a foreach its name has the item's index behind it."""
    return step.partition("[")[0]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _entry(lines: Sequence[str], number: int) -> str:
    """The entry of a list that begins at line `number` of a spec, on one line."""
    if not 0 < number <= len(lines):
        return ""
    first = lines[number - 1]
    indent = len(first) - len(first.lstrip())
    entry = [first.strip()]
    for line in lines[number:]:
        if not line.strip() or len(line) - len(line.lstrip()) <= indent:
            break
        entry.append(line.strip())
    return _short(" ".join(entry).removeprefix("- "))


def _support(workflow: LoadedWorkflow, spec: Spec) -> dict[tuple[str, int], Support]:
    """By step and line: how many cases of `spec` end there, and how many of these the workflow gets right as a whole."""
    counts: dict[tuple[str, int], dict[str, int]] = {}
    for case in (*spec.examples, *spec.tests):
        steps, is_right = _traced(workflow, spec, case)
        kind = "examples" if isinstance(case, VisibleCase) else "tests"
        for place in {(step.step, step.line) for step in steps if step.line is not None}:
            found = counts.setdefault(place, {})
            found[kind] = found.get(kind, 0) + 1
            found[f"{kind}_right"] = found.get(f"{kind}_right", 0) + is_right
    return {place: Support(**found) for place, found in counts.items()}


def _traced(workflow: LoadedWorkflow, spec: Spec, case: Case) -> tuple[list[StepTrace], bool]:
    trace = Trace(path=str(workflow.artifact.path / "activities.py"))
    output, abstained = None, False
    try:
        result = workflow.run(case.input, given=case.given, acts=False, trace=trace)
        output, abstained = result.output, result.abstained
    except CompiledAIError:  # a crash counts as wrong
        pass
    scored = judge(case, output=output, abstained=abstained, accuracy=spec.accuracy)
    return trace.steps, scored.verdict in {"right", "right_to_decline"}
