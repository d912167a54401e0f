"""Effect steps as a spec declares them: which template, what it may do, what is asked of it, and where the answer goes.

A spec names hosts, tables, channels and recipients. It holds no secret and no place of one machine: the file of a database, the address of a webhook and
the headers of a host are the operator's, who must allow every one of them at run time (`compiled_ai.effects.permission`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from compiled_ai.spec.canonical import JsonObject

EffectTemplate = Literal["http_request", "db_query", "notification"]
Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

NAME = r"^[a-z][a-z0-9_]{0,62}$"
_HOST = r"^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?$"
_TABLE = r"^[A-Za-z_][A-Za-z0-9_]{0,62}$"
_ADDRESS = r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,6}$"


def _absolute(prefixes: list[str]) -> list[str]:
    if any(not prefix.startswith("/") or ".." in prefix or "%" in prefix for prefix in prefixes):
        raise ValueError("a path begins with '/' and holds neither two dots in a row nor '%'")
    return prefixes


Host = Annotated[str, Field(pattern=_HOST)]
Table = Annotated[str, Field(pattern=_TABLE)]
Address = Annotated[str, Field(pattern=_ADDRESS)]
LogicalName = Annotated[str, Field(pattern=NAME)]
Hosts = Annotated[
    list[Host],
    Field(
        min_length=1,
        max_length=50,
        description="Hosts that may be called, in lower case, with :port where it is not the usual one.",
    ),
]
Methods = Annotated[list[Method], Field(min_length=1, description="Methods that may be used.")]
Prefixes = Annotated[
    list[str],
    Field(min_length=1, max_length=50, description="Beginnings of paths that may be called."),
    AfterValidator(_absolute),
]
ReadTables = Annotated[list[Table], Field(max_length=200, description="Tables that may be read.")]
WriteTables = Annotated[
    list[Table],
    Field(
        max_length=200,
        description="Tables in which rows may be inserted, changed and deleted. Empty opens the file read-only.",
    ),
]
Calls = Annotated[
    int,
    Field(
        ge=1, le=1_000_000, description="Calls until the workflow is loaded anew, such as for another batch."
    ),
]
PlainHttp = Annotated[bool, Field(description="Whether http:// may be used, without encryption.")]
PrivateAddresses = Annotated[
    bool, Field(description="Whether a host may lie in a private network or on this machine.")
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class HttpLimits(_Strict):
    """Where HTTP calls may go and how large they may be: the part of a grant that is the same in a spec and in a declaration."""

    hosts: Hosts
    methods: Methods = ["GET"]
    path_prefixes: Prefixes = ["/"]
    plain_http: PlainHttp = False
    private_addresses: PrivateAddresses = False
    retry_unsafe: bool = Field(
        default=False,
        description="Whether POST and PATCH are tried again too: the other side may then see them twice.",
    )
    max_bytes: int = Field(1_000_000, ge=1, le=100_000_000, description="Size of a body, sent or received.")


class HttpBounds(HttpLimits):
    """What an `http_request` may do. Everything else is refused."""

    max_calls: Calls = 100


class DatabaseLimits(_Strict):
    """Which tables statements may use and how much: the part of a grant that is the same in a spec and in a declaration."""

    read: ReadTables = []
    write: WriteTables = []
    max_rows: int = Field(1_000, ge=1, le=1_000_000, description="Rows of one answer.")
    max_bytes: int = Field(
        1_000_000, ge=1, le=100_000_000, description="Size of one answer, and of one value, as UTF-8 text."
    )
    pool_size: int = Field(4, ge=1, le=64, description="Connections that are open at once.")


class _OfDatabase(_Strict):
    database: LogicalName = Field(
        description="Name of the database; the operator says at run time which file it is."
    )


class DatabaseBounds(DatabaseLimits, _OfDatabase):  # the last base comes first where the fields are written
    """What a `db_query` may do. Everything else is refused."""

    max_calls: Calls = 100


class NotificationBounds(_Strict):
    """What a `notification` may do. Everything else is refused."""

    webhooks: list[LogicalName] = Field(
        [],
        max_length=50,
        description="Names of webhooks; the operator says at run time which addresses they are.",
    )
    recipients: list[Address] = Field([], max_length=200, description="Addresses that mails may go to.")
    plain_http: PlainHttp = False
    private_addresses: PrivateAddresses = False
    max_bytes: int = Field(100_000, ge=1, le=10_000_000, description="Size of a message.")
    max_calls: Calls = 100


class _Call(_Strict):
    parameters: dict[str, JsonValue] = Field(
        description="What is asked for, as the template takes it; {field} stands for a value in scope."
    )
    source: dict[str, str] = Field(
        {},
        alias="from",
        description="By field of the output where it stands in the answer, such as `json.items[0].price`. Its own name when left out.",
    )
    timeout_seconds: float = Field(10.0, gt=0, le=300, description="Wall time of one call, retries included.")


class HttpCall(_Call):
    """One HTTP call."""

    effect: Literal["http_request"]
    capabilities: HttpBounds
    retries: int = Field(2, ge=0, le=10, description="Further tries after a failure that may pass.")


class DatabaseCall(_Call):
    """One statement on a database."""

    effect: Literal["db_query"]
    capabilities: DatabaseBounds


class NotificationCall(_Call):
    """One message."""

    effect: Literal["notification"]
    capabilities: NotificationBounds
    retries: int = Field(
        2, ge=0, le=10, description="Further tries of a webhook; the other side may see a message twice."
    )


EffectCall = HttpCall | DatabaseCall | NotificationCall
_CALLS: TypeAdapter[EffectCall] = TypeAdapter(Annotated[EffectCall, Field(discriminator="effect")])


def parse_call(data: JsonObject) -> EffectCall:
    """The call that a workflow holds as data (`call_data`).

    Raises:
        ValueError: it is none.
    """
    try:
        return _CALLS.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def call_data(call: EffectCall) -> JsonObject:
    """`call` as data, every default written out."""
    data: JsonObject = call.model_dump(mode="json", by_alias=True)
    names = ("effect", "capabilities", "parameters", "from", "timeout_seconds", "retries")
    return {name: data[name] for name in names if name in data}


_SCALAR: JsonObject = {"type": ["string", "number", "boolean", "null"]}
TAKES: dict[EffectTemplate, JsonObject] = {
    "http_request": {
        "type": "object",
        "additionalProperties": False,
        "required": ["method", "url"],
        "properties": {
            "method": {"enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]},
            "url": {"type": "string", "maxLength": 8_000},
            "headers": {
                "type": "object",
                "additionalProperties": {"type": "string", "maxLength": 8_000},
                "maxProperties": 50,
            },
            "json": {},
            "text": {"type": "string"},
        },
    },
    "db_query": {
        "type": "object",
        "additionalProperties": False,
        "required": ["sql"],
        "properties": {
            "sql": {"type": "string", "minLength": 1, "maxLength": 20_000},
            "parameters": {
                "anyOf": [
                    {"type": "array", "items": _SCALAR, "maxItems": 500},
                    {"type": "object", "additionalProperties": _SCALAR, "maxProperties": 500},
                ]
            },
        },
    },
    "notification": {
        "type": "object",
        "additionalProperties": False,
        "required": ["channel", "to", "subject", "text"],
        "properties": {
            "channel": {"enum": ["webhook", "mail"]},
            "to": {"type": "string", "minLength": 1, "maxLength": 320},
            "subject": {"type": "string", "minLength": 1, "maxLength": 200},
            "text": {"type": "string", "minLength": 1},
        },
    },
}
"""By template the JSON Schema of what is asked of it."""

GIVES: dict[EffectTemplate, JsonObject] = {
    "http_request": {
        "type": "object",
        "additionalProperties": False,
        "required": ["status", "headers", "text"],
        "properties": {
            "status": {"type": "integer"},
            "headers": {"type": "object", "additionalProperties": {"type": "string"}},
            "text": {"type": "string"},
            "json": {},
        },
    },
    "db_query": {
        "type": "object",
        "additionalProperties": False,
        "required": ["rows", "changed"],
        "properties": {
            "rows": {"type": "array", "items": {"type": "object"}},
            "changed": {"type": "integer"},
        },
    },
    "notification": {
        "type": "object",
        "additionalProperties": False,
        "required": ["delivered", "message"],
        "properties": {"delivered": {"enum": ["webhook", "outbox"]}, "message": {"type": "string"}},
    },
}
"""By template the JSON Schema of what it answers."""

KEEPS_TYPES = {"http_request": "json", "db_query": "parameters", "notification": ""}
"""By template the parameter in which a value from the scope keeps its type; elsewhere it becomes text."""
OWN_HEADERS = frozenset(
    (
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "proxy-authorization",
        "upgrade",
        "te",
        "expect",
        "http2-settings",
        "x-http-method",
        "x-http-method-override",
        "x-method-override",
        "x-original-url",
        "x-rewrite-url",
    )
)
"""Headers that frame a message, or by which servers take another method, host or path than the one that was checked."""
