"""Code in model replies: taking it out, and merging a repair into what stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from compiled_ai.checkers.ruff_tool import FormatError, format_source
from compiled_ai.factory._statement_order import in_order, reachable
from compiled_ai.factory._statements import Statement, parse, split_statements
from compiled_ai.subset.text import Problems, read_source

_FENCE = re.compile(r"(?P<before>.*?)(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[\w+-]*)[^`]*")
_PYTHON = frozenset(("python", "py", "python3", "py3"))


def code_of_reply(reply: str) -> str:
    """The code in `reply`: its fenced Python blocks, else the whole text if that is Python; empty when there is none.

    Blocks of other languages are passed over. Where two blocks define the same name, the later one counts.
    """
    text = re.sub(r"\r\n?", "\n", reply)
    blocks = _fenced(text)
    chosen = [code for language, code in blocks if language in _PYTHON and code]
    chosen = chosen or [code for language, code in blocks if not language and code]
    if blocks:
        return _joined(chosen)
    statements = split_statements(text) if parse(text) is not None else []
    return text.strip("\n") if any(item.names or item.is_import for item in statements) else ""


def defined_names(code: str) -> tuple[str, ...]:
    """What `code` defines at the top level, in its order."""
    return tuple(name for item in split_statements(code) if not item.is_import for name in item.names)


def merge_definitions(code: str, patch: str, *, roots: Sequence[str]) -> str:
    """`code` with the definitions of `patch` put in by name: changed ones in place, new ones before the first of `roots`.

    Definitions and imports that no root needs any more are dropped, and so are statements that define nothing. What a constant needs while the
    module is imported comes before it. Parts that do not parse stay as they are, under the name with which they begin, until they are replaced.
    """
    merged = _merged(split_statements(code), split_statements(patch), roots=roots)
    definitions = in_order(reachable([item for item in merged if not item.is_import], roots))
    imports = [item for item in merged if item.is_import]
    if not any(item.is_broken for item in definitions):
        imports = _used(imports, {name for item in definitions for name in item.reads})
    return "\n\n".join(dict.fromkeys(item.text for item in (*imports, *definitions)))


def _fenced(text: str) -> list[tuple[str, str]]:
    """Language and code of every fenced block; one that is not closed goes on to the end."""
    blocks: list[tuple[str, list[str]]] = []
    fence = indent = ""
    for line in text.split("\n"):
        match = _FENCE.fullmatch(line)
        language = match["language"].lower() if match else ""
        if match and fence and not line.strip().strip(fence[0]) and len(match["fence"]) >= len(fence):
            fence = ""
        elif match and _opens(match, language, is_inside=bool(fence)):
            fence, indent = match["fence"], match["before"] if not match["before"].strip() else ""
            blocks.append((language, []))
        elif fence:
            blocks[-1][1].append(line.removeprefix(indent))
    return [(language, "\n".join(lines).strip("\n")) for language, lines in blocks]


def _opens(match: re.Match[str], language: str, *, is_inside: bool) -> bool:
    """Whether a line with a fence opens a block: prose before it, or an open block, needs the word Python to be sure."""
    has_before = bool(match["before"].strip())
    return not (has_before and is_inside) and (language in _PYTHON or not (has_before or is_inside))


def _joined(blocks: Sequence[str]) -> str:
    names = [name for block in blocks for item in split_statements(block) for name in item.names]
    if len(set(names)) == len(names) or len(blocks) == 1:
        return "\n\n\n".join(blocks)
    whole: list[Statement] = []
    for block in blocks:
        whole = _merged(whole, split_statements(block), roots=())
    return "\n\n\n".join(item.text for item in whole)


def _merged(old: Sequence[Statement], new: Sequence[Statement], *, roots: Sequence[str]) -> list[Statement]:
    new = _last_of_each([item for item in new if item.is_import or item.names or item.is_broken])
    given = {name for item in new for name in item.names}

    def stays(alias: ast.alias) -> bool:
        return alias.name != "*" and (alias.asname or alias.name) not in given

    imports = [left for item in old if item.is_import and (left := item.narrowed(stays))]
    kept: list[Statement] = []
    waiting = [item for item in new if not item.is_import]
    for item in old:
        if item.is_import or not item.names:
            continue
        if not given >= set(item.names):
            kept.append(item)
        fitting = [other for other in waiting if set(other.names) & set(item.names)]
        kept += fitting
        waiting = [other for other in waiting if other not in fitting]
    first_root = next((index for index, item in enumerate(kept) if set(item.names) & set(roots)), len(kept))
    return [
        *imports,
        *(item for item in new if item.is_import),
        *kept[:first_root],
        *waiting,
        *kept[first_root:],
    ]


def _used(imports: Sequence[Statement], names: set[str]) -> list[Statement]:
    """`imports` without what is not among the `names` that code reads: else a repair could not get rid of a forbidden one."""

    def is_used(alias: ast.alias) -> bool:
        return (alias.asname or alias.name.partition(".")[0]) in names

    return [
        used for item in imports if (used := item if "annotations" in item.names else item.narrowed(is_used))
    ]


def _last_of_each(statements: Sequence[Statement]) -> list[Statement]:
    """`statements` without those whose names are all defined anew further on by statements that do not build on them."""
    kept: list[Statement] = []
    anew: set[str] = set()
    for item in reversed(statements):
        if item.is_import or not item.names or not anew >= set(item.names):
            kept.append(item)
        anew = (anew | set(item.names)) - item.reads_on_import
    return kept[::-1]


def formatted_source(source: str) -> str:
    """`source` in the house format; as it is when it cannot be read, which the security stage then reports.

    Ruff is not shown what nests too deeply: it would overflow its stack, as if it were broken.
    """
    if read_source(source, Problems()) is None:
        return source
    try:
        return format_source(source)
    except FormatError:
        return source
