"""Assembling ``activities.py``: header, imports, types and the bodies of all activities, in one readable file."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates.typed_dicts import class_name, render_typed_dict


@dataclass(frozen=True, kw_only=True)
class ActivityTypes:
    """The signature of one activity: a function called `step_id` from one object to another."""

    step_id: str
    input_schema: JsonObject
    output_schema: JsonObject

    @property
    def signature(self) -> str:
        """The function's first line."""
        name = class_name(self.step_id)
        return f"def {self.step_id}(data: {name}Input) -> {name}Output:"

    def source(self) -> str:
        """Its TypedDicts, as they stand in the file and in the coder's prompt."""
        name = class_name(self.step_id)
        types = [
            render_typed_dict(f"{name}Input", self.input_schema),
            render_typed_dict(f"{name}Output", self.output_schema),
        ]
        return "\n\n\n".join(types)


@dataclass(frozen=True, kw_only=True)
class Header:
    """What the file's docstring says."""

    name: str
    version: str
    description: str
    compiler: str
    spec_digest: str


def assemble(header: Header, types: Sequence[ActivityTypes], bodies: Sequence[str]) -> str:
    """The source of ``activities.py``, not yet formatted: all types, then all `bodies`, with their imports moved to the top.

    A body that does not parse is put in as it is, so that the syntax stage can report it by line.
    """
    imports: dict[str, None] = {}
    blocks = [activity.source() for activity in types]
    for body in bodies:
        found, rest = _split_imports(body)
        imports.update(dict.fromkeys(found))
        blocks.append(rest.strip())
    code = "\n\n\n".join(block for block in blocks if block)
    return "\n".join(
        [
            _docstring(header),
            "",
            "from __future__ import annotations",
            "",
            *_needed(code),
            *imports,
            "",
            "",
            code,
            "",
        ]
    )


def _docstring(header: Header) -> str:
    description = textwrap.fill(header.description.replace("\\", "\\\\").replace('"""', "'''"), 100)
    return (
        f'"""{header.name} {header.version}: {description}\n\n'
        f"Compiled by compiled-ai {header.compiler} from the spec {header.spec_digest[:15]}. Do not edit: an edited file is refused.\n"
        '"""'
    )


def _needed(code: str) -> list[str]:
    """Imports of the template's own names, those that `code` mentions."""
    typing_names = [name for name in ("Literal", "NotRequired", "TypedDict") if name in code]
    lines = [f"from typing import {', '.join(typing_names)}"] if typing_names else []
    if "Decimal(" in code:
        lines.append("from decimal import Decimal")
    if "abstain(" in code:
        lines.append("from compiled_ai.modules import abstain")
    return lines


def _split_imports(body: str) -> tuple[list[str], str]:
    """Top-level imports of `body`, and the rest of its text."""
    try:
        tree = ast.parse(body)
    except (SyntaxError, ValueError, RecursionError):
        return [], body
    lines = body.splitlines()
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    for node in imports:
        for number in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[number] = ""
    texts = [
        ast.unparse(node)
        for node in imports
        if not (isinstance(node, ast.ImportFrom) and node.module == "__future__")
    ]
    return texts, "\n".join(lines)
