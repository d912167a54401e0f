"""Which lines and branches of one file ran, by `sys.monitoring` (Python 3.14). Runs inside the WebAssembly sandbox only.

Every place reports once and is switched off then, so a measured job costs little more than another. The answer is raw: lines, and arcs from line
to line in the sense of coverage.py, which makes shares of them outside (`wasm_coverage`).
"""

from __future__ import annotations

import ast
import dis
import sys
from types import CodeType
from typing import Any

_TOOL = 1
_ENDS = ("RETURN_VALUE", "RERAISE", "RAISE_VARARGS")


class Monitor:
    """Watches the code whose file name is `path`."""

    def __init__(self, source: str, path: str) -> None:
        """Learn the layout of `source`; one that does not compile has none."""
        self._path = path
        self._lines: set[int] = set()
        self._branches: set[tuple[CodeType, int, int]] = set()
        self._started: set[int] = set()
        try:
            self._tree: ast.Module = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self._tree = ast.Module(body=[], type_ignores=[])
        self._first_lines = _first_lines(self._tree)
        self._monitoring: Any = vars(sys)["monitoring"]

    def start(self) -> None:
        """From now on."""
        events = self._monitoring.events
        self._monitoring.use_tool_id(_TOOL, "compiled-ai")
        for event, callback in (
            (events.PY_START, self._on_start),
            (events.LINE, self._on_line),
            (events.BRANCH_LEFT, self._on_branch),
            (events.BRANCH_RIGHT, self._on_branch),
        ):
            self._monitoring.register_callback(_TOOL, event, callback)
        self._monitoring.set_events(_TOOL, events.PY_START)

    def facts(self) -> dict[str, list[Any]]:
        """Numbers of the lines that ran, and pairs of lines between which a branch was taken; minus the first line of a function is its end."""
        self._monitoring.set_events(_TOOL, self._monitoring.events.NO_EVENTS)
        arcs = {arc for branch in self._branches if (arc := self._arc(*branch))}
        return {
            "lines": sorted(self._lines | self._bare_annotations()),
            "arcs": sorted(map(list, arcs)),
        }

    def _on_start(self, code: CodeType, _offset: int) -> object:
        if code.co_filename == self._path:
            self._started.add(code.co_firstlineno)
            events = self._monitoring.events
            wanted = events.LINE | events.BRANCH_LEFT | events.BRANCH_RIGHT
            self._monitoring.set_local_events(_TOOL, code, wanted)
        return self._monitoring.DISABLE

    def _on_line(self, _code: CodeType, line: int) -> object:
        self._lines.add(line)
        return self._monitoring.DISABLE

    def _on_branch(self, code: CodeType, offset: int, target: int) -> object:
        self._branches.add((code, offset, target))
        return self._monitoring.DISABLE

    def _arc(self, code: CodeType, offset: int, target: int) -> tuple[int, int] | None:
        """Where the branch at `offset` led: the next other line, or the end of the function. None if another branch comes first."""
        instructions: dict[int, Any] = {each.offset: each for each in dis.get_instructions(code)}
        following = dict(zip(instructions, list(instructions)[1:], strict=False))
        origin = self._line(instructions[offset])
        seen: set[int] = set()
        while origin and target in instructions and target not in seen:
            seen.add(target)
            step = instructions[target]
            line = self._line(step)
            if line and line != origin:
                return origin, line
            if step.opname in _ENDS:
                return (origin, -code.co_firstlineno) if step.opname == "RETURN_VALUE" else None
            if step.jump_target is None:
                target = following.get(target, -1)
            elif step.opname.startswith("JUMP_"):
                target = step.jump_target
            else:
                return None
        return None

    def _line(self, instruction: Any) -> int | None:
        line: int | None = instruction.line_number
        return None if line is None else self._first_lines.get(line, line)

    def _bare_annotations(self) -> set[int]:
        """Lines such as ``x: int`` in classes that ran: Python 3.14 evaluates them later, if ever, and then elsewhere."""
        ran = [
            node
            for node in ast.walk(self._tree)
            if isinstance(node, ast.ClassDef) and _begin(node) in self._started
        ]
        homes: list[ast.Module | ast.ClassDef] = [self._tree, *ran]
        return {
            statement.lineno
            for home in homes
            for statement in home.body
            if isinstance(statement, ast.AnnAssign) and statement.value is None
        }


def _begin(node: ast.ClassDef) -> int:
    return min(node.lineno, *(decorator.lineno for decorator in node.decorator_list), node.lineno)


def _first_lines(tree: ast.Module) -> dict[int, int]:
    """The line on which the statement (or the head of a compound one) begins, by each further line of it."""
    found: dict[int, int] = {}
    for node in ast.walk(tree):
        match node:
            case ast.match_case(pattern=pattern, body=body):
                begin, end = pattern.lineno, body[0].lineno - 1
            case ast.Match(lineno=begin, cases=cases):
                end = cases[0].pattern.lineno - 1
            case ast.stmt(lineno=begin):
                inner: list[ast.stmt] | None = getattr(node, "body", None)
                end = inner[0].lineno - 1 if inner else (node.end_lineno or begin)
            case _:
                continue
        found.update(dict.fromkeys(range(begin + 1, end + 1), begin))
    return found
