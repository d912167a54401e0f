"""``compiled-ai explain``: one decision, as somebody wants it who must answer for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from compiled_ai.cli import _effects, _options

if TYPE_CHECKING:
    from compiled_ai.artifact import Artifact
    from compiled_ai.execution import Result
    from compiled_ai.execution.explanation import StepExplanation
    from compiled_ai.spec import Spec

_HOW = {"given": "taken as given", "model": "a model answered"}


def explain_command(
    workflow: Annotated[
        str, typer.Argument(help="Name in the store, name@digest, or folder of an artifact.")
    ],
    data: Annotated[str, typer.Option("--input", metavar="INPUT", help="A JSON object or a .json file.")],
    given: Annotated[
        str,
        typer.Option(
            help="Outputs of bounded and effect steps by step id, as JSON or a .json file, in place of asking anew."
        ),
    ] = "{}",
    spec: Annotated[
        Path | None,
        typer.Option(help="The spec that it was compiled from. Where it was then, when left out."),
    ] = None,
    model: _options.Model = None,
    base_url: _options.BaseUrl = None,
    record: _options.Record = None,
    replay: _options.Replay = None,
    price_as: _options.PriceAs = None,
    gates: _options.Gates = None,
    store: _options.StoreRoot = Path("workflows"),
    decision_log: Annotated[
        Path | None,
        typer.Option(
            help="Decision log in which the run is looked up. STORE/.decisions/NAME.jsonl when left out."
        ),
    ] = None,
    as_json: _options.Json = False,
) -> None:
    """Make a decision again and show it: the lines that ran, the conditions that decided, the words of the spec and the cases behind them.

    It is made without effects, and nothing is written to the decision log.
    """
    from compiled_ai.artifact import Store, load_artifact
    from compiled_ai.execution.explain import Trace
    from compiled_ai.execution.explanation import Explainer
    from compiled_ai.execution.local import LoadedWorkflow

    value, outside = _options.read_object(data, "--input"), _options.read_object(given, "--given")
    client = _options.open_client(
        model=model, base_url=base_url, record=record, replay=replay, price_as=price_as, gates=gates
    )
    artifact = load_artifact(Store(store).find(workflow))
    source = _spec(artifact, spec)
    trace = Trace(path=str(artifact.path / "activities.py"))
    named = client if client.model != "none" else None
    with client, LoadedWorkflow(artifact, client=named) as loaded:
        explainer = Explainer(loaded, source)
        result = loaded.run(value, given=outside, acts=False, trace=trace)  # type: ignore[arg-type]  # each is checked there
        steps = explainer.explain(trace.steps)
    logged = _logged(artifact, store, decision_log, value, result)
    if as_json:
        typer.echo(json.dumps(_document(artifact, value, result, steps, logged), ensure_ascii=False))
    else:
        _print(artifact, value, result, steps, logged)
    if result.abstained:
        raise typer.Exit(10)


def _spec(artifact: Artifact, given: Path | None) -> Spec | None:
    """The spec, or None with a note when it is not at hand: the code explains itself as far as it goes."""
    from compiled_ai.artifact.spec_file import spec_of
    from compiled_ai.errors import OperatorError, SpecError

    try:
        return spec_of(artifact, given)
    except (OperatorError, SpecError) as error:
        if given is not None:
            raise
        first = str(error).partition("\n")[0]
        typer.echo(f"note: no cases are shown, for the spec is not at hand: {first}", err=True)
        return None


def _logged(
    artifact: Artifact, store: Path, given: Path | None, value: dict[str, Any], result: Result
) -> dict[str, Any] | None:
    """What the decision log says of this artifact and input; None without a log."""
    from compiled_ai.decisions.log import decisions_path, input_digest, read_decisions
    from compiled_ai.spec.canonical import digest

    root = _options.root_of(artifact.path, artifact.manifest, store)
    path = given or decisions_path(root, artifact.manifest.name)
    if given is None and not path.exists():
        return None
    wanted = input_digest(value)
    found = [
        record
        for record in read_decisions(path).records
        if record.input == wanted and record.artifact == artifact.manifest.artifact
    ]
    now = "" if result.output is None else digest("o1", result.output)
    return {
        "path": str(path),
        "times": [record.at for record in found],
        "same_output": all(record.output == now for record in found) if found else None,
    }


def _document(
    artifact: Artifact,
    value: dict[str, Any],
    result: Result,
    steps: tuple[StepExplanation, ...],
    logged: dict[str, Any] | None,
) -> dict[str, Any]:
    from compiled_ai.compliance.blocks import values_are_hidden
    from compiled_ai.decisions.log import input_digest

    manifest = artifact.manifest
    is_hidden = values_are_hidden(manifest.compliance) is not None
    return {
        "workflow": manifest.name,
        "version": manifest.version,
        "artifact": manifest.artifact,
        "input": input_digest(value),
        "output": result.output,
        "served_by": result.served_by,
        "reason": result.reason,
        "steps": [step.to_json(hidden=is_hidden) for step in steps],
        "evidence": manifest.evidence,
        "decision_log": logged,
    }


def _print(
    artifact: Artifact,
    value: dict[str, Any],
    result: Result,
    steps: tuple[StepExplanation, ...],
    logged: dict[str, Any] | None,
) -> None:
    from compiled_ai.compliance.blocks import values_are_hidden
    from compiled_ai.decisions.log import input_digest

    manifest = artifact.manifest
    is_hidden = values_are_hidden(manifest.compliance) is not None
    typer.echo(f"{manifest.name} {manifest.version}")
    typer.echo(f"  artifact  {manifest.artifact}")
    typer.echo(f"  input     {input_digest(value)}")
    answer = (
        f"declined: {result.reason}"
        if result.output is None
        else json.dumps(result.output, ensure_ascii=False)
    )
    typer.echo(f"  decision  {answer}  (served by {result.served_by})")
    for number, step in enumerate(steps, start=1):
        _print_step(number, step, is_hidden=is_hidden)
    if logged is not None:
        typer.echo(_log_line(logged))


def _print_step(number: int, step: StepExplanation, *, is_hidden: bool) -> None:
    fields = step.to_json(hidden=is_hidden)
    trace = step.trace
    typer.echo(f"\n{number}. {trace.step} ({trace.kind})")
    typer.echo(f"   took    {json.dumps(fields['took'], ensure_ascii=False)}")
    gave = "nothing: it declined" if trace.gave is None else json.dumps(fields["gave"], ensure_ascii=False)
    typer.echo(f"   gave    {gave}")
    if trace.line is None:
        typer.echo(f"   how     {_HOW.get(trace.how, trace.how)}")
        return
    typer.echo(f"   decided line {trace.line} of activities.py: {step.code}")
    for condition in step.conditions:
        verdict = "held" if condition.held else "did not hold"
        typer.echo(f"           line {condition.line}: {condition.text}: {verdict}")
    if step.basis:
        place = f"line {step.spec_line} of the spec: " if step.spec_line else ""
        typer.echo(f"   basis   {place}{step.basis}")
    typer.echo(f"   lines   {_ranges(trace.lines)}")
    if step.support is not None:
        support = step.support
        typer.echo(
            f"   cases   {support.examples} examples ({support.examples_right} right) and {support.tests} hidden tests"
            f" ({support.tests_right} right) of the spec end at this line"
        )


def _log_line(logged: dict[str, Any]) -> str:
    times = logged["times"]
    if not times:
        return f"\n{logged['path']}: this decision is not in the log"
    same = (
        "with this output"
        if logged["same_output"]
        else "but with ANOTHER output: a model or an effect took part"
    )
    return f"\n{logged['path']}: the chain holds; made {len(times)} times, last at {times[-1]}, {same}"


def _ranges(lines: tuple[int, ...]) -> str:
    """Such as ``12-15, 18``."""
    found: list[list[int]] = []
    for line in sorted(lines):
        if found and line == found[-1][1] + 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


def verify_log_command(
    workflow: Annotated[
        str, typer.Argument(help="Name in the store, name@digest, or folder of an artifact; or a log file.")
    ],
    kind: Annotated[
        str, typer.Option(metavar="decisions|effects", help="Which log of the workflow.")
    ] = "decisions",
    expect: Annotated[
        str,
        typer.Option(
            metavar="DIGEST",
            help="Digest of a record that must still be in the log, such as the last one that you kept elsewhere.",
        ),
    ] = "",
    show: Annotated[bool, typer.Option("--show", help="Print the records too.")] = False,
    store: _options.StoreRoot = Path("workflows"),
    as_json: _options.Json = False,
) -> None:
    """Check that no record of a log was changed, taken out or put in; exit code 7 if one was.

    Keep the digest it prints somewhere else: that records are missing at the end, or that the whole log was written anew, only --expect can show.
    """
    from compiled_ai.errors import StoreError

    if kind not in {"decisions", "effects"}:
        raise typer.BadParameter(f"'{kind}' is none of decisions, effects", param_hint="--kind")
    path = _log_path(workflow, kind, store)
    if not path.exists():
        raise StoreError(f"{path} does not exist: no run has left a record there.")
    chain = _chain(path, kind)
    digests = [record.digest for record in chain.records]
    if expect and not any(one == expect for one in (*digests, chain.anchor.last if chain.anchor else "")):
        raise StoreError(
            f"{path}: the chain holds, but the record {expect} is not in it: the log was cut at its end, or written anew"
        )
    if as_json:
        document: dict[str, Any] = {
            "path": str(path),
            "holds": True,
            "records": len(digests),
            "head": chain.head,
        }
        if show:
            document["entries"] = [record.to_json() for record in chain.records]
        typer.echo(json.dumps(document, ensure_ascii=False))
        return
    typer.echo(f"{path}: {len(digests)} records, the chain holds")
    if chain.anchor:
        typer.echo(
            f"{chain.anchor.removed} older ones, up to {chain.anchor.last_at}, were purged ({chain.anchor.rule})"
        )
    typer.echo(f"last record: {chain.head or 'none'}")
    if show:
        for record in chain.records:
            typer.echo(json.dumps(record.to_json(), ensure_ascii=False))


def _chain(path: Path, kind: str) -> Any:
    from compiled_ai.decisions.log import read_decisions
    from compiled_ai.effects.audit import read_chained_audit

    return read_decisions(path) if kind == "decisions" else read_chained_audit(path)


def _log_path(workflow: str, kind: str, store: Path) -> Path:
    from compiled_ai.decisions.log import decisions_path

    if workflow.endswith(".jsonl"):
        return Path(workflow)
    manifest, root = _options.find_manifest(store, workflow)
    name = manifest.name
    return decisions_path(root, name) if kind == "decisions" else _effects.audit_path(root, name, None)
