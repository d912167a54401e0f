"""Compliance blocks: what the coder is told. What is enforced stands where it acts; docs/compliance.md lists it.

- ``audit_trail``: every result carries the digests of its input and of the artifact (execution).
- ``hipaa``, ``pci_dss``, ``soc2``: no values of the input in reasons, errors, logs and explanations, and no identifiers in literals (security stage)
  or in the spec's cases (spec); errors and reasons at run time show no input values (execution). ``pci_dss`` also: card numbers leave masked,
  authentication data is not handled at all. ``soc2`` also: results are audited, and every function says which rule it is.
- ``no_model_at_run_time``: bounded steps and model fallbacks are refused (spec).
"""

from __future__ import annotations

from collections.abc import Sequence

from compiled_ai.spec.model import ComplianceBlock

_TEXTS: dict[ComplianceBlock, str] = {
    "audit_trail": "Every decision must be traceable: one named function per rule, its sentence of the task as its docstring.",
    "hipaa": "Inputs are patient data: abstain() gets one fixed text, never a value of the input.",
    "no_model_at_run_time": "",
    "pci_dss": "Inputs hold card data: a card number leaves only as its first six and last four digits; verification codes and PINs are never read. "
    "abstain(), errors and explanations are fixed texts, never a value of the input.",
    "soc2": "Inputs are confidential: abstain(), errors and explanations are fixed texts, never a value of the input. "
    "Every function has its sentence of the task as its docstring.",
}


def compliance_prompt(blocks: Sequence[ComplianceBlock]) -> str:
    """Lines for the coder, one per block that asks something of the code; empty without any."""
    return "\n".join(_TEXTS[block] for block in blocks if _TEXTS[block])
