"""What the validation gate stops and what it lets pass, tool by tool, on corpora written without sight of it.

    python benchmarks/run_gate.py [--functions FOLDER ...]

Corpora: ``tests/corpus/``. A further FOLDER holds an ``index.yaml`` of the same form as ``tests/corpus/functions``. Intervals are 95 % Wilson intervals.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from compiled_ai.factory.validate import ValidateOptions, validate_activities
from compiled_ai.findings import Finding
from compiled_ai.scoring.statistics import wilson_interval
from compiled_ai.spec import load_spec
from compiled_ai.validation.security import check_security

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
JUDGED: dict[str, Any] = yaml.safe_load((CORPUS / "defects" / "judged.yaml").read_text())
"""What we say of the defects after their first look: stopped earlier, harmless, or gaps."""
SCANNERS = ("bandit", "semgrep", "detect-secrets")


@dataclass(frozen=True)
class Stopped:
    """How validation of one file ended."""

    name: str
    wanted: tuple[str, ...]
    """Stages that may stop it; empty when none should."""
    kind: str
    stage: str
    """That stopped it; empty when it passed."""
    tools: tuple[str, ...]
    """That found an error in that stage."""


@dataclass(frozen=True)
class Scanned:
    """Which tools found an error in one function."""

    name: str
    cwe: int
    vulnerable: bool
    tools: frozenset[str]
    right_cwe: bool


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--functions", type=Path, nargs="*", default=[CORPUS / "functions"])
    folders = parser.parse_args().functions
    with ProcessPoolExecutor(2) as pool:
        report_correct(list(pool.map(judge_correct, sorted(CORPUS.glob("correct/*/spec.yaml")))))
        index = yaml.safe_load((CORPUS / "defects" / "index.yaml").read_text())
        report_defects(list(pool.map(judge_defect, index)))
        for folder in folders:
            entries = [
                {**entry, "folder": folder} for entry in yaml.safe_load((folder / "index.yaml").read_text())
            ]
            report_functions(folder, list(pool.map(scan_function, entries)))


def judge_correct(spec_path: Path) -> Stopped:
    """All four stages on one correct activity."""
    return _judge(spec_path.parent.name, spec_path, spec_path.with_name("activities.py"), (), "correct")


def judge_defect(entry: dict[str, Any]) -> Stopped:
    """All four stages on one planted defect."""
    folder = CORPUS / "defects"
    stage = entry["stage"]
    earlier = tuple(name for name, ids in JUDGED["earlier"].items() if entry["id"] in ids)
    wanted = ((stage,) if isinstance(stage, str) else tuple(stage)) + earlier
    spec = folder / "specs" / f"{Path(entry['spec']).stem}.yaml"
    return _judge(entry["id"], spec, folder / entry["file"], wanted, entry["kind"])


def _judge(name: str, spec: Path, code: Path, wanted: tuple[str, ...], kind: str) -> Stopped:
    source = code.read_bytes().decode("utf-8", "surrogateescape")
    failed = validate_activities(source, load_spec(spec), ValidateOptions()).verification.failed_stage
    tools = tuple(sorted({finding.tool for finding in failed.errors})) if failed else ()
    return Stopped(name, wanted, kind, failed.stage if failed else "", tools)


def scan_function(entry: dict[str, Any]) -> Scanned:
    """The security stage on one function."""
    source = (Path(entry["folder"]) / entry["file"]).read_text()
    errors: Sequence[Finding] = check_security(source).errors
    cwe = int(str(entry["cwe"]).upper().removeprefix("CWE-"))
    return Scanned(
        entry["file"],
        cwe,
        entry["vulnerable"],
        frozenset(finding.tool for finding in errors),
        any(finding.cwe == cwe for finding in errors if finding.tool in SCANNERS),
    )


def report_correct(ended: Sequence[Stopped]) -> None:
    """How many correct activities pass."""
    passed = sum(not item.stage for item in ended)
    print(f"correct activities: {share(passed, len(ended))} pass all four stages")
    for item in ended:
        if item.stage:
            print(f"  rejected: {item.name} at {item.stage} by {', '.join(item.tools)}")


def report_defects(ended: Sequence[Stopped]) -> None:
    """How many planted defects are stopped, and by what."""
    stopped = sum(bool(item.stage) for item in ended)
    own = sum(item.stage in item.wanted for item in ended)
    print(f"\nplanted defects: {share(stopped, len(ended))} stopped, {own} at a stage that claims them")
    tools = sorted({tool for item in ended for tool in item.tools})
    rows: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for item in ended:
        row = rows["/".join(item.wanted), item.kind]
        row["n"] += 1
        row["stopped"] += item.stage in item.wanted
        row.update(item.tools)
    width = max((len(kind) for _, kind in rows), default=4)
    print(f"  {'claimed by':<26}{'kind':<{width + 2}}{'n':>3}{'own':>5}  " + "  ".join(tools))
    for (stage, kind), row in sorted(rows.items()):
        found = "  ".join(f"{row[tool] or '':>{len(tool)}}" for tool in tools)
        print(f"  {stage:<26}{kind:<{width + 2}}{row['n']:>3}{row['stopped']:>5}  {found}")
    for item in ended:
        if item.stage not in item.wanted:
            note = JUDGED["harmless"].get(item.name) or f"gap: {JUDGED['gaps'].get(item.name, 'new')}"
            where = (
                f"stopped at {item.stage} by {', '.join(item.tools)}"
                if item.stage
                else f"not stopped ({note})"
            )
            print(f"  {item.name} ({'/'.join(item.wanted)}, {item.kind}): {where}")


def report_functions(folder: Path, scanned: Sequence[Scanned]) -> None:
    """Recall and false positives of the gate and of each tool alone."""
    bad = [item for item in scanned if item.vulnerable]
    good = [item for item in scanned if not item.vulnerable]
    print(
        f"\nfunctions in {folder.name}: {len(bad)} vulnerable, {len(good)} safe, {len({item.cwe for item in scanned})} CWEs"
    )
    print(f"  {'':<34}{'recall':<32}false positives")
    lines: list[tuple[str, Callable[[Scanned], bool]]] = [
        ("the whole gate (with the subset)", lambda item: bool(item.tools)),
        ("detections (scanners together)", lambda item: bool(item.tools & set(SCANNERS))),
        ("detections with the right CWE", lambda item: item.right_cwe),
        ("policy: outside the subset", lambda item: "subset" in item.tools),
        *((f"{tool} alone", lambda item, tool=tool: tool in item.tools) for tool in SCANNERS),
    ]
    for label, found in lines:
        print(
            f"  {label:<34}{share(sum(map(found, bad)), len(bad)):<32}{share(sum(map(found, good)), len(good))}"
        )
    missed = [item.name for item in bad if not item.tools & set(SCANNERS)]
    wrong = [item.name for item in good if item.tools & set(SCANNERS)]
    print(f"  missed by the scanners: {', '.join(missed) or 'none'}")
    print(f"  safe, but detected: {', '.join(wrong) or 'none'}")


def share(count: int, total: int) -> str:
    """A share in percent with n and its interval."""
    interval = wilson_interval(count, total)
    return f"{count} of {total} ({100 * count / max(total, 1):.0f} %, {100 * interval.low:.0f}-{100 * interval.high:.0f})"


if __name__ == "__main__":
    main()
