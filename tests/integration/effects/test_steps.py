"""Effect steps of workflows as they run: against a web server on this machine, a database and an outbox, under the operator's permission."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent, indent

import pytest
from tests.integration.effects.conftest import Site

from compiled_ai.artifact import Artifact
from compiled_ai.artifact.dsl import dump_workflow, parse_workflow
from compiled_ai.artifact.manifest import GUARDED_FILES, seal
from compiled_ai.effects.audit import AuditLog, read_anchor, read_audit
from compiled_ai.effects.http import HttpSettings
from compiled_ai.effects.permission import Allowed, EffectPermission
from compiled_ai.errors import (
    EffectError,
    EffectFailedError,
    EffectRefusedError,
    StoreError,
    TamperedArtifactError,
)
from compiled_ai.execution import LoadedWorkflow
from compiled_ai.execution.evaluate import evaluate
from compiled_ai.execution.explain import Trace
from compiled_ai.factory.coder import assemble_source
from compiled_ai.factory.plan import make_plan
from compiled_ai.spec import Spec, parse_spec
from compiled_ai.spec.canonical import JsonObject

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HEAD = """\
name: reorder
description: Decide whether an article is ordered anew.
instructions: Below the least stock it is.
input: {sku: string, least: integer}
output: {decision: [reorder, enough]}
"""
NO_CASES = "examples: [{input: {sku: a, least: 3}, abstain: true}]\n"
CASES = """\
examples:
  - {input: {sku: a, least: 3}, given: {look_up: {stock: 1}}, output: {decision: reorder}}
  - {input: {sku: b, least: 3}, given: {look_up: {stock: 9}}, output: {decision: enough}}
"""
DECIDE = """\
- id: decide
  kind: rule
  rules:
    - {when: stock < least, then: {decision: reorder}}
    - otherwise: {decision: enough}
"""
DATABASE = """\
- id: look_up
  kind: effect
  effect: db_query
  capabilities: {database: stock, read: [articles]}
  parameters: {sql: "SELECT stock FROM articles WHERE sku = :sku", parameters: {sku: "{sku}"}}
  output: {stock: integer}
  from: {stock: "rows[0].stock"}
"""
MAIL = """\
- id: tell
  kind: effect
  effect: notification
  capabilities: {recipients: [buyer@example.com]}
  parameters: {channel: mail, to: buyer@example.com, subject: "Stock of {sku}", text: "{stock} left, decided: {decision}"}
  output: {delivered: string}
"""


def http_step(site: Site, path: str = "/v1/ok?sku={sku}", *, more: str = "", gives: str = "") -> str:
    gives = gives or "output: {stock: integer}\n  from: {stock: json.stock}"
    return (
        dedent(f"""\
        - id: look_up
          kind: effect
          effect: http_request
          capabilities: {{hosts: ["{site.host}"], path_prefixes: [/v1], plain_http: true, private_addresses: true}}
          parameters: {{method: GET, url: "{site.url(path)}"}}
        """)
        + f"  {gives}\n{more}"
    )


def spec_of(*steps: str, more: str = "", cases: str = NO_CASES) -> Spec:
    return parse_spec(f"{HEAD}{cases}steps:\n{indent(''.join(steps), '  ')}{more}", path=Path("reorder.yaml"))


def artifact_of(spec: Spec) -> Artifact:
    """What a compilation would give, without the validation: the workflow goes through its text form."""
    plan = make_plan(spec)
    fields: JsonObject = {
        "name": spec.name,
        "version": spec.version,
        "spec": spec.source.digest,
        "compliance": list(spec.compliance),
        **({} if spec.retention_days is None else {"retention_days": spec.retention_days}),
        "fallback": {"policy": "abstain", "timeout_seconds": 5.0, "max_tokens": 2000},
        "instructions": "",
        "compilation": {},
        "evidence": {},
    }
    return Artifact(
        path=Path("folder"),
        manifest=seal(fields, dict.fromkeys(GUARDED_FILES, "")),
        workflow=parse_workflow(dump_workflow(plan.workflow), path=Path("workflow.yaml")),
        source=assemble_source(spec, plan, ""),
    )


@pytest.fixture
def permission(site: Site, audit: AuditLog, tmp_path: Path) -> EffectPermission:
    """Allows all that the steps here want."""
    path = tmp_path / "stock.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE articles (sku TEXT, stock INTEGER)")
        connection.execute("INSERT INTO articles VALUES ('a', 2), ('b', 8), ('c', NULL)")
        connection.commit()
    allowed = Allowed(
        hosts=frozenset((site.host,)),
        databases={"stock": path},
        recipients=frozenset(("buyer@example.com",)),
        outbox=tmp_path / "outbox",
        sender="shop@example.com",
        headers={site.host: {"Authorization": "Bearer t0p"}},
    )
    return EffectPermission(allowed=allowed, audit=audit, settings=HttpSettings(sleep=lambda _: None))


def load(permission: EffectPermission | None, *steps: str, more: str = "") -> LoadedWorkflow:
    return LoadedWorkflow(artifact_of(spec_of(*steps, more=more)), effects=permission)


def outcomes(audit: AuditLog) -> list[tuple[str, str, str]]:
    if not audit.path.exists():
        return []
    return [(record.effect, record.outcome, record.reason) for record in read_audit(audit.path)]


def test_a_call_answers_and_a_rule_decides_on_it(
    site: Site, permission: EffectPermission, audit: AuditLog
) -> None:
    workflow = load(permission, http_step(site), DECIDE)
    result = workflow.run({"sku": "a b", "least": 10})
    assert (result.output, result.served_by) == ({"decision": "reorder"}, "effects")
    assert workflow.run({"sku": "a", "least": 7}).output == {"decision": "enough"}
    (method, path, headers, _), _ = site.requests
    assert (method, path, headers["authorization"]) == ("GET", "/v1/ok?sku=a%20b", "Bearer t0p")
    assert outcomes(audit) == [("look_up", "started", ""), ("look_up", "done", "")] * 2


def test_the_log_says_who_and_what_without_values_and_secrets(
    site: Site, permission: EffectPermission, audit: AuditLog
) -> None:
    path = "/v1/echo/{sku}"
    step = http_step(site, path, gives="output: {stock: integer}\n  from: {stock: status}")
    workflow = load(permission, step, DECIDE)
    workflow.run({"sku": "patient-anna", "least": 3})
    record = read_audit(audit.path)[-1]
    assert record.action == f"GET {site.url(path)}"
    assert record.actor == f"workflow reorder@{workflow.artifact.manifest.artifact[3:19]}"
    assert not any(word in audit.path.read_text() for word in ("anna", "t0p"))


@pytest.mark.parametrize("allowed", [None, Allowed(), Allowed(hosts=frozenset(("other.example.com",)))])
def test_nothing_goes_out_without_permission(site: Site, audit: AuditLog, allowed: Allowed | None) -> None:
    permission = None if allowed is None else EffectPermission(allowed=allowed, audit=audit)
    workflow = load(permission, http_step(site), DECIDE)
    with pytest.raises(EffectRefusedError) as caught:
        workflow.run({"sku": "a", "least": 3})
    assert caught.value.reason == "permission"
    assert f"add --allow-effects host={site.host}" in str(caught.value)
    assert site.requests == []


def test_a_step_that_is_not_allowed_stops_the_run_before_any_other_acts(
    site: Site, permission: EffectPermission, audit: AuditLog
) -> None:
    only_host = EffectPermission(allowed=Allowed(hosts=frozenset((site.host,))), audit=audit)
    workflow = load(only_host, http_step(site), DECIDE, MAIL)
    with pytest.raises(EffectRefusedError, match="step 'tell'"):
        workflow.run({"sku": "a", "least": 3})
    assert site.requests == []


def test_a_query_and_a_mail(permission: EffectPermission, audit: AuditLog, tmp_path: Path) -> None:
    with load(permission, DATABASE, DECIDE, MAIL) as workflow:
        assert workflow.run({"sku": "a", "least": 3}).output == {"decision": "reorder"}
    (mail,) = (tmp_path / "outbox").iterdir()
    assert "2 left, decided: reorder" in mail.read_text()
    assert outcomes(audit) == [
        ("look_up", "started", ""),
        ("look_up", "done", ""),
        ("tell", "started", ""),
        ("tell", "done", ""),
    ]
    actions = [record.action for record in read_audit(audit.path)]
    assert actions[1::2] == ["SELECT stock FROM articles WHERE sku = :sku", "mail to buyer@example.com"]


def test_a_value_cannot_become_a_statement(permission: EffectPermission) -> None:
    workflow = load(permission, DATABASE, DECIDE)
    with pytest.raises(EffectFailedError, match="does not fit the step's output"):
        workflow.run({"sku": "x' OR '1'='1", "least": 3})


@pytest.mark.parametrize(
    ("path", "reason", "words", "retryable"),
    [
        ("/v1/nothing", "status", "the answer has the status 404", False),
        ("/v1/flaky?9", "status", "the answer has the status 503", True),
        ("/v1/broken_json", "output", "the field 'stock' is missing", False),
        ("/v1/large?2000000", "size", "larger than 1000000 bytes", False),
        ("/v1/hangup", "connection", "the call failed", True),
        ("/v1/moved?http://127.0.0.1:1/", "redirect", "is not followed", False),
    ],
)
def test_a_failure_is_typed_and_names_its_step(
    site: Site, permission: EffectPermission, path: str, reason: str, words: str, retryable: bool
) -> None:
    workflow = load(permission, http_step(site, path), DECIDE)
    with pytest.raises(EffectError) as caught:
        workflow.run({"sku": "a", "least": 3})
    assert str(caught.value).startswith("step 'look_up' ")
    assert words in str(caught.value)
    assert (caught.value.reason, caught.value.retryable) == (reason, retryable)


def test_what_cannot_be_opened_is_found_out_before_the_first_step_acts(
    site: Site, audit: AuditLog, tmp_path: Path
) -> None:
    allowed = Allowed(
        hosts=frozenset((site.host,)),
        recipients=frozenset(("buyer@example.com",)),
        outbox=tmp_path / "out",
        sender="no address",
    )
    workflow = load(EffectPermission(allowed=allowed, audit=audit), http_step(site), DECIDE, MAIL)
    with pytest.raises(EffectRefusedError, match="step 'tell' was refused"):
        workflow.run({"sku": "a", "least": 9})
    with pytest.raises(EffectRefusedError, match="step 'tell' was refused"):
        workflow.check_effects()
    assert site.requests == []


def test_a_time_limit_of_the_spec_holds(site: Site, permission: EffectPermission, audit: AuditLog) -> None:
    step = http_step(site, "/v1/slow?5", more="  timeout_seconds: 0.2\n")
    with pytest.raises(EffectFailedError) as caught:
        load(permission, step, DECIDE).run({"sku": "a", "least": 3})
    assert caught.value.reason == "timeout"
    assert outcomes(audit)[-1] == ("look_up", "failed", "timeout")


@pytest.mark.parametrize(("retries", "decision"), [(2, "reorder"), (1, None)])
def test_retries_of_the_spec_hold(
    site: Site, permission: EffectPermission, retries: int, decision: str | None
) -> None:
    gives = "output: {stock: integer}\n  from: {stock: status}"
    step = http_step(site, "/v1/flaky?2", gives=gives, more=f"  retries: {retries}\n")
    result = load(permission, step, DECIDE).run({"sku": "a", "least": 201})
    assert len(site.requests) == retries + 1
    assert result.output == {"decision": decision or "enough"}


def test_a_step_that_takes_the_status_decides_on_it(site: Site, permission: EffectPermission) -> None:
    gives = 'output: {status: integer, stock: "integer?"}\n  from: {stock: json.stock}'
    rules = DECIDE.replace(
        "    - {when", "    - {when: status == 404, abstain: no such article}\n    - {when", 1
    )
    rules = rules.replace("stock < least", "stock != null and stock < least")
    result = load(permission, http_step(site, "/v1/none/{sku}", gives=gives), rules).run(
        {"sku": "a", "least": 3}
    )
    assert (result.abstained, result.reason) == (True, "no such article")


def test_a_rule_that_declines_keeps_later_steps_from_acting(
    permission: EffectPermission, audit: AuditLog
) -> None:
    guard = "- {id: guard, kind: rule, output: {is_known: boolean}, rules: [{when: sku == '', abstain: no article}, {otherwise: {is_known: true}}]}\n"
    assert load(permission, guard, DATABASE, DECIDE).run({"sku": "", "least": 3}).reason == "no article"
    assert outcomes(audit) == []


@pytest.mark.parametrize(
    ("sku", "reason"), [("", "input"), ("..", "url"), ("a/b", "url")], ids=["empty", "dots", "slash"]
)
def test_a_value_cannot_change_the_path(
    site: Site, permission: EffectPermission, audit: AuditLog, sku: str, reason: str
) -> None:
    with pytest.raises(EffectRefusedError) as caught:
        load(permission, http_step(site, "/v1/{sku}/ok"), DECIDE).run({"sku": sku, "least": 3})
    assert caught.value.reason == reason
    assert site.requests == []
    assert outcomes(audit) == [("look_up", "refused", reason)]


def test_what_is_given_is_not_asked_for(site: Site, audit: AuditLog) -> None:
    workflow = load(None, http_step(site), DECIDE)
    result = workflow.run({"sku": "a", "least": 3}, given={"look_up": {"stock": 1}})
    assert result.output == {"decision": "reorder"}
    assert site.requests == []


def test_scoring_never_acts_even_where_it_is_allowed(site: Site, permission: EffectPermission) -> None:
    spec = spec_of(http_step(site), DECIDE, cases=CASES)
    workflow = LoadedWorkflow(artifact_of(spec), effects=permission)
    score, _ = evaluate(workflow, (*spec.examples, *spec.tests), spec.accuracy)
    assert score.accuracy == 1.0
    with pytest.raises(EffectRefusedError, match="nothing is given for it"):
        workflow.run({"sku": "a", "least": 3}, acts=False)
    assert site.requests == []


def test_calls_are_bounded_until_the_workflow_is_loaded_anew(
    site: Site, permission: EffectPermission
) -> None:
    step = http_step(site).replace("plain_http", "max_calls: 2, plain_http")
    workflow = load(permission, step, DECIDE)
    for _ in range(2):
        workflow.run({"sku": "a", "least": 3})
    with pytest.raises(EffectRefusedError) as caught:
        workflow.run({"sku": "a", "least": 3})
    assert caught.value.reason == "max_calls"
    assert load(permission, step, DECIDE).run({"sku": "a", "least": 3}).output == {"decision": "enough"}


def test_threads_share_a_workflow(site: Site, permission: EffectPermission, audit: AuditLog) -> None:
    workflow = load(permission, DATABASE, DECIDE)
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda: found.append(workflow.run({"sku": "b", "least": 3}).output))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [{"decision": "enough"}] * 8
    assert len(read_audit(audit.path)) == 16


def test_values_are_not_shown_where_a_block_hides_them(site: Site, permission: EffectPermission) -> None:
    more = "compliance: {blocks: [hipaa], retention_days: 2196}\n"
    step = http_step(site, "/v1/{sku}", gives="output: {stock: {const: nothing}}\n  from: {stock: text}")
    workflow = load(permission, step, DECIDE.replace("stock < least", "least > 3"), more=more)
    with pytest.raises(EffectError) as caught:
        workflow.run({"sku": "ok", "least": 3})
    assert str(caught.value) == "step 'look_up' failed (output; details are not shown under hipaa)"
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_old_records_of_the_workflow_are_purged_when_it_is_loaded(
    site: Site, permission: EffectPermission, audit: AuditLog, tmp_path: Path
) -> None:
    more = "compliance: {retention_days: 30}\n"
    load(permission, http_step(site), DECIDE, more=more).run({"sku": "a", "least": 3})
    later = AuditLog(audit.path, now=lambda: datetime(2026, 6, 1, tzinfo=UTC))
    load(EffectPermission(allowed=permission.allowed, audit=later), http_step(site), DECIDE, more=more)
    anchor = read_anchor(audit.path)
    assert anchor is not None
    assert (anchor.removed, anchor.rule) == (2, "retention_days 30")
    assert outcomes(later) == [("audit_log", "purged", "retention_days 30")]


def test_a_damaged_log_keeps_everything_from_acting(
    site: Site, permission: EffectPermission, audit: AuditLog
) -> None:
    workflow = load(permission, http_step(site), DECIDE)
    workflow.run({"sku": "a", "least": 3})
    audit.path.write_text(audit.path.read_text() + "{}\n")
    with pytest.raises(StoreError):
        workflow.run({"sku": "a", "least": 3})
    assert len(site.requests) == 1


def test_a_trace_says_what_each_step_did(site: Site, permission: EffectPermission) -> None:
    workflow = load(permission, http_step(site), DECIDE)
    trace = Trace(path=str(workflow.artifact.path / "activities.py"))
    workflow.run({"sku": "a", "least": 10}, trace=trace)
    asked, decided = trace.steps
    assert (asked.step, asked.how, asked.took, asked.gave) == (
        "look_up",
        "http_request",
        {"sku": "a"},
        {"stock": 7},
    )
    assert (decided.kind, decided.took, decided.gave) == (
        "rule",
        {"stock": 7, "least": 10},
        {"decision": "reorder"},
    )
    assert decided.line is not None
    assert "'reorder'" in workflow.artifact.source.split("\n")[decided.line - 1]


def test_a_trace_holds_the_step_that_failed(site: Site, permission: EffectPermission) -> None:
    workflow = load(permission, http_step(site, "/v1/nothing"), DECIDE)
    trace = Trace(path="")
    with pytest.raises(EffectFailedError):
        workflow.run({"sku": "a", "least": 10}, trace=trace)
    assert [(step.step, step.gave) for step in trace.steps] == [("look_up", None)]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace("template", "x").replace("effect: http_request", "effect: shell"),
        lambda data: data.replace("timeout_seconds: 10.0", "timeout_seconds: 0"),
        lambda data: data[: data.index("  effect:\n")] + data[data.index("- id: decide") :],
    ],
    ids=["template", "time", "call gone"],
)
def test_a_workflow_whose_call_is_none_is_refused(site: Site, damage: Callable[[str], str]) -> None:
    text = dump_workflow(make_plan(spec_of(http_step(site), DECIDE)).workflow)
    with pytest.raises(TamperedArtifactError, match="step 'look_up'"):
        parse_workflow(damage(text), path=Path("workflow.yaml"))


def test_a_webhook_gets_the_message(site: Site, audit: AuditLog) -> None:
    step = MAIL.replace(
        "recipients: [buyer@example.com]", "webhooks: [ops], plain_http: true, private_addresses: true"
    )
    step = step.replace("channel: mail, to: buyer@example.com", "channel: webhook, to: ops")
    allowed = Allowed(webhooks={"ops": site.url("/v1/ok")})
    workflow = load(
        EffectPermission(allowed=allowed, audit=audit),
        DECIDE.replace("stock < least", "least > 5"),
        step.replace("{stock} left", "few left"),
    )
    workflow.run({"sku": "a", "least": 9}, given={})
    assert json.loads(site.requests[0][3]) == {"subject": "Stock of a", "text": "few left, decided: reorder"}


@pytest.mark.parametrize(("sku", "mails"), [("a", 1), ("b", 0)])
def test_a_step_with_a_condition_acts_only_when_it_holds(
    permission: EffectPermission, audit: AuditLog, tmp_path: Path, sku: str, mails: int
) -> None:
    told = MAIL + '  when: decision == "reorder"\n'
    workflow = load(permission, DATABASE, DECIDE, told)
    result = workflow.run({"sku": sku, "least": 3})
    assert result.output == {"decision": "reorder" if mails else "enough"}
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == mails
    assert len(outcomes(audit)) == 2 + 2 * mails


def test_what_a_step_that_did_not_act_would_give_is_left_out(
    site: Site, permission: EffectPermission
) -> None:
    step = http_step(site, more="  when: least > 100\n")
    rules = DECIDE.replace("stock < least", "stock != null and stock < least")
    workflow = load(permission, step, rules)
    assert workflow.run({"sku": "a", "least": 5}).output == {"decision": "enough"}
    assert site.requests == []
    assert workflow.run({"sku": "a", "least": 101}).output == {"decision": "reorder"}
