"""House holding with a made-up game, and what is said where ALFWorld is not there."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from compiled_ai.bench.agentbench.hh import STEPS, AlfworldEngine, Game, HhDataset, Observation
from compiled_ai.bench.agentbench.options import AgentBenchOptions
from compiled_ai.errors import MissingToolError
from compiled_ai.spec.canonical import JsonValue

Make = Callable[..., AgentBenchOptions]
GAMES = {"pick": ["a/game.tw-pddl", "b/game.tw-pddl"], "heat": ["c/game.tw-pddl"]}


class Kitchen:
    """Won by taking the cup; over after breaking it."""

    closed = False

    def start(self) -> Observation:
        return Observation(
            text="Take the cup.", actions=("take cup", "break cup"), is_won=False, is_over=False
        )

    def step(self, action: str) -> Observation:
        won = action == "take cup"
        return Observation(text="", actions=(), is_won=won, is_over=won or action == "break cup")

    def close(self) -> None:
        self.closed = True


class Engine:
    def open(self, game: str) -> Game:
        assert game == "a/game.tw-pddl"
        return Kitchen()


@pytest.fixture
def dataset(options_for: Callable[..., Make]) -> HhDataset:
    return HhDataset(options_for("hh", json.dumps(GAMES).encode())(), engine=Engine())


@pytest.mark.parametrize(
    ("actions", "right", "done"),
    [
        pytest.param(["look", "take cup"], True, True, id="won"),
        pytest.param(["break cup"], False, True, id="lost"),
        pytest.param(["look"] * (STEPS + 1), False, True, id="too many steps"),
        pytest.param(["look"] * STEPS, False, False, id="just the steps there are"),
    ],
)
def test_a_game_is_judged_by_whether_it_was_won(
    dataset: HhDataset, actions: list[str], right: bool, done: bool
) -> None:
    case = dataset.cases()[0]
    game = dataset.open(case)
    assert game.opening == "Take the cup.\n\nActions: take cup, break cup"
    for action in actions:
        game.call("act", {"action": action})
    assert game.is_done is done
    assert dataset.judge(case, game.outcome()).right is right
    game.close()


def test_a_game_given_up_at_once_is_nothing(dataset: HhDataset) -> None:
    game = dataset.open(dataset.cases()[0])
    game.call("give_up", {})
    assert (game.is_done, game.outcome()) == (True, None)


def test_cases_do_not_tell_the_name_of_the_game(dataset: HhDataset) -> None:
    assert [(case.case_id, case.group, case.input) for case in dataset.cases()] == [
        ("hh-00", "pick", {"game": 0}),
        ("hh-01", "pick", {"game": 1}),
        ("hh-02", "heat", {"game": 2}),
    ]
    cases = dataset.cases()
    assert dataset.aggregate([(cases[0], {"won": True}), (cases[1], None)]) == {"success rate": 0.5}


@pytest.mark.parametrize("output", [None, {}, {"won": 1}, "won"])
def test_anything_else_is_not_won(dataset: HhDataset, output: JsonValue) -> None:
    assert not dataset.judge(dataset.cases()[0], output).right


@pytest.mark.parametrize("content", [b"[]", b"{", b'{"x": ["/etc/passwd"]}', b'{"x": ["../y"]}', b'{"x": 3}'])
def test_data_in_another_form_is_refused(options_for: Callable[..., Make], content: bytes) -> None:
    with pytest.raises(MissingToolError, match="house holding"):
        HhDataset(options_for("hh", content)()).cases()


def with_modules(monkeypatch: pytest.MonkeyPatch, *names: str) -> list[object]:
    """ALFWorld made up: what its API is called with."""
    seen: list[object] = []
    state = SimpleNamespace(feedback=" A room. ", admissible_commands=["look"], won=False)
    play = SimpleNamespace(
        reset=lambda: state, step=lambda _: (state, 0.0, True), close=lambda: seen.append("closed")
    )

    def start(path: str, infos: object, wrappers: list[object]) -> SimpleNamespace:
        seen.append((path, infos, wrappers))
        return play

    made = {
        "textworld": SimpleNamespace(EnvInfos=lambda **asked: asked, start=start),
        "alfworld.agents.environment.alfred_tw_env": SimpleNamespace(
            AlfredDemangler=lambda shuffle: ("names", shuffle)
        ),
    }

    def load(name: str) -> object:
        if name not in names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name.split(".", maxsplit=1)[0])
        return made[name]

    monkeypatch.setattr(importlib, "import_module", load)
    return seen


@pytest.mark.parametrize(
    ("modules", "missing"),
    [
        pytest.param([], "textworld is not installed", id="nothing is installed"),
        pytest.param(["textworld"], "alfworld is not installed", id="only textworld is"),
        pytest.param(
            ["textworld", "alfworld.agents.environment.alfred_tw_env"],
            "its game a/game.tw-pddl is not in",
            id="the games are not there",
        ),
    ],
)
def test_what_is_missing_is_said_exactly(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, modules: list[str], missing: str
) -> None:
    with_modules(monkeypatch, *modules)
    with pytest.raises(MissingToolError, match=missing) as caught:
        AlfworldEngine(tmp_path).open("a/game.tw-pddl")
    assert "alfworld-download" in str(caught.value)


def test_alfworld_is_played_through_textworld(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = with_modules(monkeypatch, "textworld", "alfworld.agents.environment.alfred_tw_env")
    (tmp_path / "game").write_text("")
    game = AlfworldEngine(tmp_path).open("game")
    assert game.start() == Observation(text="A room.", actions=("look",), is_won=False, is_over=False)
    assert game.step("look").is_over
    game.close()
    asked = {"feedback": True, "won": True, "admissible_commands": True}
    assert seen == [(str(tmp_path / "game"), asked, [("names", False)]), "closed"]
