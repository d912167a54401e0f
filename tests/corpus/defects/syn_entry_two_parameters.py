from compiled_ai.modules import abstain


def _contact(lead: TeamSummaryInputTeamLead) -> str:
    """The e-mail of the lead if it is not blank, else the name."""
    email = (lead.get("email") or "").strip().lower()
    return email or lead["name"].strip()


def _busiest(members: list[TeamSummaryInputMembersItem]) -> str:
    """The name of the first member with most hours."""
    best = max(member["hours"] for member in members)
    return next(member["name"] for member in members if member["hours"] == best)


def team_summary(data: TeamSummaryInput, limit: int) -> TeamSummaryOutput:
    """Summarise a team and its hours."""
    members = data["members"]
    if not members:
        abstain("no members")
    if any(not 0 <= member["hours"] <= limit for member in members):
        abstain("hours out of range")
    return {
        "team": data["team"]["name"].strip(),
        "contact": _contact(data["team"]["lead"]),
        "total_hours": sum(member["hours"] for member in members),
        "roles": sorted({member["role"] for member in members}),
        "busiest": _busiest(members),
    }
