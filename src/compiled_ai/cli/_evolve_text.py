"""What `evolve` found, for people and for programs."""

from __future__ import annotations

from pathlib import Path

import typer

from compiled_ai.artifact import Artifact
from compiled_ai.compliance.blocks import values_are_hidden
from compiled_ai.evolve.diff import BehaviourDiff, Compared, Group
from compiled_ai.evolve.evolution import Approved, Evolution
from compiled_ai.evolve.lessons import Conflict
from compiled_ai.scoring.statistics import wilson_interval
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json
from compiled_ai.spec.schema import shorten

_SHARES: dict[str, tuple[Group, ...]] = {
    "seen (new examples)": ("new example",),
    "held out (new hidden cases)": ("new hidden",),
    "other logged inputs": ("logged",),
}
_LISTED = 40
"""Rows that are printed; JSON has them all."""
_SHOWN = 160
"""Characters of an input or output that are printed."""


def evolution_json(found: Evolution) -> JsonObject:
    """All of `found`."""
    values = not values_are_hidden(found.base.manifest.compliance)
    selection, harvest = found.selection, found.harvest
    conflicts: list[JsonValue] = [_conflict_json(conflict, values=values) for conflict in harvest.conflicts]
    return {
        "base": found.base.manifest.artifact,
        "candidate": found.candidate.manifest.artifact if found.candidate else None,
        "spec": str(found.spec.source.path) if found.spec else None,
        "rung": found.compilation.rung if found.compilation else None,
        "spent": found.compilation.ledger.to_json()["totals"] if found.compilation else None,
        "learnt": {
            "new_examples": len(selection.examples),
            "new_hidden": len(selection.hidden),
            "spare": len(selection.spare),
            "known_already": harvest.known,
            "unusable": found.unusable,
            "suspect": found.suspect,
        },
        "left_out": {**harvest.left_out},
        "conflicts": conflicts,
        "note": found.note,
        "discarded": [
            {
                "candidate": one.candidate or None,
                "new_examples": one.examples,
                "regressions": one.regressions,
                "problem": one.problem,
            }
            for one in found.discarded
        ],
        **(diff_json(found.diff, values=values) if found.diff else {}),
    }


def approved_json(done: Approved) -> JsonObject:
    """All of `done`."""
    values = not values_are_hidden(done.base.manifest.compliance)
    return {
        "base": done.base.manifest.artifact,
        "candidate": done.candidate.manifest.artifact,
        "promoted": done.promotion is not None,
        "record": done.promotion.to_json() if done.promotion else None,
        **diff_json(done.diff, values=values),
    }


def diff_json(diff: BehaviourDiff, *, values: bool) -> JsonObject:
    """The table, the shares and every change."""
    table: list[JsonValue] = [
        {"group": group, "authority": authority, "changes": {**changes}}
        for (group, authority), changes in diff.table().items()
    ]
    rows: list[JsonValue] = [_row_json(row, values=values) for row in diff.changes]
    shares: JsonObject = {
        name: {
            "before": diff.share(groups, after=False).to_json(),
            "after": diff.share(groups, after=True).to_json(),
        }
        for name, groups in _SHARES.items()
    }
    wrong, newly = diff.newly_wrong()
    return {
        "table": table,
        "zero_token_share": shares,
        "newly_answered_held_out": {"n": newly, "wrong": wrong},
        "regressions": len(diff.regressions),
        "changes": rows,
    }


def print_evolution(found: Evolution, *, store: Path) -> None:
    """`found` for a person, with what to do next."""
    selection, harvest = found.selection, found.harvest
    manifest = found.base.manifest
    typer.echo(f"{manifest.name} {manifest.version} ({manifest.artifact[:15]})")
    if found.note:
        typer.echo(f"note: {found.note}")
    typer.echo(
        f"learnt: {len(selection.examples)} new examples, {len(selection.hidden)} new hidden cases; {len(selection.spare)} more are only compared; "
        f"{harvest.known} are cases of the spec already"
    )
    left_out = {
        **harvest.left_out,
        **({"break a rule of the evaluators": found.unusable} if found.unusable else {}),
        **({"kept from the coder by the input gate": found.suspect} if found.suspect else {}),
    }
    for reason, count in left_out.items():
        typer.echo(f"left out: {count} ({reason})")
    _print_conflicts(harvest.conflicts, values=not values_are_hidden(manifest.compliance))
    if found.spec is None or found.candidate is None or found.diff is None or found.compilation is None:
        typer.echo("nothing new to learn; nothing was changed")
        return
    for one in found.discarded:
        why = f"{one.regressions} regressions" if one.candidate else one.problem.splitlines()[0]
        typer.echo(f"discarded: {one.candidate[:15] or 'a try'} made of {one.examples} new examples: {why}")
    typer.echo(
        f"candidate: {found.candidate.manifest.artifact[:15]} ({found.spec.name} {found.spec.version}, rung: {found.compilation.rung})"
    )
    _print_diff(found.diff, found.base)
    if found.diff.regressions:
        typer.echo(f"not to be promoted: {len(found.diff.regressions)} regressions. Nothing was changed")
        return
    at = "" if store == Path("workflows") else f" --store {store}"
    typer.echo("nothing regresses. To promote this very candidate:")
    typer.echo(
        f"  compiled-ai evolve {manifest.name} --approve {found.candidate.manifest.artifact} --by NAME{at}"
    )
    _print_take_over(found.spec.source.path)


def print_approved(done: Approved) -> None:
    """`done` for a person."""
    _print_diff(done.diff, done.base)
    if done.promotion is None:
        typer.echo(f"not promoted: {len(done.diff.regressions)} regressions. Nothing was changed")
        return
    name = done.candidate.manifest.name
    typer.echo(f"{name}: {done.promotion.new[:15]} is current, approved by {done.promotion.actor}")
    typer.echo(f"take it back: compiled-ai rollback {name} --by NAME --why TEXT")
    _print_take_over(done.spec.source.path)


def _print_take_over(path: Path) -> None:
    typer.echo(
        f"the evolved spec is {path}; to take it over, copy all .yaml and .jsonl files of that folder beside yours,"
    )
    typer.echo("or your next `compile` makes an artifact that has learnt nothing")


def _print_conflicts(conflicts: tuple[Conflict, ...], *, values: bool) -> None:
    for conflict in conflicts[:_LISTED]:
        typer.echo(f"conflict: {conflict.digest[:15]} {conflict.why}")
        if values:
            typer.echo(f"    {shorten(canonical_json(conflict.input), _SHOWN)}")
            for who, answer in conflict.answers[:4]:
                typer.echo(f"    {who}: {_output(answer)}")
    if conflicts[_LISTED:]:
        typer.echo(f"and {len(conflicts) - _LISTED} conflicts more (--json has all)")


def _print_diff(diff: BehaviourDiff, base: Artifact) -> None:
    typer.echo("\nbefore->after, by kind of case and who says what is right")
    for (group, authority), changes in diff.table().items():
        said = ", ".join(f"{count} {change}" for change, count in changes.items())
        typer.echo(f"  {group:<12} {authority:<7} {sum(changes.values()):>5}: {said}")
    typer.echo("zero-token share, before and after")
    for name, groups in _SHARES.items():
        shares = [diff.share(groups, after=after).to_json() for after in (False, True)]
        if shares[0]["n"]:
            typer.echo(f"  {name:<28} {_share(shares[0])} -> {_share(shares[1])}")
    wrong, newly = diff.newly_wrong()
    if wrong:
        low, high = _percents(wrong, newly)
        typer.echo(
            f"WARNING: of {newly} held-out inputs that only the candidate answers, {wrong} are answered otherwise than the fallback model or a person did "
            f"({low:.0f} to {high:.0f} % wrong, if those are right)"
        )
    values = not values_are_hidden(base.manifest.compliance)
    rows = sorted(diff.changes, key=lambda row: not row.is_regression)
    for row in rows[:_LISTED]:
        _print_row(row, values=values)
    if rows[_LISTED:]:
        typer.echo(f"and {len(rows) - _LISTED} changes more (--json has all)")


def _print_row(row: Compared, *, values: bool) -> None:
    mark = "REGRESSION " if row.is_regression else ""
    subject = row.subject
    typer.echo(f"  {mark}{subject.digest[:15]} {subject.group} ({subject.authority}): {row.change}")
    if values:
        typer.echo(f"      {shorten(canonical_json(subject.input), _SHOWN)}")
        typer.echo(f"      {_output(row.before.output)} -> {_output(row.after.output)}")


def _share(share: JsonObject) -> str:
    count, answered = share["n"], share["answered"]
    assert isinstance(count, int)
    assert isinstance(answered, int)
    low, high = _percents(answered, count)
    return f"{100 * answered / count:.0f} % (n={count}, {low:.0f}-{high:.0f}; {share['right']} right, {share['wrong']} wrong)"


def _percents(count: int, total: int) -> tuple[float, float]:
    interval = wilson_interval(count, total)
    return 100 * interval.low, 100 * interval.high


def _output(output: JsonObject | None) -> str:
    return "declined" if output is None else shorten(canonical_json(output), _SHOWN)


def _row_json(row: Compared, *, values: bool) -> JsonObject:
    subject = row.subject
    shown: JsonObject = {
        "input": subject.input,
        "expected": subject.expected,
        "before": row.before.output,
        "after": row.after.output,
    }
    return {
        "digest": subject.digest,
        "group": subject.group,
        "authority": subject.authority,
        "change": row.change,
        "regression": row.is_regression,
        "runs": subject.runs,
        **(shown if values else {}),
    }


def _conflict_json(conflict: Conflict, *, values: bool) -> JsonObject:
    answers: list[JsonValue] = [{"by": who, "output": output} for who, output in conflict.answers]
    shown: JsonObject = {"input": conflict.input, "answers": answers} if values else {}
    return {"digest": conflict.digest, "why": conflict.why, **shown}
