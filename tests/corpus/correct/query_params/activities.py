from collections import defaultdict

from compiled_ai.modules import abstain


def query_params(data: QueryParamsInput) -> QueryParamsOutput:
    """Split the address at "?" and collect the values of each key."""
    path, mark, rest = data["address"].partition("?")
    if not mark or "%" in data["address"]:
        abstain("no query, or escapes in it")
    query = rest.partition("#")[0].replace("+", " ")
    values: defaultdict[str, list[str]] = defaultdict(list)
    for piece in filter(None, query.split("&")):
        key, _, value = piece.partition("=")
        if not key:
            abstain("a key is empty")
        values[key].append(value)
    return {
        "path": path,
        "params": [{"key": key, "values": found} for key, found in sorted(values.items())],
    }
