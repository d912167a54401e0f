"""When to decline: the clauses of the instructions as conditions on the input."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from compiled_ai.factory.synthesis._expressions import OR_ZERO, Expr, Value, apply
from compiled_ai.factory.synthesis._scopes import Records, Scope, filters_of
from compiled_ai.factory.synthesis._wording import find_mentions

_VERB = re.compile(
    r"^(?:please\s+)?(?:decline|abstain|refuse|reject|do not answer)\b\s*(?:on|from|when|if)?\s*",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*[,;]\s*(?:and|or)?\s*|\s+(?:and|or)\s+(?=[a-z])", re.IGNORECASE)
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_OUTSIDE = re.compile(rf"outside (?:of )?(?:the range )?(?:from )?{_NUMBER}\s*(?:to|-|\.\.|and)\s*{_NUMBER}")
_BELOW = re.compile(rf"(?:below|under|less than|smaller than|lower than) {_NUMBER}")
_ABOVE = re.compile(rf"(?:above|over|more than|greater than|higher than|exceed(?:s|ing)?) {_NUMBER}")
_NEGATIVE = re.compile(r"\bnegative\b|below zero|less than zero")
_NOT_POSITIVE = re.compile(r"\bnot positive\b|zero or (?:less|negative)|non-positive")
_EMPTY = re.compile(r"\b(?:no|without(?: any)?|empty|lacks(?: any)?|has no|none)\b|\bmissing\b")
_UNREADABLE = re.compile(
    r"\b(?:unknown|unreadable|illegible|impossible|invalid|malformed|unrecogni[sz]ed|unsupported|cannot be read|can't be read|not a valid|"
    r"wrong (?:length|format|form)|single word|no such|does not exist)\b"
)
"""What a parser declines by itself."""
_NOT_ONE = re.compile(
    r"\b(?:no|without|missing|lacks?|two|several|many|more than one|different|contradict\w*|unclear|ambiguous)\b"
)
"""What a finder declines by itself."""
_LEFT = re.compile(r"\b(?:left|remains?|remaining|counts?|valid|usable)\b")
_BLANK = re.compile(r"\b(?:missing|blank|empty|no|without)\b")


@dataclass(frozen=True, kw_only=True)
class Guard:
    """One condition on which the input is declined."""

    clause: str
    code: str
    fires: tuple[bool, ...]
    """By row."""
    helpers: frozenset[str] = frozenset()
    empties: str = ""
    """The list that it declines when empty."""


def read_guards(
    declines: Sequence[str],
    scope: Scope,
    kept: Sequence[Records],
    *,
    parses: bool = False,
    finds: bool = False,
) -> list[Guard] | None:
    """A guard for each clause of `declines`; None when one of them is not understood.

    `kept` are the filtered lists that the answers are made of: "no line is left" speaks of those. With `parses` the answers decline by
    themselves what they cannot read, so that clauses on that need no guard; with `finds` also what they do not find, or find twice.
    """
    found: list[Guard] = []
    for sentence in declines:
        for clause in _clauses(sentence):
            if (parses and _UNREADABLE.search(clause)) or (finds and _NOT_ONE.search(clause)):
                continue
            guard = _guard(clause, scope, kept)
            if guard is None:
                return None
            found.append(guard)
    return list({guard.code: guard for guard in found}.values())


def _clauses(sentence: str) -> list[str]:
    """The conditions of `sentence`; one without a predicate takes that of the next ("first or last is missing")."""
    text = _VERB.sub("", sentence)
    parts = [part for part in _SPLIT.split(text.rstrip(" .")) if part]
    found: list[str] = []
    waiting: list[str] = []
    for part in parts:
        if _has_predicate(part):
            shares = re.search(r"\b(?:is|are)\b", part) is not None
            found += [f"{noun} {part}" if shares else noun for noun in waiting] + [part]
            waiting = []
        else:
            waiting.append(part)
    return found + waiting


def _has_predicate(text: str) -> bool:
    patterns = (_OUTSIDE, _BELOW, _ABOVE, _NEGATIVE, _NOT_POSITIVE, _EMPTY, _BLANK, _UNREADABLE, _NOT_ONE)
    return any(pattern.search(text) for pattern in patterns)


def _guard(clause: str, scope: Scope, kept: Sequence[Records]) -> Guard | None:
    numeric = _comparisons(clause)
    if numeric:
        return _numeric_guard(clause, numeric, scope)
    if _EMPTY.search(clause):
        return _empty_guard(clause, scope, kept) or _blank_guard(clause, scope)
    return _blank_guard(clause, scope) if _BLANK.search(clause) else None


def _comparisons(clause: str) -> list[tuple[str, Decimal]]:
    if found := _OUTSIDE.search(clause):
        return [("<", Decimal(found[1])), (">", Decimal(found[2]))]
    if found := _BELOW.search(clause):
        return [("<", Decimal(found[1]))]
    if found := _ABOVE.search(clause):
        return [(">", Decimal(found[1]))]
    if _NOT_POSITIVE.search(clause):
        return [("<=", Decimal(0))]
    return [("<", Decimal(0))] if _NEGATIVE.search(clause) else []


def _numeric_guard(clause: str, tests: Sequence[tuple[str, Decimal]], scope: Scope) -> Guard | None:
    places = [(None, expr) for expr in scope.leaves] + [
        (records, expr) for records in scope.lists for expr in records.items
    ]
    numeric = [(records, expr) for records, expr in places if expr.kind.rstrip("?") in {"integer", "number"}]
    words = {path: scope.words[path] for _, expr in numeric for path in expr.leaves if path in scope.words}
    mentions = find_mentions(clause, words)
    for names in (mentions.strong, mentions.weak):
        chosen = [(records, expr) for records, expr in numeric if expr.leaves & names]
        if len(chosen) == 1:
            return _compared(clause, tests, *chosen[0])
    return None


def _compared(
    clause: str, tests: Sequence[tuple[str, Decimal]], records: Records | None, expr: Expr
) -> Guard:
    if expr.kind.endswith("?"):
        expr = apply(OR_ZERO, expr)
    code = _test_code(expr, tests)
    fires = tuple(_is_hit(value, tests) for value in expr.values)
    if records is not None:
        code = f"any({code} for {records.var} in {records.code})"
        fires = tuple(any(part) for part in records.by_row(fires))
    return Guard(clause=clause, code=code, fires=fires, helpers=expr.helpers)


def _test_code(expr: Expr, tests: Sequence[tuple[str, Decimal]]) -> str:
    bounds = [
        str(bound) if bound == bound.to_integral_value() else f'Decimal("{bound}")' for _, bound in tests
    ]
    if len(tests) == 2:
        return f"not {bounds[0]} <= {expr.code} <= {bounds[1]}"
    return f"{expr.code} {tests[0][0]} {bounds[0]}"


def _is_hit(value: Value, tests: Sequence[tuple[str, Decimal]]) -> bool:
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        return False
    return any(
        value < bound if sign == "<" else value <= bound if sign == "<=" else value > bound
        for sign, bound in tests
    )


def _empty_guard(clause: str, scope: Scope, kept: Sequence[Records]) -> Guard | None:
    if not scope.lists:
        return None
    mentions = find_mentions(clause, {records.path: scope.words[records.path] for records in scope.lists})
    named = [records for records in scope.lists if records.path in mentions.strong | mentions.weak]
    texts = find_mentions(clause, {path: scope.words[path] for expr in scope.leaves for path in expr.leaves})
    if not named and (len(scope.lists) > 1 or texts.strong):
        return None
    chosen = named[0] if named else scope.lists[0]
    left = [records for records in kept if records.path == chosen.path] if _LEFT.search(clause) else []
    return empty_guard(left[0] if left else chosen, clause)


def empty_guard(records: Records, clause: str) -> Guard:
    """Declines when no item of `records` counts."""
    counts = [len(part) for part in records.by_row([0] * len(records.owners))]
    code = f"not {records.source}"
    return Guard(
        clause=clause, code=code, fires=tuple(count == 0 for count in counts), empties=records.source
    )


def _blank_guard(clause: str, scope: Scope) -> Guard | None:
    texts = [expr for expr in scope.leaves if expr.kind in {"text", "text?"}]
    mentions = find_mentions(clause, {path: scope.words[path] for expr in texts for path in expr.leaves})
    chosen = [expr for expr in texts if expr.leaves & mentions.strong]
    if len(chosen) != 1:
        return None
    return _blank(clause, chosen[0])


def _blank(clause: str, expr: Expr) -> Guard:
    code = f"not {expr.code}.strip()" if expr.kind == "text" else f'not ({expr.code} or "").strip()'
    fires = tuple(not str(value or "").strip() for value in expr.values)
    return Guard(clause=clause, code=code, fires=fires)


def simple_guards(scope: Scope, text: str) -> Iterator[Guard]:
    """Conditions that nobody named but examples may show: nothing in a list, a blank text, a negative number."""
    for records in scope.lists:
        for one in filters_of(records, text):
            yield empty_guard(one, f"nothing counts in {records.path}")
    for expr in scope.leaves:
        path = min(expr.leaves)
        if expr.kind in {"text", "text?"}:
            yield _blank(f"{path} is blank", expr)
        elif expr.kind in {"integer", "number"}:
            yield _compared(f"{path} is negative", [("<", Decimal(0))], None, expr)
            yield _compared(f"{path} is not positive", [("<=", Decimal(0))], None, expr)
    for records in scope.lists:
        for expr in records.items:
            if expr.kind in {"integer", "number"}:
                path = min(expr.leaves).replace("[]", "")
                yield _compared(f"a {path} is negative", [("<", Decimal(0))], records, expr)
                yield _compared(f"a {path} is not positive", [("<=", Decimal(0))], records, expr)
