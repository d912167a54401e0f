"""The steps of one run, for ``compiled-ai run --explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from compiled_ai.artifact import Artifact
    from compiled_ai.execution.explain import StepTrace

_HOW = {"given": "as given", "model": "a model answered"}


def steps_json(artifact: Artifact, steps: list[StepTrace]) -> list[dict[str, Any]]:
    """The steps as data. Where values must not be shown, fields are named without them."""
    from compiled_ai.compliance.blocks import values_are_hidden

    is_hidden = values_are_hidden(artifact.manifest.compliance) is not None
    lines = artifact.source.split("\n")

    def shown(values: dict[str, Any] | None) -> Any:
        return list(values) if is_hidden and values is not None else values

    return [
        {
            "step": step.step,
            **({"items": list(step.items)} if step.items else {}),
            "kind": step.kind,
            "how": step.how,
            "took": shown(step.took),
            "gave": shown(step.gave),
            "line": step.line,
            "code": lines[step.line - 1].strip() if step.line else None,
            "seconds": round(step.seconds, 6),
        }
        for step in steps
    ]


def print_steps(artifact: Artifact, steps: list[StepTrace]) -> None:
    """The steps on standard error, where they do not get in the way of the output."""
    import json

    for trace, step in zip(steps, steps_json(artifact, steps), strict=True):
        how = f"line {step['line']}: {step['code']}" if step["line"] else _HOW.get(step["how"], step["how"])
        gave = "nothing" if step["gave"] is None else json.dumps(step["gave"], ensure_ascii=False)
        typer.echo(f"{trace.place} ({step['kind']})  {how}", err=True)
        typer.echo(f"  took {json.dumps(step['took'], ensure_ascii=False)}", err=True)
        typer.echo(f"  gave {gave}  in {step['seconds'] * 1000:.1f} ms", err=True)
