"""What a spec asks of the monitor, as data. An artifact carries it in its manifest, where the spec says anything of it."""

from __future__ import annotations

from dataclasses import dataclass

from compiled_ai.spec.canonical import JsonObject


@dataclass(frozen=True, kw_only=True)
class MonitorPolicy:
    """What a spec asks of the monitor."""

    shadow: float = 0.0
    """Share of the answers of compiled code that the fallback model is asked for too."""
    max_wrong: float | None = None
    """Greatest share of answers that the fallback model may contradict; above it, for sure, the artifact is demoted. None: it never is."""
    window_hours: int = 24
    """How far back runs are compared with the baseline."""


def monitor_data(policy: MonitorPolicy) -> JsonObject:
    """`policy` as the manifest holds it."""
    data: JsonObject = {"shadow": policy.shadow, "window_hours": policy.window_hours}
    return data if policy.max_wrong is None else {**data, "max_wrong": policy.max_wrong}


def parse_monitor(data: JsonObject) -> MonitorPolicy:
    """The policy that `monitor_data` wrote; a sealed manifest guarantees its shape."""
    most = data.get("max_wrong")
    return MonitorPolicy(
        shadow=float(str(data["shadow"])),
        max_wrong=None if most is None else float(str(most)),
        window_hours=int(str(data["window_hours"])),
    )
