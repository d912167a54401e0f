from __future__ import annotations

import pytest

from compiled_ai.bench.rows import CaseRow, Outcome
from compiled_ai.bench.running.progress import Progress, Tally
from compiled_ai.bench.running.store import Spending
from compiled_ai.cli._bench_progress import RunView, progress_line


def _row(outcome: Outcome) -> CaseRow:
    return CaseRow(
        dataset="d",
        system="s",
        task_id="t",
        case_id="c",
        case_digest="x",
        split="seen",
        identity="i",
        outcome=outcome,
        score=0.0,
    )


def _progress(**change: object) -> Progress:
    given: dict[str, object] = {
        "system": "direct",
        "number": 1,
        "systems": 2,
        "done": 10,
        "total": 100,
        "right": 8,
        "answered": 10,
        "preparing": 0,
        "per_second": 0.5,
        "seconds_left": 180.0,
        "spending": Spending(),
        **change,
    }
    return Progress(**given)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({}, "direct (1 of 2): 10 of 100 cases, 80 % right, 30.0 cases/min, 3 min left for this system"),
        (
            {"answered": 0, "preparing": 2, "seconds_left": None},
            "direct (1 of 2): 10 of 100 cases, 2 preparing",
        ),
        (
            {"per_second": 2.0, "seconds_left": 7260.0, "spending": Spending(tokens=1500, usd=0.25)},
            "direct (1 of 2): 10 of 100 cases, 80 % right, 2.0 cases/s, 1,500 tokens, 0.2500 USD, 2 h 1 min left for this system",
        ),
        (
            {"done": 100, "spending": Spending(tokens=5, unpriced=1)},
            "direct (1 of 2): 100 of 100 cases, 80 % right, 30.0 cases/min, 5 tokens, 0.0000 USD and what is unpriced",
        ),
        (
            {"seconds_left": 20.2},
            "direct (1 of 2): 10 of 100 cases, 80 % right, 30.0 cases/min, 20 s left for this system",
        ),
    ],
    ids=["running", "preparing", "spending", "done", "soon"],
)
def test_the_line_says_how_far_it_is(change: dict[str, object], line: str) -> None:
    assert progress_line(_progress(**change)) == line


def test_off_a_terminal_the_end_of_each_system_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    with RunView() as view:
        for done in (10, 100, 100):
            view(_progress(done=done))
    assert capsys.readouterr().err.count("\n") == 1


def test_a_tally_counts_rows_and_what_was_there_before() -> None:
    told: list[Progress] = []
    tally = Tally(told.append, system="s", place=(1, 1), total=10)
    tally.skip(4)
    for outcome in ("right", "rightly_declined", "wrong"):
        tally.count(_row(outcome))
    tally.tell(Spending(), preparing=0)
    assert not told  # it was begun a moment ago
    tally.tell(Spending(tokens=3), preparing=1, now=True)
    (progress,) = told
    assert (progress.done, progress.answered, progress.right, progress.preparing) == (7, 3, 2, 1)
    assert progress.seconds_left is not None
