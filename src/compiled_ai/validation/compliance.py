"""Checks that compliance blocks ask of generated code. They run with the security stage, and nothing is executed.

``hipaa``, ``pci_dss`` and ``soc2`` keep values of the input out of everything that ends up in logs or in the artifact: reasons of abstentions, texts
of errors, output to logs, explanations, and literals. ``pci_dss`` also keeps authentication data out of code and card numbers out of
results; ``soc2`` asks every function to say which rule it is. What else a block asks is listed in docs/compliance.md.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TypeGuard

from compiled_ai.checkers.secret_texts import code_texts
from compiled_ai.compliance.blocks import RULES, forbidden_kinds
from compiled_ai.compliance.identifiers import find_identifiers
from compiled_ai.compliance.texts import WORDS
from compiled_ai.findings import Finding
from compiled_ai.spec.model import ComplianceBlock
from compiled_ai.validation._card_data import card_faults
from compiled_ai.validation._outflows import open_outflows

_LOG_OUTPUT, _PERSONAL, _UNTRACED = 532, 359, 778
"""CWE numbers: https://cwe.mitre.org"""


def check_compliance(source: str, blocks: Sequence[ComplianceBlock]) -> tuple[Finding, ...]:
    """What `source` breaks of the rules of `blocks`, in the order of the lines. Messages never hold a value.

    Source that does not parse has no findings here; the subset check reports it.
    """
    ruling = next((block for block in blocks if block in RULES), None)
    if ruling is None:
        return ()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    rules = RULES[ruling]
    found = [*_reasons(tree, rules.prefix, rules.texts), *_leaks(tree, rules.prefix, rules.texts)]
    found += _literals(source, tree, blocks)
    if "pci_dss" in blocks:
        found += [
            _finding(f"pci-{fault.rule}", fault.message, fault.line, _PERSONAL) for fault in card_faults(tree)
        ]
    if "soc2" in blocks:
        found += _untraceable(tree)
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: finding.line or 0))


def _finding(rule: str, message: str, line: int, cwe: int) -> Finding:
    return Finding(stage="security", tool="compliance", rule=rule, message=message, line=line, cwe=cwe)


def _reasons(tree: ast.Module, prefix: str, why: str) -> Iterator[Finding]:
    """Abstentions whose reason is anything but one text, and every way to call ``abstain`` that cannot be looked through."""
    aliases = {"abstain"} | {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == "abstain" and alias.asname
    }
    fine = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_plain(node)}
    message = f"abstain must be called with one fixed text: its reason is logged, and {why}"
    for node in ast.walk(tree):
        if _names_abstain(node, aliases) and id(node) not in fine:
            yield _finding(f"{prefix}-reason", message, node.lineno, _LOG_OUTPUT)


def _names_abstain(node: ast.AST, aliases: set[str]) -> TypeGuard[ast.Name | ast.Attribute]:
    return (isinstance(node, ast.Name) and node.id in aliases) or (
        isinstance(node, ast.Attribute) and node.attr == "abstain"
    )


def _is_plain(call: ast.Call) -> bool:
    match call:
        case (
            ast.Call(args=[reason], keywords=[])
            | ast.Call(args=[], keywords=[ast.keyword(arg="reason", value=reason)])
        ):
            return isinstance(reason, ast.Constant) and isinstance(reason.value, str)
    return False


def _leaks(tree: ast.Module, prefix: str, why: str) -> Iterator[Finding]:
    """Errors, logs and explanations that may hold something of the input."""
    for flow in open_outflows(tree):
        message = f"{flow.what} must be a fixed text, without values of the input: {why}"
        yield _finding(f"{prefix}-{flow.rule}", message, flow.line, flow.cwe)


def _literals(source: str, tree: ast.Module, blocks: Sequence[str]) -> Iterator[Finding]:
    """Texts, numbers and comments that hold what the blocks forbid. A text put together of parts is seen whole."""
    forbidden = forbidden_kinds(blocks)
    texts = [(text.value, text.line) for text in code_texts(source)]
    texts += [
        (str(node.value), node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and type(node.value) is int
    ]
    for text, line in texts:
        for one in find_identifiers(text, frozenset(forbidden)):
            prefix, rule = forbidden[one.kind]
            message = f"this looks like {WORDS[one.kind]}, which {rule} keeps out of code; take it out, or use a published sample value"
            yield _finding(f"{prefix}-literal", message, line + text.count("\n", 0, one.start), _PERSONAL)


def _untraceable(tree: ast.Module) -> Iterator[Finding]:
    """Functions that do not say which rule they are: a decision must be traceable to it (CC7.2, CC8.1, PI1.3)."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not (ast.get_docstring(node) or "").strip():
            message = f"'{node.name}' says not which rule it is: give it the sentence of the task as its docstring (AICPA Trust Services Criteria CC8.1)"
            yield _finding("soc2-trace", message, node.lineno, _UNTRACED)
