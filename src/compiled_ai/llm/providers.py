"""Model strings, the keys they need, and the PydanticAI models that they name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, assert_never

from compiled_ai.errors import MissingKeyError, UnknownModelError
from compiled_ai.llm.settings import LlmSettings, read_dotenv

if TYPE_CHECKING:
    from pydantic_ai.models import Model

ProviderName = Literal["anthropic", "openai", "openai-chat", "google", "ollama"]

PROVIDERS: dict[ProviderName, tuple[str, ...]] = {
    "anthropic": ("ANTHROPIC_API_KEY",),
    "openai": ("OPENAI_API_KEY",),
    "openai-chat": ("OPENAI_API_KEY",),
    "google": ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
    "ollama": (),
}
"""Variables that may hold the key, the first that is set wins. None: no key is needed."""
OLLAMA_URL = "http://localhost:11434/v1"
PLACEHOLDER_KEY = "no-key-set"
"""Sent to a server of the user's own when no key is set: the clients refuse an empty one."""
_FAMILIES = (
    (r"claude", "anthropic"),
    (r"gpt|o\d|chatgpt", "openai"),
    (r"gemini|gemma", "google"),
    (r"llama|qwen|mistral|phi|deepseek", "ollama"),
)


@dataclass(frozen=True, kw_only=True)
class ModelName:
    """A model string taken apart."""

    provider: ProviderName
    name: str

    def __str__(self) -> str:
        return f"{self.provider}:{self.name}"


@dataclass(frozen=True, kw_only=True)
class ProviderStatus:
    """Whether a provider can be called."""

    provider: ProviderName
    variables: tuple[str, ...]
    """Variables that may hold its key; empty if it needs none."""
    ready: bool
    """Whether a key is set or none is needed. Whether the provider takes it only a call can tell."""


def provider_status(
    environ: Mapping[str, str], dotenv_path: Path | None = None
) -> tuple[ProviderStatus, ...]:
    """Whether each provider's key is set in `environ` or the ``.env`` file. Never the key itself."""
    known = {name for name, value in {**read_dotenv(dotenv_path), **environ}.items() if value}
    return tuple(
        ProviderStatus(provider=provider, variables=names, ready=not names or not known.isdisjoint(names))
        for provider, names in PROVIDERS.items()
    )


def parse_model(text: str, *, own_server: bool) -> ModelName:
    """`text` taken apart. With a server of the user's own, a bare name means chat completions on it.

    Raises:
        UnknownModelError: no provider, or none that we know.
    """
    prefix, colon, name = text.strip().partition(":")
    known = ", ".join(f"{provider}:NAME" for provider in PROVIDERS)
    if not colon:
        if own_server and prefix:
            return ModelName(provider="openai-chat", name=prefix)
        message = f"the model {text!r} does not say its provider; write one of {known}"
        raise UnknownModelError(message + _guess(_provider_of(prefix), prefix))
    for provider in PROVIDERS:
        if prefix == provider and name:
            return ModelName(provider=provider, name=name)
    if prefix in PROVIDERS:
        message = f"the model {text!r} ends at its provider; add the model's name after the colon"
        raise UnknownModelError(message)
    message = f"the model {text!r} has the provider {prefix!r}; known ones are {known}"
    family, close = _provider_of(text), difflib.get_close_matches(prefix, PROVIDERS, n=1)
    if family is None and close:
        raise UnknownModelError(message + _guess(close[0], name))
    raise UnknownModelError(message + _guess(family, text))


def key_variables(text: str | None) -> str:
    """The variables that hold the key for the model string `text`, for messages: ``A_KEY or B_KEY``."""
    prefix = (text or "").partition(":")[0]
    names = next((names for provider, names in PROVIDERS.items() if provider == prefix), ())
    return " or ".join(names or PROVIDERS["openai"])


def find_key(model: ModelName, settings: LlmSettings) -> str:
    """The API key for `model`, or a placeholder where none is needed.

    Raises:
        MissingKeyError: the provider needs one and none is set.
    """
    names = PROVIDERS[model.provider]
    for name in names:
        if key := settings.keys.get(name):
            return key
    if not names or settings.base_url is not None:
        return PLACEHOLDER_KEY
    message = (
        f"{model} needs a key and {' or '.join(names)} is not set, neither in the environment nor in .env. "
        "Set it, or do without one: --replay DIR answers from recordings, --model ollama:NAME uses a local "
        "model, --base-url URL any OpenAI-compatible server"
    )
    raise MissingKeyError(message, variable=names[0])


def build_model(settings: LlmSettings) -> Model:
    """The PydanticAI model that `settings` name. Takes seconds the first time, for the provider's library.

    Raises:
        UnknownModelError: no model string, or one that names no provider we know.
        MissingKeyError: the provider needs a key and none is set.
    """
    if settings.model is None:
        known = ", ".join(f"{provider}:NAME" for provider in PROVIDERS)
        message = f"no model is named; give --model or COMPILED_AI_MODEL as one of {known}, or --replay DIR"
        raise UnknownModelError(message)
    model = parse_model(settings.model, own_server=settings.base_url is not None)
    key = find_key(model, settings)
    url = settings.base_url
    match model.provider:
        case "anthropic":
            return _anthropic(model.name, key, url)
        case "openai":
            return _openai_responses(model.name, key, url)
        case "openai-chat":
            return _openai_chat(model.name, key, url)
        case "google":
            return _google(model.name, key, url)
        case "ollama":
            return _ollama(model.name, key, url or OLLAMA_URL)
    assert_never(model.provider)


def _anthropic(name: str, key: str, url: str | None) -> Model:
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    return AnthropicModel(name, provider=AnthropicProvider(api_key=key, base_url=url))


def _openai_responses(name: str, key: str, url: str | None) -> Model:
    from pydantic_ai.models.openai import OpenAIResponsesModel
    from pydantic_ai.providers.openai import OpenAIProvider

    return OpenAIResponsesModel(name, provider=OpenAIProvider(api_key=key, base_url=url))


def _openai_chat(name: str, key: str, url: str | None) -> Model:
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.profiles.openai import OpenAIModelProfile
    from pydantic_ai.providers.openai import OpenAIProvider

    # Other servers know `max_tokens` and may ignore OpenAI's newer `max_completion_tokens`, which would lift
    # the bound; OpenAI's own models behind a proxy refuse `max_tokens`.
    foreign = url is not None and _provider_of(name) != "openai"
    own = OpenAIModelProfile(openai_chat_supports_max_completion_tokens=False) if foreign else None
    return OpenAIChatModel(name, provider=OpenAIProvider(api_key=key, base_url=url), profile=own)


def _google(name: str, key: str, url: str | None) -> Model:
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.providers.google import GoogleProvider

    return GoogleModel(name, provider=GoogleProvider(api_key=key, base_url=url))


def _ollama(name: str, key: str, url: str) -> Model:
    from pydantic_ai.models.ollama import OllamaModel
    from pydantic_ai.providers.ollama import OllamaProvider

    return OllamaModel(name, provider=OllamaProvider(api_key=key, base_url=url))


def _provider_of(name: str) -> str | None:
    return next((provider for pattern, provider in _FAMILIES if re.match(pattern, name)), None)


def _guess(provider: str | None, name: str) -> str:
    return f". Did you mean '{provider}:{name}'?" if provider and name else ""
