"""Runs as logs of Inspect (``.eval``), so that its viewer and its data frames open them. Written with the standard library alone.

The form is a ZIP with ``header.json``, ``summaries.json``, ``_journal/start.json`` and one ``samples/<id>_epoch_<n>.json`` a row, as of log
version 2: https://inspect.aisi.org.uk/eval-logs.html. A log is of one model or system, so a run becomes one log for each of its systems.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from compiled_ai.bench.report.markup import visible
from compiled_ai.bench.rows import RIGHT, CallRow, CaseRow, Outcome, Run
from compiled_ai.files import partial_path
from compiled_ai.scoring.statistics import wilson_interval
from compiled_ai.spec.canonical import JsonObject, JsonValue

_VERSION = 2
_MOMENT = (2026, 1, 1, 0, 0, 0)
"""Of each member of the archive: the same run gives the same bytes."""
_SCORER = "official"
_WRONG: frozenset[Outcome] = frozenset(("wrong",))


def write_inspect_logs(run: Run, folder: Path) -> list[Path]:
    """One ``.eval`` file for each system of `run`, in `folder`, which is made. The paths, in the order of the systems."""
    folder.mkdir(parents=True, exist_ok=True)
    of_system: dict[str, list[CaseRow]] = {name: [] for name in run.info.systems}
    for row in run.cases:
        of_system.setdefault(row.system, []).append(row)
    return [_write(run, system, rows, folder) for system, rows in of_system.items()]


def _write(run: Run, system: str, rows: Sequence[CaseRow], folder: Path) -> Path:
    samples = [_sample(run, system, row) for row in _numbered(rows)]
    header = _header(run, system, rows)
    members: list[tuple[str, JsonValue]] = [
        ("_journal/start.json", {key: header[key] for key in ("version", "eval", "plan")})
    ]
    members += [(f"samples/{item['id']}_epoch_{item['epoch']}.json", item) for item in samples]
    members += [
        ("_journal/summaries/1.json", [_summary(item) for item in samples]),
        ("summaries.json", [_summary(item) for item in samples]),
        ("header.json", header),
    ]
    path = folder / _file_name(run, system)
    partial = partial_path(path)
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members:
                info = zipfile.ZipInfo(name, _MOMENT)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, json.dumps(content, ensure_ascii=False).encode(errors="replace"))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def _numbered(rows: Sequence[CaseRow]) -> list[tuple[str, int, CaseRow]]:
    """Rows with a sample id that is fit for a file name, and the epoch: 1-based, also where a case was answered again by changed code."""
    found = []
    epochs: dict[str, int] = defaultdict(int)
    for row in rows:
        name = _plain(row.case_id)
        epochs[name] += 1
        found.append((name, epochs[name], row))
    return found


def _plain(text: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9._-]|\.\.+|^\.", "_", text)[:80]
    return (
        plain
        if plain == text
        else f"{plain}-{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()[:8]}"
    )


def _file_name(run: Run, system: str) -> str:
    """The name that Inspect gives its own: time, task, id."""
    moment = re.sub(r"[^0-9T]", "-", run.info.started_at[:19])
    task = f"{_plain(run.info.dataset)}-{_plain(system)}".replace(
        "_", "-"
    )  # an underscore would end the task's name
    return f"{moment}-00-00_{task}_{_identifier(run, system)}.eval"


def _identifier(run: Run, system: str) -> str:
    text = f"{run.info.run_id}\n{system}"
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:22]


def _header(run: Run, system: str, rows: Sequence[CaseRow]) -> JsonObject:
    total = len(rows)
    ids = [name for name, epoch, _ in _numbered(rows) if epoch == 1]
    epochs = max((epoch for _, epoch, _ in _numbered(rows)), default=1)
    model = _model(run, system)
    return {
        "version": _VERSION,
        "status": "success",
        "eval": {
            "eval_id": _identifier(run, system),
            "run_id": _identifier(run, ""),
            "created": run.info.started_at,
            "task": f"{run.info.dataset}/{system}",
            "task_id": _identifier(run, system),
            "task_version": 0,
            "task_args": {"system": system},
            "dataset": {
                "name": run.info.dataset,
                "samples": len(ids),
                "sample_ids": list(ids),
                "shuffled": False,
            },
            "model": model,
            "config": {"epochs": epochs},
            "packages": {"compiled_ai": run.info.version},
            "metadata": {
                "identity": run.info.systems.get(system, {}),
                "settings": run.info.settings,
                "dataset": run.info.dataset_description,
                "machine": run.info.machine,
                "replies_from": run.info.source,
            },
        },
        "plan": {"name": system, "steps": [{"solver": system, "params": {}}]},
        "results": {
            "total_samples": total,
            "completed_samples": total,
            "scores": [_scores(rows)],
        },
        "stats": {
            "started_at": run.info.started_at,
            "completed_at": run.info.started_at,
            "model_usage": _usages(model, [call for row in rows for call in row.calls]),
        },
    }


def _scores(rows: Sequence[CaseRow]) -> JsonObject:
    """Seen and held out apart; `n` counts cases, whose repeats are averaged first."""
    metrics: JsonObject = {}
    for name, outcomes in (("accuracy", RIGHT), ("silent_wrong", _WRONG)):
        for split in ("held_out", "seen"):
            shares = _shares([row for row in rows if row.split == split], outcomes)
            if shares:
                bounds = wilson_interval(sum(shares), len(shares))
                about: JsonObject = {"n": len(shares), "low95": bounds.low, "high95": bounds.high}
                full = f"{name}_{split}"
                metrics[full] = {"name": full, "value": sum(shares) / len(shares), "metadata": about}
    return {"name": _SCORER, "scorer": _SCORER, "scored_samples": len(rows), "metrics": metrics}


def _shares(rows: Sequence[CaseRow], outcomes: frozenset[Outcome]) -> list[float]:
    """Of each case the share of its rows with one of `outcomes`."""
    of_case: dict[str, list[bool]] = {}
    for row in rows:
        of_case.setdefault(row.case_id, []).append(row.outcome in outcomes)
    return [sum(found) / len(found) for found in of_case.values()]


def _sample(run: Run, system: str, numbered: tuple[str, int, CaseRow]) -> JsonObject:
    name, epoch, row = numbered
    asked = run.inputs.get(row.case_id)
    known = asked if isinstance(asked, dict) else {}
    given, target = _text(known.get("input")), _text(known.get("expected"))
    said = "" if row.output is None else _text(row.output)
    model = _model(run, system)
    messages: list[JsonValue] = [
        {"role": "user", "content": given, "id": f"{name}-{epoch}-user"},
        {
            "role": "assistant",
            "content": said or f"({row.outcome}) {visible(row.reason)}",
            "id": f"{name}-{epoch}-answer",
        },
    ]
    return {
        "id": name,
        "epoch": epoch,
        "input": given,
        "target": target,
        "messages": messages,
        "output": {
            "model": model,
            "choices": [{"message": messages[1], "stop_reason": "stop"}],
            "completion": said,
            "time": row.seconds,
        },
        "scores": {_SCORER: _score(row, said)},
        "metadata": {
            "task": row.task_id,
            "case": row.case_id,
            "group": row.group,
            "split": row.split,
            "outcome": row.outcome,
            "repeat": row.repeat,
            "served_by": row.served_by,
            "must_decline": row.must_decline,
            "identity": row.identity,
            "cost_usd": row.cost_usd,
            "tokens_estimated": any(call.estimated for call in row.calls),
            "by_hand": any(call.by_hand for call in row.calls),
            "trace": row.trace,
        },
        "model_usage": _usages(model, row.calls),
        "total_time": row.seconds,
        "working_time": row.seconds,
        "error": _error(row),
        "events": [],
        "store": {},
        "attachments": {},
    }


def _score(row: CaseRow, said: str) -> JsonObject:
    """Inspect's letters: C right, I wrong, N no answer; its viewer colours them."""
    letter = "C" if row.outcome in RIGHT else "I" if row.outcome == "wrong" else "N"
    return {
        "value": letter,
        "answer": said or None,
        "explanation": visible(row.reason) or None,
        "metadata": {"outcome": row.outcome, "score": row.score, "split": row.split},
    }


def _summary(sample: JsonObject) -> JsonObject:
    kept = (
        "id",
        "epoch",
        "input",
        "target",
        "scores",
        "metadata",
        "model_usage",
        "total_time",
        "working_time",
    )
    summary: JsonObject = {key: sample[key] for key in kept}
    error = sample["error"]
    metadata = sample["metadata"]
    assert isinstance(metadata, dict)
    return {
        **summary,
        "metadata": {key: value for key, value in metadata.items() if key != "trace"},
        "error": error["message"] if isinstance(error, dict) else None,
        "completed": True,
        "message_count": 2,
    }


def _error(row: CaseRow) -> JsonObject | None:
    if row.error is None:
        return None
    text = visible(f"{row.error}: {row.reason}")
    return {"message": text, "traceback": text, "traceback_ansi": text}


def _usages(model: str, calls: Sequence[CallRow]) -> JsonObject:
    if not calls:
        return {}
    costs = [call.cost_usd for call in calls]
    read, written = sum(call.input_tokens for call in calls), sum(call.output_tokens for call in calls)
    cost = None if None in costs else sum(item for item in costs if item is not None)
    return {
        model: {
            "input_tokens": read,
            "output_tokens": written,
            "total_tokens": read + written,
            "input_tokens_cache_read": sum(call.cached_tokens for call in calls),
            "total_cost": cost,
        }
    }


def _model(run: Run, system: str) -> str:
    return f"{system}/{run.info.model or 'none'}"


def _text(value: JsonValue) -> str:
    if isinstance(value, str):
        return visible(value)
    return "" if value is None else visible(json.dumps(value, ensure_ascii=False, indent=1))
