from collections import Counter

from compiled_ai.modules import abstain


def _counts(votes: list[str]) -> Counter[str]:
    """How often each option was named; blank votes do not count."""
    cleaned = (vote.strip().lower() for vote in votes)
    return Counter(vote for vote in cleaned if vote)


def vote_count(data: VoteCountInput) -> VoteCountOutput:
    """Count the votes of a show of hands."""
    votes = data["votes"]
    pairs: list[str] = []
    for one in votes:
        for other in votes:
            if one == other and one not in pairs:
                pairs.append(one)
    counts = _counts([vote for vote in votes if vote in pairs])
    if not counts:
        abstain("no vote counts")
    options = sorted(counts, key=lambda option: (-counts[option], option))
    return {"winner": options[0], "total": sum(counts.values()), "options": options}
