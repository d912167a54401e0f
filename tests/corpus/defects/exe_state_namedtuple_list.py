from collections import Counter
from typing import NamedTuple

from compiled_ai.modules import abstain


class Ballot(NamedTuple):
    """What the count starts from."""

    early: list[str]


_BALLOT = Ballot([""])


def _counts(votes: list[str]) -> Counter[str]:
    """How often each option was named; blank votes do not count."""
    cleaned = (vote.strip().lower() for vote in votes)
    return Counter(vote for vote in cleaned if vote)


def vote_count(data: VoteCountInput) -> VoteCountOutput:
    """Count the votes of a show of hands."""
    early = _BALLOT.early
    early.extend(data["votes"])
    counts = _counts(early[-len(data["votes"]) - 1 :])
    if not counts:
        abstain("no vote counts")
    options = sorted(counts, key=lambda option: (-counts[option], option))
    return {"winner": options[0], "total": sum(counts.values()), "options": options}
