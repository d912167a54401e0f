"""The monitor of a workflow: what it counts, whom it asks, when it demotes, and that no run waits or fails for it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from compiled_ai.errors import CompiledAIError, DeclinedError, StoreError
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.execution.beside import SecondAnswer
from compiled_ai.execution.observe import Closing, Gate
from compiled_ai.monitor.monitor import Monitor, MonitorOptions
from compiled_ai.monitor.shadow import Outcome
from compiled_ai.monitor.store import MonitorStore, monitor_path
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.monitoring import MonitorPolicy

from .conftest import MakeArtifact


class Other:
    """A fallback that always says the same."""

    def __init__(self, output: JsonObject | None = None, *, seconds: float = 0.0) -> None:
        self.output = output
        self.seconds = seconds
        self.asked = 0
        self.noted = 0

    def ask(self, data: JsonObject) -> SecondAnswer:
        self.asked += 1
        time.sleep(self.seconds)
        return SecondAnswer(output=self.output)

    def note(self, data: JsonObject, served: JsonObject, answer: SecondAnswer) -> None:
        self.noted += 1


def quick(**fields: object) -> MonitorOptions:
    return MonitorOptions(**{"flush_seconds": 0.02, "drain_seconds": 5.0, **fields})  # type: ignore[arg-type]  # by name


def run_all(workflow: LoadedWorkflow, *texts: str) -> None:
    for text in texts:
        try:
            workflow.run({"text": text})
        except CompiledAIError:
            continue


def until(condition: object) -> None:
    """Wait until it holds, five seconds at most."""
    assert callable(condition)
    end = time.monotonic() + 5
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition()


def test_a_monitor_is_what_a_workflow_takes_it_for(artifact_of: MakeArtifact) -> None:
    monitor = Monitor(artifact_of(), MonitorStore(None), policy=MonitorPolicy(), options=quick())
    assert isinstance(monitor, Gate)
    assert isinstance(monitor, Closing)


def test_runs_are_counted_by_how_they_end(artifact_of: MakeArtifact, tmp_path: Path) -> None:
    artifact, store = artifact_of(), MonitorStore(tmp_path / "m.sqlite3")
    monitor = Monitor(artifact, store, policy=MonitorPolicy(), options=quick())
    with LoadedWorkflow(artifact, observers=[monitor]) as workflow:
        run_all(workflow, "hello", "a text that is longer", "shy", "bug", "odd")
        run_all(workflow, 7)  # type: ignore[arg-type]  # a wrong input
    tally = store.tally(artifact.manifest.artifact, hours=1)
    assert tally.ends == {"compiled": 2, "nobody": 1, "failed": 1, "schema_violation": 1, "invalid_input": 1}
    assert tally.fields == {"kind": {"short": 1, "long": 1}}


def test_counts_reach_the_file_within_the_second_though_nothing_more_is_run(
    artifact_of: MakeArtifact, tmp_path: Path
) -> None:
    artifact, path = artifact_of(), tmp_path / "m.sqlite3"
    monitor = Monitor(artifact, MonitorStore(path), policy=MonitorPolicy(), options=quick())
    workflow = LoadedWorkflow(artifact, observers=[monitor])
    run_all(workflow, "hello")
    with MonitorStore(path) as other:
        until(lambda: other.tally(artifact.manifest.artifact, hours=1).runs == 1)
    workflow.close()


def test_no_thread_stays_when_nothing_is_run(artifact_of: MakeArtifact, tmp_path: Path) -> None:
    artifact, before = artifact_of(), threading.active_count()
    monitor = Monitor(artifact, MonitorStore(tmp_path / "m.sqlite3"), policy=MonitorPolicy(), options=quick())
    workflow = LoadedWorkflow(artifact, observers=[monitor])
    run_all(workflow, "hello")
    until(lambda: threading.active_count() == before)
    run_all(workflow, "hello")
    assert threading.active_count() == before + 1
    workflow.close()
    assert threading.active_count() == before
    assert monitor.report().tally.runs == 2
    monitor.close()


def test_a_closed_monitor_counts_again(artifact_of: MakeArtifact, tmp_path: Path) -> None:
    artifact, store = artifact_of(), MonitorStore(tmp_path / "m.sqlite3")
    monitor = Monitor(artifact, store, policy=MonitorPolicy(), options=quick())
    workflow = LoadedWorkflow(artifact, observers=[monitor])
    for _ in range(3):
        run_all(workflow, "hello")
        workflow.close()
    assert store.tally(artifact.manifest.artifact, hours=1).runs == 3


def test_many_threads_lose_no_count(artifact_of: MakeArtifact, tmp_path: Path) -> None:
    artifact, store = artifact_of(), MonitorStore(tmp_path / "m.sqlite3")
    monitor = Monitor(artifact, store, policy=MonitorPolicy(), options=quick())
    with LoadedWorkflow(artifact, observers=[monitor]) as workflow:
        threads = [threading.Thread(target=run_all, args=(workflow, *["hello"] * 500)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert store.tally(artifact.manifest.artifact, hours=1).runs == 4_000


@pytest.mark.parametrize(("share", "asked"), [(0.0, 0), (1.0, 20), (0.5, 10)])
def test_the_share_that_is_asked(artifact_of: MakeArtifact, share: float, asked: int) -> None:
    artifact, second = artifact_of(), Other({"kind": "short"})
    draws = iter([0.25, 0.75] * 10)
    options = quick(second=second, chance=lambda: next(draws))
    monitor = Monitor(artifact, MonitorStore(None), policy=MonitorPolicy(shadow=share), options=options)
    with LoadedWorkflow(artifact, observers=[monitor]) as workflow:
        run_all(workflow, *["hello"] * 20)
    assert second.asked == asked


def test_only_what_compiled_code_answered_is_checked(artifact_of: MakeArtifact) -> None:
    artifact, second = artifact_of(), Other({"kind": "short"})
    monitor = Monitor(
        artifact, MonitorStore(None), policy=MonitorPolicy(shadow=1.0), options=quick(second=second)
    )
    with LoadedWorkflow(artifact, observers=[monitor]) as workflow:
        run_all(workflow, "shy", "bug", "odd", "hello")
    assert second.asked == 1


def test_checks_are_counted_and_heard(artifact_of: MakeArtifact, tmp_path: Path) -> None:
    artifact, store = artifact_of(), MonitorStore(tmp_path / "m.sqlite3")
    heard: list[Outcome] = []
    options = quick(second=Other({"kind": "short"}), heard=heard.append)
    monitor = Monitor(artifact, store, policy=MonitorPolicy(shadow=1.0), options=options)
    with LoadedWorkflow(artifact, observers=[monitor]) as workflow:
        run_all(workflow, "hello", "a text that is longer")
    shadows = store.shadows(artifact.manifest.artifact)
    assert (shadows.agreed, shadows.differed) == (1, 1)
    assert heard == ["agreed", "differed"]


def test_a_slow_model_holds_up_no_run_and_what_is_left_is_counted_as_skipped(
    artifact_of: MakeArtifact, tmp_path: Path
) -> None:
    artifact, store = artifact_of(), MonitorStore(tmp_path / "m.sqlite3")
    options = quick(second=Other({"kind": "short"}, seconds=0.5), drain_seconds=0.05)
    monitor = Monitor(artifact, store, policy=MonitorPolicy(shadow=1.0), options=options)
    started = time.monotonic()
    with LoadedWorkflow(artifact, observers=[monitor]) as workflow:
        run_all(workflow, *["hello"] * 200)
        assert time.monotonic() - started < 0.4
    assert time.monotonic() - started < 2
    shadows = store.shadows(artifact.manifest.artifact)
    assert shadows.skipped + shadows.agreed == 200


def demoting(
    artifact_of: MakeArtifact, store: MonitorStore, output: JsonObject
) -> tuple[LoadedWorkflow, Monitor]:
    artifact = artifact_of()
    policy = MonitorPolicy(shadow=1.0, max_wrong=0.02)
    monitor = Monitor(artifact, store, policy=policy, options=quick(second=Other(output)))
    return LoadedWorkflow(artifact, observers=[monitor]), monitor


def test_an_artifact_that_the_fallback_contradicts_too_often_is_demoted(
    artifact_of: MakeArtifact, tmp_path: Path
) -> None:
    workflow, monitor = demoting(artifact_of, MonitorStore(tmp_path / "m.sqlite3"), {"kind": "long"})
    with workflow:
        run_all(workflow, *["hello"] * 5)
        until(monitor.withheld)
        result = workflow.run({"text": "hello"})
        assert result.served_by == "nobody"
        assert result.reason.startswith("demoted: the fallback contradicts ")
        assert result.reason.endswith(", and the spec allows 2 %")
    assert monitor.report().tally.ends["demoted"] == 1
    assert not monitor.report().is_quiet
    monitor.close()


def test_an_artifact_that_the_fallback_agrees_with_is_not(artifact_of: MakeArtifact, tmp_path: Path) -> None:
    workflow, monitor = demoting(artifact_of, MonitorStore(tmp_path / "m.sqlite3"), {"kind": "short"})
    with workflow:
        run_all(workflow, *["hello"] * 60)
    assert monitor.withheld() == ""
    monitor.close()


def test_without_a_limit_nothing_is_demoted(artifact_of: MakeArtifact) -> None:
    artifact = artifact_of()
    options = quick(second=Other({"kind": "long"}))
    monitor = Monitor(artifact, MonitorStore(None), policy=MonitorPolicy(shadow=1.0), options=options)
    with LoadedWorkflow(artifact, observers=[monitor]) as workflow:
        run_all(workflow, *["hello"] * 60)
    assert monitor.withheld() == ""


def test_a_demotion_by_another_process_is_heeded_within_a_second(
    artifact_of: MakeArtifact, tmp_path: Path
) -> None:
    artifact, path, clock = artifact_of(), tmp_path / "m.sqlite3", [100.0]
    monitor = Monitor(
        artifact, MonitorStore(path), policy=MonitorPolicy(), options=quick(clock=lambda: clock[0])
    )
    with LoadedWorkflow(artifact, observers=[monitor]) as workflow, MonitorStore(path) as other:
        assert workflow.run({"text": "hello"}).served_by == "compiled"
        other.demote(artifact.manifest.artifact, by="ann", why="wrong on Mondays")
        clock[0] += 1.0
        assert workflow.run({"text": "hello"}).reason == "demoted: wrong on Mondays"
        other.restore(artifact.manifest.artifact, by="ann", why="it is Tuesday")
        clock[0] += 1.0
        assert workflow.run({"text": "hello"}).served_by == "compiled"


def test_a_demoted_artifact_whose_ladder_ends_in_an_error_raises_it(artifact_of: MakeArtifact) -> None:
    artifact, store = artifact_of(policy="error"), MonitorStore(None)
    store.demote(artifact.manifest.artifact, by="ann", why="wrong")
    monitor = Monitor(artifact, store, policy=MonitorPolicy(), options=quick())
    workflow = LoadedWorkflow(artifact, observers=[monitor])
    with pytest.raises(DeclinedError, match="demoted: wrong"):
        workflow.run({"text": "hello"})
    assert monitor.report().tally.ends == {"demoted": 1}
    monitor.close()


def test_a_demoted_artifact_still_refuses_wrong_inputs_and_keeps_its_audit_trail(
    artifact_of: MakeArtifact,
) -> None:
    artifact, store = artifact_of(compliance=["audit_trail"]), MonitorStore(None)
    store.demote(artifact.manifest.artifact, by="ann", why="wrong")
    monitor = Monitor(artifact, store, policy=MonitorPolicy(), options=quick())
    workflow = LoadedWorkflow(artifact, observers=[monitor])
    with pytest.raises(CompiledAIError, match="text"):
        workflow.run({"text": 7})
    assert (workflow.run({"text": "x"}).input_digest or "").startswith("i1:")
    monitor.close()


def test_a_file_that_is_damaged_while_it_runs_fails_no_run_and_loses_no_count(
    artifact_of: MakeArtifact, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    artifact, path = artifact_of(), tmp_path / "m.sqlite3"
    monitor = Monitor(artifact, MonitorStore(path), policy=MonitorPolicy(), options=quick(flush_seconds=60.0))
    workflow = LoadedWorkflow(artifact, observers=[monitor])
    run_all(workflow, "hello")
    monitor.flush()
    for part in tmp_path.iterdir():
        part.unlink()
    path.write_bytes(b"no database at all" * 100)
    run_all(workflow, *["hello"] * 10)
    with pytest.raises(StoreError, match="damaged"):
        workflow.close()
    path.unlink()
    workflow.close()
    assert monitor.report().tally.runs == 10
    monitor.close()


def test_no_text_of_an_input_or_output_is_in_the_file(artifact_of: MakeArtifact, tmp_path: Path) -> None:
    code = "def run(data):\n    return {'word': data['text'], 'kind': 'short', 'list': [data['text']]}\n"
    gives: JsonObject = {"word": "string", "kind": ["short", "long"], "list": "string[]"}
    artifact = artifact_of(code, gives=gives)
    path = monitor_path(tmp_path, "probe")
    options = quick(second=Other({"word": "quagga", "kind": "short", "list": []}))
    monitor = Monitor(
        artifact, MonitorStore(path), policy=MonitorPolicy(shadow=1.0, max_wrong=0.1), options=options
    )
    with LoadedWorkflow(artifact, observers=[monitor]) as workflow:
        run_all(workflow, *["okapi"] * 50)
        until(monitor.withheld)
        content = b"".join(part.read_bytes() for part in path.parent.iterdir())
    content += b"".join(part.read_bytes() for part in path.parent.iterdir())
    assert b"short" in content
    assert b"okapi" not in content
    assert b"quagga" not in content
