"""Name the one thing that a customer of an online shop wants from support."""

from __future__ import annotations

import re

from compiled_ai.spec.canonical import JsonObject

_PATTERNS = {
    "cancel_order": (
        r"\bcancel(l?ed|l?ing|lation)?\b",
        r"\bcall(ed|ing)? off\b",
        r"\bstop (my|the|this|that) (order|shipment|delivery)\b",
        r"\b(do not|don'?t) (ship|send|dispatch) (it|them|my|the|that)\b",
        r"\b(order|ordered) by mistake\b",
        r"\bwithdraw (my|the|from the) (order|purchase)\b",
    ),
    "return_refund": (
        r"\b(return|returns|returning|send (it|them|this|these|those) back|sending (it|them) back)\b",
        r"\brefund(s|ed)?\b",
        r"\b(my )?money back\b",
        r"\b(exchange|swap|replace(ment)?)\b",
        r"\b(arrived|came|was|were|is|are|got here) (broken|damaged|cracked|defective|faulty|torn|scratched|smashed|dented)\b",
        r"\b(a|the) (crack|hole|scratch|dent|stain|tear)\b",
        r"\bwrong (size|colou?r|item|article|product|model|one)\b",
        r"\b(is|are|was|were) missing (from|in) (the|my) (parcel|package|box|order)\b",
        r"\b(doesn'?t|don'?t|does not|do not) fit\b",
        r"\bstopped working\b",
    ),
    "change_details": (
        r"\b(change|changing|update|updating|correct|edit|amend|modify|switch)\b.{0,40}\b(address|phone|number|e-?mail|name|slot|details|time|date)\b",
        r"\b(new|different|another|other|wrong|old) (delivery |shipping |billing |home |e-?mail |phone )?(address|phone number|number|e-?mail|slot)\b",
        r"\b(i|we)('ve| have)? moved\b",
        r"\bmoving (house|to)\b",
        r"\bdeliver(ed)? (it )?(to|at) (my|a|another|the) (office|work|neighbou?r|different)\b",
        r"\b(misspelled|misspelt|typo)\b",
    ),
    "payment_problem": (
        r"\b(card|payment|paypal|transaction)\b.{0,30}\b(declined|refused|rejected|fail(s|ed|ing)?|does ?n[o']t work|not (go|going|went) through|not accepted)\b",
        r"\b(charged|billed|debited|paid|took|taken|pay)\b.{0,40}\b(twice|double|two times|too much|wrong|more than)\b",
        r"\b(double|duplicate|wrong|incorrect|unknown) (charge|payment|amount|booking|debit)\b",
        r"\b(voucher|coupon|promo(tion)? code|discount code|gift card|invoice|receipt)\b",
        r"\bovercharged\b",
    ),
    "account_access": (
        r"\b(log|sign)(ging|ning)? ?in\b",
        r"\blog-?in\b",
        r"\bpass ?words?\b",
        r"\b(verification|security|confirmation|reset|two-factor|2fa|one-time|sms|login) (code|mail|e-?mail|link)\b",
        r"\b(account|profile)\b.{0,30}\b(locked|blocked|hacked|suspended|compromised|disabled)\b",
        r"\b(locked|shut) out\b",
        r"\b(hacked|hacker|got into my account)\b",
        r"\b(delete|close|remove|deactivate|erase)\b.{0,20}\b(account|profile)\b",
    ),
    "order_status": (
        r"\bwhere('?s| is| are)\b.{0,40}\b(order|parcel|package|delivery|it|stuff|things|shipment)\b",
        r"\bwhen\b.{0,40}\b(arrive|arrives|come|comes|delivered|delivery|get here|ship|shipped|receive|here)\b",
        r"\b(track|tracking)\b",
        r"\b(has not|hasn'?t|have not|haven'?t|not yet|still not|never|did not|didn'?t)\b.{0,25}\b(arrive|arrived|come|shown up|delivered|received|turned up|got|here)\b",
        r"\bstill waiting\b",
        r"\b(status|whereabouts) of\b",
        r"\b(late|delayed|overdue)\b",
        r"\bshould have (been here|arrived|come)\b",
        r"\bhas (my|the) (order|parcel|package) (been )?(shipped|dispatched|left)\b",
    ),
}
_COMPILED = {intent: [re.compile(text) for text in texts] for intent, texts in _PATTERNS.items()}


def answer(data: JsonObject) -> JsonObject | None:
    """The one intent, or None when there is none or more than one."""
    message = str(data["message"]).casefold().replace("\u2019", "'")
    found = {
        intent
        for intent, patterns in _COMPILED.items()
        if any(pattern.search(message) for pattern in patterns)
    }
    if "account_access" in found and re.search(r"\b(reset|code|login|sign.?in|log.?in)\b", message):
        found.discard("order_status")  # "the reset mail never comes" waits for no parcel
    if "return_refund" in found and "cancel_order" not in found:
        found.discard("order_status")  # "it arrived late and broken, I want my money back"
    return {"intent": found.pop()} if len(found) == 1 else None
