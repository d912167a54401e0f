"""``compiled-ai review``: what waits for a person."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from compiled_ai.cli import _options

if TYPE_CHECKING:
    from compiled_ai.artifact import Artifact, Manifest
    from compiled_ai.cases import CaseLog, LoggedCase
    from compiled_ai.execution.review import Review

_Name = Annotated[str, typer.Argument(help="Name in the store, name@digest, or folder of an artifact.")]


def review_command(
    workflow: _Name,
    list_: Annotated[
        bool, typer.Option("--list", help="Print the cases that wait, and end; with --json as data.")
    ] = False,
    status: Annotated[
        str,
        typer.Option(metavar="queued|logged|answered|rejected|all", help="Which cases --list prints."),
    ] = "queued",
    answer: Annotated[str | None, typer.Option(metavar="ID", help="Answer this case with --output.")] = None,
    output: Annotated[
        str | None, typer.Option(metavar="JSON", help="The right output: a JSON object, or a .json file.")
    ] = None,
    reject: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Decide that nobody answers this case, or take an answer back."),
    ] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decides.")] = "",
    note: Annotated[str, typer.Option(help="Anything worth remembering of the decision.")] = "",
    store: _options.StoreRoot = Path("workflows"),
    as_json: _options.Json = False,
) -> None:
    """Show the cases that wait for a person, and take the answers."""
    from compiled_ai.execution.review import Review

    if answer and reject:
        raise typer.BadParameter("a case is answered or rejected, not both", param_hint="--reject")
    if (answer is None) is not (output is None):
        raise typer.BadParameter("--answer and --output go together", param_hint="--output")
    with open_log(store, workflow)[0] as log:
        if list_:
            _list(log, status, as_json=as_json)
        elif answer or reject:
            if not by.strip():
                raise typer.BadParameter("a decision needs the name of who decides", param_hint="--by")
            review = Review(_artifact(store, workflow), log)
            case = (
                review.answer(answer, _output(output or ""), by=by, note=note)
                if answer
                else review.reject(reject or "", by=by, note=note)
            )
            _tell(review, case, as_json=as_json)
        else:
            _walk(Review(_artifact(store, workflow), log), by=by)


def open_log(store: Path, workflow: str) -> tuple[CaseLog, Manifest]:
    """The case log of `workflow` and its manifest, also of one that cannot run here.

    Raises:
        StoreError: no case was logged, or the log cannot be opened.
    """
    from compiled_ai.cases import CaseLog, cases_path

    manifest, root = _options.find_manifest(store, workflow)
    return CaseLog.open(cases_path(root, manifest.name), create=False), manifest


def _artifact(store: Path, workflow: str) -> Artifact:
    from compiled_ai.artifact import Store, load_artifact

    return load_artifact(Store(store).find(workflow))


def _output(text: str) -> object:
    from compiled_ai.errors import InputError
    from compiled_ai.spec.json_text import parse_json_object
    from compiled_ai.spec.load import read_text

    try:
        return parse_json_object(text if text.lstrip().startswith("{") else read_text(Path(text)))
    except ValueError as error:
        raise InputError(f"the answer is {error}", field="output") from None


def case_json(case: LoggedCase) -> dict[str, Any]:
    """`case` as programs are told of it."""
    cost = None if case.cost_usd is None else str(case.cost_usd)
    return {**dataclasses.asdict(case), "cost_usd": cost}


def _list(log: CaseLog, status: str, *, as_json: bool) -> None:
    from compiled_ai.cases import CaseStatus

    known = get_args(CaseStatus)
    if status not in {*known, "all"}:
        raise typer.BadParameter(f"'{status}' is none of {', '.join(known)}, all", param_hint="--status")
    found = log.cases(status=None if status == "all" else status)  # type: ignore[arg-type]  # checked above
    if as_json:
        document = {
            "path": str(log.path),
            "totals": log.totals(),
            "cases": [case_json(case) for case in found],
        }
        typer.echo(json.dumps(document))
        return
    totals = ", ".join(f"{count} {name}" for name, count in log.totals().items())
    typer.echo(f"{log.path}: {totals}")
    for case in found:
        again = f" ({case.seen} times)" if case.seen > 1 else ""
        step = f"  step {case.step}" if case.step else ""
        typer.echo(f"{case.id}  {case.at[:19]}  {case.status}{again}{step}  {_line(case.reason)}")


def _tell(review: Review, case: LoggedCase, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(case_json(case)))
        return
    typer.echo(f"case {case.id} is {case.status}")
    if case.status == "answered" and not review.is_served(case):
        why = "its values are masked" if case.masked else "it is of another version of the spec"
        typer.echo(f"the answer is kept, and serves no other input: {why}", err=True)


def _walk(review: Review, *, by: str) -> None:
    """Show one case after the other, and take what the person says."""
    waiting = list(review.log.cases(status="queued"))
    if not waiting:
        typer.echo("nothing waits for a person")
        return
    by = by.strip() or typer.prompt("Your name")
    for number, case in enumerate(waiting, start=1):
        _show(review, case, place=f"{number} of {len(waiting)}")
        if not _decide(review, case, by=by):
            return


def _decide(review: Review, case: LoggedCase, *, by: str) -> bool:
    """Take the decision on `case`; False when the person has had enough."""
    from compiled_ai.errors import InputError

    while True:
        said = str(typer.prompt("Answer as JSON, or: skip, reject, quit", prompt_suffix="\n> ")).strip()
        try:
            match said.lower():
                case "q" | "quit":
                    return False
                case "s" | "skip":
                    return True
                case "r" | "reject":
                    note = typer.prompt("Why", default="", show_default=False)
                    decided = review.reject(case.id, by=by, note=note)
                case _:
                    decided = review.answer(case.id, _answered(said), by=by)
        except InputError as error:
            typer.echo(f"error: {error}", err=True)
            continue
        _tell(review, decided, as_json=False)
        return True


def _answered(said: str) -> object:
    from compiled_ai.errors import InputError

    if not said.startswith("{"):
        raise InputError('an answer is a JSON object such as {"name": "value"}', field="output")
    return _output(said)


def _show(review: Review, case: LoggedCase, *, place: str) -> None:
    whose = f"step '{case.step}'" if case.step else "the whole task"
    typer.echo(f"\n[{place}] case {case.id}, {case.at[:19]} UTC, {whose}, came {case.seen} times")
    typer.echo(f"why: {_line(case.reason)}")
    if case.masked:
        typer.echo("values are masked: find the record in the system that holds this case id")
    typer.echo("input:")
    typer.echo(textwrap.indent(_pretty(case.input), "  "))
    typer.echo("an answer must fit:")
    typer.echo(textwrap.indent(_pretty(review.schema(case)), "  "))


def _pretty(data: object) -> str:
    return _printable(json.dumps(data, indent=2, ensure_ascii=False))


def _line(text: str) -> str:
    return _printable(" ".join(text.split()))


def _printable(text: str) -> str:
    """`text` without what moves the cursor or cannot be encoded: it may come from a stranger."""
    return "".join(
        character if character.isprintable() or character == "\n" else f"\\u{ord(character):04x}"
        for character in text
    )
