"""Whether a model's output gives away its system prompt: the canary or the prompt's own words, in any reading we know of.

What no reading undoes: a translation or summary of the prompt without the canary, a cipher with a key of several letters, and
text that only a run of the generated code would build.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from compiled_ai.gates._canary_search import CanarySearch, Sighting
from compiled_ai.gates._output_code import constants
from compiled_ai.gates._output_fold import folded, other_foldings
from compiled_ai.gates._output_json import WHOLE, flattened, read_json
from compiled_ai.gates._output_layers import LEAVES, decodings
from compiled_ai.gates._output_overlap import Benign, Overlap, PromptOverlap
from compiled_ai.gates._output_readings import Lowered, embedded, sparse_readings, steps_of, whole_readings
from compiled_ai.gates.canary import unplanted
from compiled_ai.gates.policy import GatePolicy
from compiled_ai.gates.verdict import Finding, GateVerdict, Span
from compiled_ai.spec.canonical import JsonValue

DEPTH = 3
"""Layers of encoding that are taken off one after the other."""
_BUDGET = 5
"""Characters read in decoded layers, as a multiple of the text's own (and 200 KB): the bound that keeps the time linear."""
_LARGE = 1_000_000
_BUDGET_OF_LARGE = 4
_BUDGET_FLOOR = 200_000
_LAYERS = 200
_UNREAD = 0.5
"""Score of a text that was not read whole: flagged by the policy `default`, blocked by `strict`."""
_LEAST, _LEAST_LETTERS = 16, 8
"""A layer of fewer characters that has fewer letters holds no part of a canary that would count, encoded or not."""
_NOT_LETTERS = bytes(code for code in range(256) if not chr(code).isascii() or not chr(code).isalpha())
_EXTRACTED = ("strings", "comments", "constants")
_MASK_LIMIT = 65_536
_SURE = 0.9
_FIRST_LOOK = 256
_TAIL = 2_048


@dataclass(frozen=True, kw_only=True)
class _Layer:
    view: str
    text: str
    depth: int

    @cached_property
    def plain(self) -> str:
        """The text in ASCII."""
        return folded(self.text)


class OutputGate:
    """Checks outputs of calls that carry one system prompt. Building one costs about 2 ms per 1,000 characters of prompt: keep it."""

    def __init__(
        self, prompt: str, canary: str, policy: GatePolicy | None = None, *, overlap: bool = True
    ) -> None:
        """A gate for `prompt`, with or without its planted `canary`.

        Args:
            prompt: The system prompt, planted or not.
            canary: Empty leaves the overlap alone.
            policy: None is the default one.
            overlap: Whether the prompt's own words count. False for prompts that everybody may read: the canary alone is looked
                for, and building costs next to nothing.

        Raises:
            ValueError: neither canary nor overlap is to be looked for.
        """
        if not canary and not overlap:
            raise ValueError("an output gate without canary and without overlap would look for nothing")
        self._policy = policy if policy is not None else GatePolicy()
        self._canary = canary
        self._search = CanarySearch(canary)
        words = unplanted(prompt, canary) if overlap else ""
        self._overlap = PromptOverlap(words) if words else None

    def check(self, output: JsonValue, *, benign: str = "") -> GateVerdict:
        """What is to be done with `output`. Never raises: what cannot be checked is blocked.

        Args:
            output: text, code, log lines, or a JSON value.
            benign: what the model may repeat, such as the user's own input; the canary is found all the same.
        """
        try:
            findings = tuple(self._findings(output, benign))
            score = max((finding.score for finding in findings), default=0.0)
            return GateVerdict(action=self._policy.output.action(score), score=score, findings=findings)
        except Exception as error:  # noqa: BLE001 - the boundary: whatever went wrong, nothing unchecked leaves
            return _failed(error)

    def stream(self, *, benign: str = "") -> OutputStream:
        """A check of an output that comes in pieces."""
        return OutputStream(self, benign=benign)

    def _findings(self, output: JsonValue, benign: str) -> Iterator[Finding]:
        known = self._overlap.known(benign) if benign and self._overlap else Benign()
        found: dict[tuple[str, str], Finding] = {}
        first, parts = _opened(output)
        size = len(first) + sum(len(text) for _, text in parts)
        limit = (_BUDGET if size <= _LARGE else _BUDGET_OF_LARGE) * size + _BUDGET_FLOOR
        queue = deque([_Layer(view="", text=first, depth=0)])
        queue += [_Layer(view=name, text=text, depth=1) for name, text in parts]
        seen: set[int] = set()
        while queue:
            layer = queue.popleft()
            if (identity := hash(" ".join(layer.text.split()))) in seen:
                continue
            if limit <= 0 or len(seen) >= _LAYERS:
                found["output_gate", "not_read_whole"] = _unread()
                break
            seen.add(identity)
            limit -= len(layer.text)
            for finding in self._in_layer(layer, known):
                best = found.setdefault((finding.layer, finding.kind), finding)
                if finding.score > best.score:
                    found[finding.layer, finding.kind] = finding
            if any(finding.score >= _SURE for finding in found.values()):
                break
            queue += _peeled(layer)
        yield from found.values()

    def _in_layer(self, layer: _Layer, known: Benign) -> Iterator[Finding]:
        yield from self._in_reading(layer.plain, layer, known)
        for name, text in other_foldings(layer.text):
            yield from self._in_reading(text, replace(layer, view=_path(layer.view, name), text=text), known)

    def _in_reading(self, plain: str, layer: _Layer, known: Benign) -> Iterator[Finding]:
        start = layer.text.find(self._canary) if self._canary else -1
        if start >= 0:
            span = Span(start=start, end=start + len(self._canary)) if layer.depth == 0 else None
            yield _of_canary(Sighting(kind="canary", score=1.0), layer.view, span)
            return
        read = Lowered(plain.lower().encode("ascii", "replace"))
        for name, letters in whole_readings(read):
            view = _path(layer.view, name)
            steps = steps_of(letters) if name == "letters" or self._overlap else b""
            sighting = self._search.in_letters(letters, steps=steps if name == "letters" else b"")
            if sighting is not None:
                yield _of_canary(sighting, view)
                return
            if self._overlap and (overlap := self._overlap.in_letters(letters, steps, known)) is not None:
                yield _of_overlap(overlap, view)
        if self._overlap and (overlap := self._overlap.in_words(read.words, known)) is not None:
            yield _of_overlap(overlap, layer.view)
        if self._canary and (layer.depth <= 1 or layer.view.endswith("numbers")):
            yield from self._sparse(read, layer)

    def _sparse(self, read: Lowered, layer: _Layer) -> Iterator[Finding]:
        if (sighting := self._search.in_pieces(read.words)) is not None:
            yield _of_canary(sighting, _path(layer.view, "pieces"))
        for name, letters in sparse_readings(read):
            look = self._search.straight if name.startswith("every") else self._search.in_letters
            if (sighting := look(letters)) is not None:
                yield _of_canary(sighting, _path(layer.view, name))
                return
        data = layer.text.encode("latin-1", "replace")
        masked = self._search.in_masked_bytes(
            data, sums="constants" in layer.view and len(data) <= _MASK_LIMIT
        )
        if masked is not None:
            yield _of_canary(masked, _path(layer.view, "masked"))


class OutputStream:
    """Checks an output while it arrives, in time linear in its length. `finish` decides; earlier verdicts may only come sooner."""

    def __init__(self, gate: OutputGate, *, benign: str = "") -> None:
        self._gate = gate
        self._benign = benign
        self._pieces: list[str] = []
        self._fresh: list[str] = []
        self._fresh_size = 0
        self._size = 0
        self._tail = ""
        self._worst = GateVerdict(action="allow", score=0.0)

    def feed(self, piece: str) -> GateVerdict:
        """The strictest verdict so far, once `piece` has come too. Once blocked, nothing further need be fed or shown."""
        self._pieces.append(piece)
        self._fresh.append(piece)
        self._fresh_size += len(piece)
        self._size += len(piece)
        due = max(
            _FIRST_LOOK, min(_TAIL, self._size // 4)
        )  # a long output can wait, and is read three times at most
        if self._fresh_size >= due and self._worst.action != "block":
            window = self._tail + "".join(self._fresh)
            self._tail = window[-_TAIL:]
            self._fresh, self._fresh_size = [], 0
            self._keep(self._gate.check(window, benign=self._benign))
        return self._worst

    def finish(self) -> GateVerdict:
        """The verdict on the whole output."""
        if self._worst.action != "block":
            self._keep(self._gate.check("".join(self._pieces), benign=self._benign))
        return self._worst

    def _keep(self, verdict: GateVerdict) -> None:
        if verdict.score >= self._worst.score:
            self._worst = verdict


def _peeled(layer: _Layer) -> list[_Layer]:
    """The layers below: what is encoded in it, quoted in it, or built by the code in it."""
    if layer.depth >= DEPTH:
        return []
    found = read_json(layer.text)
    if not any(name == WHOLE for name, _ in found):  # which holds whatever could be found here
        is_json = bool(found)
        if not is_json and not layer.view.endswith("html"):  # parsed above it already
            found += [("constants", "\n".join(built))] if (built := constants(layer.text)) else []
        if not layer.view.endswith(_EXTRACTED):
            found += [one for one in embedded(layer.plain) if not is_json or one[0] != "strings"]
        found += decodings(layer.plain)
    return [
        _Layer(view=_path(layer.view, name), text=text, depth=_depth(layer, name))
        for name, text in found
        if len(text) >= _LEAST or _has_letters(text)
    ]


def _depth(above: _Layer, name: str) -> int:
    if name == WHOLE:
        return above.depth
    return DEPTH if name in LEAVES else above.depth + 1


def _has_letters(text: str) -> bool:
    return len(text.encode("ascii", "replace").translate(None, _NOT_LETTERS)) >= _LEAST_LETTERS


def _opened(output: JsonValue) -> tuple[str, list[tuple[str, str]]]:
    """`output` as one text, and its other readings if it is no text."""
    if isinstance(output, str):
        return output, []
    flat = flattened(output)
    return "\n".join(flat.whole), flat.layers()


def _path(view: str, name: str) -> str:
    return f"{view}>{name}" if view else name


def _of_canary(sighting: Sighting, view: str, span: Span | None = None) -> Finding:
    what = (
        "the canary of the system prompt"
        if sighting.kind == "canary"
        else "a part of the system prompt's canary"
    )
    return Finding(
        layer="canary", kind=sighting.kind, score=sighting.score, reason=f"holds {what}", span=span, view=view
    )


def _unread() -> Finding:
    reason = "is encoded or nested so often that not all of it could be read"
    return Finding(layer="output_gate", kind="not_read_whole", score=_UNREAD, reason=reason)


def _of_overlap(overlap: Overlap, view: str) -> Finding:
    unit = "words" if overlap.kind == "prompt_vocabulary" else "letters"
    reason = f"repeats about {overlap.letters} {unit} of the system prompt"
    return Finding(layer="overlap", kind=overlap.kind, score=overlap.score, reason=reason, view=view)


def _failed(error: Exception) -> GateVerdict:
    finding = Finding(
        layer="output_gate",
        kind="gate_error",
        score=1.0,
        reason=f"the output could not be checked ({type(error).__name__})",
    )
    return GateVerdict(action="block", score=1.0, findings=(finding,))


__all__ = ["OutputGate", "OutputStream"]
