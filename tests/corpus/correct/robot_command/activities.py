import re
from typing import Literal

from compiled_ai.modules import abstain


def _direction(word: str) -> Literal["north", "south", "east", "west"]:
    """One of the four directions; declines other words."""
    match word:
        case "north" | "south" | "east" | "west":
            return word
        case _:
            abstain("no known direction")


def _steps(word: str) -> int:
    """A number of steps from 1 to 99."""
    if not re.fullmatch(r"0*[1-9][0-9]?", word):
        abstain("steps out of range")
    return int(word)


def robot_command(data: RobotCommandInput) -> RobotCommandOutput:
    """Match the words of the line with the known commands."""
    match data["line"].lower().split():
        case ["move", where]:
            return {"action": "move", "direction": _direction(where), "steps": 1, "words": []}
        case ["move", where, number]:
            direction = _direction(where)
            return {"action": "move", "direction": direction, "steps": _steps(number), "words": []}
        case ["turn", ("left" | "right") as side]:
            return {"action": "turn", "direction": side, "steps": None, "words": []}
        case ["stop"] | ["halt"]:
            return {"action": "stop", "direction": None, "steps": None, "words": []}
        case ["say", first, *others]:
            return {"action": "say", "direction": None, "steps": None, "words": [first, *others]}
        case _:
            abstain("unknown command")
