import pytest

from compiled_ai.errors import MissingKeyError, UnknownModelError
from compiled_ai.llm import LlmSettings, provider_status
from compiled_ai.llm.providers import ModelName, build_model, find_key, parse_model


def test_a_name_may_hold_colons() -> None:
    assert str(parse_model("ollama:llama3:8b", own_server=False)) == "ollama:llama3:8b"


def test_a_bare_name_on_an_own_server_speaks_chat_completions() -> None:
    assert str(parse_model("desk", own_server=True)) == "openai-chat:desk"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("anthropc:claude-x", "Did you mean 'anthropic:claude-x'?"),
        ("claude-x", "Did you mean 'anthropic:claude-x'?"),
        ("gpt-9", "Did you mean 'openai:gpt-9'?"),
        ("llama3:8b", "Did you mean 'ollama:llama3:8b'?"),
        ("whatever:x", "known ones are anthropic:NAME, openai:NAME"),
        ("openai:", "add the model's name"),
        ("", "does not say its provider"),
    ],
)
def test_an_unknown_model_string_is_refused_with_a_way_out(text: str, hint: str) -> None:
    with pytest.raises(UnknownModelError) as caught:
        parse_model(text, own_server=False)

    assert hint in str(caught.value)


def test_a_missing_key_is_named_with_the_ways_to_do_without() -> None:
    with pytest.raises(MissingKeyError, match=r"--replay DIR.*ollama:NAME.*--base-url") as caught:
        build_model(LlmSettings(model="anthropic:claude-x"))

    assert caught.value.variable == "ANTHROPIC_API_KEY"


def test_no_model_at_all_is_refused() -> None:
    with pytest.raises(UnknownModelError, match="no model is named"):
        build_model(LlmSettings())


@pytest.mark.parametrize(
    "settings",
    [
        LlmSettings(model="ollama:x"),
        LlmSettings(model="openai-chat:x", base_url="http://127.0.0.1:1/v1"),
    ],
    ids=["ollama", "own server"],
)
def test_a_local_model_needs_no_key(settings: LlmSettings) -> None:
    assert settings.model is not None
    assert find_key(parse_model(settings.model, own_server=False), settings) == "no-key-set"


def test_the_second_variable_of_a_provider_serves_when_the_first_is_unset() -> None:
    settings = LlmSettings(keys={"GEMINI_API_KEY": "k"})

    assert find_key(ModelName(provider="google", name="x"), settings) == "k"


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("anthropic:claude-x", "AnthropicModel"),
        ("openai:gpt-x", "OpenAIResponsesModel"),
        ("openai-chat:gpt-x", "OpenAIChatModel"),
        ("google:gemini-x", "GoogleModel"),
        ("ollama:x", "OllamaModel"),
    ],
)
def test_each_prefix_builds_its_kind_of_model(model: str, kind: str) -> None:
    keys = dict.fromkeys(("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GOOGLE_API_KEY"), "k")

    assert type(build_model(LlmSettings(model=model, keys=keys))).__name__ == kind


def test_the_status_tells_which_keys_are_set_and_never_a_key() -> None:
    status = provider_status({"OPENAI_API_KEY": "sk-hush", "GEMINI_API_KEY": ""})

    assert {entry.provider: entry.ready for entry in status} == {
        "anthropic": False,
        "openai": True,
        "openai-chat": True,
        "google": False,
        "ollama": True,
    }
    assert "sk-hush" not in repr(status)
