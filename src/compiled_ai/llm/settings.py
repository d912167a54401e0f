"""Settings of the model calls, gathered once from arguments, the environment and a ``.env`` file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from compiled_ai.errors import InputError, OperatorError
from compiled_ai.gates.policy import GatePolicy, default, read_policy

VARIABLES = {
    "model": "COMPILED_AI_MODEL",
    "base_url": "COMPILED_AI_BASE_URL",
    "record_dir": "COMPILED_AI_RECORD",
    "replay_dir": "COMPILED_AI_REPLAY",
    "price_as": "COMPILED_AI_PRICE_AS",
    "record_as": "COMPILED_AI_RECORD_AS",
    "tokens_estimated": "COMPILED_AI_TOKENS_ESTIMATED",
    "timeout_seconds": "COMPILED_AI_TIMEOUT_SECONDS",
    "gates": "COMPILED_AI_GATES",
    "canary_secret": "COMPILED_AI_CANARY_SECRET",
}
"""Environment variable by field of `LlmSettings`."""
KEY_VARIABLES = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY")
SERVER_VARIABLES = {
    "openai": "OPENAI_BASE_URL",
    "openai-chat": "OPENAI_BASE_URL",
    "": "OPENAI_BASE_URL",
    "ollama": "OLLAMA_BASE_URL",
}
"""The provider's own variable for its server, by model prefix; empty for a model string without one."""

_SECRET_CHARS = 16

Argument = str | float | Path | None


@dataclass(frozen=True, kw_only=True)
class LlmSettings:
    """How models are called. The keys are left out of the repr; do not print them elsewhere either."""

    model: str | None = None
    """Such as ``anthropic:claude-opus-4-5``. None: a replay asks its recordings, a live call fails."""
    base_url: str | None = None
    """Server to call in place of the provider's own. None leaves the provider's."""
    timeout_seconds: float = 120.0
    """Time for one call, retries of the provider's client included."""
    max_retries: int = 2
    """How often the provider's client repeats a request refused for now (429, 5xx, lost connection)."""
    record_dir: Path | None = None
    """Folder that each exchange is recorded in. None records nothing."""
    replay_dir: Path | None = None
    """Folder of recordings that answer in place of a model. None calls the model."""
    record_as: str | None = None
    """Who answers, for the recordings: ``claude, through the desk``. None notes the model's own name."""
    price_as: str | None = None
    """Model at whose list price the tokens of an unlisted model are valued, labelled so. None: not valued."""
    tokens_estimated: bool = False
    """Whether the token counts of the server are estimates themselves; they are then labelled so."""
    gates: GatePolicy = field(default_factory=default)
    """What stands between texts and the model. What an artifact or spec asks for beyond it counts too."""
    canary_secret: str | None = field(default=None, repr=False, compare=False)
    """Makes equal system prompts carry equal canaries in all processes, so that a provider's cache of prompts holds. None: each process draws one."""
    keys: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """API keys by the name of their environment variable."""

    def __post_init__(self) -> None:
        if self.record_dir is not None and self.replay_dir is not None:
            message = (
                "recording and replaying exclude each other; give --record or --replay "
                "(COMPILED_AI_RECORD or COMPILED_AI_REPLAY), not both"
            )
            raise OperatorError(message)
        if self.base_url is not None and not self.base_url.startswith(("http://", "https://")):
            message = f"the base URL {self.base_url!r} must start with http:// or https://, such as http://localhost:8080/v1"
            raise OperatorError(message)
        if self.canary_secret is not None and len(self.canary_secret) < _SECRET_CHARS:
            message = f"{VARIABLES['canary_secret']} has {len(self.canary_secret)} characters; give at least {_SECRET_CHARS} that nobody can guess"
            raise OperatorError(message)


def load_settings(
    arguments: Mapping[str, Argument], environ: Mapping[str, str], dotenv_path: Path | None
) -> LlmSettings:
    """Settings from `arguments`, else from `environ`, else from the ``.env`` file. `environ` is not changed.

    Args:
        arguments: Values by field name of `LlmSettings`; None means not given.
        environ: Environment variables, see `VARIABLES` and `KEY_VARIABLES`. An empty value counts as not set.
        dotenv_path: A ``.env`` file, which may be absent. None reads none.

    Raises:
        OperatorError: values that contradict each other or cannot be used.
    """
    known = {entry.name for entry in fields(LlmSettings)} - {"keys"}
    assert arguments.keys() <= known, f"unknown settings: {sorted(arguments.keys() - known)}"
    given = {name: value for name, value in arguments.items() if value is not None}
    dotenv = read_dotenv(dotenv_path)
    merged = _merge([_from_variables(dotenv), _from_variables(environ), given])
    if "replay_dir" in merged:
        # The recordings say which model answered; an everyday COMPILED_AI_MODEL must not make requests miss.
        merged["model"] = given.get("model")
    variables = {**dotenv, **{name: value for name, value in environ.items() if value}}
    model = _text(merged.get("model"))
    return LlmSettings(
        model=model,
        base_url=_text(merged.get("base_url")) or _own_server(model, variables),
        timeout_seconds=float(str(merged.get("timeout_seconds", LlmSettings.timeout_seconds))),
        max_retries=int(str(merged.get("max_retries", LlmSettings.max_retries))),
        record_dir=_folder(merged.get("record_dir")),
        replay_dir=_folder(merged.get("replay_dir")),
        record_as=_text(merged.get("record_as")),
        price_as=_text(merged.get("price_as")),
        tokens_estimated=str(merged.get("tokens_estimated", "")).lower() in {"1", "true", "yes"},
        gates=_policy(_text(merged.get("gates"))),
        canary_secret=_text(merged.get("canary_secret")),
        keys={name: variables[name] for name in KEY_VARIABLES if name in variables},
    )


def read_dotenv(path: Path | None) -> dict[str, str]:
    """Variables of a ``.env`` file that have a value; none without a file. The environment stays as is."""
    if path is None or not path.is_file():
        return {}
    from dotenv import dotenv_values

    # Without interpolation: it would read os.environ, and a key may hold a dollar sign.
    return {name: value for name, value in dotenv_values(path, interpolate=False).items() if value}


def _from_variables(variables: Mapping[str, str]) -> dict[str, Argument]:
    return {name: variables[variable] for name, variable in VARIABLES.items() if variables.get(variable)}


def _merge(layers: Sequence[Mapping[str, Argument]]) -> dict[str, Argument]:
    """Later layers win. One that records or replays decides between the two, whatever an earlier one says."""
    merged: dict[str, Argument] = {}
    for layer in layers:
        if "record_dir" in layer or "replay_dir" in layer:
            merged.pop("record_dir", None)
            merged.pop("replay_dir", None)
        merged |= layer
    return merged


def _own_server(model: str | None, variables: Mapping[str, str]) -> str | None:
    prefix, colon, _ = (model or "").partition(":")
    variable = SERVER_VARIABLES.get(prefix if colon else "")
    return None if variable is None else variables.get(variable)


def _policy(given: str | None) -> GatePolicy:
    """That of the arguments or the environment; it is refused like any other setting that cannot be used.

    Raises:
        OperatorError: it is no policy.
    """
    if given is None:
        return default()
    try:
        return read_policy(given, option=f"--gates ({VARIABLES['gates']})")
    except InputError as error:
        raise OperatorError(str(error)) from None


def _text(value: Argument) -> str | None:
    return None if value is None else str(value)


def _folder(value: Argument) -> Path | None:
    return None if value is None else Path(str(value)).expanduser()
