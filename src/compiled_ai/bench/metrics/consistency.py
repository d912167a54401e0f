"""Whether the same case gets the same answer again."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence

from compiled_ai.bench.metrics.metric import Metric
from compiled_ai.bench.metrics.repeats import DECLINED, NEVER_ASKED, CaseRepeats, mean, share
from compiled_ai.bench.rows import CaseRow
from compiled_ai.spec.canonical import JsonValue, canonical_json

_NO_REPEATS = "needs at least two repeats of a case by the same artifact or system"
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


def consistency(cases: Sequence[CaseRepeats], *, seed: int) -> tuple[Metric, ...]:
    """All metrics of the category over `cases` of one system and split."""
    repeated = [rows for case in cases for rows in _same_identity(case) if len(rows) > 1]
    exact = [_keys(rows, _exact) for rows in repeated]
    meant = [_keys(rows, _meaning) for rows in repeated]
    shares = [most_frequent_share(keys) for keys in exact]
    fits = [_conforming(case.rows) for case in cases]
    return (
        share("exact_match_rate", shares, none=_NO_REPEATS),
        mean("output_entropy", [entropy(keys) for keys in exact], none=_NO_REPEATS, seed=seed),
        mean("semantic_entropy", [entropy(keys) for keys in meant], none=_NO_REPEATS, seed=seed),
        share(
            "schema_conformance",
            [value for value in fits if value is not None],
            none="no output of a task with a schema",
        ),
    )


def entropy(keys: Iterable[Hashable]) -> float:
    """Shannon entropy of the distribution of `keys`, in bits; 0 when all are the same."""
    counts = Counter(keys)
    total = counts.total()
    return math.fsum(count / total * math.log2(total / count) for count in counts.values())


def most_frequent_share(keys: Sequence[Hashable]) -> float:
    """Share of the most frequent key; `keys` must not be empty."""
    return max(Counter(keys).values()) / len(keys)


def normalized(value: JsonValue) -> JsonValue:
    """`value` with what does not change its meaning evened out, field by field.

    Letters' case, width and spaces in texts; ``12.50``, ``12.5`` and ``"12.5"``. The order of a list and the names of fields stay.
    """
    match value:
        case bool() | None:
            return value
        case int() | float():
            return _number(value)
        case str():
            return _text(value)
        case list():
            return [normalized(item) for item in value]
        case dict():
            return {key: normalized(item) for key, item in value.items()}


def _number(value: object) -> JsonValue:
    """Twelve digits, so that 0.1 + 0.2 is 0.3; a text, so that it equals a number written as one."""
    return f"#{value:.12g}" if isinstance(value, float) else f"#{value}"


def _text(value: str) -> JsonValue:
    plain = " ".join(unicodedata.normalize("NFKC", value).casefold().split())
    if not _PLAIN_NUMBER.fullmatch(plain):
        return plain
    return _number(float(plain)) if "." in plain else f"#{plain}"


def _same_identity(case: CaseRepeats) -> list[list[CaseRow]]:
    """Rows that reached the system, by what answered: two artifacts may well differ."""
    found: dict[str, list[CaseRow]] = {}
    for row in case.rows:
        if row.outcome not in NEVER_ASKED:
            found.setdefault(row.identity, []).append(row)
    return list(found.values())


def _keys(rows: Sequence[CaseRow], key: Callable[[CaseRow], Hashable]) -> list[Hashable]:
    """The key of each row; one for all of them where they are alike to the letter, which costs a tenth."""
    alike = len({(row.outcome, row.error, repr(row.output)) for row in rows}) == 1
    return [""] * len(rows) if alike else [key(row) for row in rows]


def _key(row: CaseRow, of_output: Callable[[JsonValue], JsonValue]) -> tuple[str, str]:
    if row.outcome in DECLINED:
        return ("declined", "")
    if row.outcome in {"failed", "timed_out"}:
        return (row.outcome, row.error or "")
    try:
        return ("answered", canonical_json(of_output(row.output)))
    except ValueError:  # NaN or an infinity, which some readers of JSON let in
        return ("answered", repr(row.output))


def _exact(row: CaseRow) -> tuple[str, str]:
    return _key(row, lambda output: output)


def _meaning(row: CaseRow) -> tuple[str, str]:
    """All that the evaluator calls right means the same."""
    return ("right", "") if row.outcome == "right" else _key(row, normalized)


def _conforming(rows: Sequence[CaseRow]) -> float | None:
    known = [row.conforms for row in rows if row.conforms is not None]
    return sum(known) / len(known) if known else None
