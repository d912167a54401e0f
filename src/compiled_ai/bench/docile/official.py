"""DocILE's official metrics, computed by the library docile-benchmark unchanged, in a process and a folder of its own.

It matches predictions by their boxes (all centres of characters that the annotated box covers, and no others) and knows two variants: place alone,
which is the official figure, and place with the very same text.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import TypeAdapter, ValidationError

from compiled_ai.bench.docile.document import Document, Field
from compiled_ai.bench.docile.source import field_json, write_documents
from compiled_ai.errors import MissingToolError
from compiled_ai.files import partial_path
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.wheels import install_wheels

LIBRARY_VERSION = "0.3.5"
DocileTask = Literal["kile", "lir"]
MOST_ON_A_PAGE = 1000
"""The library refuses more predictions on a page; those after it are left out."""
_REQUIREMENTS = Path(__file__).parent / "requirements.txt"
_SECONDS = 1800
_PROGRAM = """
import json, sys
sys.path.insert(0, sys.argv[1])
from docile.dataset import CachingConfig, Dataset, Field
from docile.evaluation import evaluate_dataset
folder, task = sys.argv[2:]
predictions = {docid: [Field.from_dict(row) for row in rows] for docid, rows in json.load(sys.stdin).items()}
dataset = Dataset("scored", folder, cache_images=CachingConfig.OFF)
result = evaluate_dataset(dataset, predictions if task == "kile" else {}, predictions if task == "lir" else {})
print(json.dumps([result.get_metrics(task), result.get_metrics(task, same_text=True)]))
"""


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """A field that a system predicts."""

    field: Field
    score: float
    """How sure it is, in 0..1; average precision takes the surest first."""


@dataclass(frozen=True, kw_only=True)
class OfficialFigures:
    """Metrics as the library names them: ``AP``, ``f1``, ``precision``, ``recall``, ``TP``, ``FP``, ``FN``."""

    by_place: Mapping[str, float]
    by_place_and_text: Mapping[str, float]


def docile_home() -> Path:
    """Where the library lies: a folder for each version of Python, for numpy and scipy are made for one."""
    folder = Path(platformdirs.user_data_dir("compiled-ai", appauthor=False)) / "datasets"
    return folder / f"docile-{LIBRARY_VERSION}-{sys.implementation.cache_tag}"


def ensure_docile(home: Path | None = None) -> Path:
    """The folder with the library and what it imports, fetched when it is not there yet (about 80 MB).

    Raises:
        MissingToolError: it cannot be fetched.
    """
    home = home or docile_home()
    if not (home / "docile").is_dir():
        home.parent.mkdir(parents=True, exist_ok=True)
        partial = partial_path(home)
        try:
            install_wheels(_REQUIREMENTS, partial, what="DocILE's evaluation", hint="try again")
            partial.rename(home)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return home


def evaluate(
    task: DocileTask,
    documents: Sequence[Document],
    predictions: Mapping[str, Sequence[Prediction]],
    *,
    home: Path | None = None,
) -> OfficialFigures:
    """The official metrics of `predictions` (by document id) over all of `documents`; a document without predictions counts as missed.

    Raises:
        MissingToolError: the library cannot be fetched, or it broke.
    """
    kept = {document.docid: list(_acceptable(predictions.get(document.docid, ()))) for document in documents}
    if not any(kept.values()):  # the library refuses to judge nothing
        missed = sum(len(item.fields if task == "kile" else item.line_items) for item in documents)
        nothing = dict.fromkeys(("AP", "f1", "precision", "recall", "TP", "FP"), 0.0) | {"FN": float(missed)}
        return OfficialFigures(by_place=nothing, by_place_and_text=nothing)
    with tempfile.TemporaryDirectory(prefix="docile-") as folder:
        write_documents(documents, Path(folder), "scored")
        request: JsonObject = {docid: [_row(item) for item in rows] for docid, rows in kept.items()}
        return _run([str(ensure_docile(home)), folder, task], json.dumps(request))


def _acceptable(predictions: Iterable[Prediction]) -> Iterable[Prediction]:
    counts: dict[int, int] = {}
    for prediction in predictions:
        page = prediction.field.page
        counts[page] = counts.get(page, 0) + 1
        if counts[page] <= MOST_ON_A_PAGE and prediction.field.box.is_inside:
            yield prediction


def _row(prediction: Prediction) -> JsonValue:
    return {**field_json(prediction.field), "score": prediction.score}


def _run(arguments: Sequence[str], request: str) -> OfficialFigures:
    command = [sys.executable, "-I", "-B", "-c", _PROGRAM, *arguments]
    try:
        done = subprocess.run(
            command,
            input=request,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingToolError(f"DocILE's evaluation did not run ({error}); try again") from error
    try:
        place, text = TypeAdapter(tuple[dict[str, float], dict[str, float]]).validate_python(
            json.loads(done.stdout)
        )
    except (ValueError, ValidationError) as error:
        raise MissingToolError(f"DocILE's evaluation broke: {done.stderr[-400:]}") from error
    return OfficialFigures(by_place=place, by_place_and_text=text)
