"""``compiled-ai monitor``: how a workflow is doing in production."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compiled_ai.cli import _options

if TYPE_CHECKING:
    from compiled_ai.artifact import Manifest
    from compiled_ai.monitor.drift import Comparison
    from compiled_ai.monitor.report import Report
    from compiled_ai.monitor.store import MonitorStore
    from compiled_ai.spec.monitoring import MonitorPolicy

_ALARM = 11
_FEW = 100
"""Runs of a baseline below which its report says that it is small."""
_ENDS = {
    "compiled": "compiled code",
    "effects": "compiled code with effects",
    "bounded": "with a bounded step",
    "model": "the fallback model",
    "human": "a person, earlier",
    "nobody": "nobody (declined)",
    "demoted": "kept from compiled code (demoted)",
    "invalid_input": "invalid input",
    "schema_violation": "output against the schema",
    "failed": "compiled code raised",
    "outside": "a model, an effect or the machine failed",
}
_KINDS = {
    "abstention": "declined",
    "fallback": "answered by the fallback",
    "invalid_input": "invalid inputs",
    "outside": "failures outside of compiled code",
    "schema_violation": "outputs against the schema",
    "failure": "compiled code raised",
    "latency": "time of compiled code",
    "output": "output",
}


def monitor_command(
    workflow: Annotated[
        str, typer.Argument(help="Name in the store, name@digest, or folder of an artifact.")
    ],
    window: Annotated[
        int | None,
        typer.Option(
            metavar="HOURS",
            min=1,
            max=8_760,
            help="How far back to look. As the spec says, or 24, when left out.",
        ),
    ] = None,
    rebase: Annotated[
        bool,
        typer.Option("--rebase", help="Take the runs of the window for what is usual from now on."),
    ] = False,
    demote: Annotated[
        str | None,
        typer.Option(
            metavar="WHY", help="Let the fallback answer in place of the artifact, for this reason."
        ),
    ] = None,
    restore: Annotated[
        str | None,
        typer.Option(
            metavar="WHY", help="Let the artifact answer again; its shadow checks begin anew. Needs --by."
        ),
    ] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who demotes or restores.")] = "",
    store: _options.StoreRoot = Path("workflows"),
    as_json: _options.Json = False,
) -> None:
    """Show how a workflow is doing: runs, drift against its baseline, shadow checks, whether it is demoted. Exit code 11 when there is an alarm."""
    from compiled_ai.monitor.opening import policy_of
    from compiled_ai.monitor.report import report
    from compiled_ai.monitor.store import MonitorStore, monitor_path
    from compiled_ai.spec.monitoring import MonitorPolicy

    _check(rebase=rebase, demote=demote, restore=restore, by=by)
    manifest, store = _options.find_manifest(store, workflow)
    policy = policy_of(manifest) or MonitorPolicy()
    if window is not None:
        policy = dataclasses.replace(policy, window_hours=window)
    path = monitor_path(store, manifest.name)
    if demote is None:
        _require(path, manifest)
    with MonitorStore(path) as opened:
        if demote is not None:
            opened.demote(manifest.artifact, by=by or "operator", why=demote.strip())
        if restore is not None:
            opened.restore(manifest.artifact, by=by.strip(), why=restore.strip())
        if rebase:
            _rebase(opened, manifest, policy)
        found = report(opened, manifest.artifact, policy)
    if as_json:
        typer.echo(json.dumps({"workflow": manifest.name, **found.to_json()}, ensure_ascii=False))
    else:
        _print(manifest, found)
    if not found.is_quiet:
        raise typer.Exit(_ALARM)


def _check(*, rebase: bool, demote: str | None, restore: str | None, by: str) -> None:
    if demote is not None and restore is not None:
        raise typer.BadParameter("an artifact is demoted or restored, not both", param_hint="--demote")
    if rebase and (demote is not None or restore is not None):
        raise typer.BadParameter("set the baseline in a call of its own", param_hint="--rebase")
    for name, why in (("--demote", demote), ("--restore", restore)):
        if why is not None and not why.strip():
            raise typer.BadParameter("say why; it is kept, and shown with every run", param_hint=name)
    if restore is not None and not by.strip():
        raise typer.BadParameter("say who restores it, with --by NAME", param_hint="--restore")


def _require(path: Path, manifest: Manifest) -> None:
    from compiled_ai.errors import StoreError

    if not path.exists():
        raise StoreError(
            f"{path} does not exist: no run of {manifest.name} was watched. Put 'monitor: {{}}' into the spec, or run it with --monitor."
        )


def _rebase(opened: MonitorStore, manifest: Manifest, policy: MonitorPolicy) -> None:
    from compiled_ai.errors import StoreError

    tally = opened.tally(manifest.artifact, hours=policy.window_hours)
    if not tally.valid:
        raise StoreError(
            f"no valid run of {manifest.name} in the last {policy.window_hours} hours, so there is nothing to take for usual; widen --window"
        )
    opened.set_baseline(
        manifest.artifact,
        tally,
        kind="runs",
        source=f"{tally.runs:,} runs of {policy.window_hours} hours",
    )


def _print(manifest: Manifest, found: Report) -> None:
    typer.echo(f"{manifest.name} {manifest.version}, {manifest.artifact[:15]}: {_verdict(found)}")
    if found.state.demoted:
        state = found.state
        typer.echo(f"\nDEMOTED since {state.at[:16]} by {state.by}: {state.why}")
        if manifest.monitor is None:
            typer.echo("The spec has no 'monitor', so only runs with --monitor heed it.")
        typer.echo(
            f"The fallback answers. When it is mended: compiled-ai monitor {manifest.name} --restore WHY --by NAME"
        )
    if found.alarms:
        typer.echo("\nALARMS")
        _print_comparisons(found.alarms)
    _print_runs(manifest, found)
    quiet = [one for one in found.comparisons if not one.alarms]
    if quiet:
        typer.echo("\nAS BEFORE")
        _print_comparisons(quiet)
    _print_shadows(found)


def _verdict(found: Report) -> str:
    if found.state.demoted:
        return "demoted"
    count = len(found.alarms)
    return "quiet" if not count else f"{count} alarm{'s' if count > 1 else ''}"


def _print_comparisons(comparisons: tuple[Comparison, ...] | list[Comparison]) -> None:
    for one in comparisons:
        name = f"{_KINDS[one.kind]} {one.field}".strip()
        typer.echo(f"  {name}: {one.now}")
        chance = "" if one.p_value is None else f"; {_chance(one.p_value)}"
        typer.echo(f"    before: {one.before}{chance}")


def _chance(p_value: float) -> str:
    """A p value in words."""
    if p_value > 0.2:
        return f"such a difference is ordinary chance (p = {p_value:.2f})"
    if p_value < 1e-9:
        return "not by chance (p below one in a billion)"
    return f"by chance once in {1 / p_value:,.0f} looks (p = {p_value:.2g})"


def _print_runs(manifest: Manifest, found: Report) -> None:
    hours, runs = found.policy.window_hours, found.tally.runs
    typer.echo(f"\nRUNS of the last {hours} hours: {runs:,}")
    for end, count in sorted(found.tally.ends.items(), key=lambda item: (-item[1], item[0])):
        if count:
            typer.echo(f"  {count:>9,}  {100 * count / runs:5.1f} %  {_ENDS.get(end, end)}")
    if found.baseline is None:
        typer.echo(
            f"There is no baseline: once runs look right, take them for one with compiled-ai monitor {manifest.name} --rebase"
        )
        return
    typer.echo(f"Baseline: {found.baseline.source}, taken {found.baseline.at[:16]}")
    if found.baseline.tally.runs < _FEW:
        typer.echo("With so few, only coarse changes are seen; --rebase once runs look right.")
    if found.baseline.kind == "cases" and found.alarms:
        typer.echo(
            "It is made of cases that somebody designed, and production may well differ: if the runs look right, --rebase takes them for what is usual."
        )


def _print_shadows(found: Report) -> None:
    shadows, wrong = found.shadows, found.shadows.wrong
    if not found.policy.shadow and not shadows.compared:
        return
    typer.echo(f"\nSHADOW CHECKS of {100 * found.policy.shadow:g} % of the answers")
    if wrong is None:
        typer.echo("  none was answered yet")
    else:
        typer.echo(
            f"  the fallback contradicts {shadows.differed:,} of {shadows.compared:,} answers: "
            f"{100 * shadows.differed / shadows.compared:.1f} %, with 95 % confidence {100 * wrong.low:.1f} to {100 * wrong.high:.1f} %"
        )
    if shadows.unanswered or shadows.skipped:
        typer.echo(f"  {shadows.unanswered:,} without an answer, {shadows.skipped:,} not asked")
    if shadows.tokens:
        typer.echo(f"  {shadows.tokens:,} tokens, {shadows.cost_usd:.4f} USD")
    limit, evidence = found.policy.max_wrong, found.evidence
    if limit is not None and evidence is not None:
        typer.echo(
            f"  evidence that more than {100 * limit:g} % are contradicted: {evidence:.3g}; at {_demotes():g} the artifact is demoted"
        )


def _demotes() -> float:
    from compiled_ai.monitor.evidence import DEMOTES

    return DEMOTES
