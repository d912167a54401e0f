"""The model asked directly, replayed from recordings: the same answer, with the seconds and tokens of then."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compiled_ai.bench.model import Answer, Example, Task
from compiled_ai.bench.systems import compiled, direct
from compiled_ai.bench.systems.asking import Asking
from compiled_ai.bench.systems.direct import DirectSystem
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.errors import ReplayMissError
from compiled_ai.llm import Request, from_function
from compiled_ai.llm.exchange import Usage, request_body
from compiled_ai.llm.recording import Recorded, Recordings

MODEL = "openai-chat:made-up"
TASK = Task(
    task_id="double",
    instructions="Twice the number.",
    output_schema={"type": "object", "required": ["twice"], "properties": {"twice": {"type": "integer"}}},
    examples=(Example(input={"n": 1}, output={"twice": 2}),),
)


def record(
    folder: Path, *, answered_by: str, reply: str = '{"answer":{"twice":8},"decline_reason":""}'
) -> None:
    """Keep a reply to the one request that `direct` makes for the number 4."""
    asked: list[Request] = []

    def note(request: Request) -> str:
        asked.append(request)
        return '{"answer":null,"decline_reason":"later"}'

    system = DirectSystem(Asking(from_function(note), by_hand=False), identity={})
    system.answer(TASK, {"n": 4}, None)
    Recordings(folder).save(
        Recorded(
            model=MODEL,
            role="direct",
            body=request_body(MODEL, asked[0]),
            response={"parts": [{"part_kind": "text", "content": reply}]},
            usage=Usage(input_tokens=100, output_tokens=9),
            seconds=3.5,
            first_token_seconds=0.4,
            answered_by=answered_by,
            day=date(2026, 11, 22),
        )
    )


def replayed(folder: Path) -> Answer:
    system = direct.make(SystemOptions(folder=folder / "made", replay=folder))
    answer = system.answer(TASK, {"n": 4}, None)
    system.close()
    return answer


def test_replay_of_a_model_takes_the_time_that_it_took(tmp_path: Path) -> None:
    record(tmp_path, answered_by="made-up")
    answer = replayed(tmp_path)
    assert answer.output == {"twice": 8}
    assert 3.5 <= answer.seconds < 4.5
    (call,) = answer.calls
    assert (call.input_tokens, call.output_tokens, call.first_token_seconds) == (100, 9, 0.4)
    assert (call.replayed, call.by_hand, call.estimated) == (True, False, False)


def test_what_a_person_took_to_answer_is_no_latency(tmp_path: Path) -> None:
    record(tmp_path, answered_by="somebody, through the desk")
    answer = replayed(tmp_path)
    assert answer.calls[0].by_hand
    assert answer.seconds < 1.0


def test_request_that_was_not_recorded_stops_the_run(tmp_path: Path) -> None:
    record(tmp_path, answered_by="made-up", reply="no object")
    with pytest.raises(ReplayMissError):  # the repair was not recorded
        replayed(tmp_path)


def test_identity_is_that_of_prompts_and_model(tmp_path: Path) -> None:
    record(tmp_path, answered_by="made-up")
    one, other = (
        direct.make(SystemOptions(folder=tmp_path, replay=tmp_path, model=model)).identity
        for model in (MODEL, "openai-chat:other")
    )
    assert one != other
    assert {**one, "model": ""} == {**other, "model": ""}


def test_fallback_replays_from_a_folder_of_its_own(tmp_path: Path) -> None:
    record(tmp_path / "direct", answered_by="made-up")
    system = compiled.make_with_fallback(SystemOptions(folder=tmp_path / "made", replay=tmp_path))
    assert system.name == "compiled+fallback"
    assert system.identity["fallback"] != {}
    system.close()
