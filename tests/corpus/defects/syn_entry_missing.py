from collections import Counter

from compiled_ai.modules import abstain


def _counts(votes: list[str]) -> Counter[str]:
    """How often each option was named; blank votes do not count."""
    cleaned = (vote.strip().lower() for vote in votes)
    return Counter(vote for vote in cleaned if vote)

