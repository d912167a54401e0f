"""Code in model replies: taking it out, and merging a repair into what stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

_FENCE = re.compile(r"```(?:python|py)?[ \t]*\n(.*?)(?:\n```|\Z)", re.DOTALL)


def code_of_reply(reply: str) -> str:
    """The code in `reply`: its fenced blocks, else the whole text if that is Python; empty when there is none."""
    blocks = [block.strip("\n") for block in _FENCE.findall(reply)]
    if blocks:
        return "\n\n\n".join(blocks)
    return reply.strip("\n") if "def " in reply and _parse(reply) is not None else ""


def merge_definitions(code: str, patch: str, *, roots: Sequence[str]) -> str:
    """`code` with the definitions of `patch` put in by name: changed ones in place, new ones before the first of `roots`.

    Definitions that no root needs any more are dropped. When either text does not parse, the patch stands alone.
    """
    old, new = _parse(code), _parse(patch)
    if old is None or new is None:
        return patch
    replacements = {name: _text(patch, node) for node in new.body for name in _names(node)}
    imports = [
        _text(source, node)
        for source, tree in ((code, old), (patch, new))
        for node in tree.body
        if _is_import(node)
    ]
    kept: list[tuple[tuple[str, ...], str]] = []
    done: set[str] = set()
    for node in old.body:
        names = _names(node)
        if not names:
            continue
        if names[0] in replacements:
            done.add(names[0])
        kept.append((names, replacements.get(names[0], _text(code, node))))
    first_root = next((index for index, (names, _) in enumerate(kept) if names[0] in roots), len(kept))
    added = [
        (_names(node), _text(patch, node))
        for node in new.body
        if _names(node) and _names(node)[0] not in done
    ]
    ordered = [*kept[:first_root], *added, *kept[first_root:]]
    return "\n\n\n".join([*dict.fromkeys(imports), *_reachable(ordered, roots)])


def _parse(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def _names(node: ast.stmt) -> tuple[str, ...]:
    """Names that a top-level statement defines; the first is what it is matched by."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return (node.name,)
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return (node.target.id,)
    if isinstance(node, ast.Assign):
        return tuple(
            name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)
        )
    return ()


def _text(source: str, node: ast.stmt) -> str:
    lines = source.splitlines()[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines)


def _reachable(definitions: Sequence[tuple[tuple[str, ...], str]], roots: Sequence[str]) -> list[str]:
    """Texts of the definitions that `roots` need, in order; all of them when a root is missing."""
    texts = {name: text for names, text in definitions for name in names}
    if any(root not in texts for root in roots):
        return [text for _, text in definitions]
    needed: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in needed or name not in texts:
            continue
        needed.add(name)
        waiting += {
            node.id for node in ast.walk(ast.parse(texts[name])) if isinstance(node, ast.Name)
        } - needed
    return [text for names, text in definitions if needed & set(names)]
