from collections import Counter

from compiled_ai.modules import abstain


def rank_players(data: RankPlayersInput) -> RankPlayersOutput:
    """Sort the players by result and number the ranks, equal results alike."""
    results = {p["name"]: p["points"] - p.get("penalties", 0) for p in data["players"]}
    if not results:
        abstain("no players")
    if len(results) < len(data["players"]):
        abstain("two players have the same name")
    ordered = sorted(results.items(), key=lambda pair: (-pair[1], pair[0]))
    ranking: list[RankPlayersOutputRankingItem] = []
    rank = 0
    for place, (name, result) in enumerate(ordered, start=1):
        if place == 1 or result != ranking[-1]["result"]:
            rank = place
        ranking.append({"rank": rank, "name": name, "result": result})
    sizes = Counter(results.values())
    return {"ranking": ranking, "tied": sum(size for size in sizes.values() if size > 1)}
