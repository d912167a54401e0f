from bisect import bisect_right
from typing import Literal

from compiled_ai.modules import abstain

SIZE_STEPS = (10, 100, 1000)
SIZE_POINTS = (0, 10, 25, 40)
INDUSTRY_POINTS = {"software": 20, "finance": 15, "retail": 5, "other": 0}
SOURCE_POINTS = {"referral": 15, "event": 10, "web": 5, "cold": 0}
FLAG_POINTS = {"no_reply": 10, "competitor": 30, "student": 20}
GRADES: tuple[tuple[int, Literal["A", "B", "C"]], ...] = ((75, "A"), (50, "B"), (25, "C"))


def _budget_points(budget: float | None) -> int:
    """One point per full thousand, from 0 to 25."""
    return 0 if budget is None else int(min(25, max(0, budget // 1000)))


def _grade(score: int) -> Literal["A", "B", "C", "D"]:
    """The grade of a score."""
    for least, grade in GRADES:
        if score >= least:
            return grade
    return "D"


def lead_score(data: LeadScoreInput) -> LeadScoreOutput:
    """Add up the points of the lead, take off those of its flags."""
    if data["employees"] == 0:
        abstain("no employees")
    score = (
        SIZE_POINTS[bisect_right(SIZE_STEPS, data["employees"])]
        + INDUSTRY_POINTS[data["industry"]]
        + SOURCE_POINTS[data["source"]]
        + _budget_points(data.get("budget"))
        - sum(points for flag, points in FLAG_POINTS.items() if flag in data["flags"])
    )
    kept = min(100, max(0, score))
    return {"score": kept, "grade": _grade(kept)}
