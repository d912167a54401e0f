"""Shares of lines and branches, made by coverage.py from what the WebAssembly sandbox says was reached.

The same library does the sums for the jail, so that the figures mean the same: what counts as a statement and as a branch is coverage.py's word.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from compiled_ai.sandbox.model import CoverageFacts


def coverage_facts(source: str, reached: object) -> CoverageFacts | None:
    """The figures; None when `reached` is not of the form that the guest uses, or `source` cannot be analysed."""
    match reached:
        case {"lines": list(lines), "arcs": list(arcs)} if _are_lines(lines) and all(map(_is_arc, arcs)):
            pass
        case _:
            return None
    from coverage import Coverage
    from coverage.exceptions import CoverageException

    with tempfile.TemporaryDirectory(prefix="compiled-ai-wasm-") as folder:
        path = Path(folder).resolve() / "activities.py"
        path.write_bytes(source.encode(errors="replace"))
        watch = Coverage(data_file=None, config_file=False, branch=True, include=[str(path)])
        watch.clear_exclude()  # a comment in generated code must not take lines out of the count
        watch.clear_exclude("partial")
        try:
            watch.get_data().add_arcs(
                {str(path): [(line, line) for line in lines] + [(a, b) for a, b in arcs]}
            )
            _, statements, _, missing, _ = watch.analysis2(str(path))
            branches = watch.branch_stats(str(path)).values()
        except (CoverageException, SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
            return None
    possible, taken = sum(total for total, _ in branches), sum(ran for _, ran in branches)
    return CoverageFacts(
        lines=1 - len(missing) / len(statements) if statements else 1.0,
        branches=taken / possible if possible else 1.0,
        missing_lines=tuple(missing),
    )


def _is_arc(arc: object) -> bool:
    return isinstance(arc, list) and len(arc) == 2 and _are_lines(arc)


def _are_lines(lines: list[object]) -> bool:
    return all(type(line) is int and abs(line) < 2**31 for line in lines)
