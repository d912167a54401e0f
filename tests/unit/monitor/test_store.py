"""What the monitor remembers: sums, windows, states, and what becomes of a damaged file or a clock that is put back."""

from __future__ import annotations

import sqlite3
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from compiled_ai.errors import StoreError
from compiled_ai.monitor.evidence import CHECKS_PER_BLOCK
from compiled_ai.monitor.store import MonitorStore, ShadowCounts, monitor_path
from compiled_ai.monitor.tally import Tally

from .conftest import Clock

ONE = "a1:one"


def runs(count: int) -> Tally:
    return Tally(ends=Counter({"compiled": count}), fields={"kind": Counter({"a": count})})


def test_tallies_of_one_hour_and_of_several_add_up(clock: Clock) -> None:
    store = MonitorStore(None, now=clock)
    for hours in (0, 0, 1, 1):
        clock.pass_(hours=hours)
        store.add(ONE, runs(10))
    assert store.tally(ONE, hours=24) == runs(40)


def test_the_window_leaves_older_hours_out(clock: Clock) -> None:
    store = MonitorStore(None, now=clock)
    store.add(ONE, runs(5))
    clock.pass_(hours=3)
    store.add(ONE, runs(10))
    assert [store.tally(ONE, hours=hours).runs for hours in (1, 3, 4)] == [10, 10, 15]


def test_artifacts_are_counted_apart(clock: Clock) -> None:
    store = MonitorStore(None, now=clock)
    store.add(ONE, runs(5))
    assert store.tally("a1:other", hours=24).runs == 0


def test_runs_count_when_the_clock_was_put_back(clock: Clock) -> None:
    store = MonitorStore(None, now=clock)
    store.add(ONE, runs(5))
    clock.pass_(hours=-2)
    store.add(ONE, runs(10))
    assert store.tally(ONE, hours=1).runs == 15


def test_runs_counted_by_a_clock_that_was_years_ahead_do_not_stay_in_every_window(clock: Clock) -> None:
    store = MonitorStore(None, now=clock)
    clock.pass_(days=4_000)
    store.add(ONE, runs(5))
    clock.pass_(days=-4_000)
    assert store.tally(ONE, hours=24).runs == 0


def test_old_hours_are_forgotten(clock: Clock) -> None:
    store = MonitorStore(None, now=clock)
    store.add(ONE, runs(5))
    clock.pass_(days=11)
    store.add(ONE, runs(5))
    assert (store.forget(days=10), store.forget(days=10)) == (1, 0)
    assert store.tally(ONE, hours=1_000).runs == 5


def test_the_last_baseline_holds(clock: Clock) -> None:
    store = MonitorStore(None, now=clock)
    assert store.baseline(ONE) is None
    store.set_baseline(ONE, runs(5), kind="cases", source="5 cases")
    store.set_baseline(ONE, runs(7), kind="runs", source="7 runs")
    found = store.baseline(ONE)
    assert found is not None
    assert (found.kind, found.source, found.tally) == ("runs", "7 runs", runs(7))


def test_shadow_checks_add_up_in_blocks(clock: Clock) -> None:
    store = MonitorStore(None, now=clock)
    for number in range(CHECKS_PER_BLOCK + 20):
        differs = number % 10 == 0
        found = store.add_shadows(
            ONE, ShadowCounts(agreed=not differs, differed=differs, tokens=100, cost_usd=Decimal("0.000001"))
        )
    found = store.add_shadows(ONE, ShadowCounts(skipped=3, unanswered=2))
    assert found.blocks == ((10, CHECKS_PER_BLOCK), (2, 20))
    assert (found.compared, found.differed, found.skipped, found.unanswered) == (
        CHECKS_PER_BLOCK + 20,
        12,
        3,
        2,
    )
    assert (found.tokens, found.cost_usd) == (12_000, Decimal("0.000120"))


def test_demotion_and_restoration_are_noted_once_and_by_whom(clock: Clock) -> None:
    store = MonitorStore(None, now=clock)
    store.add_shadows(ONE, ShadowCounts(differed=5))
    assert not store.state(ONE).demoted
    assert [store.demote(ONE, by="monitor", why="wrong"), store.demote(ONE, by="ann", why="again")] == [
        True,
        False,
    ]
    assert (store.state(ONE).demoted, store.state(ONE).by, store.state(ONE).why) == (True, "monitor", "wrong")
    assert [store.restore(ONE, by="ann", why="mended"), store.restore(ONE, by="ann", why="twice")] == [
        True,
        False,
    ]
    assert not store.state(ONE).demoted


def test_a_restored_artifact_begins_its_checks_anew(clock: Clock) -> None:
    store = MonitorStore(None, now=clock)
    store.add_shadows(ONE, ShadowCounts(differed=50))
    store.demote(ONE, by="monitor", why="wrong")
    store.restore(ONE, by="ann", why="mended")
    assert (store.shadows(ONE).compared, store.shadows(ONE).blocks) == (0, ())


def test_states_go_by_their_order_and_not_by_the_clock(clock: Clock) -> None:
    store = MonitorStore(None, now=clock)
    store.demote(ONE, by="ann", why="wrong")
    clock.pass_(days=-1)
    store.restore(ONE, by="ann", why="mended")
    assert not store.state(ONE).demoted


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.add(ONE, runs(1)),
        lambda store: store.tally(ONE, hours=1),
        lambda store: store.state(ONE),
        lambda store: store.add_shadows(ONE, ShadowCounts(agreed=1)),
        lambda store: store.forget(days=1),
    ],
    ids=["add", "tally", "state", "add_shadows", "forget"],
)
def test_a_damaged_file_is_an_error_that_says_what_to_do(tmp_path: Path, use: object) -> None:
    path = monitor_path(tmp_path, "probe")
    path.parent.mkdir()
    path.write_bytes(b"no database at all" * 100)
    assert callable(use)
    with pytest.raises(StoreError, match=r"the monitor .* is damaged .* Move it away"):
        use(MonitorStore(path))


def test_a_count_that_somebody_changed_is_an_error(tmp_path: Path, clock: Clock) -> None:
    path = monitor_path(tmp_path, "probe")
    with MonitorStore(path, now=clock) as store:
        store.add(ONE, runs(1))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE tallies SET tally = '{\"fields\": 3}'")
    connection.close()
    with (
        MonitorStore(path, now=clock) as store,
        pytest.raises(StoreError, match="a count that cannot be read"),
    ):
        store.tally(ONE, hours=1)


def test_two_stores_on_one_file_add_up(tmp_path: Path, clock: Clock) -> None:
    path = monitor_path(tmp_path, "probe")
    with MonitorStore(path, now=clock) as left, MonitorStore(path, now=clock) as right:
        for store in (left, right, left):
            store.add(ONE, runs(10))
        assert left.tally(ONE, hours=1) == right.tally(ONE, hours=1) == runs(30)
        left.demote(ONE, by="ann", why="wrong")
        assert right.state(ONE).demoted
