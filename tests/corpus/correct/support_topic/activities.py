from typing import Literal

from compiled_ai.modules import abstain
from compiled_ai.modules.text import best_label, has_phrase

TOPICS: dict[str, Literal["delivery", "refund", "login"]] = {
    "delivery": "delivery",
    "refund": "refund",
    "login": "login",
}
CUES = {
    "delivery": {"parcel": 1.0, "package": 1.0, "delivery": 1.0, "courier": 1.0, "tracking": 1.0},
    "refund": {"refund": 1.0, "money back": 1.0, "return": 1.0},
    "login": {"password": 1.0, "log in": 1.0, "login": 1.0, "locked out": 1.0},
}


def support_topic(data: SupportTopicInput) -> SupportTopicOutput:
    """Choose the topic with the most cue phrases and flag urgent messages."""
    message = data["message"]
    label = best_label(message, CUES, minimum=1.0, margin=1.0)
    if label is None:
        abstain("no single topic")
    urgent = data["channel"] == "phone" or has_phrase(message, "urgent", "asap", "immediately")
    return {"topic": TOPICS[label], "urgent": urgent}
