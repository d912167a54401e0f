"""What frameworks are kept from."""

from __future__ import annotations

from pathlib import Path

from compiled_ai.bench.frameworks._quiet import silence


def test_loopback_is_taken_out_of_proxies_once() -> None:
    variables = {"NO_PROXY": "intern.example,localhost", "HTTPS_PROXY": "http://proxy"}

    for _ in range(2):
        silence(Path("folder"), variables)

    assert variables["NO_PROXY"] == "intern.example,localhost,127.0.0.1"
    assert variables["no_proxy"] == variables["NO_PROXY"]
    assert variables["HTTPS_PROXY"] == "http://proxy"
    assert variables["LANGSMITH_TRACING"] == "false"
