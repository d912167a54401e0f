"""Which lines and branches of the generated code ran. Works inside the jail."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coverage import Coverage


_REHEARSAL = "/rehearsal.py"


@cache
def warm_coverage(path: str) -> Coverage:
    """A meter for code compiled under the file name `path`. One per process and path.

    It has measured a line of ours under another name, so that what is slow at first (imports, tables, a database in memory) is behind it. That halves
    the cost in a fork.
    """
    from coverage import Coverage

    meter = Coverage(data_file=None, config_file=False, branch=True, include=[path, _REHEARSAL])
    meter.clear_exclude()  # a comment in generated code must not take lines out of the count
    meter.clear_exclude("partial")
    meter.start()
    exec(compile("pass", _REHEARSAL, "exec"), {})  # noqa: S102 - a constant
    coverage_facts(meter, _REHEARSAL, file=__file__)
    return meter


def start_measuring(path: str) -> Coverage:
    """The meter for `path`, at work."""
    meter = warm_coverage(path)
    # After a fork it would make its tables anew, as if they were a file; these are in memory and our own. Should the attribute go, that costs time only.
    vars(meter.get_data())["_pid"] = os.getpid()
    meter.start()
    return meter


def coverage_facts(meter: Coverage, path: str, *, file: str) -> dict[str, Any] | None:
    """Shares of lines and branches that ran; None when generated code has broken the measuring.

    Args:
        meter: What measured.
        path: The file name that the code was compiled under.
        file: Where its text can be read.
    """
    try:
        meter.stop()
        data = meter.get_data()
        data.add_arcs({file: data.arcs(path) or ()})
        _, statements, _, missing, _ = meter.analysis2(file)
        branches = meter.branch_stats(file).values()
        possible, taken = sum(total for total, _ in branches), sum(ran for _, ran in branches)
    except Exception:  # noqa: BLE001 - without figures the job is still worth its rows
        return None
    return {
        "lines": 1 - len(missing) / len(statements) if statements else 1.0,
        "branches": taken / possible if possible else 1.0,
        "missing_lines": missing,
    }
