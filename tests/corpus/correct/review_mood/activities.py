import re
from typing import Literal

WORD = re.compile(r"[a-z]+")
GOOD = {"great", "good", "love", "excellent", "happy"}
BAD = {"bad", "poor", "broken", "hate", "awful"}


def _mood(good: int, bad: int, stars: int) -> Literal["positive", "negative", "mixed", "neutral"]:
    """The mood by the words; by the stars when there are none."""
    if good or bad:
        return "mixed" if good and bad else "positive" if good else "negative"
    return "positive" if stars > 3 else "negative" if stars < 3 else "neutral"


def review_mood(data: ReviewMoodInput) -> ReviewMoodOutput:
    """Count good and bad words; the stars decide when there are none."""
    found = WORD.findall(data["review"].lower())
    good = sum(word in GOOD for word in found)
    bad = sum(word in BAD for word in found)
    return {"mood": _mood(good, bad, data["stars"]), "good": good, "bad": bad}
