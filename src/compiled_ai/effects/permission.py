"""What the operator allows the effect steps of workflows to do at run time. A spec declares; nothing goes out before the operator allows it too.

The operator also gives what has no place in a spec: the files of databases, the addresses of webhooks, the outbox, and the headers of hosts with their secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import assert_never

from compiled_ai.effects.audit import AuditLog
from compiled_ai.effects.capabilities import Capability, parse_capability
from compiled_ai.effects.http import HttpSettings
from compiled_ai.errors import EffectRefusedError, InputError
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.effects import DatabaseCall, EffectCall, HttpCall, NotificationCall
from compiled_ai.spec.schema import Checker, suggest

_KINDS = ("host", "database", "webhook", "mail", "outbox", "sender")
_NAMED = re.compile(r"([a-z][a-z0-9_]{0,62})=(.+)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """Hosts, databases, webhooks and mail addresses that effect steps may use. Empty allows nothing."""

    hosts: frozenset[str] = frozenset()
    """As specs declare them, with the port where it is not the usual one."""
    databases: Mapping[str, Path] = field(default_factory=dict)
    """By name the SQLite file."""
    webhooks: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By name the address, which is often the secret itself."""
    recipients: frozenset[str] = frozenset()
    outbox: Path | None = None
    sender: str | None = None
    headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """By host the headers of its calls, such as ``Authorization``."""

    def merged(self, other: Allowed) -> Allowed:
        """What either of the two allows; where both name a thing, `other` says which it is."""
        return Allowed(
            hosts=self.hosts | other.hosts,
            databases={**self.databases, **other.databases},
            webhooks={**self.webhooks, **other.webhooks},
            recipients=self.recipients | other.recipients,
            outbox=other.outbox or self.outbox,
            sender=other.sender or self.sender,
            headers={**self.headers, **other.headers},
        )


@dataclass(frozen=True, kw_only=True)
class EffectPermission:
    """The operator's permission: what is allowed, and where every call is noted."""

    allowed: Allowed
    audit: AuditLog
    settings: HttpSettings = field(default_factory=HttpSettings)
    """TLS and look-ups of HTTP calls and webhooks; the headers of hosts come on top."""

    def http_settings(self) -> HttpSettings:
        """The settings of HTTP calls with the headers of the allowed hosts."""
        return replace(
            self.settings, host_headers={**(self.settings.host_headers or {}), **self.allowed.headers}
        )


def missing(call: EffectCall, allowed: Allowed) -> tuple[str, ...]:
    """What `call` declares and `allowed` does not allow, each as it would be allowed, such as ``host=api.example.com``."""
    match call:
        case HttpCall():
            return tuple(f"host={host}" for host in call.capabilities.hosts if host not in allowed.hosts)
        case DatabaseCall():
            name = call.capabilities.database
            return () if name in allowed.databases else (f"database={name}=FILE",)
        case NotificationCall():
            return _missing_channels(call, allowed)
        case _:
            assert_never(call)


def _missing_channels(call: NotificationCall, allowed: Allowed) -> tuple[str, ...]:
    bounds = call.capabilities
    found = [f"webhook={name}=URL" for name in bounds.webhooks if name not in allowed.webhooks]
    found += [f"mail={address}" for address in bounds.recipients if address not in allowed.recipients]
    if bounds.recipients and allowed.outbox is None:
        found.append("outbox=FOLDER")
    if bounds.recipients and allowed.sender is None:
        found.append("sender=ADDRESS")
    return tuple(found)


def declare(name: str, call: EffectCall, allowed: Allowed) -> Capability:
    """The declaration of the effect called `name` that does `call`, with the operator's part filled in.

    Raises:
        EffectRefusedError: something that it needs is not allowed.
        InputError: what the operator gave cannot be granted, such as a sender that is no address.
    """
    lacking = missing(call, allowed)
    if lacking:
        raise EffectRefusedError(
            f"'{name}' needs what is not allowed: {', '.join(lacking)}", reason="permission"
        )
    data: JsonObject = {
        **call.capabilities.model_dump(mode="json"),
        "name": name,
        "timeout_seconds": call.timeout_seconds,
    }
    match call:
        case HttpCall():
            return parse_capability({**data, "effect": "http", "retries": call.retries})
        case DatabaseCall():
            path = str(allowed.databases[str(data.pop("database"))])
            return parse_capability({**data, "effect": "database", "path": path})
        case NotificationCall():
            mails: JsonObject = {"outbox": str(allowed.outbox), "sender": allowed.sender}
            return parse_capability(
                {
                    **data,
                    "effect": "notification",
                    "retries": call.retries,
                    "webhooks": {key: allowed.webhooks[key] for key in call.capabilities.webhooks},
                    **(mails if call.capabilities.recipients else {}),
                }
            )
        case _:
            assert_never(call)


def parse_allowed(grants: Iterable[str]) -> Allowed:
    """What command-line words such as ``host=api.example.com`` or ``database=stock=data/stock.sqlite`` allow.

    Raises:
        InputError: a word is none of these.
    """
    allowed = Allowed()
    for grant in grants:
        kind, _, value = grant.partition("=")
        if kind in _KINDS and not value:
            raise InputError(f"{kind}= says nothing of what is allowed", field="allow-effects")
        if kind not in _KINDS:
            shown = (
                f"'{kind}'" if kind.isalpha() or not kind else "a word"
            )  # an address of a webhook may be a secret
            raise InputError(
                f"{shown} allows nothing that is known; write host=NAME, database=NAME=FILE, webhook=NAME=URL, mail=ADDRESS, "
                f"outbox=FOLDER or sender=ADDRESS.{suggest(kind, _KINDS)}",
                field="allow-effects",
            )
        allowed = allowed.merged(_one(kind, value))
    return allowed


def _one(kind: str, value: str) -> Allowed:
    match kind:
        case "host":
            return Allowed(hosts=frozenset((value.lower(),)))
        case "mail":
            return Allowed(recipients=frozenset((value,)))
        case "outbox":
            return Allowed(outbox=Path(value))
        case "sender":
            return Allowed(sender=value)
    named = _NAMED.fullmatch(value)
    if named is None:
        raise InputError(
            f"{kind}= wants a name and what it stands for: {kind}=NAME={'FILE' if kind == 'database' else 'URL'}",
            field="allow-effects",
        )
    if kind == "database":
        return Allowed(databases={named[1]: Path(named[2])})
    return Allowed(webhooks={named[1]: named[2]})


_TEXT: JsonObject = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["env"],
            "properties": {"env": {"type": "string"}},
        },
    ]
}
_FILE: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "hosts": {
            "type": "object",
            "additionalProperties": {
                "type": ["object", "null"],
                "additionalProperties": False,
                "properties": {"headers": {"type": "object", "additionalProperties": _TEXT}},
            },
        },
        "databases": {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}},
        "webhooks": {"type": "object", "additionalProperties": _TEXT},
        "mail": {
            "type": "object",
            "additionalProperties": False,
            "required": ["outbox", "sender", "recipients"],
            "properties": {
                "outbox": {"type": "string", "minLength": 1},
                "sender": {"type": "string", "minLength": 1},
                "recipients": {"type": "array", "items": {"type": "string"}},
            },
        },
    },
}
"""A file of permissions. A secret is ``{env: VARIABLE}``, so that the file itself need not be one."""
_WITHOUT_VALUES = frozenset(("additionalProperties", "required"))
"""Rules whose messages name fields alone; others quote what stands there, which may be a secret."""
_WANTED = {
    "anyOf": "write a text, or {env: VARIABLE}",
    "type": "this is of another type than it must be; hosts, databases, webhooks and mail hold names with what they stand for",
    "minLength": "this is empty",
}


def load_allowed(path: Path, environment: Mapping[str, str]) -> Allowed:
    """What the YAML file at `path` allows; secrets come from `environment`.

    Raises:
        SpecError: the file is not YAML.
        StoreError: it cannot be read.
        InputError: it is no file of permissions, or a variable is not set.
    """
    from compiled_ai.spec.load import read_text
    from compiled_ai.spec.yaml_source import parse_yaml

    data = parse_yaml(read_text(path), path=path).data
    misfit = Checker(_FILE).explain(data)
    if misfit is not None:
        told = misfit.message if misfit.rule in _WITHOUT_VALUES else _WANTED.get(misfit.rule, "does not fit")
        raise InputError(f"{path}: {f'{misfit.field}: ' if misfit.field else ''}{told}", field=misfit.field)
    assert isinstance(data, dict)
    reading = _Reading(path=path, environment=environment)
    hosts, mail = _mapping(data, "hosts"), _mapping(data, "mail")
    recipients = mail.get("recipients", [])
    assert isinstance(recipients, list)
    return Allowed(
        hosts=frozenset(hosts),
        databases={name: path.parent / str(file) for name, file in _mapping(data, "databases").items()},
        webhooks={name: reading.text(value) for name, value in _mapping(data, "webhooks").items()},
        recipients=frozenset(map(str, recipients)),
        outbox=path.parent / str(mail["outbox"]) if mail else None,
        sender=str(mail["sender"]) if mail else None,
        headers={
            host: {name: reading.text(value) for name, value in _mapping(given, "headers").items()}
            for host, given in hosts.items()
            if isinstance(given, dict)
        },
    )


def _mapping(data: JsonObject, key: str) -> JsonObject:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """Puts secrets in their places."""

    path: Path
    environment: Mapping[str, str]

    def text(self, value: JsonValue) -> str:
        if not isinstance(value, dict):
            return str(value)
        name = str(value["env"])
        if not self.environment.get(name):
            raise InputError(f"{self.path}: the variable {name} is not set", field=name)
        return self.environment[name]
