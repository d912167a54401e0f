"""Assembling ``activities.py``: header, imports, types and the bodies of all activities, in one readable file."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates.typed_dicts import class_name, one_line, render_typed_dict


@dataclass(frozen=True, kw_only=True)
class ActivityTypes:
    """The signature of one activity: a function called `step_id` from one object to another."""

    step_id: str
    input_schema: JsonObject
    output_schema: JsonObject
    prefix: str = ""
    """Beginning of the names of its types. Empty takes the step's id; see `type_prefixes`."""

    @property
    def signature(self) -> str:
        """The function's first line."""
        name = self.prefix or class_name(self.step_id)
        return f"def {self.step_id}(data: {name}Input) -> {name}Output:"

    def source(self) -> str:
        """Its TypedDicts, as they stand in the file and in the coder's prompt."""
        name = self.prefix or class_name(self.step_id)
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
    description = textwrap.fill(one_line(header.description), 100)
    description = description.replace("\\", "\\\\").replace('"""', "'''")
    return (
        f'"""{header.name} {header.version}: {description}\n\n'
        f"Compiled by compiled-ai {header.compiler} from the spec {header.spec_digest[:15]}. Do not edit: an edited file is refused.\n"
        '"""'
    )


def _needed(code: str) -> list[str]:
    """Imports of the template's own names, those that `code` mentions."""
    used = _names(code)
    typing_names = [name for name in ("Literal", "NotRequired", "TypedDict") if name in used]
    lines = [f"from typing import {', '.join(typing_names)}"] if typing_names else []
    if "Decimal" in used:
        lines.append("from decimal import Decimal")
    if "abstain" in used:
        lines.append("from compiled_ai.modules import abstain")
    return lines


def _names(code: str) -> set[str]:
    """Names that `code` reads; all its words when it does not parse."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(re.findall(r"\w+", code))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _split_imports(body: str) -> tuple[list[str], str]:
    """Top-level imports of `body`, and the rest of its text."""
    body = re.sub(r"\r\n?", "\n", body)
    try:
        tree = ast.parse(body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [], body
    lines = body.split("\n")  # not splitlines: a form feed or U+2028 in a text does not end a line of Python
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    for node in reversed(imports):
        _cut(lines, node)
    texts = [
        ast.unparse(node)
        for node in imports
        if not (isinstance(node, ast.ImportFrom) and node.module == "__future__")
    ]
    return texts, "\n".join(lines)


def _cut(lines: list[str], node: ast.stmt) -> None:
    """Take the text of `node` out of `lines`, with the semicolon that follows and the comment that ends its line."""
    last = node.end_lineno or node.lineno
    rest = lines[last - 1].encode()[node.end_col_offset :].decode().lstrip("; ")
    before = lines[node.lineno - 1].encode()[: node.col_offset].decode()
    lines[node.lineno - 1 : last] = [before + ("" if rest.startswith("#") else rest)] + [""] * (
        last - node.lineno
    )
