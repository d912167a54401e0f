import os
from pathlib import Path

import pytest

from compiled_ai.llm import load_settings, provider_status


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    path = tmp_path / ".env"
    path.write_text("COMPILED_AI_MODEL=openai:from-file\nOPENAI_API_KEY='sk-$HOME'\nCOMPILED_AI_PRICE_AS=\n")
    return path


def test_the_file_fills_what_the_environment_lacks(dotenv: Path) -> None:
    assert load_settings({}, {}, dotenv).model == "openai:from-file"


def test_the_environment_beats_the_file(dotenv: Path) -> None:
    assert load_settings({}, {"COMPILED_AI_MODEL": "openai:set"}, dotenv).model == "openai:set"


def test_a_key_with_a_dollar_sign_is_taken_as_it_is(dotenv: Path) -> None:
    assert load_settings({}, {}, dotenv).keys == {"OPENAI_API_KEY": "sk-$HOME"}


def test_the_environment_of_the_process_stays_as_it_is(dotenv: Path) -> None:
    before = dict(os.environ)

    load_settings({}, {}, dotenv)

    assert dict(os.environ) == before


def test_an_absent_file_is_no_error(tmp_path: Path) -> None:
    assert load_settings({}, {}, tmp_path / ".env").model is None


def test_the_status_sees_keys_in_the_file(dotenv: Path) -> None:
    assert [entry.provider for entry in provider_status({}, dotenv) if entry.ready] == [
        "openai",
        "openai-chat",
        "ollama",
    ]
