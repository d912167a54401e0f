"""What the docs say against what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiled_ai.llm.settings import KEY_VARIABLES, VARIABLES
from compiled_ai.spec.document import SpecDocument
from compiled_ai.subset.check import describe_subset

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md"), *ROOT.glob("datasets/*.md")]
)


def test_subset_page_is_what_the_code_allows() -> None:
    assert (ROOT / "docs" / "subset.md").read_text().partition("\n")[2] == describe_subset()


def test_spec_reference_names_every_key() -> None:
    text = (ROOT / "docs" / "spec.md").read_text()
    assert [key for key in SpecDocument.model_fields if f"`{key}`" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_env_example_names_only_variables_that_are_read() -> None:
    names = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    known = {*VARIABLES.values(), *KEY_VARIABLES, "OLLAMA_BASE_URL"}
    assert [name for name in names if name not in known] == []
