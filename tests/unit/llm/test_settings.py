import re
from pathlib import Path

import pytest

from compiled_ai.errors import OperatorError
from compiled_ai.gates.policy import strict
from compiled_ai.llm import LlmSettings, load_settings
from compiled_ai.llm.settings import Argument


def test_an_argument_beats_the_environment() -> None:
    settings = load_settings({"model": "openai:a"}, {"COMPILED_AI_MODEL": "openai:b"}, None)

    assert settings.model == "openai:a"


def test_an_argument_of_none_leaves_the_environment_in_force() -> None:
    settings = load_settings({"model": None}, {"COMPILED_AI_MODEL": "openai:b"}, None)

    assert settings.model == "openai:b"


def test_an_empty_variable_counts_as_not_set() -> None:
    assert load_settings({}, {"COMPILED_AI_MODEL": ""}, None).model is None


def test_every_variable_reaches_its_field() -> None:
    environ = {
        "COMPILED_AI_MODEL": "anthropic:m",
        "COMPILED_AI_BASE_URL": "http://localhost:1",
        "COMPILED_AI_RECORD": "kept",
        "COMPILED_AI_PRICE_AS": "anthropic:p",
        "COMPILED_AI_RECORD_AS": "someone",
        "COMPILED_AI_TOKENS_ESTIMATED": "true",
        "COMPILED_AI_GATES": "strict",
        "COMPILED_AI_CANARY_SECRET": "sixteen or more characters",
    }

    assert load_settings({}, environ, None) == LlmSettings(
        model="anthropic:m",
        base_url="http://localhost:1",
        record_dir=Path("kept"),
        price_as="anthropic:p",
        record_as="someone",
        tokens_estimated=True,
        gates=strict(),
        canary_secret="sixteen or more characters",
    )


def test_the_secret_of_canaries_is_not_shown() -> None:
    assert "guess" not in repr(LlmSettings(canary_secret="nobody can guess this"))


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        (
            {"COMPILED_AI_CANARY_SECRET": "short"},
            "COMPILED_AI_CANARY_SECRET has 5 characters; give at least 16",
        ),
        ({"COMPILED_AI_GATES": '{"pii": "hide"}'}, "gates.pii is 'hide'; it must be one of"),
        ({"COMPILED_AI_GATES": "{oops"}, "COMPILED_AI_GATES"),
        ({"COMPILED_AI_GATES": "no/such/policy.json"}, "no/such/policy.json"),
    ],
)
def test_gates_that_cannot_be_set_up_are_refused(environ: dict[str, str], words: str) -> None:
    with pytest.raises(OperatorError, match=re.escape(words)):
        load_settings({}, environ, None)


def test_a_policy_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text('{"pii": "block"}', encoding="utf-8")
    assert load_settings({"gates": str(tmp_path / "policy.json")}, {}, None).gates.pii == "block"


@pytest.mark.parametrize(
    ("model", "environ", "url"),
    [
        ("desk", {"OPENAI_BASE_URL": "http://a"}, "http://a"),
        ("openai-chat:desk", {"OPENAI_BASE_URL": "http://a"}, "http://a"),
        ("openai:x", {"OPENAI_BASE_URL": "http://a", "COMPILED_AI_BASE_URL": "http://b"}, "http://b"),
        ("anthropic:x", {"OPENAI_BASE_URL": "http://a"}, None),
        ("ollama:x", {"OPENAI_BASE_URL": "http://a", "OLLAMA_BASE_URL": "http://c"}, "http://c"),
    ],
)
def test_a_provider_takes_its_own_server_variable_only(
    model: str, environ: dict[str, str], url: str | None
) -> None:
    assert load_settings({"model": model}, environ, None).base_url == url


def test_an_argument_to_replay_beats_a_variable_to_record() -> None:
    settings = load_settings({"replay_dir": "kept"}, {"COMPILED_AI_RECORD": "other"}, None)

    assert (settings.replay_dir, settings.record_dir) == (Path("kept"), None)


def test_a_replay_ignores_the_everyday_model() -> None:
    settings = load_settings({"replay_dir": "kept"}, {"COMPILED_AI_MODEL": "openai:b"}, None)

    assert settings.model is None


def test_a_replay_keeps_a_model_given_with_it() -> None:
    assert load_settings({"replay_dir": "kept", "model": "openai:b"}, {}, None).model == "openai:b"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"record_dir": "a", "replay_dir": "b"}, "exclude each other"),
        ({"base_url": "localhost:8080"}, "must start with http"),
    ],
)
def test_contradictions_are_refused(arguments: dict[str, Argument], complaint: str) -> None:
    with pytest.raises(OperatorError, match=complaint):
        load_settings(arguments, {}, None)


def test_keys_are_taken_along_but_not_shown() -> None:
    settings = load_settings({}, {"ANTHROPIC_API_KEY": "sk-hush"}, None)

    assert settings.keys == {"ANTHROPIC_API_KEY": "sk-hush"}
    assert "sk-hush" not in repr(settings)
