"""Agreement of function calls, by the rules of the Berkeley Function-Calling Leaderboard where they serve us.

Source of the rules: its AST checker, https://github.com/ShishirPatil/gorilla, folder berkeley-function-call-leaderboard. From there: names are
equal, arguments are those that are expected and no others, texts are compared without case, spaces and ``, . / - _ * ^`` and with ' as ", calls
of one answer may come in any order. Stricter here: a decimal point inside a number and a minus before one count, so that "1.5 km" is not
"15 km". More lenient here: whole floats are integers on both sides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from compiled_ai.scoring._values import is_same
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.readings import Call, choices_of, may_be_left_out, read_calls

_IGNORED = re.compile(
    r"(?P<kept>(?<!\w)-(?=\.?[0-9])|(?<![.0-9])[0-9]+\.[0-9]+(?![.0-9]))"  # a sign, or a number with decimals
    r"|[\s,./\-_*^]"
)


def are_same_calls(expected: JsonValue, given: JsonValue) -> bool:
    """Whether the calls of `given` are those of `expected`, in any order. What is no call is compared exactly.

    In `expected` an argument may have several right values; see `choices_of`.
    """
    wanted, made = read_calls(expected), read_calls(given)
    if wanted is None or made is None:
        return is_same(expected, given)
    if len(wanted) != len(made):
        return False
    fits = [[index for index, call in enumerate(made) if _is_same_call(due, call)] for due in wanted]
    return _can_be_paired(fits)


def _is_same_call(expected: Call, given: Call) -> bool:
    return expected.name == given.name and _same_fields(expected.arguments, given.arguments)


def _same_fields(expected: JsonObject, given: JsonObject) -> bool:
    if not given.keys() <= expected.keys():
        return False
    return all(
        _same_argument(value, given[key]) if key in given else may_be_left_out(value)
        for key, value in expected.items()
    )


def _same_argument(expected: JsonValue, given: JsonValue) -> bool:
    choices = choices_of(expected)
    if choices is not None:
        return any(_same_argument(choice, given) for choice in choices)
    if isinstance(expected, dict) and isinstance(given, dict):
        return _same_fields(expected, given)
    if isinstance(expected, list) and isinstance(given, list):
        return len(expected) == len(given) and all(map(_same_argument, expected, given))
    if isinstance(expected, str) and isinstance(given, str):
        return _fold(expected) == _fold(given)
    return is_same(expected, given)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("'", '"')
    return _IGNORED.sub(lambda match: match["kept"] or "", plain) or plain.strip()


def _can_be_paired(fits: Sequence[Sequence[int]]) -> bool:
    """Whether each expected call can have a given one of its own; `fits` lists the given ones that each could have.

    Augmenting paths, breadth first (Kuhn 1955, https://doi.org/10.1002/nav.3800020109), without recursion.
    """
    owners: dict[int, int] = {}
    has: dict[int, int] = {}
    for start in range(len(fits)):
        came_from: dict[int, int] = {}
        free = _find_free(fits, owners, start, came_from)
        if free is None:
            return False
        while free is not None:
            owner = came_from[free]
            previous = has.get(owner)
            owners[free], has[owner] = owner, free
            free = previous
    return True


def _find_free(
    fits: Sequence[Sequence[int]], owners: dict[int, int], start: int, came_from: dict[int, int]
) -> int | None:
    """A given call that nobody has, reachable from `start` by swaps; `came_from` says who would take which."""
    level = [start]
    while level:
        following = []
        for wanting in level:
            for index in fits[wanting]:
                if index in came_from:
                    continue
                came_from[index] = wanting
                if index not in owners:
                    return index
                following.append(owners[index])
        level = following
    return None
