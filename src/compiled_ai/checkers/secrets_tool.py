"""Secrets written into code: detect-secrets' patterns and entropies, in this process, and what it leaves out.

Its command is of no use here: it reports nothing for a file outside of the working directory, obeys ``pragma: allowlist
secret``, and may ask the issuer whether a secret works. Its patterns are therefore given each text of the code directly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from compiled_ai.checkers.proof import installed_version, refuse_misses
from compiled_ai.checkers.secret_names import is_hard_coded, looks_random
from compiled_ai.checkers.secret_samples import known_bad
from compiled_ai.checkers.secret_texts import CodeText, code_texts
from compiled_ai.errors import MissingToolError

if TYPE_CHECKING:
    from detect_secrets.plugins.base import BasePlugin
    from detect_secrets.plugins.high_entropy_strings import HighEntropyStringsPlugin

CWE: Final = 798
"""Use of hard-coded credentials."""

PATTERNS: Final = {
    "anthropic-key": r"\bsk-ant-[a-z0-9]{2,10}-[\w-]{20,}",
    "aws-access-key": r"\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b",
    "github-token": r"\b(?:github_pat_\w{36,}|gh[oprsu]_[A-Za-z0-9]{36,})",
    "google-api-key": r"\bAIza[\w-]{35}",
    "hugging-face-token": r"\bhf_[A-Za-z0-9]{30,}",
    "npm-token": r"\bnpm_[A-Za-z0-9]{36}",
    "openai-key": r"\bsk-(?:(?:proj|svcacct|admin)-[\w-]{20,}|[A-Za-z0-9]{40,})",
    "private-key": r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:\s|\\n|[\w-]+: .*\n)*[A-Za-z0-9+/=]{20,}",
    "slack-token": r"\bxox[abeoprs]-[\w-]{10,}|\bxapp-\d-[\w-]{20,}",
    "stripe-key": r"\b(?:[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/]{24,})",
    "password-in-url": r"\b[a-z][a-z0-9+.-]*://[^\s/?#@:'\"]*:(?P<secret>[^\s/?#@'\"]+)@[\w.-]+",
}
"""Ours, by rule: what detect-secrets 1.5.0 has not at all, or only in an older form."""

LIBRARY: Final = {
    "azure-storage-key": ("azure_storage_key", "AzureStorageKeyDetector"),
    "discord-token": ("discord", "DiscordBotTokenDetector"),
    "gitlab-token": ("gitlab_token", "GitLabTokenDetector"),
    "json-web-token": ("jwt", "JwtTokenDetector"),
    "mailchimp-key": ("mailchimp", "MailchimpDetector"),
    "openai-key": ("openai", "OpenAIDetector"),
    "pypi-token": ("pypi_token", "PypiTokenDetector"),
    "sendgrid-key": ("sendgrid", "SendGridDetector"),
    "slack-webhook": ("slack", "SlackDetector"),
    "square-secret": ("square_oauth", "SquareOAuthDetector"),
    "telegram-token": ("telegram_token", "TelegramBotTokenDetector"),
    "twilio-key": ("twilio", "TwilioKeyDetector"),
}
"""Patterns of detect-secrets, by rule. Left out: Artifactory (capital words), public IPs (no secrets), keys by name (ours knows the tree)."""

HARD_CODED: Final = "hard-coded-password"
HIGH_ENTROPY: Final = "high-entropy-text"

_PATTERNS_VERSION: Final = 1
_PLACEHOLDER: Final = re.compile(
    r"(.)\1{15}|^[<{$%*.]|^(?:user|username|pass|password|pwd|secret|token)$", re.IGNORECASE
)
_IDENTIFIER: Final = re.compile(
    r"sha|md5|hash|digest|checksum|fingerprint|crc|etag|commit|revision|uuid|guid|signature|integrity|(?:^|_)ids?$",
    re.IGNORECASE,
)
_MEND: Final = "install it again with 'pip install --force-reinstall detect-secrets'"


@dataclass(frozen=True, kw_only=True)
class SecretIssue:
    """A secret in the code. The message never holds it."""

    rule: str
    message: str
    line: int
    cwe: int = CWE


def secrets_version() -> str:
    """Version of detect-secrets and of our patterns, such as ``1.5.0 (patterns 1)``.

    Raises:
        MissingToolError: it is not installed.
    """
    return f"{installed_version('detect-secrets', mend=_MEND)} (patterns {_PATTERNS_VERSION})"


def find_secrets(source: str) -> tuple[SecretIssue, ...]:
    """Secrets in the texts and comments of `source`, in the order of its lines, one for each line and kind.

    Comments that ask to look away are not obeyed. Nothing is sent anywhere.

    Raises:
        ValueError: `source` does not parse.
        MissingToolError: detect-secrets is absent or of another make.
    """
    found: dict[tuple[int, str], SecretIssue] = {}
    for text in code_texts(source):
        for rule, line in _judge(text):
            found.setdefault((line, rule), SecretIssue(rule=rule, message=_message(rule), line=line))
    return tuple(found[key] for key in sorted(found))


def _judge(text: CodeText) -> Iterator[tuple[str, int]]:
    """The most telling kinds alone: a known form, else a name that says it, else a random look."""
    known = list(_known_forms(text))
    if known:
        yield from known
    elif is_hard_coded(text):
        yield HARD_CODED, text.line
    elif _is_random(text):
        yield HIGH_ENTROPY, text.line


def _known_forms(text: CodeText) -> Iterator[tuple[str, int]]:
    for rule, pattern in _compiled().items():
        for match in pattern.finditer(text.value):
            if not _PLACEHOLDER.search(match.groupdict().get("secret") or match[0]):
                offset = text.value.count("\n", 0, match.start())
                yield rule, min(text.line + offset, text.last_line)
    for number, part in enumerate(text.value.split("\n")):
        for rule, plugin in _plugins().items():
            if any(not _PLACEHOLDER.search(secret) for secret in plugin.analyze_string(part)):
                yield rule, min(text.line + number, text.last_line)


def _is_random(text: CodeText) -> bool:
    if _IDENTIFIER.search(text.name) or not looks_random(text.value):
        return False
    return any(
        secret == text.value and plugin.calculate_shannon_entropy(secret) > plugin.entropy_limit
        for plugin in _entropies()
        for secret in plugin.analyze_string(f'"{text.value}"')
    )


def _message(rule: str) -> str:
    what = {
        HARD_CODED: "a password or key is written into the code",
        HIGH_ENTROPY: "a text that looks like a random key is written into the code",
    }.get(rule, f"a secret ({rule.replace('-', ' ')}) is written into the code")
    return f"{what}: take it out; compiled code needs no secrets"


@cache
def _compiled() -> dict[str, re.Pattern[str]]:
    return {rule: re.compile(pattern) for rule, pattern in PATTERNS.items()}


@cache
def _plugins() -> dict[str, BasePlugin]:
    return {rule: _load(module, name)() for rule, (module, name) in LIBRARY.items()}


@cache
def _entropies() -> Sequence[HighEntropyStringsPlugin]:
    names = ("Base64HighEntropyString", "HexHighEntropyString")
    return [_load("high_entropy_strings", name)() for name in names]


def _load(module: str, name: str) -> type:
    try:
        found = getattr(import_module(f"detect_secrets.plugins.{module}"), name)
    except (ImportError, AttributeError) as error:
        raise MissingToolError(f"detect-secrets cannot be used ({error}); {_MEND}") from error
    if not isinstance(found, type):
        raise MissingToolError(f"detect-secrets' {name} is no class; {_MEND}")
    return found


@cache
def prove_secrets() -> None:
    """Check once per process that each kind of secret is found.

    Raises:
        MissingToolError: detect-secrets is absent, or something is overlooked.
    """
    samples = known_bad()
    found = {(issue.line, issue.rule) for issue in find_secrets("\n".join(samples.values()))}
    missing = [rule for line, rule in enumerate(samples, start=1) if (line, rule) not in found]
    missing += [rule for rule in (*PATTERNS, *LIBRARY) if rule not in samples]
    refuse_misses("the secret scan", missing, mend=_MEND)
