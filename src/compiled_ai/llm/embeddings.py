"""Vectors of texts from any embedding model that PydanticAI knows, such as ``openai:text-embedding-3-small`` or ``ollama:nomic-embed-text``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from compiled_ai.errors import MissingKeyError, ModelCallError, ModelReplyError, UnknownModelError
from compiled_ai.llm.gating import CallGates

if TYPE_CHECKING:
    from pydantic_ai.embeddings import EmbeddingModel

_BATCH = 256
"""Texts in one request; providers refuse more than some thousands."""
_RETRYABLE = frozenset({408, 409, 425, 429})
_SHOWN_CHARS = 300


class PydanticEmbedder:
    """Vectors from a provider. Fits where ``compiled_ai.templates.search.Embedder`` is asked for.

    Args:
        model: A model string ``provider:name``, or a model of PydanticAI. The provider's key comes from the variable that PydanticAI reads.
        gates: Those of the default policy where none are given.
    """

    def __init__(self, model: str | EmbeddingModel, *, gates: CallGates | None = None) -> None:
        self._model = model
        self.gates = gates or CallGates()
        """What stands between texts and the model."""
        self.name = model if isinstance(model, str) else f"{model.system}:{model.model_name}"
        """The model string, which keys caches."""

    def embed(self, texts: Sequence[str], *, kind: Literal["query", "document"]) -> list[list[float]]:
        """One vector per text, asked for in requests of up to 256 texts.

        Raises:
            BlockedPromptError: a gate does not let a text out; nothing was sent.
            UnknownModelError: no provider, or none that PydanticAI knows.
            MissingKeyError: the provider needs a key.
            ModelCallError: a call failed.
            ModelReplyError: the provider gave another number of vectors than there are texts.
        """
        if not texts:
            return []
        for number, text in enumerate(texts, start=1):
            self.gates.check_text(text, role="direct", place=f"text {number} to embed")
        from compiled_ai.llm._live import LoopThread

        # The library's own call without await leaves an event loop open in the caller's thread.
        loop = LoopThread()
        try:
            return loop.run(self._embed(texts, kind))
        finally:
            loop.close()

    async def _embed(self, texts: Sequence[str], kind: Literal["query", "document"]) -> list[list[float]]:
        vectors: list[list[float]] = []
        for start in range(0, len(texts), _BATCH):
            vectors += await self._ask(texts[start : start + _BATCH], kind)
        return vectors

    async def _ask(self, texts: Sequence[str], kind: Literal["query", "document"]) -> list[list[float]]:
        from pydantic_ai.embeddings import Embedder

        try:
            result = await Embedder(self._model).embed(texts, input_type=kind)
        except Exception as error:  # the edge: whatever a client library raises becomes one of our errors
            raise self._translated(error) from error
        if len(result.embeddings) != len(texts):
            raise ModelReplyError(
                f"{self.name} gave {len(result.embeddings)} vectors for {len(texts)} texts; try another model"
            )
        return [[float(value) for value in vector] for vector in result.embeddings]

    def _translated(self, error: Exception) -> Exception:
        from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError, UserError

        text = str(error)
        shown = text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "..."
        if isinstance(error, ModelHTTPError):
            retryable = error.status_code in _RETRYABLE or error.status_code >= 500
            message = f"{self.name} refused the call (HTTP {error.status_code}): {shown}"
            return ModelCallError(message, retryable=retryable)
        if isinstance(error, ModelAPIError):
            return ModelCallError(f"{self.name} could not be reached: {shown}", retryable=True)
        variable = next((word.strip("`'\".,") for word in text.split() if "_API_KEY" in word), None)
        if isinstance(error, UserError) and variable:
            return MissingKeyError(f"{self.name} needs a key: set {variable}", variable=variable)
        if isinstance(error, UserError | ValueError | ImportError):
            return UnknownModelError(
                f"{self.name!r} is no embedding model that can be used here: {shown}; write provider:name"
            )
        return ModelCallError(
            f"the call of {self.name} failed ({type(error).__name__}): {shown}", retryable=False
        )
