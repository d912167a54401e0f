"""What reports are told about a dataset of AgentBench."""

from __future__ import annotations

from compiled_ai.bench.agentbench.options import AgentBenchOptions
from compiled_ai.bench.agentbench.source import COMMIT, FILES, LICENCE, PAPER, REPOSITORY
from compiled_ai.spec.canonical import JsonObject


def description_of(options: AgentBenchOptions, *, data_digest: str, extra: JsonObject) -> JsonObject:
    """The `description` of a dataset. A URL of a server is not part of it: it may hold a password."""
    pin = FILES[options.environment]
    return {
        "version": f"dev split at {COMMIT}",
        "source": f"{REPOSITORY}/blob/{COMMIT}/{pin.path}",
        "paper": PAPER,
        "licence": LICENCE,
        "digest": f"sha256:{data_digest}",
        "pinned": data_digest == pin.sha256,
        "protocol": options.protocol,
        "options": {
            "examples": options.examples,
            "rows": options.rows,
            "form": options.form,
            "seconds": options.seconds,
            "unpinned": not options.source.is_pinned,
        },
        **extra,
    }
