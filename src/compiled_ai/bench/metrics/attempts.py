"""What a preparation says of its attempts, read from `PreparationRow.details` whatever is missing there."""

from __future__ import annotations

from dataclasses import dataclass

from compiled_ai.bench.rows import PreparationRow
from compiled_ai.spec.canonical import JsonValue

STAGES = ("security", "syntax", "execution", "accuracy")
"""In the order in which they run."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One proposal of code and how it fared."""

    by: str
    """``synthesis``, ``coder`` and the like."""
    stages: tuple[tuple[str, bool], ...]
    """Stage and whether it passed, of each that ran."""
    right: bool | None
    """Whether rejected code was found right later; None when nobody looked."""

    @property
    def passed(self) -> bool:
        """Whether it passed all that it reached."""
        return bool(self.stages) and all(passed for _, passed in self.stages)

    def stage(self, name: str) -> bool | None:
        """Whether it passed that stage; None when it did not reach it."""
        return next((passed for stage, passed in self.stages if stage == name), None)


def attempts_of(row: PreparationRow) -> tuple[Attempt, ...]:
    """The attempts of `row`, in order."""
    listed = row.details.get("attempts")
    return (
        tuple(_attempt(item) for item in listed if isinstance(item, dict)) if isinstance(listed, list) else ()
    )


def code_of(row: PreparationRow) -> str | None:
    """Text of the code that came out; None when there is none."""
    code = row.details.get("code")
    return code if isinstance(code, str) and code.strip() and not row.problem else None


def rung_of(row: PreparationRow) -> str | None:
    """Name of the rung that made it; None when it does not say or failed."""
    rung = row.details.get("rung")
    return rung if isinstance(rung, str) and rung and not row.problem else None


def has_lost_times(row: PreparationRow) -> bool:
    """Whether its seconds were lost with a process that was killed."""
    return row.details.get("times_lost") is True


def compiles(row: PreparationRow) -> bool:
    """Whether it tells of a compilation: an attempt, an artifact of a rung that is no person, or a failure."""
    return bool(row.problem or attempts_of(row)) or rung_of(row) not in {None, "human"}


def _attempt(data: dict[str, JsonValue]) -> Attempt:
    by, right, listed = data.get("by"), data.get("right"), data.get("stages")
    stages = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    return Attempt(
        by=by if isinstance(by, str) else "",
        stages=tuple((str(item.get("stage", "")), item.get("passed") is True) for item in stages),
        right=right if isinstance(right, bool) else None,
    )
