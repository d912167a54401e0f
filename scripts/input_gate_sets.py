"""The rows on which the shipped input gate is trained and measured: sets by family, split without near-duplicates.

Families that are left out of training in whole: gptfuzz, cyberseceval_pi, garak_dan_sysprompt, peer_injection,
peer_leakage, and of BIPIA its attack strings of the part `text_attack_test` (which are those of the poisoned
documents). The rows in `datasets/gate_training` are split by cluster too: a fifth is held back for validation, that
is for choosing weights and thresholds, and trains nothing. Benign sets are halved by a hash of their cluster of near-duplicates. Rows of training that are
near-duplicates of a row for measuring are removed.
"""

# numpy and its kin are no dependencies of ours; the scripts beside this one are found by their folder.
# mypy: disable-error-code="import-not-found,import-untyped,no-any-return"

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from input_gate_pairs import pair_rows
from input_gate_rows import Row, attack_rows, benign_rows, document_rows

LEFT_OUT = ("gptfuzz", "cyberseceval_pi", "garak_dan_sysprompt", "peer_injection", "peer_leakage")
HALVED = ("mitre_frr_benign", "safecoder_secdesc_benign", "selfinstruct_user")
WRITTEN = Path(__file__).parents[1] / "datasets" / "gate_training"
"""Rows of our own, by people who had seen no detector."""
JACCARD = 0.5
_VALIDATED = 51
"""Of 256 clusters of them."""
_SHINGLE = 9
_BANDS, _BAND_ROWS = 24, 4
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+|\|")


def rows_of_project(security: Path, queries: Sequence[str], *, more: bool = False) -> list[Row]:
    """All rows, each with `part` (train, validate or measure), `head`, `family`, `label` and `set`; with `more` those that only the transformer learns from too."""
    rows = _direct(security) + _documents(security) + _written(WRITTEN)
    rows += [_row(text, 0, "bfcl", "direct", "halved") for text in sorted(set(queries))]
    for row in (*attack_rows(), *benign_rows(), *document_rows()):
        rows.append({**row, "set": "own", "part": "train"})
    rows += [{**row, "set": "own_pairs", "part": "train"} for row in pair_rows()]
    if more:
        rows += _written(WRITTEN / "more")
    return _without_near_duplicates(rows)


def provenance(security: Path, rows: Iterable[Row], *, more: bool = False) -> list[dict[str, str | int]]:
    """Per set: its file's digest, source, licence and how many rows went into which part."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        counts[(str(row["set"]), str(row["part"]))] += 1
    found = []
    for name in sorted({name for name, _ in counts}):
        path = security / f"{name}.jsonl"
        entry: dict[str, str | int] = {
            "set": name,
            "rows_train": counts[(name, "train")],
            "rows_measure": counts[(name, "measure")],
            "rows_validate": counts[(name, "validate")],
        }
        if path.exists():
            first = json.loads(path.read_text(encoding="utf-8").partition("\n")[0])
            entry |= {"source": first["source"], "licence": first["licence"]}
            entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        elif name == "bfcl":
            entry |= {
                "source": "bfcl-eval 2026.3.23 (requests of the thirteen single-turn categories)",
                "licence": "Apache-2.0",
            }
        elif name.startswith("written_"):
            file = WRITTEN / f"{name.split('_')[1]}.jsonl"
            entry |= {"source": f"datasets/gate_training/{file.name}", "licence": "as this project"}
            entry["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
            if more:
                added = WRITTEN / "more" / file.name
                entry["sha256_more"] = hashlib.sha256(added.read_bytes()).hexdigest()
        else:
            script = "input_gate_pairs.py" if name == "own_pairs" else "input_gate_rows.py"
            entry |= {"source": f"scripts/{script}", "licence": "as this project"}
        found.append(entry)
    return found


def _load(security: Path, name: str) -> list[dict[str, str]]:
    return [
        json.loads(line)
        for line in (security / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
        if line
    ]


def _row(text: str, label: int, name: str, head: str, part: str, family: str = "") -> Row:
    return {"text": text, "label": label, "set": name, "family": family or name, "head": head, "part": part}


def _direct(security: Path) -> list[Row]:
    rows = [
        _row(row["text"], 1, "garak_inthewild", "direct", "fifth")
        for row in _load(security, "garak_inthewild")
    ]
    for name in LEFT_OUT:
        for row in _load(security, name):
            family = f"{name}:{row.get('kind', '')}"
            rows.append(_row(row["text"], int(row["label"]), name, "direct", "measure", family))
    for name in HALVED:
        rows += [_row(row["text"], 0, name, "direct", "halved") for row in _load(security, name)]
    return rows


def _written(folder: Path) -> list[Row]:
    """The rows that people wrote without sight of a detector. Harmless documents train the other head too."""
    rows = []
    for name, head in (("direct", "direct"), ("sentences", "document"), ("documents", "document")):
        for row in _load(folder, name):
            label, family = int(row["label"] == "attack"), row.get("family", name)
            found = _row(row["text"], label, f"written_{name}", head, "fifth held back", family)
            rows.append({**found, "planted": row.get("planted", "")})
            if name == "documents" and not label:
                rows.append({**found, "head": "direct", "set": "written_documents_direct"})
    return rows


def _documents(security: Path) -> list[Row]:
    rows = []
    for row in _load(security, "bipia_attack_strings"):
        left_out = row["split"] == "text_attack_test"
        part = "measure" if left_out else "train"
        rows.append(_row(row["text"], 1, "bipia_attack_strings", "document", part, row["kind"]))
    for row in _load(security, "bipia_docs_paired"):
        if not int(row["label"]):
            rows.append(_row(row["text"], 0, "bipia_docs_paired", "document", "halved", row["kind"]))
    seen = _load(security, "presidio_synth")[::2]
    rows += [_row(row["text"], 0, "presidio_synth", "document", "halved") for row in seen]
    return rows


def in_pieces(row: Row) -> list[Row]:
    """A row of a document as the sentences that training sees. What was planted in it is the attack, the rest is not."""
    text, planted = str(row["text"]), str(row.get("planted", ""))
    if planted:
        found = [{**row, "text": planted}]
        rest = text.replace(planted, "\n") if planted in text else ""
        return found + [
            {**row, "label": 0, "text": piece, "document": text} for piece in document_pieces(rest)
        ]
    if int(row["label"]) or row["head"] != "document" or len(text) < 2:
        return [row]
    return [{**row, "text": piece, "document": text} for piece in document_pieces(text)]


def document_pieces(text: str) -> list[str]:
    """The sentences, lines and cells of a document, as training sees them."""
    return [piece.strip() for piece in _SENTENCE.split(text) if len(piece.strip()) > 3]


def _without_near_duplicates(rows: list[Row]) -> list[Row]:
    cluster = _clusters([str(row["text"]) for row in rows])
    measured: set[int] = set()
    for row, group in zip(rows, cluster, strict=True):
        row["cluster"] = group
        if row["part"] in ("halved", "fifth"):
            digest = hashlib.sha256(str(rows[group]["text"]).encode()).digest()[0]
            share = 128 if row["part"] == "halved" else 51
            row["part"] = "measure" if digest < share else "train"
        if row["part"] == "fifth held back":
            digest = hashlib.sha256(
                b"validate" + str(rows[group]["text"]).encode("utf-8", "surrogatepass")
            ).digest()[0]
            row["part"] = "validate" if digest < _VALIDATED else "train"
        if row["part"] == "measure":
            measured.add(group)
    return [row for row in rows if row["part"] == "measure" or int(row["cluster"]) not in measured]


def _clusters(texts: Sequence[str]) -> list[int]:
    """For each text the first one of its cluster: near-duplicates of near-duplicates belong together."""
    shingles = [_shingles(text) for text in texts]
    draw = np.random.default_rng(11)
    factors = draw.integers(1, 2**31, size=_BANDS * _BAND_ROWS, dtype=np.uint64) | np.uint64(1)
    addends = draw.integers(0, 2**31, size=_BANDS * _BAND_ROWS, dtype=np.uint64)
    buckets: dict[bytes, list[int]] = defaultdict(list)
    for place, found in enumerate(shingles):
        mixed = (found[None, :] * factors[:, None] + addends[:, None]) % np.uint64(4294967311)
        for band, part in enumerate(mixed.min(axis=1).reshape(_BANDS, _BAND_ROWS)):
            buckets[bytes([band]) + part.tobytes()].append(place)
    parent = list(range(len(texts)))
    tried: set[tuple[int, int]] = set()
    for group in buckets.values():
        for other in group[1:]:
            pair = (group[0], other)
            if pair not in tried and _root(parent, pair[0]) != _root(parent, pair[1]):
                tried.add(pair)
                if _jaccard(shingles[pair[0]], shingles[pair[1]]) >= JACCARD:
                    low, high = sorted((_root(parent, pair[0]), _root(parent, pair[1])))
                    parent[high] = low
    return [_root(parent, place) for place in range(len(texts))]


def _root(parent: list[int], place: int) -> int:
    while parent[place] != place:
        parent[place] = parent[parent[place]]
        place = parent[place]
    return place


def _shingles(text: str) -> np.ndarray:
    plain = re.sub(r"\W+", " ", text.lower()).strip()
    pieces = {plain[at : at + _SHINGLE] for at in range(max(len(plain) - _SHINGLE + 1, 1))}
    return np.array(
        sorted(zlib.crc32(piece.encode("utf-8", "surrogatepass")) for piece in pieces), dtype=np.uint64
    )


def _jaccard(left: np.ndarray, right: np.ndarray) -> float:
    both = np.intersect1d(left, right, assume_unique=True).size
    return both / max(left.size + right.size - both, 1)
