"""Rules and decision tables as data, with the reason for every decision."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compiled_ai.modules._conditions import Condition, holds, shown
from compiled_ai.modules._decision_cells import cell_condition

__all__ = [
    "Condition",
    "Decision",
    "Rule",
    "condition_holds",
    "decide",
    "decide_all",
    "decide_by_score",
    "decide_unique",
    "decision_table",
    "explain",
    "rule",
    "scores",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: `outcome` if all of `when`, at least one of `any_of` (if there are any) and none of `unless` hold."""

    outcome: str
    when: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by which row (from 0) and why; all None but `why` if nothing was."""

    outcome: str | None
    row: int | None
    why: str


def rule(
    outcome: str,
    *when: Condition,
    any_of: Sequence[Condition] = (),
    unless: Sequence[Condition] = (),
    weight: float = 1.0,
) -> Rule:
    """A rule: `rule("adult", ("age", ">=", 18), unless=[("country", "in", ("US",))])`.

    A condition is the path of a fact ("customer.age"), an operator and a value. Operators: == != < <= > >= (numbers and dates),
    in, not in (a tuple), between (low and high, both included), contains (text or list), has phrase, starts with, ends with,
    is missing, is present. Texts are compared whatever case and accents.
    """
    return Rule(outcome, when, tuple(any_of), tuple(unless), weight)


def decision_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Rule, ...]:
    """Rules from a table of text: one column for each fact, the last one for the outcome; empty if a row has too few or many cells.

    A cell is "-" (anything), "18" or "DE, AT" (one of these), "not DE", ">= 18", "18..65" (both included), "true", "missing" or
    "present". Numbers and dates (2026-03-12) are read as such, in quotes as text.
    """
    if any(len(row) != len(columns) for row in rows):
        return ()
    paths = columns[:-1]
    return tuple(
        Rule(
            row[-1],
            tuple(
                found for path, cell in zip(paths, row, strict=False) if (found := cell_condition(path, cell))
            ),
        )
        for row in rows
    )


def condition_holds(condition: Condition, facts: Mapping[str, object]) -> bool | None:
    """Whether one condition holds, or None if its fact is missing or of a type that cannot be compared."""
    return holds(condition, facts)


def decide(table: Sequence[Rule], facts: Mapping[str, object]) -> str | None:
    """The outcome of the first rule that applies, or None if none does or if an earlier one cannot be told.

    A rule cannot be told if a fact that it needs is missing or of another type, and its other conditions do not settle it.
    """
    return explain(table, facts).outcome


def explain(table: Sequence[Rule], facts: Mapping[str, object]) -> Decision:
    """The decision of `decide` with the row that made it and why; `why` names conditions, never the value of a fact."""
    for row, each in enumerate(table):
        applies = _applies(each, facts)
        if applies is None:
            return Decision(None, None, f"row {row} cannot be told: {_open(each, facts)}")
        if applies:
            return Decision(each.outcome, row, _reason(each))
    return Decision(None, None, "no row applies")


def decide_all(table: Sequence[Rule], facts: Mapping[str, object]) -> list[str] | None:
    """The outcomes of all rules that apply, each once, in order, or None if a rule cannot be told that would add one."""
    found: dict[str, None] = {}
    unclear: set[str] = set()
    for each in table:
        applies = _applies(each, facts)
        if applies:
            found[each.outcome] = None
        elif applies is None:
            unclear.add(each.outcome)
    return list(found) if unclear <= found.keys() else None


def decide_unique(table: Sequence[Rule], facts: Mapping[str, object]) -> str | None:
    """The outcome that all rules that apply agree in, or None if they do not, or none does, or one cannot be told."""
    found = decide_all(table, facts)
    return found[0] if found and len(found) == 1 else None


def scores(table: Sequence[Rule], facts: Mapping[str, object]) -> dict[str, float]:
    """For every outcome the sum of the weights of its rules that apply, 0.0 when none does; a rule that cannot be told adds nothing."""
    weights: dict[str, list[float]] = {}
    for each in table:
        weights.setdefault(each.outcome, []).append(each.weight if _applies(each, facts) else 0.0)
    return {outcome: math.fsum(each) for outcome, each in weights.items()}


def decide_by_score(
    table: Sequence[Rule], facts: Mapping[str, object], *, minimum: float = 1.0, margin: float = 0.5
) -> str | None:
    """The outcome that scores highest (as in `scores`), or None if below `minimum` or ahead by less than `margin`."""
    ranked = sorted(scores(table, facts).items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < minimum:
        return None
    # Rounded, because sums of weights such as 0.1 miss a margin by a hair.
    if len(ranked) > 1 and round(ranked[0][1] - ranked[1][1], 9) < margin:
        return None
    return ranked[0][0]


def _applies(each: Rule, facts: Mapping[str, object]) -> bool | None:
    needed = [holds(condition, facts) for condition in each.when]
    needed += [
        None if answer is None else not answer
        for answer in (holds(condition, facts) for condition in each.unless)
    ]
    if each.any_of:
        needed.append(_any(each.any_of, facts))
    if False in needed:
        return False
    return None if None in needed else True


def _any(conditions: Sequence[Condition], facts: Mapping[str, object]) -> bool | None:
    answers = [holds(condition, facts) for condition in conditions]
    if True in answers:
        return True
    return None if None in answers else False


def _open(each: Rule, facts: Mapping[str, object]) -> str:
    conditions = (*each.when, *each.any_of, *each.unless)
    return ", ".join(shown(condition) for condition in conditions if holds(condition, facts) is None)


def _reason(each: Rule) -> str:
    parts = [" and ".join(map(shown, each.when))] if each.when else []
    if each.any_of:
        parts.append("one of: " + "; ".join(map(shown, each.any_of)))
    if each.unless:
        parts.append("none of: " + "; ".join(map(shown, each.unless)))
    return ", ".join(parts) or "otherwise"
