"""Metamorphic checks: what an example's answer copies from its input is swapped inside the input, and the answer must follow.

Asserted is only what is copied letter by letter. Any other change of an answer is counted and not judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compiled_ai.findings import Finding, Severity
from compiled_ai.overfit.literals import Answer, Evidence, kind_of
from compiled_ai.overfit.subject import (
    OverfitSubject,
    Place,
    as_number,
    field_of,
    leaves,
    squeeze,
    tokens,
)
from compiled_ai.overfit.swaps import (
    is_iso_date,
    occurrence_pattern,
    replace_value,
    swap_number,
    swap_text,
)
from compiled_ai.sandbox.model import CaseRow, Sandbox, SandboxCase, SandboxJob, SandboxLimits
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json
from compiled_ai.spec.cases import VisibleCase
from compiled_ai.spec.schema import Checker, shorten

_MOST_SWAPS = 60
_SALTS = 4
_LEAST = 3
"""Characters of a text, digits of a number, that is swapped."""
_FREE_WORDS = 4


@dataclass(frozen=True, kw_only=True)
class Swap:
    """One example with one value swapped."""

    case: VisibleCase
    place: Place
    """Where the value stands in the output."""
    old: str | int | float
    new: str | int | float
    input: JsonObject
    given: dict[str, JsonObject]
    is_clean: bool
    """Whether no trace of the old value is left in the input."""


def check_metamorphic(
    subject: OverfitSubject, evidence: Evidence, sandbox: Sandbox
) -> tuple[list[Finding], JsonObject]:
    """What the answers do when values in the inputs are swapped, and when a free text is put a little differently.

    Raises:
        SandboxError: the sandbox itself failed.
    """
    swaps = make_swaps(subject, evidence)
    restated = list(_restatements(subject, evidence))
    jobs = [(swap.input, swap.given) for swap in swaps] + [(data, case.given) for case, data in restated]
    if not jobs:
        return [], {"swaps": 0}
    rows = sandbox.run(
        SandboxJob(
            source=subject.source,
            workflow=subject.workflow,
            cases=tuple(
                SandboxCase(case_id=f"swap-{index}", input=data, given=given)
                for index, (data, given) in enumerate(jobs)
            ),
            limits=SandboxLimits(
                case_seconds=min(1.0, subject.limits.case_seconds),
                memory_mb=subject.limits.memory_mb,
                restarts=2,
            ),
        )
    ).rows
    findings, counts = [], Counter[str]()
    for swap, row in zip(swaps, rows, strict=False):
        outcome = judge_swap(swap, row)
        counts[outcome] += 1
        if outcome == "stuck":
            findings.append(_stuck(swap, evidence))
    brittle = _brittle(restated, rows[len(swaps) :])
    facts: JsonObject = {"swaps": len(swaps), **dict(sorted(counts.items())), "brittle": len(brittle)}
    return [*_unique(findings), *_on_brittle(brittle)], facts


def make_swaps(subject: OverfitSubject, evidence: Evidence) -> tuple[Swap, ...]:
    """The swaps of all examples, each conforming to the input schema."""
    checker = Checker(subject.workflow.input_schema)
    found = []
    for case in subject.visible:
        seen: set[str] = set()
        for place, leaf in leaves(case.output):
            key = canonical_json(leaf)
            if (
                key not in seen
                and isinstance(leaf, str | int | float)
                and _is_swappable(case, leaf, evidence)
            ):
                seen.add(key)
                swap = _swap(case, place, leaf, checker)
                if swap:
                    found.append(swap)
    return tuple(found[:_MOST_SWAPS])


def _is_swappable(case: VisibleCase, leaf: str | int | float, evidence: Evidence) -> bool:
    text = str(leaf)
    if isinstance(leaf, bool) or text in evidence.spec.listed:
        return False
    if sum(char.isalnum() for char in text) < _LEAST or not 0 < len(text) <= 2_000:
        return False
    parts = [item for data in (case.input, *case.given.values()) for _, item in leaves(data)]
    pattern = occurrence_pattern(text)
    return any(
        (isinstance(part, str) and pattern.search(part))
        or (not isinstance(part, bool | str) and not isinstance(leaf, str) and part == leaf)
        for part in parts
    )


def _swap(case: VisibleCase, place: Place, old: str | int | float, checker: Checker) -> Swap | None:
    for salt in range(_SALTS):
        new = swap_text(old, salt=salt) if isinstance(old, str) else swap_number(old, salt=salt)
        data = replace_value(case.input, old, new)
        given = {step: replace_value(output, old, new) for step, output in case.given.items()}
        if new != old and checker.is_valid(data) and (data != case.input or given != case.given):
            is_clean = not _has_trace(old, (data, given))
            return Swap(case=case, place=place, old=old, new=new, input=data, given=given, is_clean=is_clean)
    return None


def _has_trace(old: str | int | float, data: tuple[JsonObject, Mapping[str, JsonObject]]) -> bool:
    """Whether anything is left from which the old value could come: one of its words, or its letters and digits in a row. The year of a date is none."""
    texts = [
        str(leaf) for part in (data[0], *data[1].values()) for _, leaf in leaves(part) if leaf is not None
    ]
    words = {word for text in texts for word in tokens(text)}
    if squeeze(str(old)) in "".join(squeeze(text) for text in texts):
        return True
    number = as_number(old)
    if number is not None and any(as_number(text) == number for text in texts):
        return True
    return not is_iso_date(str(old)) and any(
        word in words for word in tokens(str(old)) if len(word) >= _LEAST
    )


def judge_swap(swap: Swap, row: CaseRow) -> str:
    """What the answer did: ``followed``, ``abstained``, ``changed``, ``stuck``, or ``unclear`` when the old value can still be seen in the input."""
    if row.status != "answered":
        return "abstained" if row.status == "abstained" else "crashed"
    output = dict(leaves(row.output))
    given = output.get(swap.place)
    if given == swap.new or (isinstance(given, str) and isinstance(swap.new, str) and swap.new in given):
        return "followed"
    if _is_same(given, swap.old):
        return "stuck" if swap.is_clean else "unclear"
    return "changed"


def _is_same(given: JsonValue, old: str | int | float) -> bool:
    if isinstance(given, str) and isinstance(old, str):
        return given.casefold() == old.casefold()
    return given == old and not isinstance(given, bool)


def _stuck(swap: Swap, evidence: Evidence) -> Finding:
    field = field_of(swap.place)
    line = _explaining_line(swap, evidence)
    explained = line is not None and not _is_excused(field, swap.old, evidence)
    severity: Severity = "error" if explained else "warning"
    why = (
        "a literal in the code explains it; compute the answer from the input"
        if explained
        else "check that it does not come from the example"
    )
    return Finding(
        stage="accuracy",
        tool="metamorphic",
        rule="did-not-follow",
        message=f"in example '{swap.case.case_id}' '{field}' copies '{shorten(str(swap.old), 80)}' from the input; with '{shorten(str(swap.new), 80)}' there instead, the code still answers the old value: {why}",
        line=line,
        severity=severity,
    )


def _is_excused(field: str, old: str | int | float, evidence: Evidence) -> bool:
    """Whether a literal of the value may stand in the code. Three letters are enough here, unless they are capitals, as codes are."""
    text = str(old)
    if (
        isinstance(old, str)
        and len(squeeze(text)) == _LEAST
        and not text.isupper()
        and as_number(old) is None
    ):
        return evidence.spec.names(text) or evidence.is_of_domain(text)
    return evidence.is_legitimate(field, old)


def _explaining_line(swap: Swap, evidence: Evidence) -> int | None:
    kind, value = kind_of(swap.old)
    answer = Answer(case=swap.case, field=field_of(swap.place), value=value, kind=kind, is_traced=True)
    return min((literal.line for literal in evidence.carriers(answer)), default=None)


def _unique(findings: list[Finding]) -> list[Finding]:
    return list(dict.fromkeys(findings))


def _restatements(subject: OverfitSubject, evidence: Evidence) -> Iterator[tuple[VisibleCase, JsonObject]]:
    """Examples that answer with listed values only, each with its free text as it is, then with a word before it, then with one after it."""
    checker = Checker(subject.workflow.input_schema)
    for case in subject.visible:
        texts = [
            name
            for name, leaf in case.input.items()
            if isinstance(leaf, str) and sum(word.isalpha() for word in tokens(leaf)) >= _FREE_WORDS
        ]
        answers = [leaf for _, leaf in leaves(case.output)]
        is_label = all(
            leaf is None or isinstance(leaf, bool) or leaf in evidence.spec.listed for leaf in answers
        )
        if not texts or case.output is None or not is_label:
            continue
        name = max(texts, key=lambda key: len(str(case.input[key])))
        forms = [case.input] + [
            {**case.input, name: form}
            for form in (f"Hello, {case.input[name]}", f"{case.input[name]} Thank you!")
        ]
        if all(checker.is_valid(form) for form in forms):
            yield from ((case, form) for form in forms)


def _brittle(restated: list[tuple[VisibleCase, JsonObject]], rows: tuple[CaseRow, ...]) -> list[str]:
    """The examples whose answer every restatement changes."""
    found = []
    for index in range(0, len(rows) - 2, 3):
        plain, *others = ((row.status, row.output) for row in rows[index : index + 3])
        if plain not in others and plain[0] == "answered":
            found.append(restated[index][0].case_id)
    return found


def _on_brittle(cases: list[str]) -> list[Finding]:
    if not cases:
        return []
    return [
        Finding(
            stage="accuracy",
            tool="metamorphic",
            rule="brittle",
            message=f"a greeting before the text and thanks after it both change the answer to example '{cases[0]}' ({len(cases)} in all): the code may know the example rather than what it says",
            severity="warning",
        )
    ]
