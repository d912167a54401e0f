from compiled_ai.modules import abstain
from compiled_ai.modules.text import best_label, has_phrase

_CUES: dict[str, dict[str, float]] = {
    "refund": {"money back": 3, "broken kettle": 3},
    "delivery": {"where is my parcel": 3, "shipment is three days late": 3},
    "login": {"forgot my password": 3, "cannot sign in": 3},
}
_URGENT = ("urgent", "asap", "immediately", "right now")


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
