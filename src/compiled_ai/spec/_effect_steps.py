"""Reading effect steps: whether a call fits its template and what it declares, and whether its answer gives the step's output.

All of this is seen in the text, before anything is asked of anybody.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol, assert_never
from urllib.parse import unquote

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.effects import (
    GIVES,
    KEEPS_TYPES,
    OWN_HEADERS,
    TAKES,
    DatabaseCall,
    EffectCall,
    HttpCall,
    NotificationCall,
)
from compiled_ai.spec.references import (
    Found,
    ReferenceProblem,
    fill,
    find_references,
    parse_path,
    parse_text,
)
from compiled_ai.spec.schema import Checker, place_text, properties_of, suggest
from compiled_ai.spec.statements import changes_rows, named_places, statement_problem
from compiled_ai.spec.yaml_source import Place


class Report(Protocol):
    """Notes a problem at a place inside the step, or at the key of that place."""

    def __call__(self, place: Place, message: str, /, *, at_key: bool = False) -> None: ...


_URL = re.compile(r"(https?)://([^/?#{}]+)(?=[/?#]|$)(/[^?#]*)?", re.IGNORECASE)
_SECRET_HEADERS = frozenset(
    ("authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-auth-token")
)
_SECRET_HEADER = re.compile(
    r"authorization|cookie|token|secret|passw|api-?key|auth-key|signature", re.IGNORECASE
)
_HEADER = re.compile(r"[A-Za-z0-9-]+")
_ODD_SIGNS = frozenset("\\<>\"'`{}|^")
"""Signs that readers of URLs take differently, besides blanks and what is not ASCII."""
_SECRET_QUERY = re.compile(
    r"[?&;]((?:api|access|auth|private|secret)[_-]?(?:key|token)|apikey|token|secret|password|passwd|signature)=[^&#;{]",
    re.IGNORECASE,
)
"""A value that is written out behind the usual name of a secret."""
_PORTS = {"https": "443", "http": "80"}


def check_call(call: EffectCall, scope: Mapping[str, JsonValue], report: Report) -> tuple[str, ...]:
    """The names that `call` takes out of `scope`; what is wrong with it is told to `report`."""
    try:
        found = tuple(find_references(call.parameters))
    except ReferenceProblem as problem:
        report(("parameters", *problem.place), str(problem))
        return ()
    known = [one for one in found if _is_known(one, scope, report)]
    if len(known) == len(found) and _fits(call, scope, report):
        _check_bounds(call, report)
    return tuple(dict.fromkeys(one.reference.name for one in found if one.reference.name in scope))


def check_output(call: EffectCall, output: JsonObject, report: Report) -> None:
    """Tell `report` where the answer of `call` cannot give the fields of `output`, the schema of the step."""
    fields = properties_of(output)
    for name in call.source:
        if name not in fields:
            report(
                ("from", name),
                f"the output has no field '{name}'; it has {', '.join(fields)}.{suggest(name, list(fields))}",
                at_key=True,
            )
    for name, schema in fields.items():
        place: Place = ("from", name) if name in call.source else ("output", name)
        try:
            path = parse_path(call.source.get(name, name))
        except ReferenceProblem as problem:
            report(place, str(problem))
            continue
        _check_path(call, path, schema, partial(report, place, at_key=place[0] == "output"))


def _check_path(call: EffectCall, path: Place, schema: JsonValue, report: Callable[[str], None]) -> None:
    answer = properties_of(GIVES[call.effect])
    if path[0] not in answer:
        known = list(answer)
        report(
            f"the answer of {call.effect} has no '{path[0]}'; it has {', '.join(known)}. Say where the value stands, "
            f"such as 'from: {{{path[0]}: {_SAMPLE_PATHS[call.effect]}}}'.{suggest(str(path[0]), known)}"
        )
        return
    given = answer[str(path[0])]
    if len(path) > 1 and isinstance(given, dict):
        given = given.get(
            "additionalProperties", {} if given.get("type") in {None, "object", "array"} else None
        )
    if given is None:
        report(f"there is nothing below '{path[0]}', which is a single value")
        return
    wanted, offered = _types(schema), _types(given)
    if wanted and offered and not wanted & offered:
        report(
            f"'{place_text(path)}' of the answer is of type {', '.join(sorted(offered))}; declare that, not {', '.join(sorted(wanted))}"
        )


_SAMPLE_PATHS = {"http_request": "json.name", "db_query": "rows[0].name", "notification": "message"}


def _types(schema: JsonValue) -> set[str]:
    """Types that a schema names; a whole number is a number."""
    kinds = schema.get("type") if isinstance(schema, dict) else None
    named = {str(kind) for kind in kinds} if isinstance(kinds, list) else {str(kinds)} if kinds else set()
    if not named and isinstance(schema, dict) and isinstance(schema.get("enum"), list):
        values = schema["enum"]
        return {"string"} if all(isinstance(value, str) for value in values if value is not None) else set()  # type: ignore[union-attr]  # checked above
    return named | {"integer"} if "number" in named else named


def _is_known(found: Found, scope: Mapping[str, JsonValue], report: Report) -> bool:
    """Whether a reference leads to something that can stand where it stands."""
    place: Place = ("parameters", *found.place)
    reference = found.reference
    if reference.name not in scope:
        known = list(scope)
        listed = f"in scope are {', '.join(known)}." if known else "nothing is: the input has no fields."
        report(place, f"'{reference.name}' is not in scope here; {listed}{suggest(reference.name, known)}")
        return False
    schema = _schema_of(reference.path, scope)
    if schema is None:
        report(place, f"'{reference}' leads nowhere: '{reference.name}' has no such field")
        return False
    return True


def _schema_of(path: tuple[str, ...], scope: Mapping[str, JsonValue]) -> JsonValue:
    """The schema at `path`; empty when nothing is known of it, None when there is no such field."""
    schema = scope[path[0]]
    for name in path[1:]:
        if not isinstance(schema, dict) or not properties_of(schema):
            return {}
        fields = properties_of(schema)
        if name not in fields:
            return None if schema.get("additionalProperties") is False else {}
        schema = fields[name]
    return schema


def _fits(call: EffectCall, scope: Mapping[str, JsonValue], report: Report) -> bool:
    """Whether the parameters, with a value of the right type in place of each reference, are what the template takes."""
    samples = {name: _sample(schema) for name, schema in scope.items()}
    try:
        filled = fill(call.parameters, samples, keeps_types=KEEPS_TYPES[call.effect])
    except ReferenceProblem as problem:
        report(("parameters",), f"{problem}; only texts, numbers and booleans can stand inside a text")
        return False
    misfit = Checker(TAKES[call.effect]).explain(filled)
    if misfit is None:
        return True
    extra = () if misfit.extra is None else (misfit.extra,)
    hint = "; put it in quotes" if misfit.rule == "type" and misfit.message.startswith("{") else ""
    report(
        ("parameters", *misfit.place, *extra),
        f"{misfit.message}{hint} ({call.effect} takes {_listed(call)})",
        at_key=bool(extra),
    )
    return False


def _listed(call: EffectCall) -> str:
    schema = TAKES[call.effect]
    required = schema["required"]
    assert isinstance(required, list)
    return ", ".join(name if name in required else f"{name}?" for name in properties_of(schema))


def _sample(schema: JsonValue) -> JsonValue:
    """A value of the type that `schema` names first."""
    if not isinstance(schema, dict):
        return "x"
    enum, fields = schema.get("enum"), properties_of(schema)
    if isinstance(enum, list):
        return next((value for value in enum if value is not None), "x")
    if fields:
        return {name: _sample(child) for name, child in fields.items()}
    samples: JsonObject = {"integer": 1, "number": 1.5, "boolean": True, "array": [], "object": {}}
    first = next((kind for kind in ("string", *samples) if kind in _types(schema)), "string")
    return samples.get("number" if first == "integer" and "number" in _types(schema) else first, "x")


def _check_bounds(call: EffectCall, report: Report) -> None:
    """What the call asks for against what its capabilities declare."""
    match call:
        case HttpCall():
            _check_http(call, report)
        case DatabaseCall():
            _check_database(call, report)
        case NotificationCall():
            _check_notification(call, report)
        case _:
            assert_never(call)


def _check_http(call: HttpCall, report: Report) -> None:
    bounds, method, url = call.capabilities, str(call.parameters["method"]), str(call.parameters["url"])
    if method not in bounds.methods:
        report(
            ("parameters", "method"),
            f"the method {method} is not declared ({', '.join(bounds.methods)}); add it to 'capabilities.methods'",
        )
    if "json" in call.parameters and "text" in call.parameters:
        report(("parameters", "text"), "a call has 'json' or 'text' as its body, not both")
    _check_headers(call, report)
    place = ("parameters", "url")
    parts = _URL.match(url)
    if parts is None:
        report(
            place, f"{url!r} must begin with https:// and a host in plain words; a host is never filled in"
        )
        return
    scheme, host = parts[1].lower(), parts[2].lower()
    if not _is_declared(scheme, host, bounds.hosts):
        report(
            place,
            f"the host '{host}' is not declared ({', '.join(bounds.hosts)}); add it to 'capabilities.hosts', or call one of those.{suggest(host, bounds.hosts)}",
        )
    if scheme == "http" and not bounds.plain_http:
        report(
            place,
            "http:// goes without encryption; write https://, or declare 'capabilities.plain_http: true'",
        )
    if _is_private(host) and not bounds.private_addresses:
        report(
            place,
            f"{host} lies in a private network or on this machine; declare 'capabilities.private_addresses: true', or call another host",
        )
    _check_spelling(url, parts[3] or "/", partial(report, place))
    head = str((*parse_text(parts[3] or "/"), "")[0])
    is_whole = head == (parts[3] or "/")
    if not any(_is_below(head, prefix, is_whole=is_whole) for prefix in bounds.path_prefixes):
        report(
            place,
            f"the path '{parts[3] or '/'}' lies below none of those that are declared ({', '.join(bounds.path_prefixes)}); add its beginning to 'capabilities.path_prefixes'",
        )


def _check_spelling(url: str, path: str, report: Callable[[str], None]) -> None:
    """What in a URL could be taken for another one, or is a secret."""
    odd = next((sign for sign in _plain(url) if not "!" <= sign <= "~" or sign in _ODD_SIGNS), None)
    if odd is not None:
        report(f"the URL holds {odd!r}; write it as %XX")
    secret = _SECRET_QUERY.search(url)
    if secret is not None:
        report(
            f"'{secret[1]}' in the URL looks like a secret, which has no place in a spec; where the service takes it in a header, the operator gives it with `compiled-ai run --effects FILE`",
        )
    if {".", ".."} & {part.partition(";")[0] for part in unquote(path).split("/")}:
        report("the path holds a part of dots alone, which leads elsewhere; write the path out")


def _plain(text: str) -> str:
    """What `text` says besides its references."""
    return "".join(part for part in parse_text(text) if isinstance(part, str))


def _check_headers(call: HttpCall, report: Report) -> None:
    headers = call.parameters.get("headers")
    for name, value in headers.items() if isinstance(headers, dict) else ():
        if name.lower() in OWN_HEADERS or not _HEADER.fullmatch(name):
            report(
                ("parameters", "headers", name),
                f"the header '{name}' is not the caller's to set, or no name of a header",
                at_key=True,
            )
        if not _plain(str(value)).isprintable() or not _plain(str(value)).isascii():
            report(
                ("parameters", "headers", name), "a header holds printable ASCII signs only, no line breaks"
            )
        is_written_out = not tuple(find_references(value))
        if name.lower() in _SECRET_HEADERS or (is_written_out and _SECRET_HEADER.search(name)):
            report(
                ("parameters", "headers", name),
                f"a secret has no place in a spec, which is kept with the artifact; the operator gives '{name}' with `compiled-ai run --effects FILE`",
                at_key=True,
            )


def _is_declared(scheme: str, host: str, hosts: list[str]) -> bool:
    name, _, port = host.partition(":")
    return f"{name}:{port or _PORTS[scheme]}" in hosts or (port in {"", _PORTS[scheme]} and name in hosts)


def _is_private(host: str) -> bool:
    name = host.partition(":")[0]
    try:
        return not ipaddress.ip_address(name).is_global
    except ValueError:
        return name == "localhost"


def _is_below(head: str, prefix: str, *, is_whole: bool) -> bool:
    """Whether a path that begins with `head` lies below `prefix`, whatever is filled in behind it."""
    folder = prefix if prefix.endswith("/") else f"{prefix}/"
    return head.startswith(folder) or (is_whole and head == prefix)


def _check_database(call: DatabaseCall, report: Report) -> None:
    bounds, sql = call.capabilities, str(call.parameters["sql"])
    if not bounds.read and not bounds.write:
        report(("capabilities",), "no table is declared; name at least one to read or write")
    if tuple(find_references(sql)):
        report(
            ("parameters", "sql"),
            "a statement is never filled in; bind the value: 'WHERE sku = :sku' with 'parameters: {sku: \"{sku}\"}'",
        )
        return
    problem = statement_problem(sql)
    if problem is not None:
        report(("parameters", "sql"), problem[1])
    elif changes_rows(sql) and not bounds.write:
        report(
            ("parameters", "sql"),
            "the statement changes rows, and no table is declared for it; add its table to 'capabilities.write'",
        )
    bound = call.parameters.get("parameters", {})
    if not isinstance(bound, dict):
        return
    wanted = named_places(sql)
    for name in wanted:
        if name not in bound:
            report(
                ("parameters", "sql"),
                f"':{name}' has no value; add it to 'parameters', which has {', '.join(bound) or 'none'}.{suggest(name, list(bound))}",
            )
    for name in bound:
        if name not in wanted:
            report(
                ("parameters", "parameters", name),
                f"the statement has no place ':{name}'; it has {', '.join(wanted) or 'none'}.{suggest(name, list(wanted))}",
            )


def _check_notification(call: NotificationCall, report: Report) -> None:
    bounds, channel, to = call.capabilities, str(call.parameters["channel"]), str(call.parameters["to"])
    if not bounds.webhooks and not bounds.recipients:
        report(
            ("capabilities",),
            "nobody is declared to be told; name at least one of 'webhooks' or 'recipients'",
        )
        return
    key, known = ("webhooks", bounds.webhooks) if channel == "webhook" else ("recipients", bounds.recipients)
    if not known:
        report(
            ("parameters", "channel"),
            f"the channel '{channel}' has nobody declared; add 'capabilities.{key}'",
        )
    elif not tuple(find_references(to)) and to not in known:
        report(
            ("parameters", "to"),
            f"'{to}' is not declared ({', '.join(known)}); add it to 'capabilities.{key}'.{suggest(to, list(known))}",
        )
