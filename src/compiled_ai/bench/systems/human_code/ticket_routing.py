"""Route a support ticket of a software company to a queue, with a priority."""

from __future__ import annotations

import re

from compiled_ai.spec.canonical import JsonObject

_TOPICS = (  # in the order in which one goes before another
    (
        "security",
        (
            r"\b(breach(ed)?|leak(ed|s)?|stolen|phish(ing)?|vulnerabilit(y|ies)|exploit|hacked|hacker|compromised|malware|ransomware|xss|sql injection|"
            r"unauthori[sz]ed|suspicious (login|mail|e-?mail|activity)|exposed|data of other)\b"
        ),
    ),
    (
        "outage",
        (
            r"\b(outage|is down|are down|went down|been down|unreachable|unavailable|offline|50[0234]|nobody can|no one can|none of us can|"
            r"not reachable|(whole|entire) (app|site|system|platform|company|team)|everyone)\b"
        ),
    ),
    (
        "billing",
        (
            r"\b(invoices?|charg(e|ed|es)|refund|billing|billed|pric(e|es|ing)|plans?|subscription|payments?|credit card|vat|receipt|upgrade|downgrade|"
            r"renewal|discount|paid)\b"
        ),
    ),
    (
        "bug",
        (
            r"\b(error|fail(s|ed|ing)?|bug|broken|crash(es|ed|ing)?|slow|wrong|does(n'?t| not) work|not working|stopped working|freez(es|ing)|frozen|"
            r"missing|incorrect|hangs|duplicate[sd]?|blank|glitch)\b"
        ),
    ),
    (
        "how_to",
        (
            r"\b(how (do|can|to|should|would)|where (do|can|is|are)|is (it|there) (possible|a way)|can (i|we|you)|set(ting)? up|configure|"
            r"what is the (best )?way|which setting|documentation|tutorial)\b"
        ),
    ),
)
_URGENT = re.compile(
    r"\b(urgent(ly)?|asap|a\.s\.a\.p|as soon as possible|immediate(ly)?|right away|right now|cannot wait|can'?t wait|production is down|"
    r"deadline (is )?(today|tonight)|(by|until) (today|tonight|end of day|eod)|emergency|critical)\b"
)


def answer(data: JsonObject) -> JsonObject | None:
    """Queue, priority and topic, or None for a ticket about nothing of ours."""
    text = f"{data['subject']}\n{data['body']}".casefold().replace("\u2019", "'")
    topic = next((name for name, pattern in _TOPICS if re.search(pattern, text)), None)
    if topic is None:
        return None
    contacts = data["previous_contacts"]
    assert isinstance(contacts, int)
    queue, priority = _route(
        topic,
        urgent=bool(_URGENT.search(text)),
        is_enterprise=data["customer_tier"] == "enterprise",
        is_repeated=contacts >= 3,
    )
    return {"queue": queue, "priority": priority, "topic": topic}


def _route(topic: str, *, urgent: bool, is_enterprise: bool, is_repeated: bool) -> tuple[str, str]:
    match topic:
        case "security":
            return "security_response", "p1"
        case "outage":
            return "incident", "p1"
        case "billing":
            return "finance", "p2" if urgent or is_enterprise else "p3"
        case "bug":
            return "engineering", "p2" if is_enterprise or urgent or is_repeated else "p3"
        case _:
            return "support", "p3" if urgent or is_repeated else "p4"
