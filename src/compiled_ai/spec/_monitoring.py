"""Reading what a spec asks of the monitor."""

from __future__ import annotations

from compiled_ai.spec._problems import Problems
from compiled_ai.spec.document import SpecDocument
from compiled_ai.spec.fallback import Fallback
from compiled_ai.spec.monitoring import MonitorPolicy


def read_monitor(problems: Problems, parsed: SpecDocument, fallback: Fallback) -> MonitorPolicy | None:
    """The policy, None where the spec has none; problems are noted at their places."""
    document = parsed.monitor
    if document is None:
        return None
    if document.shadow > 0:
        _check_shadow(problems, parsed, fallback)
    elif document.max_wrong is not None:
        problems.add(
            ("monitor", "max_wrong"),
            "'max_wrong' is measured by shadow checks, and there are none; add 'shadow', such as 'shadow: 0.01', or drop 'max_wrong'",
            at_key=True,
        )
    return MonitorPolicy(
        shadow=document.shadow, max_wrong=document.max_wrong, window_hours=document.window_hours
    )


def _check_shadow(problems: Problems, parsed: SpecDocument, fallback: Fallback) -> None:
    if "no_model_at_run_time" in parsed.blocks:
        message = "'shadow' asks a model at run time, which the compliance block 'no_model_at_run_time' forbids; drop 'shadow' and 'max_wrong'"
    elif "model" not in fallback.rungs:
        message = "'shadow' asks the fallback model, and no 'model' is on the ladder of the whole task; write 'fallback: {policy: model}', or drop 'shadow'"
    else:
        return
    problems.add(("monitor", "shadow"), message, at_key=True)
