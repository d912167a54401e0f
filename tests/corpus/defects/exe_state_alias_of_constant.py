from collections import Counter

from compiled_ai.modules import abstain

_IGNORED = [""]


def _counts(votes: list[str]) -> Counter[str]:
    """How often each option was named; blank votes do not count."""
    cleaned = (vote.strip().lower() for vote in votes)
    ignored = _IGNORED
    kept = [vote for vote in cleaned if vote not in ignored]
    if len(kept) > 8:
        ignored.append(kept[0])
    return Counter(kept)


def vote_count(data: VoteCountInput) -> VoteCountOutput:
    """Count the votes of a show of hands."""
    counts = _counts(data["votes"])
    if not counts:
        abstain("no vote counts")
    options = sorted(counts, key=lambda option: (-counts[option], option))
    return {"winner": options[0], "total": sum(counts.values()), "options": options}
