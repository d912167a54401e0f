"""Whether a case was logged under a spec that says the same as the one at hand, whatever cases either holds."""

from __future__ import annotations

from pathlib import Path

from compiled_ai.artifact import Store
from compiled_ai.artifact.manifest import file_digest, folder_name, parse_manifest
from compiled_ai.cases.case import LoggedCase
from compiled_ai.errors import CompiledAIError
from compiled_ai.spec.canonical import canonical_json
from compiled_ai.spec.load import read_text
from compiled_ai.spec.model import Spec
from compiled_ai.spec.yaml_source import parse_yaml

_TASK = ("description", "instructions", "input", "output", "steps")


class Lineage:
    """Knows artifacts of one name by what their specs say. Each is read once."""

    def __init__(self, store: Store, spec: Spec) -> None:
        self._home = store.root / spec.name
        self._spec = spec.source.digest
        self._task = task_of(spec.source.text, path=spec.source.path)
        self._known: dict[str, bool] = {}

    def is_same_task(self, case: LoggedCase) -> bool:
        """Whether the artifact that logged `case` was made of a spec that says the same; False when it is not in the store."""
        if case.spec == self._spec:
            return True
        if case.artifact not in self._known:
            self._known[case.artifact] = self._is_same(case.artifact)
        return self._known[case.artifact]

    def _is_same(self, artifact: str) -> bool:
        folder = self._home / folder_name(artifact)
        try:
            path = folder / "manifest.json"
            manifest = parse_manifest(read_text(path), path=path, to_run=False)
            text = read_text(folder / "spec.yaml")
            is_whole = manifest.artifact == artifact and manifest.files["spec.yaml"] == file_digest(text)
            return is_whole and task_of(text, path=folder / "spec.yaml") == self._task
        except (CompiledAIError, KeyError):
            return False


def task_of(text: str, *, path: Path) -> str:
    """What a spec says, without its cases and bounds: the same text for the same task.

    Raises:
        SpecError: it is no YAML.
    """
    data = parse_yaml(text, path=path).data
    return canonical_json({key: data.get(key) for key in _TASK} if isinstance(data, dict) else None)
