"""Effect steps: what a spec may declare, and every way in which the text already shows that it cannot work."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from compiled_ai.spec import Spec
from compiled_ai.spec.effects import DatabaseCall, HttpCall, NotificationCall, call_data, parse_call
from compiled_ai.spec.model import EffectStep

Refused = Callable[[Mapping[str, str | None], list[tuple[str, ...]]], None]
Accepted = Callable[[Mapping[str, str | None]], Spec]

HOSTS = "capabilities: {hosts: [api.example.com, 'b.example.com:8443'], path_prefixes: [/v1]}"
GET = "parameters: {method: GET, url: 'https://api.example.com/v1/{text}'}"
STOCK = "output: {stock: integer}, from: {stock: json.stock}"
TABLES = "capabilities: {database: stock, read: [articles]}"
SELECT = "parameters: {sql: 'SELECT price FROM articles WHERE sku = :sku', parameters: {sku: '{text}'}}"
PRICE = "output: {price: 'number?'}, from: {price: 'rows[0].price'}"
CHANNELS = "capabilities: {webhooks: [ops], recipients: [ops@example.com]}"
MESSAGE = "parameters: {channel: webhook, to: ops, subject: Low, text: 'Only {count} left of {text}'}"


def http(*, bounds: str = HOSTS, asked: str = GET, gives: str = STOCK, more: str = "") -> str:
    return step("http_request", bounds, asked, gives, more)


def query(*, bounds: str = TABLES, asked: str = SELECT, gives: str = PRICE, more: str = "") -> str:
    return step("db_query", bounds, asked, gives, more)


def message(
    *, bounds: str = CHANNELS, asked: str = MESSAGE, gives: str = "output: {delivered: string}"
) -> str:
    return step("notification", bounds, asked, gives, "")


def step(template: str, bounds: str, asked: str, gives: str, more: str) -> str:
    parts = [
        part for part in (f"id: ask, kind: effect, effect: {template}", bounds, asked, gives, more) if part
    ]
    return "{" + ", ".join(parts) + "}"


def steps(text: str) -> dict[str, str | None]:
    rule = "{id: decide, kind: rule, rules: [{otherwise: {label: x}}]}"
    example = "examples: [{input: {text: a, count: 1}, abstain: true}]"
    return {"examples": example, "x": f"steps:\n  - {text}\n  - {rule}"}


@pytest.mark.parametrize(
    ("text", "kind", "takes"),
    [
        pytest.param(http(), HttpCall, ("text",), id="http"),
        pytest.param(http(asked="parameters: {method: GET, url: 'https://B.example.com:8443/v1/a?q={text}&n={count}'}"), HttpCall, ("text", "count"), id="port and query"),
        pytest.param(http(bounds=HOSTS.replace("}", ", methods: [POST]}"), asked="parameters: {method: POST, url: 'https://api.example.com/v1', json: {n: '{count}', note: 'of {text}', all: ['{text}']}}"), HttpCall, ("count", "text"), id="body"),
        pytest.param(http(gives="output: {status: integer, site: 'string?'}, from: {site: 'json.items[0].site'}"), HttpCall, ("text",), id="status and a path"),
        pytest.param(http(gives="output: {kind: string}, from: {kind: headers.content-type}"), HttpCall, ("text",), id="header"),
        pytest.param(http(more="timeout_seconds: 2, retries: 0"), HttpCall, ("text",), id="bounds of time"),
        pytest.param(query(), DatabaseCall, ("text",), id="query"),
        pytest.param(query(asked="parameters: {sql: 'SELECT price FROM articles WHERE sku = ?', parameters: ['{text}']}"), DatabaseCall, ("text",), id="list of values"),
        pytest.param(query(gives="output: {rows: {type: array, items: {type: object}}, changed: integer}"), DatabaseCall, ("text",), id="whole answer"),
        pytest.param(message(), NotificationCall, ("count", "text"), id="webhook"),
        pytest.param(message(asked="parameters: {channel: mail, to: '{text}', subject: s, text: '{{literal}}'}"), NotificationCall, ("text",), id="recipient from the scope"),
    ],
)  # fmt: skip
def test_an_effect_step_takes_what_its_parameters_name(
    accepted: Accepted, text: str, kind: type, takes: tuple[str, ...]
) -> None:
    found = accepted(steps(text)).steps[0]
    assert isinstance(found, EffectStep)
    assert isinstance(found.call, kind)
    assert found.takes == takes
    assert parse_call(call_data(found.call)) == found.call


def test_its_output_can_be_given_by_a_case_and_read_by_a_rule(accepted: Accepted) -> None:
    rule = (
        "{id: decide, kind: rule, rules: [{when: stock < count, then: {label: x}}, {otherwise: {label: y}}]}"
    )
    example = "examples: [{input: {text: a, count: 1}, given: {ask: {stock: 3}}, output: {label: y}}]"
    spec = accepted({"examples": example, "x": f"steps:\n  - {http()}\n  - {rule}"})
    assert spec.examples[0].given == {"ask": {"stock": 3}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("{id: ask, kind: effect, effect: ¦http_requst, parameters: {}, capabilities: {}, output: {a: string}}", ("steps[0].effect is 'http_requst'; allowed is http_request, db_query, notification.", "Did you mean 'http_request'?"), id="unknown template"),
        pytest.param("¦{id: ask, kind: effect, parameters: {}}", ("steps[0] has no 'effect'; name one of http_request, db_query, notification",), id="no template"),
        pytest.param("¦" + http(bounds=""), ("'capabilities' is missing in steps[0]",), id="no capabilities"),
        pytest.param(http(bounds="capabilities: ¦{methods: [GET]}"), ("'hosts' is missing in steps[0].capabilities",), id="no hosts"),
        pytest.param(http(bounds="capabilities: {¦host: [a.example.com], hosts: [a.example.com]}"), ("unknown key 'host' in steps[0].capabilities", "Did you mean 'hosts'?"), id="unknown capability"),
        pytest.param(http(bounds="capabilities: {hosts: [¦'https://api.example.com']}"), ("name a host in lower case",), id="host is a URL"),
        pytest.param(http(bounds="capabilities: {hosts: [api.example.com], path_prefixes: ¦[v1]}"), ("a path begins with '/'",), id="relative prefix"),
        pytest.param(query(bounds="capabilities: {database: ¦Stock.sqlite, read: [articles]}"), ("use lower-case letters, digits and '_'",), id="database is a file"),
        pytest.param(query(bounds="capabilities: {database: stock, read: [¦'a b']}"), ("use letters, digits and '_'",), id="no table"),
        pytest.param(message(bounds="capabilities: {recipients: [¦ops]}"), ("a mail address looks like name@example.com",), id="no address"),
        pytest.param(http(more="timeout_seconds: ¦0"), ("steps[0].timeout_seconds is 0; it must be more than 0",), id="no time"),
        pytest.param(http(more="retries: ¦many"), ("steps[0].retries is 'many'; it must be a whole number",), id="retries are a word"),
        pytest.param(query(more="¦retries: 2"), ("unknown key 'retries' in steps[0]",), id="retries of a query"),
        pytest.param(http(more="takes: [text]").replace("takes", "¦takes"), ("unknown key 'takes' in steps[0]",), id="takes"),
    ],
)  # fmt: skip
def test_a_misshapen_step_is_refused(refused: Refused, text: str, words: tuple[str, ...]) -> None:
    refused(steps(text), [words])


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        pytest.param("parameters: {¦methd: GET, method: GET, url: 'https://api.example.com/v1'}", ("steps[0].parameters.methd: unknown field 'methd'", "http_request takes method, url, headers?, json?, text?"), id="unknown"),
        pytest.param("parameters: ¦{url: 'https://api.example.com/v1'}", ("the field 'method' is missing",), id="missing"),
        pytest.param("parameters: {method: ¦FETCH, url: 'https://api.example.com/v1'}", ('"FETCH" is not one of',), id="method that is none"),
        pytest.param("parameters: {method: GET, url: ¦7}", ('steps[0].parameters.url: 7 is not of type "string"',), id="wrong type"),
        pytest.param("parameters: {method: GET, url: ¦{text}}", ("put it in quotes",), id="reference without quotes"),
        pytest.param("parameters: {method: GET, url: 'https://api.example.com/v1', headers: {X-N: ¦1}}", ('1 is not of type "string"',), id="header"),
        pytest.param("parameters: {method: GET, url: ¦'https://api.example.com/v1/{txt}'}", ("'txt' is not in scope here; in scope are text, count.", "Did you mean 'text'?"), id="not in scope"),
        pytest.param("parameters: {method: GET, url: ¦'https://api.example.com/v1/{text'}", ("'{' is no reference; write {field} for a value in scope",), id="brace alone"),
        pytest.param("parameters: {method: GET, url: ¦'https://api.example.com/v1/{a b}'}", ("'{a b}' is no reference",), id="no name"),
        pytest.param("parameters: {method: ¦POST, url: 'https://api.example.com/v1'}", ("the method POST is not declared (GET); add it to 'capabilities.methods'",), id="method not declared"),
        pytest.param("parameters: {method: GET, url: ¦'https://api.exmple.com/v1'}", ("the host 'api.exmple.com' is not declared (api.example.com, b.example.com:8443); add it to 'capabilities.hosts'", "Did you mean 'api.example.com'?"), id="host not declared"),
        pytest.param("parameters: {method: GET, url: ¦'https://b.example.com/v1'}", ("the host 'b.example.com' is not declared",), id="other port"),
        pytest.param("parameters: {method: GET, url: ¦'https://{text}/v1'}", ("a host in plain words; a host is never filled in",), id="host from the scope"),
        pytest.param("parameters: {method: GET, url: ¦'{text}'}", ("a host is never filled in",), id="whole URL from the scope"),
        pytest.param("parameters: {method: GET, url: ¦'https://api.example.com.{text}/v1'}", ("a host is never filled in",), id="half a host from the scope"),
        pytest.param("parameters: {method: GET, url: ¦'https://api.example.com@evil.example/v1'}", ("is not declared",), id="user part"),
        pytest.param("parameters: {method: GET, url: ¦'ftp://api.example.com/v1'}", ("must begin with https://",), id="scheme"),
        pytest.param("parameters: {method: GET, url: ¦'http://api.example.com/v1'}", ("http:// goes without encryption", "plain_http: true"), id="plain"),
        pytest.param("parameters: {method: GET, url: ¦'https://api.example.com/v2/{text}'}", ("the path '/v2/{text}' lies below none of those that are declared (/v1)", "path_prefixes"), id="path"),
        pytest.param("parameters: {method: GET, url: ¦'https://api.example.com/v1{text}'}", ("lies below none",), id="path that is filled in too early"),
        pytest.param("parameters: {method: GET, url: ¦'https://api.example.com/v1/../x'}", ("a part of dots alone",), id="dots"),
        pytest.param("parameters: {method: GET, url: ¦'https://api.example.com/v10'}", ("lies below none",), id="path that only begins alike"),
        pytest.param("parameters: {method: GET, url: 'https://api.example.com/v1', json: {}, text: ¦a}", ("not both",), id="two bodies"),
        pytest.param("parameters: {method: GET, url: ¦'https://api.example.com/v1/a b'}", ("the URL holds ' '; write it as %XX",), id="blank"),
        pytest.param("parameters: {method: GET, url: ¦'https://api.example.com/v1/{{text}}'}", ("the URL holds '{'",), id="brace"),
        pytest.param("parameters: {method: GET, url: ¦'https://api.example.com/v1/%2e%2e/x'}", ("a part of dots alone",), id="encoded dots"),
        pytest.param("parameters: {method: GET, url: ¦'https://api.example.com/v1/..;x/y'}", ("a part of dots alone",), id="dots with a parameter"),
        pytest.param("parameters: {method: GET, url: 'https://api.example.com/v1', headers: {¦Host: b.example.com}}", ("the header 'Host' is not the caller's to set",), id="framing header"),
        pytest.param("parameters: {method: GET, url: 'https://api.example.com/v1', headers: {X-A: ¦'ü'}}", ("printable ASCII signs only",), id="header value"),
        pytest.param("parameters: {method: GET, url: 'https://api.example.com/v1', headers: {¦X-Access-Token: abc}}", ("a secret has no place in a spec",), id="secret of another name"),
        pytest.param("parameters: {method: GET, url: ¦'https://api.example.com/v1?q={text}&api_key=abc'}", ("'api_key' in the URL looks like a secret",), id="secret in the query"),
        pytest.param("parameters: {method: GET, url: 'https://api.example.com/v1', headers: {¦Authorization: Bearer abc}}", ("a secret has no place in a spec", "--effects FILE"), id="secret"),
    ],
)  # fmt: skip
def test_a_call_that_cannot_be_is_refused_at_its_place(
    refused: Refused, asked: str, words: tuple[str, ...]
) -> None:
    refused(steps(http(asked=asked)), [words])


@pytest.mark.parametrize("host", ["127.0.0.1", "'10.0.0.7:8080'", "localhost"])
def test_a_private_host_must_be_declared_as_one(refused: Refused, accepted: Accepted, host: str) -> None:
    name = host.strip("'")
    bounds = f"capabilities: {{hosts: [{host}]}}"
    asked = f"parameters: {{method: GET, url: ¦'https://{name}/'}}"
    refused(
        steps(http(bounds=bounds, asked=asked)),
        [(f"{name} lies in a private network", "private_addresses: true")],
    )
    allowed = bounds.replace("}", ", private_addresses: true}")
    accepted(steps(http(bounds=allowed, asked=asked.replace("¦", ""))))


@pytest.mark.parametrize(
    ("gives", "words"),
    [
        pytest.param("output: {¦stock: integer}", ("the answer of http_request has no 'stock'; it has status, headers, text, json.", "such as 'from: {stock: json.name}'"), id="no such part"),
        pytest.param("output: {stock: integer}, from: {stock: ¦body.stock}", ("has no 'body'",), id="path of no such part"),
        pytest.param("output: {stock: integer}, from: {stock: ¦'json stock'}", ("'json stock' is no path",), id="no path"),
        pytest.param("output: {stock: integer}, from: {stock: ¦status.code}", ("there is nothing below 'status'",), id="below a number"),
        pytest.param("output: {¦status: string}", ("'status' of the answer is of type integer; declare that, not string",), id="other type"),
        pytest.param("output: {type: object, properties: {¦status: {type: string}}}", ("steps[0].output.properties.status: 'status' of the answer is of type integer",), id="other type in JSON Schema"),
        pytest.param("output: {¦text: string}", ("steps[0].output.text: this field is already in scope",), id="shadows"),
        pytest.param("output: {stock: integer}, from: {stock: json.a, ¦stok: json.b}", ("the output has no field 'stok'; it has stock.", "Did you mean 'stock'?"), id="path of no field"),
        pytest.param("output: ¦{}", ("a step adds at least one field",), id="nothing"),
        pytest.param("output: {stock: ¦intger}", ("type 'intger' is unknown",), id="unknown type"),
    ],
)  # fmt: skip
def test_an_output_that_the_answer_cannot_give_is_refused(
    refused: Refused, gives: str, words: tuple[str, ...]
) -> None:
    text = steps(http(gives=gives))
    refused(text, [words])


@pytest.mark.parametrize(
    ("bounds", "asked", "words"),
    [
        pytest.param(TABLES, "parameters: {sql: ¦\"SELECT price FROM articles WHERE sku = 'a'\"}", ("the statement holds a literal", "bind values with ? or :name"), id="literal"),
        pytest.param(TABLES, "parameters: {sql: ¦'SELECT price FROM articles WHERE sku = {text}'}", ("a statement is never filled in; bind the value",), id="filled in"),
        pytest.param(TABLES, "parameters: {sql: ¦'DROP TABLE articles'}", ("a statement begins with SELECT",), id="statement"),
        pytest.param(TABLES, "parameters: {sql: ¦'WITH old AS (SELECT sku FROM articles) DELETE FROM articles'}", ("the statement changes rows",), id="write behind WITH"),
        pytest.param(TABLES, "parameters: {sql: ¦'DELETE FROM articles'}", ("the statement changes rows", "capabilities.write"), id="write"),
        pytest.param("capabilities: ¦{database: stock}", SELECT, ("no table is declared",), id="no table"),
        pytest.param(TABLES, "parameters: {sql: ¦'SELECT price FROM articles WHERE sku = :sku'}", ("':sku' has no value; add it to 'parameters', which has none.",), id="no value"),
        pytest.param(TABLES, "parameters: {sql: 'SELECT price FROM articles', parameters: {sku: ¦'{text}'}}", ("the statement has no place ':sku'; it has none.",), id="no place"),
        pytest.param(TABLES, "parameters: {sql: 'SELECT price FROM articles WHERE sku = :sku', parameters: ¦{sku: [1]}}", ("does not fit the alternatives",), id="list as a value"),
    ],
)  # fmt: skip
def test_a_query_that_cannot_be_is_refused(
    refused: Refused, bounds: str, asked: str, words: tuple[str, ...]
) -> None:
    refused(steps(query(bounds=bounds, asked=asked)), [words])


@pytest.mark.parametrize(
    ("bounds", "asked", "words"),
    [
        pytest.param("capabilities: ¦{}", MESSAGE, ("nobody is declared to be told",), id="nobody"),
        pytest.param(CHANNELS, MESSAGE.replace("to: ops", "to: ¦opps"), ("'opps' is not declared (ops); add it to 'capabilities.webhooks'.", "Did you mean 'ops'?"), id="webhook"),
        pytest.param(CHANNELS, "parameters: {channel: mail, to: ¦a@example.com, subject: s, text: t}", ("'a@example.com' is not declared", "capabilities.recipients"), id="address"),
        pytest.param("capabilities: {webhooks: [ops]}", "parameters: {channel: ¦mail, to: a@example.com, subject: s, text: t}", ("the channel 'mail' has nobody declared",), id="channel"),
    ],
)  # fmt: skip
def test_a_message_to_nobody_that_is_declared_is_refused(
    refused: Refused, bounds: str, asked: str, words: tuple[str, ...]
) -> None:
    refused(steps(message(bounds=bounds, asked=asked)), [words])


def test_an_object_cannot_stand_inside_a_text(refused: Refused) -> None:
    changes = steps(http(asked="parameters: ¦{method: GET, url: 'https://api.example.com/v1/{order}'}"))
    changes["input"] = "input: {text: string, count: integer, order: {id: string}}"
    changes["examples"] = "examples: [{input: {text: a, count: 1, order: {id: b}}, abstain: true}]"
    refused(changes, [("'order' is no single value; only texts, numbers and booleans",)])
    part = http(asked="parameters: {method: GET, url: ¦'https://api.example.com/v1/{order.no}'}")
    refused({**changes, "x": steps(part)["x"]}, [("'order.no' leads nowhere: 'order' has no such field",)])


def test_a_model_cannot_stand_in_for_an_effect(refused: Refused) -> None:
    refused(
        {**steps(http()), "fallback": "fallback: {policy: ¦model}"},
        [("fallback 'model' cannot stand beside effect steps", "use 'abstain'")],
    )


def test_given_output_is_held_against_the_step(refused: Refused) -> None:
    changes = steps(http())
    changes["examples"] = (
        "examples: [{input: {text: a, count: 1}, given: {ask: {stock: ¦many}}, abstain: true}]"
    )
    refused(changes, [('examples[0].given.ask.stock: "many" is not of type "integer"',)])


@pytest.mark.parametrize(
    ("data", "message"),
    [({}, "effect"), ({"effect": "http_request", "capabilities": {}, "parameters": {}}, "hosts")],
    ids=["nothing", "half"],
)
def test_data_of_a_workflow_that_is_no_call_is_told(data: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_call(data)  # type: ignore[arg-type]  # plain data


CONDITION = "when: count < 3"


def test_a_condition_becomes_a_rule_before_the_step(accepted: Accepted) -> None:
    gate, effect, _ = accepted(steps(http(more=CONDITION))).steps
    assert (gate.id, gate.kind, gate.takes) == ("ask_due", "rule", ("count",))
    assert isinstance(effect, EffectStep)
    assert effect.when == "ask_due"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(http(more="when: ¦cuont < 3"), ("steps[0].when: 'cuont' is not in scope here", "Did you mean 'count'?"), id="not in scope"),
        pytest.param(http(more="when: ¦count = 3"), ("compare with '==', not '='",), id="no condition"),
        pytest.param(http(more="when: ¦true"), ("steps[0].when is true; it must be text",), id="no text"),
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_is_refused(refused: Refused, text: str, words: tuple[str, ...]) -> None:
    refused(steps(text), [words])


def test_the_name_that_a_condition_sets_must_be_free(refused: Refused) -> None:
    changes = steps(http(more=CONDITION).replace("id: ask", "id: ¦ask"))
    changes["input"] = "input: {text: string, count: integer, ask_due: boolean}"
    changes["examples"] = "examples: [{input: {text: a, count: 1, ask_due: true}, abstain: true}]"
    refused(changes, [("'ask_due' is taken, and would say whether 'ask' acts; rename one",)])


def test_what_only_sometimes_comes_cannot_be_due(refused: Refused) -> None:
    text = http(gives="output: {label: [x, y]}, from: {label: json.label}", more=CONDITION)
    refused(
        {"examples": "examples: [{input: {text: a, count: 1}, abstain: true}]", "x": f"¦steps:\n  - {text}"},
        [("no step and no input gives 'label'",)],
    )
