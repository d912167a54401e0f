"""What frameworks must not do on their own: report home, fetch price lists, keep caches, send loopback calls through a proxy."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from pathlib import Path

SETTINGS = {
    "AGENT_FRAMEWORK_USER_AGENT_DISABLED": "true",
    "ANONYMIZED_TELEMETRY": "false",
    "AUTOGEN_DISABLE_RUNTIME_TRACING": "true",
    "DO_NOT_TRACK": "1",
    "ENABLE_INSTRUMENTATION": "false",
    "ENABLE_SENSITIVE_DATA": "false",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_TELEMETRY": "False",
    "OTEL_SDK_DISABLED": "true",
}
"""Environment variables that the libraries read at import or at their first call."""
_LOOPBACK = ("127.0.0.1", "localhost")


def silence(folder: Path, environ: MutableMapping[str, str] | None = None) -> None:
    """Set what keeps the frameworks quiet, before any of them is imported. What they insist on keeping goes into `folder`."""
    variables = os.environ if environ is None else environ
    variables.update(SETTINGS)
    variables["DSPY_CACHEDIR"] = str(folder / "dspy_cache")
    names = ("no_proxy", "NO_PROXY")  # where both are set, libraries read one of them
    listed = [item.strip() for name in names for item in variables.get(name, "").split(",") if item.strip()]
    for name in names:
        variables[name] = ",".join(dict.fromkeys([*listed, *_LOOPBACK]))
