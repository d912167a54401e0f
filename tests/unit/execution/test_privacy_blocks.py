"""What `pci_dss` and `soc2` mean at run time: values are hidden as under `hipaa`, and `soc2` audits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from compiled_ai.errors import ActivityError, InputError, OutputError
from compiled_ai.execution import LoadedWorkflow

Build = Callable[..., LoadedWorkflow]
CARD = "4539578763621486"
IO: dict[str, Any] = {"takes": {"card": "string", "band": ["low", "high"]}, "gives": {"queue": "string"}}
GOOD: Any = {"card": CARD, "band": "low"}


@pytest.mark.parametrize("block", ["hipaa", "pci_dss", "soc2"])
@pytest.mark.parametrize(
    ("body", "data", "kind"),
    [
        ("return {'queue': 'a'}", {**GOOD, "band": CARD}, InputError),
        ("return {}[data['card']]", GOOD, ActivityError),
        ("raise ValueError(data['card'])", GOOD, ActivityError),
        ("return {'queue': [data['card']]}", GOOD, OutputError),
    ],
    ids=["input", "key error", "value error", "output"],
)
def test_no_error_shows_a_value(
    block: str, body: str, data: Any, kind: type[Exception], build: Build
) -> None:
    workflow = build(f"def run(data):\n    {body}\n", **IO, compliance=[block])
    with pytest.raises(kind) as caught:
        workflow.run(data)
    assert "4539" not in str(caught.value) + repr(caught.value.__cause__) + repr(caught.value.__context__)
    if kind is InputError:
        assert f"values are not shown under {block}" in str(caught.value)


@pytest.mark.parametrize(
    ("blocks", "audited"),
    [(["pci_dss"], False), (["soc2"], True), (["hipaa"], False), (["pci_dss", "audit_trail"], True)],
)
def test_soc2_audits_and_a_card_number_is_hashed_only_on_request(
    blocks: list[str], audited: bool, build: Build
) -> None:
    workflow = build("def run(data):\n    return {'queue': 'a'}\n", **IO, compliance=blocks)
    assert (workflow.run(GOOD).input_digest is not None) == audited
