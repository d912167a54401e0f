"""The index on disk: one JSON file per set of templates, named by its digest, guarded by a checksum."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from compiled_ai._version import __version__
from compiled_ai.files import write_atomic
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates._search_lexical import Fields, LexicalIndex
from compiled_ai.templates._search_synonyms import CONCEPTS
from compiled_ai.templates._search_vectors import Vectors

FORMAT: Final = 1
"""Of the file and of the weights in it. Raise it when the same templates are to be indexed anew."""
_KEPT: Final = 8
"""Indexes that stay in a folder; older ones are removed."""


def index_digest(entries: Sequence[Fields], embedder: str | None) -> str:
    """``x1:`` digest over everything that the index follows from: the templates, the embedder, the synonyms and this version of the code."""
    synonyms = {name: [concept.names, concept.hints] for name, concept in CONCEPTS.items()}
    body = json.dumps([FORMAT, __version__, embedder, synonyms, [*map(dict, entries)]])
    return f"x1:{hashlib.sha256(body.encode()).hexdigest()}"


def read_index(folder: Path, digest: str) -> tuple[LexicalIndex, Vectors | None] | None:
    """The index of that `digest`, or None when there is none or the file is damaged: it is built again then."""
    try:
        head, _, body = _path(folder, digest).read_text(encoding="utf-8").partition("\n")
        if head != _head(digest, body):
            return None
        return _read(json.loads(body))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def write_index(folder: Path, digest: str, lexical: LexicalIndex, vectors: Vectors | None) -> None:
    """Keep an index. A cache that cannot be written is no error: the index is in memory."""
    document: JsonObject = {
        "size": lexical.size,
        "words": [*lexical.words],
        "postings": {term: [[*places], [*amounts]] for term, (places, amounts) in lexical.postings.items()},
        "dimensions": vectors.dimensions if vectors else 0,
        "vectors": vectors.to_text() if vectors else "",
    }
    body = json.dumps(document, separators=(",", ":"))
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(_path(folder, digest), f"{_head(digest, body)}\n{body}")
        for stale in _by_age(folder)[_KEPT:]:
            stale.unlink(missing_ok=True)


def _path(folder: Path, digest: str) -> Path:
    return folder / f"templates-{digest.partition(':')[2][:16]}.json"


def _head(digest: str, body: str) -> str:
    return f"{digest} {hashlib.sha256(body.encode()).hexdigest()}"


def _by_age(folder: Path) -> list[Path]:
    """Kept indexes, the newest first."""
    return sorted(folder.glob("templates-*.json"), key=lambda path: path.stat().st_mtime, reverse=True)


def _read(document: Mapping[str, object]) -> tuple[LexicalIndex, Vectors | None]:
    size, words, postings, text, dimensions = (
        document[key] for key in ("size", "words", "postings", "vectors", "dimensions")
    )
    if not (isinstance(size, int) and isinstance(words, list) and isinstance(postings, dict)):
        raise TypeError("not an index")
    if not isinstance(text, str):
        raise TypeError("not an index")
    vectors = Vectors.from_text(text, dimensions=int(str(dimensions))) if text else None
    read = {str(term): (places, amounts) for term, (places, amounts) in postings.items()}
    return LexicalIndex(size=size, postings=read, words=words), vectors
