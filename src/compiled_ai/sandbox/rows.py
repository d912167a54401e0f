"""Rows of cases that were not answered, the same in every sandbox."""

from __future__ import annotations

from typing import Protocol

from compiled_ai.sandbox.model import CaseRow, CaseStatus, SandboxCase


class End(Protocol):
    """What came in place of an answer."""

    @property
    def status(self) -> CaseStatus:
        """How it ended."""

    @property
    def detail(self) -> str:
        """What went wrong."""

    @property
    def line(self) -> int | None:
        """Line in ``activities.py``, if it is known."""


def failed_row(case: SandboxCase, end: End, *, seconds: float = 0.0) -> CaseRow:
    """The row of a case that was not answered."""
    return CaseRow(
        case_id=case.case_id,
        status=end.status,
        output=None,
        detail=end.detail,
        line=end.line,
        mutated_input=False,
        seconds=seconds,
    )
