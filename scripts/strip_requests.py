"""Leave out of recordings what was asked, where that holds data that is not ours to pass on: python scripts/strip_requests.py FOLDER...

A replay finds a reply by the digest of its request, so it works as before. Afterwards nobody can read in the recordings what was asked: the note says where that comes from.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

NOTE = "left out: it holds data of the benchmark, which is fetched; the key is its digest"


def strip(path: Path) -> int:
    """Strip one file; how many requests were left out."""
    lines = (
        path.read_text(encoding="utf-8").splitlines()
        if path.suffix == ".jsonl"
        else [path.read_text(encoding="utf-8")]
    )
    done = 0
    kept = []
    for line in lines:
        data = json.loads(line)
        if data.get("request") is not None:
            data["request"] = None
            data["provenance"]["request"] = NOTE
            done += 1
        kept.append(data)
    if path.suffix == ".jsonl":
        text = "".join(
            json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
            for data in kept
        )
    else:
        text = json.dumps(kept[0], indent=2, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")
    return done


def main() -> None:
    """Strip all recordings below the folders that were given."""
    for folder in map(Path, sys.argv[1:]):
        files = sorted([*folder.rglob("*.json"), *folder.rglob("exchanges.jsonl")])
        print(f"{folder}: {sum(map(strip, files))} requests left out of {len(files)} files")


if __name__ == "__main__":
    main()
