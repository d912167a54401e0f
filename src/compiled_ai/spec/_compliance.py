"""What compliance blocks ask of a spec, before a model sees any of it and before it is kept with an artifact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiled_ai.compliance.blocks import SAMPLED, forbidden_kinds, is_audited, values_are_hidden
from compiled_ai.compliance.card_fields import is_authentication_name, is_card_name
from compiled_ai.compliance.identifiers import find_identifiers
from compiled_ai.compliance.retention import audit_log_problem, least_audit_days
from compiled_ai.compliance.texts import WORDS
from compiled_ai.spec._flow_documents import leaves
from compiled_ai.spec._problems import Problems
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.cases import HiddenCase
from compiled_ai.spec.document import SpecDocument, TestsFile
from compiled_ai.spec.model import EffectStep, Step
from compiled_ai.spec.references import Found, ReferenceProblem, find_references
from compiled_ai.spec.schema import place_text
from compiled_ai.spec.yaml_source import Place

_WAY_OUT = "a spec is shown to a model and kept with the artifact, so use a made-up value (such as 4111 1111 1111 1111, 987-65-4320, 555-0100, name@example.com)"


def check_compliance(
    problems: Problems,
    parsed: SpecDocument,
    *,
    input_schema: JsonObject,
    output_schema: JsonObject,
    steps: Sequence[Step],
    tests: Sequence[HiddenCase],
) -> None:
    """Note what breaks the compliance blocks of the spec. No message holds a value that is forbidden to be shown."""
    if "no_model_at_run_time" in parsed.blocks:
        _check_models(problems, parsed)
    _check_values(problems, parsed, tests)
    _check_retention(problems, parsed)
    _check_decision_log(problems, parsed)
    if "pci_dss" in parsed.blocks:
        for end, schema in (("input", input_schema), ("output", output_schema)):
            _check_card_fields(problems, parsed, end, schema)
        _check_card_effects(problems, parsed, steps)


def _check_retention(problems: Problems, parsed: SpecDocument) -> None:
    """A period that is too short is always wrong; one that is missing only where effects or decisions leave a log."""
    has_effects = any(step.kind == "effect" for _, step in leaves(parsed.steps))
    if parsed.retention_days is None and not has_effects and parsed.decision_log is None:
        return
    problem = audit_log_problem(parsed.retention_days, parsed.blocks)
    if problem is None:
        return
    least = least_audit_days(parsed.blocks)
    if parsed.retention_days is not None:
        problems.add(
            ("compliance", "retention_days"),
            f"retention_days of the audit log: {problem}; write {least} or more",
        )
        return
    shown = ", ".join(parsed.blocks)
    problems.add(
        ("compliance",),
        f"{'effects leave an audit log' if has_effects else 'every run leaves a record in the decision log'}: {problem}; write 'compliance: {{blocks: [{shown}], retention_days: {least}}}', or a longer one",
    )


def _check_decision_log(problems: Problems, parsed: SpecDocument) -> None:
    """Values of inputs may not stand in a log under blocks that hide them."""
    block = values_are_hidden(parsed.blocks)
    if parsed.decision_log == "full" and block is not None:
        problems.add(
            ("compliance", "decision_log"),
            f"decision_log 'full' writes inputs and outputs into a log, which the compliance block '{block}' forbids; use 'digests'",
        )


def _check_card_effects(problems: Problems, parsed: SpecDocument, steps: Sequence[Step]) -> None:
    """Every record of an effect holds an unkeyed digest of what was handed in."""
    places = {step.id: place for place, step in leaves(parsed.steps)}
    for step in steps:
        if not isinstance(step, EffectStep):
            continue
        for found in _references(step):
            if any(is_card_name(name) for name in found.reference.path):
                problems.add(
                    (*places[step.id], "parameters", *found.place),
                    f"'{found.reference}' holds a card number: the record of the effect would hold an unkeyed hash of it, which PCI DSS v4.0 3.5.1.1 forbids to store; hand in a token or a masked number of another name",
                )


def _check_models(problems: Problems, parsed: SpecDocument) -> None:
    for place, step in leaves(parsed.steps):
        if step.kind == "bounded":
            problems.add(
                (*place, "kind"),
                f"step '{step.id}' asks a model at run time, which the compliance block 'no_model_at_run_time' forbids; make it a 'code' or 'rule' step, or drop the block",
            )


def _references(step: EffectStep) -> tuple[Found, ...]:
    try:
        return tuple(find_references(step.call.parameters))
    except ReferenceProblem:  # it is reported where the step is read
        return ()


def _check_values(problems: Problems, parsed: SpecDocument, tests: Sequence[HiddenCase]) -> None:
    """Identifiers anywhere in the spec, and in the tests that a file beside it holds."""
    forbidden = forbidden_kinds(parsed.blocks)
    kinds = SAMPLED & forbidden.keys()
    if not kinds:
        return
    for place, text in _texts(problems.document.data, ()):
        for one in find_identifiers(text, kinds)[:1]:
            message = f"{place_text(place)}: this looks like {WORDS[one.kind]}, which {forbidden[one.kind][1]} keeps out of here; {_WAY_OUT}"
            problems.add(place, message)
    if not isinstance(parsed.tests, TestsFile):
        return
    for case in tests:
        parts: tuple[JsonValue, ...] = (case.input, case.output, {**case.given})
        texts = (text for part in parts for _, text in _texts(part, ()))
        found = next((one for text in texts for one in find_identifiers(text, kinds)), None)
        if found is not None:
            message = f"tests.file: case '{case.case_id}' holds what looks like {WORDS[found.kind]}, which {forbidden[found.kind][1]} keeps out of here; use a made-up value"
            problems.add(("tests", "file"), message)


def _texts(value: JsonValue, place: Place) -> Iterator[tuple[Place, str]]:
    """Every text and number below `value`, also keys, with its place. Fields with a label are read together: ``mrn: 12345`` says what it is."""
    if isinstance(value, dict):
        for key, item in value.items():
            is_leaf = isinstance(item, str | int | float) and not isinstance(item, bool)
            if is_leaf:
                yield (*place, key), f"{key.replace('_', ' ')}: {item}"
            else:
                yield (*place, key), key
                yield from _texts(item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*place, index))
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield place, str(value)


def _check_card_fields(problems: Problems, parsed: SpecDocument, end: str, schema: JsonObject) -> None:
    names = [*_property_names(schema)]
    for place, name in names:
        if is_authentication_name(name):
            message = f"{end} has the field '{name}': PCI DSS v4.0 3.3.1 forbids to keep verification codes, PINs and stripes after authorisation; leave it out"
            problems.add((end, *place), message, at_key=True)
    is_digested = is_audited(parsed.blocks) or parsed.decision_log is not None
    if end == "input" and is_digested and any(is_card_name(name) for _, name in names):
        problems.add(
            ("compliance",),
            "'pci_dss' with an audited input that holds a card number: its digest would be an unkeyed hash of the number, which PCI DSS v4.0 3.5.1.1 forbids to store; take a token or a masked number as input, or drop 'audit_trail', 'soc2' and 'decision_log'",
        )


def _property_names(schema: JsonValue, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Names of fields at any depth of a schema, each with its place in the shorthand of a spec."""
    if isinstance(schema, list):
        for item in schema:
            yield from _property_names(item, place)
        return
    if not isinstance(schema, dict):
        return
    properties = schema.get("properties")
    for name, inner in properties.items() if isinstance(properties, dict) else ():
        yield (*place, name), name
        yield from _property_names(inner, (*place, name))
    for key, inner in schema.items():
        if key != "properties":
            yield from _property_names(inner, place)
