"""What an effect may do. Everything that a declaration does not name is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from compiled_ai.errors import InputError
from compiled_ai.spec.canonical import JsonObject, digest
from compiled_ai.spec.effects import NAME as _NAME
from compiled_ai.spec.effects import Address, DatabaseLimits, HttpLimits
from compiled_ai.spec.schema import suggest


class _Declaration(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str = Field(pattern=_NAME, description="Name of the effect, in the audit log.")
    max_calls: int = Field(100, ge=1, le=1_000_000, description="Calls until the effect is opened anew.")
    timeout_seconds: float = Field(10.0, gt=0, le=300, description="Wall time of one call, retries included.")

    @property
    def digest(self) -> str:
        """``c1:`` digest of the declaration; every audit record carries it."""
        return digest("c1", self.model_dump(mode="json"))


class HttpCapability(HttpLimits, _Declaration):
    """Calls to named hosts with named methods."""

    effect: Literal["http"] = "http"
    retries: int = Field(2, ge=0, le=10, description="Further tries after a failure that may pass.")


class DatabaseCapability(DatabaseLimits, _Declaration):
    """Statements on named tables of one database."""

    effect: Literal["database"] = "database"
    path: str = Field(
        min_length=1, max_length=1_000, description="File of the SQLite database; it must exist."
    )

    @model_validator(mode="after")
    def _some_table(self) -> DatabaseCapability:
        if not self.read and not self.write:
            raise ValueError("name at least one table to read or write")
        return self


class NotificationCapability(_Declaration):
    """Messages to named webhooks and addresses."""

    effect: Literal["notification"] = "notification"
    webhooks: dict[str, str] = Field(
        {}, max_length=50, description="By name the https:// address that a message is posted to."
    )
    outbox: str | None = Field(
        None, description="Folder into which mails are written as .eml files, for a mail server to pick up."
    )
    sender: Address | None = Field(None, description="Address that mails come from.")
    recipients: list[Address] = Field([], max_length=200, description="Addresses that mails may go to.")
    plain_http: bool = Field(default=False, description="Whether a webhook may be called without encryption.")
    private_addresses: bool = Field(
        default=False, description="Whether a webhook may lie in a private network or on this machine."
    )
    retries: int = Field(
        2, ge=0, le=10, description="Further tries of a webhook; the other side may see a message twice."
    )
    max_bytes: int = Field(100_000, ge=1, le=10_000_000, description="Size of a message.")

    @model_validator(mode="after")
    def _whole(self) -> NotificationCapability:
        mails = (bool(self.recipients), self.outbox is not None, self.sender is not None)
        if any(mails) and not all(mails):
            raise ValueError("mails need all of 'outbox', 'sender' and 'recipients'")
        if not self.webhooks and not self.recipients:
            raise ValueError("name at least one webhook or recipient")
        wrong = [name for name in self.webhooks if not re.fullmatch(_NAME, name)]
        if wrong:
            raise ValueError(f"'{wrong[0]}' is no name of a webhook: use lower-case letters, digits and '_'")
        return self


Capability = HttpCapability | DatabaseCapability | NotificationCapability
_KINDS: dict[str, type[HttpCapability | DatabaseCapability | NotificationCapability]] = {
    get_args(kind.model_fields["effect"].annotation)[0]: kind for kind in get_args(Capability)
}


def parse_capability(data: JsonObject) -> Capability:
    """The capability that a declaration makes.

    Raises:
        InputError: it is none, or grants what cannot be granted.
    """
    kind = str(data.get("effect"))
    if kind not in _KINDS:
        raise InputError(
            f"effect: '{kind}' is unknown; known are {', '.join(_KINDS)}.{suggest(kind, list(_KINDS))}",
            field="effect",
        )
    try:
        return _KINDS[kind].model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        shown = f"{place}: " if place else ""
        raise InputError(f"{shown}{first['msg'].removeprefix('Value error, ')}", field=place) from error


def load_capability(path: Path) -> Capability:
    """The capability that the YAML file at `path` declares.

    Raises:
        SpecError: the file is not YAML.
        StoreError: it cannot be read.
        InputError: it declares none.
    """
    from compiled_ai.spec.load import read_text
    from compiled_ai.spec.yaml_source import parse_yaml

    data = parse_yaml(read_text(path), path=path).data
    if not isinstance(data, dict):
        raise InputError(f"{path}: a declaration is a mapping with the key 'effect'")
    return parse_capability(data)


def declaration_schema(kind: Literal["http", "database", "notification"]) -> JsonObject:
    """JSON Schema of declarations of that `kind`, without the key ``effect``: what a template takes as parameters."""
    schema = _KINDS[kind].model_json_schema()
    properties: JsonObject = {
        name: _plain(child) for name, child in schema["properties"].items() if name != "effect"
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name in schema["required"] if name != "effect"],
        "properties": properties,
    }


def _plain(schema: JsonObject) -> JsonObject:
    """`schema` without the title that Pydantic adds."""
    return {key: value for key, value in schema.items() if key != "title"}
