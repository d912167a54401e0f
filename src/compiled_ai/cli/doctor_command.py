"""``compiled-ai doctor``: what works on this machine, and what to do about the rest."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path

import typer

from compiled_ai.cli import _options


def doctor_command(as_json: _options.Json = False) -> None:
    """Show which tools, keys and sandbox layers work here, and what to do about the rest."""
    from compiled_ai.sandbox.choose import is_unusable

    report = _examine()
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
    else:
        _print(report)
    if any(state != "ok" for state in report["tools"].values()) or is_unusable(report["sandbox"]):
        raise typer.Exit(7)


def _examine() -> dict[str, dict[str, str]]:
    from compiled_ai._version import __version__
    from compiled_ai.checkers.self_test import self_test, tool_versions
    from compiled_ai.sandbox.choose import sandbox_report

    return {
        "versions": {
            "compiled-ai": __version__,
            "python": platform.python_version(),
            "platform": platform.platform(),
            **tool_versions(),
        },
        "tools": self_test(),
        "sandbox": sandbox_report(),
        "models": _models(),
        "optional": {"transformer of the input gate": _transformer()},
    }


def _transformer() -> str:
    from compiled_ai.errors import CompiledAIError
    from compiled_ai.gates.transformer import TransformerModel

    try:
        TransformerModel.load()
    except CompiledAIError as error:
        return str(error)
    return "ok; asked where a policy of the gates has input.transformer"


def _models() -> dict[str, str]:
    from compiled_ai.llm import provider_status

    found: dict[str, str] = {}
    for status in provider_status(os.environ, Path(".env")):
        names = " or ".join(status.variables)
        found[status.provider] = (
            ("needs no key" if not names else f"{names} is set")
            if status.ready
            else f"set {names}, in the environment or in .env"
        )
    return {
        **found,
        "without a key": "--replay DIR answers from recordings; ollama:NAME or --base-url URL uses a server of your own",
    }


def _print(report: dict[str, dict[str, str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for title, entries in report.items():
        table = Table(
            show_header=False,
            box=None,
            padding=(0, 2, 0, 2),
            title=title,
            title_justify="left",
            title_style="bold",
        )
        for name, state in entries.items():
            table.add_row(name, state)
        console.print(table, highlight=False)
