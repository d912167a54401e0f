"""``compiled-ai scan``: what the gates say of a text, a file or rows of JSONL. No model is asked and nothing is kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compiled_ai.cli import _options

if TYPE_CHECKING:
    from compiled_ai.cli._scan_gates import Scanned
    from compiled_ai.gates.policy import TextMode

EXIT_BLOCKED = 12
EXIT_BAD_ROWS = 4
SHOWN_ROWS = 1_000
"""Rows of JSONL with a finding that are shown; more are counted."""
GATE_CHOICES = ("input", "pii", "output", "all")


def scan_command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="TEXT|FILE|-",
            help="A text, a file, rows of JSONL (by its ending, or with --field), or - for standard input.",
        ),
    ],
    gate: Annotated[
        str,
        typer.Option(
            metavar="|".join(GATE_CHOICES),
            help="Which gates are asked. The output gate needs --prompt to find a leaked prompt.",
        ),
    ] = "all",
    mode: Annotated[
        str,
        typer.Option(
            metavar="direct|document",
            help="direct: the text is said to a model. document: a model reads it, so that any order to the model is out of place.",
        ),
    ] = "direct",
    policy: Annotated[
        str, typer.Option(metavar="default|strict|off|FILE|JSON", help="What flags and what blocks.")
    ] = "default",
    field: Annotated[
        str,
        typer.Option(
            help="Field of each row, such as text or message.body. Without it all strings of a row are read."
        ),
    ] = "",
    prompt: Annotated[
        Path | None,
        typer.Option(help="File with the system prompt that the output gate looks for in the text."),
    ] = None,
    as_json: _options.Json = False,
) -> None:
    """Scan texts for attacks on a model (input), data of persons (pii) and leaked prompts (output).

    Exit code 0: nothing is blocked; 12: something is; 4: some rows could not be read, and nothing is blocked.
    What is shown never repeats data of persons, secrets or the prompt.
    """
    from compiled_ai.cli._scan_gates import open_scan
    from compiled_ai.cli._scan_source import pieces
    from compiled_ai.gates.policy import read_policy

    chosen = read_policy(policy, option="--policy")
    scan = open_scan(_choice(gate, GATE_CHOICES, "--gate"), chosen, mode=_mode(mode), prompt=_prompt(prompt))
    counts: Counter[str] = Counter()
    shown: list[dict[str, object]] = []
    for piece in pieces(source, field=field):
        scanned = scan(piece)
        counts[scanned.action] += 1
        if counts["flag"] + counts["block"] + counts["unreadable"] > SHOWN_ROWS and scanned.action != "allow":
            counts["left out"] += 1
        elif as_json:
            if scanned.action != "allow" or not scanned.is_row:
                shown.append(scanned.to_json())
        else:
            _print(scanned)
    if as_json:
        document = {
            "policy": chosen.to_json(),
            "counts": dict(counts),
            "not_asked": dict(scan.not_asked),
            "texts": shown,
        }
        typer.echo(json.dumps(document))
    else:
        _print_end(counts, scan.not_asked)
    _leave(counts)


def _print(scanned: Scanned) -> None:
    if scanned.action == "allow" and scanned.is_row:
        return
    for line in scanned.lines():
        typer.echo(line)


def _print_end(counts: Counter[str], not_asked: Sequence[tuple[str, str]]) -> None:
    for name, why in not_asked:
        typer.echo(f"not asked: {name}: {why}")
    if counts["left out"]:
        typer.echo(f"{counts['left out']:,} more with findings are not shown")
    read = counts["allow"] + counts["flag"] + counts["block"] + counts["unreadable"]
    if read != 1:
        unreadable = f", {counts['unreadable']:,} could not be read" if counts["unreadable"] else ""
        typer.echo(
            f"{read:,} texts: {counts['block']:,} blocked, {counts['flag']:,} flagged, {counts['allow']:,} without a finding that counts{unreadable}"
        )


def _leave(counts: Counter[str]) -> None:
    if counts["block"]:
        raise typer.Exit(EXIT_BLOCKED)
    if counts["unreadable"]:
        raise typer.Exit(EXIT_BAD_ROWS)


def _prompt(path: Path | None) -> str:
    from compiled_ai.spec.load import read_text

    return "" if path is None else read_text(path)


def _mode(given: str) -> TextMode:
    from compiled_ai.gates.policy import TEXT_MODES

    for mode in TEXT_MODES:
        if mode == given:
            return mode
    raise typer.BadParameter(f"'{given}' is none of {', '.join(TEXT_MODES)}", param_hint="--mode")


def _choice(given: str, known: Sequence[str], option: str) -> str:
    if given not in known:
        raise typer.BadParameter(f"'{given}' is none of {', '.join(known)}", param_hint=option)
    return given
