"""Checks that a compliance block asks of generated code. They run with the security stage."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TypeGuard

from compiled_ai.findings import Finding
from compiled_ai.spec.model import ComplianceBlock


def check_compliance(source: str, blocks: Sequence[ComplianceBlock]) -> tuple[Finding, ...]:
    """What `source` breaks of the rules of `blocks`. Source that does not parse has no findings here; the subset check reports it.

    ``hipaa``: the reason of an abstention ends up in logs, so it must be a fixed text that holds nothing of the input.
    """
    if "hipaa" not in blocks:
        return ()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return ()
    aliases = {"abstain"} | {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == "abstain" and alias.asname
    }
    fine = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_fixed(node)}
    return tuple(
        Finding(
            stage="security",
            tool="compliance",
            rule="hipaa-reason",
            message="abstain must be called with one fixed text: its reason is logged, and HIPAA keeps input values out of logs",
            line=node.lineno,
            cwe=532,
        )
        for node in ast.walk(tree)
        if _names_abstain(node, aliases) and id(node) not in fine
    )


def _names_abstain(node: ast.AST, aliases: set[str]) -> TypeGuard[ast.Name | ast.Attribute]:
    return (isinstance(node, ast.Name) and node.id in aliases) or (
        isinstance(node, ast.Attribute) and node.attr == "abstain"
    )


def _is_fixed(call: ast.Call) -> bool:
    match call:
        case (
            ast.Call(args=[reason], keywords=[])
            | ast.Call(args=[], keywords=[ast.keyword(arg="reason", value=reason)])
        ):
            return isinstance(reason, ast.Constant) and isinstance(reason.value, str)
    return False
