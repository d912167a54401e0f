import re
from typing import Literal

from compiled_ai.modules import abstain

State = Literal["CA", "NY", "TX", "IL", "WA", "FL"]
STATES: dict[str, State] = {
    "ca": "CA",
    "california": "CA",
    "ny": "NY",
    "new york": "NY",
    "tx": "TX",
    "texas": "TX",
    "il": "IL",
    "illinois": "IL",
    "wa": "WA",
    "washington": "WA",
    "fl": "FL",
    "florida": "FL",
}
LINE = re.compile(
    r"(?P<city>[^,0-9]+),(?P<state>[A-Za-z ]+) (?P<zip>[0-9]{5})(?:-(?P<extension>[0-9]{4}))?"
)


def address_line(data: AddressLineInput) -> AddressLineOutput:
    """Read city, state and ZIP code from an address line."""
    match = LINE.fullmatch(" ".join(data["line"].split()))
    if match is None:
        abstain("not city, state and ZIP code")
    city = match["city"].strip()
    state = STATES.get(match["state"].strip().lower())
    if not city or state is None:
        abstain("no city or unknown state")
    return {"city": city, "state": state, "zip": match["zip"], "extension": match["extension"]}
