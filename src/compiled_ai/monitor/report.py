"""What a monitor has to say of an artifact."""

from __future__ import annotations

from dataclasses import dataclass

from compiled_ai.monitor.drift import Comparison, compare
from compiled_ai.monitor.evidence import DEMOTES
from compiled_ai.monitor.store import Baseline, MonitorStore, Shadows, State
from compiled_ai.monitor.tally import Tally
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.monitoring import MonitorPolicy


@dataclass(frozen=True, kw_only=True)
class Report:
    """How a workflow is doing."""

    artifact: str
    policy: MonitorPolicy
    tally: Tally
    """Of the window."""
    baseline: Baseline | None
    comparisons: tuple[Comparison, ...]
    shadows: Shadows
    state: State

    @property
    def alarms(self) -> tuple[Comparison, ...]:
        """What is no longer as it was."""
        return tuple(one for one in self.comparisons if one.alarms)

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to look into: no alarm, and the artifact answers."""
        return not self.alarms and not self.state.demoted

    @property
    def evidence(self) -> float | None:
        """Evidence against the limit of wrong answers, on which an artifact is demoted at `DEMOTES`; None without a limit."""
        limit = self.policy.max_wrong
        return None if limit is None else self.shadows.evidence(limit)

    def to_json(self) -> JsonObject:
        """As data."""
        return {
            "artifact": self.artifact,
            "window_hours": self.policy.window_hours,
            "quiet": self.is_quiet,
            "state": {
                "demoted": self.state.demoted,
                "at": self.state.at,
                "by": self.state.by,
                "why": self.state.why,
            },
            "runs": self.tally.to_json(),
            "baseline": _baseline_json(self.baseline),
            "comparisons": [one.to_json() for one in self.comparisons],
            "alarms": len(self.alarms),
            "shadow": self._shadow_json(),
        }

    def _shadow_json(self) -> JsonObject:
        shadows, wrong, evidence = self.shadows, self.shadows.wrong, self.evidence
        return {
            "share": self.policy.shadow,
            "since": shadows.since,
            "agreed": shadows.agreed,
            "differed": shadows.differed,
            "unanswered": shadows.unanswered,
            "skipped": shadows.skipped,
            "tokens": shadows.tokens,
            "cost_usd": str(shadows.cost_usd),
            "wrong": None if wrong is None else [wrong.low, wrong.high],
            "max_wrong": self.policy.max_wrong,
            "evidence": None if evidence is None else min(evidence, 1e300),  # JSON has no infinity
            "demotes_at": DEMOTES,
        }


def _baseline_json(baseline: Baseline | None) -> JsonObject | None:
    if baseline is None:
        return None
    return {
        "at": baseline.at,
        "kind": baseline.kind,
        "source": baseline.source,
        "runs": baseline.tally.to_json(),
    }


def report(store: MonitorStore, artifact: str, policy: MonitorPolicy) -> Report:
    """How the artifact is doing, from what `store` holds.

    Raises:
        StoreError: it cannot be read.
    """
    tally = store.tally(artifact, hours=policy.window_hours)
    baseline = store.baseline(artifact)
    return Report(
        artifact=artifact,
        policy=policy,
        tally=tally,
        baseline=baseline,
        comparisons=compare(tally, baseline.tally, kind=baseline.kind) if baseline else compare(tally, None),
        shadows=store.shadows(artifact),
        state=store.state(artifact),
    )
