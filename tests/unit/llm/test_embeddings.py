"""Vectors of any embedding model, with errors of our own."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pydantic_ai.embeddings import EmbeddingModel, EmbeddingResult, EmbeddingSettings, TestEmbeddingModel
from pydantic_ai.embeddings.result import EmbedInputType
from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError

from compiled_ai.errors import (
    CompiledAIError,
    MissingKeyError,
    ModelCallError,
    ModelReplyError,
    UnknownModelError,
)
from compiled_ai.llm.embeddings import PydanticEmbedder
from compiled_ai.templates.search import Embedder


class Failing(TestEmbeddingModel):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    async def embed(
        self,
        inputs: str | Sequence[str],
        *,
        input_type: EmbedInputType,
        settings: EmbeddingSettings | None = None,
    ) -> EmbeddingResult:
        raise self.error


class Forgetful(TestEmbeddingModel):
    async def embed(
        self,
        inputs: str | Sequence[str],
        *,
        input_type: EmbedInputType,
        settings: EmbeddingSettings | None = None,
    ) -> EmbeddingResult:
        return EmbeddingResult(
            [[1.0]], inputs=[], input_type=input_type, model_name="forgetful", provider_name="test"
        )


def test_every_text_has_a_vector_over_several_requests() -> None:
    embedder: Embedder = PydanticEmbedder(TestEmbeddingModel(dimensions=3))
    vectors = embedder.embed(["a"] * 300, kind="document")
    assert (len(vectors), {tuple(vector) for vector in vectors}) == (300, {(1.0, 1.0, 1.0)})


def test_no_text_asks_nothing() -> None:
    assert PydanticEmbedder("openai:never-called").embed([], kind="query") == []


@pytest.mark.parametrize(
    ("model", "name"),
    [("openai:text-embedding-3-small", "openai:text-embedding-3-small"), (TestEmbeddingModel(), "test:test")],
    ids=["string", "model"],
)
def test_the_name_is_the_model_string(model: str | EmbeddingModel, name: str) -> None:
    assert PydanticEmbedder(model).name == name


@pytest.mark.parametrize(
    ("error", "kind", "retryable"),
    [
        (ModelHTTPError(429, "m", "slow down"), ModelCallError, True),
        (ModelHTTPError(503, "m", "gone"), ModelCallError, True),
        (ModelHTTPError(400, "m", "no"), ModelCallError, False),
        (ModelAPIError("m", "unreachable"), ModelCallError, True),
        (RuntimeError("?"), ModelCallError, False),
    ],
    ids=["slow down", "server error", "refused", "unreachable", "anything"],
)
def test_failures_become_our_errors(error: Exception, kind: type[CompiledAIError], retryable: bool) -> None:
    with pytest.raises(kind) as caught:
        PydanticEmbedder(Failing(error)).embed(["a"], kind="query")
    assert caught.value.retryable is retryable


def test_too_few_vectors_are_refused() -> None:
    with pytest.raises(ModelReplyError, match="1 vectors for 2 texts"):
        PydanticEmbedder(Forgetful()).embed(["a", "b"], kind="query")


@pytest.mark.parametrize("model", ["no-colon", "nobody:model"])
def test_an_unknown_model_is_named(model: str) -> None:
    with pytest.raises(UnknownModelError, match=model):
        PydanticEmbedder(model).embed(["a"], kind="query")


def test_a_missing_key_names_its_variable() -> None:
    with pytest.raises(MissingKeyError, match="OPENAI_API_KEY") as caught:
        PydanticEmbedder("openai:text-embedding-3-small").embed(["a"], kind="query")
    assert caught.value.variable == "OPENAI_API_KEY"
