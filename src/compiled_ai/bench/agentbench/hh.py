"""AgentBench's house holding environment: ALFWorld's text games, through the package alfworld and its games.

Both come apart from us. Without them `HhDataset` lists its cases all the same, and `open` says what is missing.
"""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from compiled_ai.bench.agentbench.describe import description_of
from compiled_ai.bench.agentbench.episode import Episode, clip, text_tool
from compiled_ai.bench.agentbench.options import AgentBenchOptions
from compiled_ai.bench.agentbench.source import DataFile
from compiled_ai.bench.model import Case, Environment, Task, Verdict
from compiled_ai.errors import MissingToolError
from compiled_ai.spec.canonical import JsonObject, JsonValue

NAME = "agentbench-hh"
STEPS = 35
"""``max_step`` of https://github.com/THUDM/AgentBench/blob/v0.2/configs/tasks/alfworld.yaml."""
_MOST_TEXT = 3000
_MENDING = "pip install 'alfworld>=0.4.2', then alfworld-download, and set ALFWORLD_DATA to the folder with json_2.1.1"

_INSTRUCTIONS = f"""\
You are in a house, told in words, and have something to do there. Act with the tool act, one action at a time, in the words of the list of actions that comes \
with each observation. The game ends when it is done. You have at most {STEPS} actions.\
"""
_TOOLS = (
    text_tool(
        "act",
        "Do something. Gives what you see then, and what can be done next.",
        action="One of the listed actions.",
    ),
    text_tool("give_up", "End the game.", submits=True),
)


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What the game says after a step."""

    text: str
    actions: tuple[str, ...]
    """What can be done next."""
    is_won: bool
    is_over: bool


class Game(Protocol):
    """A game in play."""

    def start(self) -> Observation:
        """How it begins."""
        ...

    def step(self, action: str) -> Observation:
        """What comes of an action."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class GameEngine(Protocol):
    """What plays games."""

    def open(self, game: str) -> Game:
        """The game in the file `game`, as the data names it.

        Raises:
            MissingToolError: the engine or the game is not there.
        """
        ...


class _State(Protocol):
    feedback: str
    admissible_commands: Sequence[str] | None
    won: bool


class _Play(Protocol):
    def reset(self) -> _State: ...

    def step(self, command: str) -> tuple[_State, float, bool]: ...

    def close(self) -> None: ...


class AlfworldEngine:
    """The package alfworld with its games.

    Args:
        data: Folder that holds ``json_2.1.1``. None: the variable ALFWORLD_DATA says.
    """

    def __init__(self, data: Path | None = None) -> None:
        self._data = data

    def open(self, game: str) -> Game:
        """The game, not begun yet."""
        try:
            textworld = importlib.import_module("textworld")
            wrappers = importlib.import_module("alfworld.agents.environment.alfred_tw_env")
        except ImportError as error:
            raise MissingToolError(
                f"AgentBench's house holding tasks need ALFWorld, and {error.name or 'a part of it'} is not installed: {_MENDING}"
            ) from error
        folder = self._data or Path(os.environ.get("ALFWORLD_DATA", ""))
        path = folder / game
        if not path.is_file():
            raise MissingToolError(f"ALFWorld is there, its game {game} is not in {folder}: {_MENDING}")
        infos = textworld.EnvInfos(feedback=True, won=True, admissible_commands=True)
        play = textworld.start(str(path), infos, wrappers=[wrappers.AlfredDemangler(shuffle=False)])
        return _Alfworld(cast("_Play", play))


class _Alfworld:
    def __init__(self, play: _Play) -> None:
        self._play = play

    def start(self) -> Observation:
        return _observed(self._play.reset(), is_over=False)

    def step(self, action: str) -> Observation:
        state, _, is_over = self._play.step(action)
        return _observed(state, is_over=is_over)

    def close(self) -> None:
        self._play.close()


def _observed(state: _State, *, is_over: bool) -> Observation:
    return Observation(
        text=state.feedback.strip(),
        actions=tuple(state.admissible_commands or ()),
        is_won=bool(state.won),
        is_over=is_over,
    )


class HhDataset:
    """The 20 house holding tasks of AgentBench's dev split.

    Args:
        options: As for all.
        engine: In place of ALFWorld, for tests.
    """

    def __init__(self, options: AgentBenchOptions, *, engine: GameEngine | None = None) -> None:
        self._options = options
        self._engine = engine or AlfworldEngine()
        self._file = DataFile(options.source, "hh", _parse)

    @property
    def name(self) -> str:
        """As on the command line."""
        return NAME

    @property
    def description(self) -> JsonObject:
        """What goes into reports."""
        return description_of(
            self._options,
            data_digest=self._file.digest,
            extra={
                "engine": "ALFWorld (textworld)",
                "operations": STEPS,
                "judge": "whether the game says that it was won",
                "differs": "no examples of played games in the prompt; AgentBench shows one for each kind",
            },
        )

    def games(self) -> tuple[tuple[str, str], ...]:
        """Kind and file of each game, in the order of the data.

        Raises:
            MissingToolError: the data is not there or not in the form that we know.
        """
        return self._file.items

    def tasks(self) -> Sequence[Task]:
        """One for all. There is nothing to compile: what is right lies in the game."""
        return [
            Task(task_id="hh", instructions=_INSTRUCTIONS, output_schema={}, form="dialogue", tools=_TOOLS)
        ]

    def cases(self) -> Sequence[Case]:
        """All, in the order of the data."""
        return [
            Case(
                case_id=f"hh-{number:02d}",
                task_id="hh",
                split="held_out",
                input={"game": number},
                expected={"game": game},
                group=kind,
            )
            for number, (kind, game) in enumerate(self.games())
        ]

    def judge(self, case: Case, output: JsonValue) -> Verdict:
        """Whether the game was won."""
        del case
        won = isinstance(output, dict) and output.get("won") is True
        return Verdict(score=float(won), right=won, reason="" if won else "the game was not won")

    def open(self, case: Case) -> Environment:
        """The case's game.

        Raises:
            MissingToolError: ALFWorld or its games are not there; says which, and what to do.
        """
        assert isinstance(case.expected, dict), "made above"
        return HhEpisode(self._engine.open(str(case.expected["game"])))

    def aggregate(self, judged: Sequence[tuple[Case, JsonValue]]) -> Mapping[str, float]:
        """AgentBench's success rate."""
        if not judged:
            return {}
        return {"success rate": sum(self.judge(case, output).right for case, output in judged) / len(judged)}


class HhEpisode(Episode):
    """One game."""

    def __init__(self, game: Game) -> None:
        self._game = game
        self._steps = 0
        self._is_won = False
        act, give_up = _TOOLS
        super().__init__(
            opening=_words(game.start()),
            tools={act.name: (act, self._act), give_up.name: (give_up, self._give_up)},
            operations=STEPS,
        )

    def outcome(self) -> JsonValue:
        """Whether it was won. None when nothing was done."""
        return {"won": self._is_won, "steps": self._steps} if self._steps else None

    def close(self) -> None:
        """Let go of the game."""
        self._game.close()

    def _act(self, arguments: JsonObject) -> str:
        self._steps += 1
        seen = self._game.step(str(arguments["action"]))
        self._is_won = self._is_won or seen.is_won
        if seen.is_won or seen.is_over:
            self.finish()
        return _words(seen)

    def _give_up(self, _arguments: JsonObject) -> str:
        self.finish()
        return "The game is over."


def _words(seen: Observation) -> str:
    text = clip(seen.text, _MOST_TEXT, note="[cut]")
    return f"{text}\n\nActions: {', '.join(seen.actions)}" if seen.actions else text


def _parse(content: bytes) -> tuple[tuple[str, str], ...]:
    try:
        data = json.loads(content)
        games = tuple((str(kind), str(game)) for kind, paths in data.items() for game in paths)
    except (ValueError, AttributeError, TypeError) as error:
        raise MissingToolError(f"AgentBench's house holding tasks cannot be read: {error}") from error
    for _, game in games:
        if Path(game).is_absolute() or ".." in Path(game).parts:
            raise MissingToolError(
                f"AgentBench's house holding tasks name the file {game!r}, outside of ALFWorld's games"
            )
    return games
