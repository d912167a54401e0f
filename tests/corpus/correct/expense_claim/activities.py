from __future__ import annotations

from decimal import Decimal
from typing import Literal

from compiled_ai.modules import abstain
from compiled_ai.modules.numbers import format_decimal

Reason = Literal["bad_amount", "no_receipt", "not_allowed"]

NO_RECEIPT_LIMIT = Decimal("25.00")
CLAIM_LIMIT = Decimal("1000000")
DIRECTOR_MEAL = Decimal("60.00")
CAPS = {"meal": Decimal("40.00"), "hotel": Decimal("180.00"), "gift": Decimal("30.00")}


def _amount(text: str) -> Decimal:
    """The amount of an item; declines one that is far too high."""
    amount = Decimal(text)
    if amount >= CLAIM_LIMIT:
        abstain("an amount is too high")
    return amount


def _rejection(category: str, amount: Decimal, receipt: bool, grade: str) -> Reason | None:
    """The first reason against an item, or None."""
    if amount <= 0:
        return "bad_amount"
    if not receipt and amount > NO_RECEIPT_LIMIT:
        return "no_receipt"
    if category == "gift" and grade == "junior":
        return "not_allowed"
    return None


def _capped(category: str, amount: Decimal, grade: str) -> Decimal:
    """The amount up to the cap of its category."""
    if category == "meal" and grade == "director":
        return min(amount, DIRECTOR_MEAL)
    cap = CAPS.get(category)
    return amount if cap is None else min(amount, cap)


def _status(claimed: Decimal, paid: Decimal, clean: bool) -> Literal["full", "part", "none"]:
    """Whether all, a part or nothing of the claim is paid."""
    if clean and claimed == paid:
        return "full"
    return "none" if format_decimal(paid, 2) == "0.00" else "part"


def expense_claim(data: ExpenseClaimInput) -> ExpenseClaimOutput:
    """Reject or cap each item of the claim and add up what is left."""
    grade = data["employee"]["grade"]
    rejected: list[ExpenseClaimOutputRejectedItem] = []
    claimed = paid = Decimal(0)
    for number, item in enumerate(data["items"], start=1):
        amount = _amount(item["amount"])
        claimed += amount
        reason = _rejection(item["category"], amount, item.get("receipt", False), grade)
        if reason is None:
            paid += _capped(item["category"], amount, grade)
        else:
            rejected.append({"item": number, "reason": reason})
    clean = bool(data["items"]) and not rejected
    return {
        "paid": format_decimal(paid, 2),
        "status": _status(claimed, paid, clean),
        "rejected": rejected,
    }
