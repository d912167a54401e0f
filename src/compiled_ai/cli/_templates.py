"""The registry that the commands of ``compiled-ai templates`` work on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiled_ai.templates.registry import TemplateRegistry
    from compiled_ai.templates.user_templates import SourceFault

REGISTERED = Path("workflows") / ".templates"
"""Where templates of compiled artifacts are registered: in the store, beside the artifacts."""


def open_registry(folder: Path | None) -> TemplateRegistry:
    """The built-in templates, those of the user's `folder`, and the registered ones. None takes ``./templates`` if it holds any.

    Raises:
        SpecError: a user's template breaks a rule, or its name is taken.
        StoreError: the folder is not there.
        ArtifactError: a registered template was changed.
    """
    from compiled_ai.errors import StoreError
    from compiled_ai.templates.registry import builtin_registry
    from compiled_ai.templates.reuse import load_registered
    from compiled_ai.templates.user_templates import DEFAULT_FOLDER, DESCRIPTION, load_templates

    registry = builtin_registry()
    try:
        if folder is None and any(DEFAULT_FOLDER.glob(f"*/{DESCRIPTION}")):
            folder = DEFAULT_FOLDER
    except OSError as error:
        raise StoreError(f"{DEFAULT_FOLDER} cannot be read: {error.strerror}") from error
    if folder is not None:
        registry.add(*load_templates(folder, check=check_source))
    registry.add(*load_registered(REGISTERED))
    return registry


def check_source(source: str) -> list[SourceFault]:
    """What the subset refuses in `source`. Nothing is executed."""
    from compiled_ai.subset import check_subset
    from compiled_ai.templates.user_templates import SourceFault

    return [
        SourceFault(line=finding.line or 1, message=finding.message)
        for finding in check_subset(source)
        if finding.severity == "error"
    ]
