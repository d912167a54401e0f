"""Train the linear model of the input gate on labelled rows and print its SHA-256.

Call it as python scripts/train_input_gate.py ROWS.jsonl... --out MODEL.json.

Each row is {"text", "label" (1 attack, 0 not), "family"} and may have "head" (direct or document), "part" (train
or measure; train if absent). With `--project FOLDER` the rows are those of the shipped model (needs BFCL). Needs
numpy, scipy and scikit-learn; training is seeded. Prints the model's SHA-256, its operating points and its AUC out of fold.
"""

# numpy and its kin are no dependencies of ours; the scripts beside this one are found by their folder.
# mypy: disable-error-code="import-not-found,import-untyped,no-any-return"

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
from input_gate_concepts import CONCEPTS
from input_gate_rows import Row
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from compiled_ai.gates._linear_features import (
    CONCEPT_PAD,
    CONCEPT_SIZE,
    PAD,
    Lexicon,
    chance,
    checksums,
    concept_features,
    pair_features,
    token_features,
    tokens,
    windows,
)
from compiled_ai.gates._normal_fold import fold_text
from compiled_ai.gates.linear import HEADS

LEXICON = Lexicon.of(CONCEPTS)
FOLDS = 5
WRITTEN_WEIGHT, PLAIN_WEIGHT, PAIRS_WEIGHT, OWN_WEIGHT = 8.0, 3.0, 3.0, 0.5
HARD_RATE = 0.03
"""Of harmless texts that may be above the point for flagging."""
PLAIN_RATE, BLOCK_HARD_RATE = 0.0005, 0.01
"""Of plain requests and of hard texts that may be above the point for blocking, from which the model alone flags a whole
text. Half of what is bearable for plain requests is left to the rules."""
STRENGTHS = {"direct": 1.5, "document": 10.0}
"""Inverse of the regularisation, by the AUC on the rows held back."""
_KEPT_WINDOWS = 0.4
"""Share of an attack's windows that the second round trusts: not each part of an attack is one."""


class Table:
    """The windows of many rows as a sparse matrix."""

    def __init__(self, rows: Sequence[Row], size: int) -> None:
        indices: list[np.ndarray] = []
        values: list[np.ndarray] = []
        owners: list[int] = []
        for place, row in enumerate(rows):
            for hashes, concepts in window_vectors(str(row["text"]), size):
                for found, first, pad in ((hashes, 0, PAD), (concepts, size, CONCEPT_PAD)):
                    unique, counts = np.unique(found, return_counts=True)
                    indices.append(unique + first)
                    values.append(counts / math.sqrt(len(found) + pad))
                owners.append(place)
        ends = np.cumsum([0, *map(len, indices)])[::2]
        self.matrix = csr_matrix(
            (np.concatenate(values), np.concatenate(indices), ends), shape=(len(owners), size + CONCEPT_SIZE)
        )
        self.owners = np.array(owners)
        self.labels = np.array([int(row["label"]) for row in rows])
        self.rows = rows
        self.trust = np.array([_trust(row) for row in rows])

    def worst(self, values: np.ndarray) -> np.ndarray:
        """Per row the highest value of its windows."""
        found = np.full(len(self.rows), -np.inf)
        np.maximum.at(found, self.owners, values)
        counts = np.bincount(self.owners, minlength=len(self.rows))
        return found - np.array([chance(int(count)) for count in counts])


def _trust(row: Row) -> float:
    """What a row weighs: what people wrote with care more, and plain requests; what a form filled in less."""
    name = str(row.get("set", ""))
    if name.startswith("written"):
        return WRITTEN_WEIGHT
    known = {
        "bfcl": PLAIN_WEIGHT,
        "selfinstruct_user": PLAIN_WEIGHT,
        "own_pairs": PAIRS_WEIGHT,
        "own": OWN_WEIGHT,
    }
    return known.get(name, 1.0)


def window_vectors(text: str, size: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Per window the places of its hashed features and of its concepts, each as often as it occurs."""
    words = tokens(fold_text(text))
    hashed: list[list[int]] = []
    meant: list[list[int]] = []
    before = second = (0, 0, 0)
    one = two = three = 0
    for word in words:
        own, concept = checksums(word), LEXICON.concept(word)
        hashed.append([*token_features(word, size), *pair_features(own, before, second, size)])
        meant.append(list(concept_features(concept, one, two, three)) if concept else [])
        before, second = own, before
        if concept:
            one, two, three = concept, one, two
    return [(_joined(hashed[a:b]), _joined(meant[a:b])) for a, b in windows(len(words))] if words else []


def _joined(parts: Sequence[list[int]]) -> np.ndarray:
    return np.array([place for part in parts for place in part], dtype=np.int64)


def fit(table: Table, chosen: np.ndarray, strength: float) -> LogisticRegression:
    """Two rounds: on all windows, then only on those windows of attacks that look worst."""
    usable = chosen[table.owners]
    model = _fit_windows(table, usable, strength)
    values = model.decision_function(table.matrix)
    keep = usable.copy()
    for place in np.flatnonzero(chosen & (table.labels == 1)):
        own = np.flatnonzero(table.owners == place)
        if len(own) > 2:
            ranked = own[np.argsort(-values[own], kind="stable")]
            keep[ranked[max(2, math.ceil(len(own) * _KEPT_WINDOWS)) :]] = False
    return _fit_windows(table, keep, strength)


def _fit_windows(table: Table, usable: np.ndarray, strength: float) -> LogisticRegression:
    owners = table.owners[usable]
    labels = table.labels[owners]
    counts = np.bincount(owners, minlength=len(table.rows))
    weight = 1.0 / np.sqrt(counts[owners])
    weight *= table.trust[owners]
    for label in (0, 1):
        weight[labels == label] /= weight[labels == label].sum()
    model = LogisticRegression(C=strength, solver="liblinear", random_state=0, tol=1e-2, max_iter=100)
    return model.fit(table.matrix[usable], labels, sample_weight=weight * len(labels) / 2)


def out_of_fold(table: Table, strength: float) -> np.ndarray:
    """Each row's worst value from a model that saw nothing of its cluster."""
    groups = np.array(
        [
            int(hashlib.sha256(str(row.get("cluster", row["text"])).encode()).hexdigest(), 16) % FOLDS
            for row in table.rows
        ]
    )
    found = np.zeros(len(table.rows))
    for fold in range(FOLDS):
        model = fit(table, groups != fold, strength)
        found = np.where(groups == fold, table.worst(model.decision_function(table.matrix)), found)
    return np.where(np.isfinite(found), found, -20.0)


def calibrate(values: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Platt's slope and offset, on even odds."""
    model = LogisticRegression(C=100.0, class_weight="balanced", random_state=0).fit(values[:, None], labels)
    return float(model.coef_[0][0]), float(model.intercept_[0])


def operating_points(probabilities: np.ndarray, rows: Sequence[Row]) -> tuple[float, float]:
    """The probabilities from which to flag and to block, by the false positives of out-of-fold scores.

    Pieces of one document count as one text: it is flagged if one of them is. The hard texts that people wrote count
    by themselves, so that many easy ones beside them do not hide what becomes of them.
    """
    worst: dict[str, dict[str, float]] = {"bfcl": {}, "written": {}, "documents": {}, "others": {}}
    for place, row in enumerate(rows):
        if not int(row["label"]):
            name = str(row.get("set", ""))
            kind = "written" if name.startswith("written") else "bfcl" if name == "bfcl" else "others"
            kind = "documents" if kind == "written" and "document" in row else kind
            text = str(row.get("document", place))
            worst[kind][text] = max(worst[kind].get(text, 0.0), float(probabilities[place]))
    scores = {kind: np.array(list(found.values())) for kind, found in worst.items()}
    hard = [scores[kind] for kind in ("written", "documents", "others")]
    flag = max(0.5, *(_threshold(one, HARD_RATE) for one in hard))
    return flag, max(
        flag, _far_threshold(scores["bfcl"], PLAIN_RATE), *(_threshold(one, BLOCK_HARD_RATE) for one in hard)
    )


def _threshold(scores: np.ndarray, rate: float) -> float:
    if not len(scores):
        return 0.0
    ordered = np.sort(scores)[::-1]
    return float(ordered[min(math.floor(rate * len(scores)), len(scores) - 1)]) + 1e-6


def _far_threshold(scores: np.ndarray, rate: float) -> float:
    """The same for a rate at which a text or two would decide: from the exponential tail of the highest 2 %."""
    if not len(scores):
        return 0.0
    values = np.sort(np.log(scores / (1 - scores)))[::-1]
    kept = max(len(values) // 50, 2)
    beyond = float((values[:kept] - values[kept - 1]).mean())
    value = float(values[kept - 1]) + beyond * math.log(kept / (rate * len(values)))
    return 1 / (1 + math.exp(-value))


def train_head(rows: Sequence[Row], size: int, strength: float) -> dict[str, object]:
    """The content of one head of the model's file."""
    table = Table(rows, size)
    values = out_of_fold(table, strength)
    model = fit(table, np.ones(len(rows), dtype=bool), strength)
    slope, offset = calibrate(values, table.labels)
    flag, block = operating_points(1 / (1 + np.exp(-(slope * values + offset))), rows)
    hashed, meant = _packed(model.coef_[0][:size]), _packed(model.coef_[0][size:])
    return {
        "weights": hashed[0], "scale": hashed[1], "concept_weights": meant[0], "concept_scale": meant[1],
        "bias": round(float(model.intercept_[0]), 6),
        "slope": round(slope, 6), "offset": round(offset, 6), "flag": round(flag, 6), "block": round(block, 6),
        "vocabulary": vocabulary(rows),
        "auc_out_of_fold": round(float(roc_auc_score(table.labels, values)), 4),
    }  # fmt: skip


def _packed(weights: np.ndarray) -> tuple[str, float]:
    """Weights as bytes, and what a weight of 1 is worth."""
    limit = float(np.quantile(np.abs(weights), 0.9999))
    whole = np.clip(np.rint(weights / limit * 127), -127, 127).astype(np.int8)
    return base64.b64encode(zlib.compress(whole.tobytes(), 9)).decode(), round(limit / 127, 9)


def vocabulary(rows: Sequence[Row]) -> list[str]:
    """The words and pairs that occur in five attacks at least, of two families or of fifteen rows."""
    counts: Counter[str] = Counter()
    families: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if int(row["label"]):
            words = tokens(fold_text(str(row["text"])))
            for text in {*words, *(f"{a} {b}" for a, b in pairwise(words))}:
                counts[text] += 1
                families[text].add(str(row.get("family")))
    often = [
        text for text, count in counts.items() if count >= 15 or (count >= 5 and len(families[text]) > 1)
    ]
    kept = [text for text in often if len(text) > 3 and text.replace(" ", "").isalpha()]
    return sorted(kept, key=lambda text: (-counts[text], text))[:1500]


def main() -> None:
    """Read the rows, train, write, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("rows", nargs="*", type=Path)
    parser.add_argument("--project", type=Path, help="folder of the shipped model's sets")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--measured", type=Path, help="write the rows for measuring and validation to this JSONL file"
    )
    parser.add_argument("--bits", type=int, default=15)
    options = parser.parse_args()
    rows, sets = _rows(options.project, options.rows)
    trained = [row for row in rows if row.get("part", "train") == "train"]
    size = 1 << options.bits
    content = {
        "schema": 2, "size": size, "concepts": CONCEPTS,
        "provenance": {
            "trained": date.today().isoformat(), "script": "scripts/train_input_gate.py", "seed": 0,
            "strength": STRENGTHS, "sets": sets, "rows": len(trained),
            "split": "families left out, benign sets halved by cluster of near-duplicates (Jaccard 0.5)",
        },
        "heads": {head: train_head(_of_head(trained, head), size, STRENGTHS[head]) for head in HEADS},
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    options.out.write_text(text, encoding="utf-8", newline="\n")
    if options.measured:
        kept = [row for row in rows if row.get("part") in ("measure", "validate")]
        options.measured.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")
    print(f"sha256 {hashlib.sha256(text.encode()).hexdigest()}, {len(text)} characters, {len(trained)} rows")
    for head, value in content["heads"].items():
        print(
            head,
            {
                name: one
                for name, one in value.items()
                if name not in ("weights", "concept_weights", "vocabulary")
            },
        )


def _of_head(rows: Sequence[Row], head: str) -> list[Row]:
    return [row for row in rows if row.get("head", "direct") == head]


def _rows(project: Path | None, paths: Sequence[Path]) -> tuple[list[Row], list[dict[str, str | int]]]:
    rows: list[Row] = []
    sets: list[dict[str, str | int]] = []
    for path in paths:
        data = path.read_bytes()
        found = [json.loads(line) for line in data.decode().splitlines()]
        rows += found
        sets.append({"set": path.name, "rows_train": len(found), "sha256": hashlib.sha256(data).hexdigest()})
    if project is not None:
        from input_gate_sets import in_pieces, provenance, rows_of_project

        from compiled_ai.bench.bfcl.source import CATEGORIES, load_bfcl

        queries = [case.request for category in CATEGORIES for case in load_bfcl(category)]
        found = rows_of_project(project, queries)
        sets += provenance(project, found)
        for row in found:
            rows += in_pieces(row) if row["part"] == "train" else [row]
    return rows, sets


if __name__ == "__main__":
    main()
