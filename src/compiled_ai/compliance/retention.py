"""How long records are kept: what the rules ask, a policy held against them, and what is due today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from compiled_ai.compliance.blocks import CFR_316, PCI, TSC

RecordKind = Literal["decision", "audit_log", "account_data", "personal_data", "authentication_data"]
"""``decision``: artifacts and what documents how decisions are made. ``audit_log``: who decided what, by digests. ``account_data``: card numbers, however
protected. ``personal_data``: inputs and outputs with values. ``authentication_data``: verification codes, PINs, stripes."""
Due = Literal["keep", "may_go", "must_go"]


@dataclass(frozen=True, kw_only=True)
class RetentionRule:
    """What a block asks of one kind of record."""

    at_least_days: int = 0
    at_most_days: int | None = None
    """None: no rule names an end. 0: it may not be kept at all."""
    needs_period: bool = False
    """Whether the owner must have set an end of their own."""
    source: str


_SIX_YEARS: Final = 6 * 366
RETENTION: Final[Mapping[str, Mapping[RecordKind, RetentionRule]]] = {
    "hipaa": {
        "decision": RetentionRule(at_least_days=_SIX_YEARS, source=CFR_316),
        "audit_log": RetentionRule(at_least_days=_SIX_YEARS, source=f"{CFR_316}, 164.312(b)"),
    },
    "pci_dss": {
        "audit_log": RetentionRule(at_least_days=366, source=f"{PCI} 10.5.1"),
        "account_data": RetentionRule(needs_period=True, source=f"{PCI} 3.2.1"),
        "authentication_data": RetentionRule(at_most_days=0, source=f"{PCI} 3.3.1"),
    },
    "soc2": {
        "decision": RetentionRule(needs_period=True, source=f"{TSC} CC8.1"),
        "audit_log": RetentionRule(needs_period=True, source=f"{TSC} CC7.2"),
        "personal_data": RetentionRule(needs_period=True, source=f"{TSC} C1.2"),
    },
}
"""By block and kind of record. HIPAA asks six years of documentation, PCI DSS twelve months of audit logs; SOC 2 and PCI DSS ask that account and
confidential data have a period at all."""


@dataclass(frozen=True, kw_only=True)
class Period:
    """How long the owner keeps one kind of record."""

    at_least_days: int
    at_most_days: int | None = None
    """None: for ever."""


Policy = Mapping[RecordKind, Period]


def policy_problems(policy: Policy, blocks: Iterable[str]) -> tuple[str, ...]:
    """What is wrong with `policy` under `blocks`, each with the rule that says so; empty when nothing is."""
    found = [
        f"{kind}: it must go after {period.at_most_days} days and be kept for {period.at_least_days}"
        for kind, period in policy.items()
        if period.at_most_days is not None and period.at_most_days < period.at_least_days
    ]
    for block in blocks:
        for kind, rule in RETENTION.get(block, {}).items():
            found += _problems(kind, policy.get(kind), rule)
    return tuple(dict.fromkeys(found))


def audit_log_problem(days: int | None, blocks: Iterable[str]) -> str | None:
    """Why an audit log that is kept `days` days breaks `blocks`, with the rule that says so; None when it does not. `days` None: for ever, no period is set."""
    policy: Policy = {} if days is None else {"audit_log": Period(at_least_days=days, at_most_days=days)}
    found = (problem for problem in policy_problems(policy, blocks) if problem.startswith("audit_log: "))
    return next((problem.removeprefix("audit_log: ") for problem in found), None)


def least_audit_days(blocks: Iterable[str]) -> int:
    """The shortest period that every one of `blocks` lets an audit log have; one day where none asks for more."""
    rules = (RETENTION.get(block, {}).get("audit_log") for block in blocks)
    return max((rule.at_least_days for rule in rules if rule is not None), default=1) or 1


def _problems(kind: RecordKind, period: Period | None, rule: RetentionRule) -> list[str]:
    if period is None:
        is_needed = rule.needs_period or rule.at_least_days > 0
        return [f"{kind}: the policy sets no period, and {rule.source} asks for one"] if is_needed else []
    found = []
    if period.at_least_days < rule.at_least_days:
        found.append(
            f"{kind}: {period.at_least_days} days are too few, {rule.source} asks for {rule.at_least_days}"
        )
    if period.at_most_days is None and rule.needs_period:
        found.append(f"{kind}: it is kept for ever, and {rule.source} asks for an end")
    if rule.at_most_days is not None and (
        period.at_most_days is None or period.at_most_days > rule.at_most_days
    ):
        found.append(f"{kind}: it may be kept {rule.at_most_days} days at most ({rule.source})")
    return found


def due(kind: RecordKind, written: date, *, policy: Policy, today: date) -> Due:
    """What is to be done today with a record of that kind. A kind that the policy does not name is kept."""
    period = policy.get(kind)
    if period is None:
        return "keep"
    age = (today - written).days
    if period.at_most_days is not None and age > period.at_most_days:
        return "must_go"
    return "may_go" if age >= period.at_least_days else "keep"
