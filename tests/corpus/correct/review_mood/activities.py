import re

WORD = re.compile(r"[a-z]+")
GOOD = {"great", "good", "love", "excellent", "happy"}
BAD = {"bad", "poor", "broken", "hate", "awful"}


def review_mood(data: ReviewMoodInput) -> ReviewMoodOutput:
    """Count good and bad words; the stars decide when there are none."""
    found = WORD.findall(data["review"].lower())
    good = sum(word in GOOD for word in found)
    bad = sum(word in BAD for word in found)
    stars = data["stars"]
    if good or bad:
        return {
            "mood": "mixed" if good and bad else "positive" if good else "negative",
            "good": good,
            "bad": bad,
        }
    return {
        "mood": "positive" if stars > 3 else "negative" if stars < 3 else "neutral",
        "good": good,
        "bad": bad,
    }
