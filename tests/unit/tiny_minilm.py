"""A model of the make of all-MiniLM-L6-v2 with made-up weights: one layer, eight numbers a token, thirty words."""

from __future__ import annotations

import json
from pathlib import Path

WORDS = (
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "the", "please", "ignore", "all", "earlier", "rules", "mail", "order", "invoice", "to", "and",
    "of", "in", "is", "red", "green", "blue", "one", "two", "three", "four", "five", "six", "seven", ".", ",",
)  # fmt: skip
WIDTH, INNER = 8, 16
_NORMS = ("embeddings.", "encoder.layer.0.attention.output.", "encoder.layer.0.output.")


def write_tiny(folder: Path, *, seed: int = 0) -> Path:
    """Put the three files into `folder`. Needs numpy, safetensors and tokenizers."""
    import numpy as np
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    folder.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(seed)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(WORDS), WIDTH),
        "embeddings.position_embeddings.weight": (512, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
    }
    for part in (
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
    ):
        shapes[f"encoder.layer.0.{part}.weight"] = (WIDTH, WIDTH)
        shapes[f"encoder.layer.0.{part}.bias"] = (WIDTH,)
    for part, out, width in (("intermediate.dense", INNER, WIDTH), ("output.dense", WIDTH, INNER)):
        shapes[f"encoder.layer.0.{part}.weight"] = (out, width)
        shapes[f"encoder.layer.0.{part}.bias"] = (out,)
    for place in _NORMS:
        shapes |= {f"{place}LayerNorm.weight": (WIDTH,), f"{place}LayerNorm.bias": (WIDTH,)}
    tensors = {name: draw.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    save_file(tensors, str(folder / "model.safetensors"))
    tokenizer = Tokenizer(models.WordPiece({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"num_hidden_layers": 1, "num_attention_heads": 2, "layer_norm_eps": 1e-12}
    (folder / "config.json").write_text(json.dumps(config))
    return folder
