"""Cells of a decision table as conditions: "-", ">= 18", "18..65", "DE, AT", "not DE, AT", "missing"."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from compiled_ai.modules._conditions import Condition, Operator, Plain

_COMPARED = re.compile(r"(?P<operator><=|>=|!=|==|<|>|=)\s*(?P<value>.+)", re.DOTALL)
_RANGE = re.compile(r"(?P<low>\S{1,40})\s*\.\.\s*(?P<high>\S{1,40})")
_NUMBER = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OPERATORS: dict[str, Operator] = {
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "=": "==",
    "==": "==",
    "!=": "!=",
}


def cell_condition(path: str, cell: str) -> Condition | None:
    """The condition that a cell puts on the fact at `path`; None if it puts none ("-" or empty)."""
    said = cell.strip()
    if said in {"", "-", "*"}:
        return None
    if said.lower() in {"missing", "is missing"}:
        return path, "is missing", None
    if said.lower() in {"present", "is present"}:
        return path, "is present", None
    compared = _COMPARED.fullmatch(said)
    if compared:
        return path, _OPERATORS[compared["operator"]], _value(compared["value"])
    ends = _RANGE.fullmatch(said)
    if ends:
        return path, "between", (_value(ends["low"]), _value(ends["high"]))
    negated = re.match(r"not\s+", said, re.IGNORECASE)
    values = tuple(
        _value(part) for part in said[negated.end() if negated else 0 :].split(",") if part.strip()
    )
    return path, "not in" if negated else "in", values


def _value(said: str) -> Plain:
    bare = said.strip()
    if len(bare) > 1 and bare[0] == bare[-1] == '"':
        return bare[1:-1]
    if bare.lower() in {"true", "false"}:
        return bare.lower() == "true"
    if _NUMBER.fullmatch(bare):
        return Decimal(bare)
    if _DATE.fullmatch(bare):
        try:
            return date.fromisoformat(bare)
        except ValueError:
            return bare
    return bare
