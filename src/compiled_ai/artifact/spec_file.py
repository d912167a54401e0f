"""The spec that an artifact was compiled from, with its hidden cases where these are at hand."""

from __future__ import annotations

import json
from pathlib import Path

from compiled_ai.artifact.store import Artifact
from compiled_ai.errors import OperatorError
from compiled_ai.spec.load import load_spec, parse_spec, read_text
from compiled_ai.spec.model import Spec


def spec_path(artifact: Artifact) -> Path:
    """The file that `artifact` was compiled from: its hidden cases may lie beside it, and not in the artifact.

    Raises:
        OperatorError: it is not there any more.
    """
    try:
        build = json.loads((artifact.path / "build.json").read_text())
        path = Path(str(build["spec_path"]))
    except (OSError, ValueError, KeyError, TypeError):
        path = artifact.path / "spec.yaml"
    if not path.is_file():
        raise OperatorError(
            f"the spec of {artifact.path} is not at {path} any more, and its hidden cases may lie beside it; give it with --spec."
        )
    return path


def spec_of(artifact: Artifact, given: Path | None = None) -> Spec:
    """The spec of `artifact`, from the file `given` or from where it was compiled.

    Raises:
        OperatorError: it is not there, or another one.
        SpecError: it breaks a rule, or its tests are not at hand.
    """
    spec = load_spec(given or spec_path(artifact))
    check_same_spec(artifact, spec)
    return spec


def check_same_spec(artifact: Artifact, spec: Spec) -> None:
    """Make sure that `artifact` was compiled from `spec`.

    Raises:
        OperatorError: it was not.
    """
    if spec.source.digest != artifact.manifest.spec:
        raise OperatorError(
            f"{spec.source.path} is not the spec that {artifact.path} was compiled from ({spec.source.digest[:15]}, "
            f"not {artifact.manifest.spec[:15]}); give that one with --spec, or recompile."
        )


def own_spec(artifact: Artifact) -> Spec:
    """The spec as it stands in `artifact`, without the tests that lie in a file of their own.

    Raises:
        SpecError: it breaks a rule of this version.
        StoreError: it cannot be read.
    """
    path = artifact.path / "spec.yaml"
    return parse_spec(read_text(path), path=path, reads_tests=False)
