"""Cases: what compiled code did not answer, who did, and what a model may still be asked today."""

from compiled_ai.cases.case import CaseStatus, DayCount, LoggedCase, NewCase
from compiled_ai.cases.guard import ModelGuard, Permit, Spending
from compiled_ai.cases.log import CaseLog, cases_path
from compiled_ai.cases.mask import Mask

__all__ = [
    "CaseLog",
    "CaseStatus",
    "DayCount",
    "LoggedCase",
    "Mask",
    "ModelGuard",
    "NewCase",
    "Permit",
    "Spending",
    "cases_path",
]
