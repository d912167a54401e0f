"""A workflow as one Python module that needs ``temporalio`` alone.

It is the text of `compiled_ai.durable.standalone`, with the artifact, its code and all that its code imports put in.
"""

from __future__ import annotations

import ast
import base64
import importlib.resources
import json
import pprint
import re
import zlib
from collections.abc import Iterator

from compiled_ai.artifact import Artifact
from compiled_ai.artifact.flow import flow_data
from compiled_ai.artifact.libraries import THIRD_PARTY, package_sources
from compiled_ai.compliance.blocks import is_audited
from compiled_ai.durable.plain_schema import unsupported
from compiled_ai.durable.stages import CODE_SECONDS
from compiled_ai.errors import OperatorError

BUNDLE = "compiled_bundle"
"""Name of our package inside of the module, so that it does not get in the way of an installed one."""
_ROOT = "compiled_ai"
_OURS = re.compile(rf"^(\s*(?:from|import)\s+){_ROOT}\b", re.MULTILINE)
_MARKED = re.compile(r"# <artifact>.*?# </artifact>\n", re.DOTALL)

_FINDER = '''
class _Bundle:
    """Imports what is in this file."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:  # noqa: ARG002
        if name not in _SOURCES:
            return None
        return importlib.util.spec_from_loader(name, self, is_package=name in _PACKAGES)

    def create_module(self, spec: Any) -> None:  # noqa: ARG002
        return None

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        exec(compile(_SOURCES[name], f"<{Path(__file__).name}: {name}>", "exec", dont_inherit=True), module.__dict__)


if not any(type(finder).__name__ == "_Bundle" for finder in sys.meta_path):  # the SDK may load this file twice
    sys.meta_path.insert(0, _Bundle())
'''


def export_module(artifact: Artifact) -> str:
    """The text of the module. The same artifact gives the same text.

    Raises:
        OperatorError: the artifact asks a model or acts, or has a schema that cannot be checked without a library.
    """
    _check(artifact)
    text = importlib.resources.files("compiled_ai.durable").joinpath("standalone.py").read_text("utf-8")
    text = text.replace("A compiled workflow as one module.", _about(artifact), 1)
    text = text.replace("import hashlib\n", "import base64\nimport hashlib\nimport importlib.util\n", 1)
    text = text.replace("import sys\n", "import sys\nimport zlib\n", 1)
    text = text.replace(
        "from datetime import timedelta\n", "from datetime import timedelta\nfrom pathlib import Path\n", 1
    )
    text = re.sub(r"  # noqa: E402.*", "  # noqa: E402", text)
    return _rehomed(_MARKED.sub(lambda _: _put_in(artifact), text))


def _check(artifact: Artifact) -> None:
    workflow = artifact.workflow
    outside = next((step for step in workflow.steps if step.is_outside), None)
    if outside is not None:
        what = "asks a model" if outside.kind == "bounded" else "acts on the outside world"
        raise OperatorError(
            f"{workflow.name} cannot stand alone: step '{outside.id}' {what}. Serve it with 'compiled-ai worker'."
        )
    for end, schema in (("input", workflow.input_schema), ("output", workflow.output_schema)):
        problem = unsupported(schema)
        if problem is not None:
            raise OperatorError(
                f"{workflow.name} cannot stand alone: its {end} schema has {problem}, which needs a library. "
                "Serve it with 'compiled-ai worker'."
            )


def _about(artifact: Artifact) -> str:
    manifest = artifact.manifest
    lines = [
        f"The compiled workflow '{manifest.name}' {manifest.version} as one module.\n",
        f"Made by compiled-ai {manifest.compiler} of the artifact {manifest.artifact}.",
        "Nothing in it asks a model: what compiled code declines stays declined.",
    ]
    return "\n".join(lines)


def _put_in(artifact: Artifact) -> str:
    workflow = artifact.workflow
    data = {
        "name": workflow.name,
        "digest": artifact.manifest.artifact,
        "audited": is_audited(artifact.manifest.compliance),
        "single": workflow.is_single,
        "flow": flow_data(workflow.flow),
        "returns": list(workflow.returns),
        "steps": [
            {
                "id": step.id,
                "takes": list(step.takes),
                "adds": list(step.adds),
                "retries": step.retries,
                "timeout_seconds": step.timeout_seconds or CODE_SECONDS,
            }
            for step in workflow.steps
        ],
        "input": workflow.input_schema,
        "output": workflow.output_schema,
    }
    sources = _sources(artifact.source)
    shown = "".join(
        f"_SOURCES[{name!r}] = {_literal(_rehomed(text))}\n" for name, text in sorted(sources.items())
    )
    packages = {name for name in sources for other in sources if other.startswith(f"{name}.")}
    packages |= {f"{_ROOT}.{room}" for room in ("artifact", "durable", "modules", "spec")} | {_ROOT}
    renamed = sorted(_home(name) for name in packages)
    third = {
        name: text for package in THIRD_PARTY if _uses(sources, package) for name, text in _package(package)
    }
    parts = [
        f"ARTIFACT: dict[str, Any] = {pprint.pformat(data, width=110, sort_dicts=False)}",
        f"_PACKAGES = set({renamed!r})",
        "_SOURCES: dict[str, str] = dict.fromkeys(_PACKAGES, '')",
        re.sub(rf"^(_SOURCES\['){_ROOT}\b", rf"\1{BUNDLE}", shown, flags=re.MULTILINE),
        *_third_party(third),
        _FINDER,
        'ACTIVITIES = ModuleType("compiled_activities")',
        f"exec(compile({_literal(_rehomed(artifact.source))}, 'activities.py', 'exec', dont_inherit=True), ACTIVITIES.__dict__)\n",
    ]
    return "\n".join(parts)


def _third_party(sources: dict[str, str]) -> list[str]:
    """Packages of others, pressed: nobody reads them here."""
    if not sources:
        return []
    pressed = base64.b85encode(zlib.compress(json.dumps(sources, sort_keys=True).encode(), 9)).decode()
    packages = sorted(name for name in sources if any(other.startswith(f"{name}.") for other in sources))
    return [
        f"_SOURCES |= json.loads(zlib.decompress(base64.b85decode({pressed!r})))",
        f"_PACKAGES |= set({packages!r})",
    ]


def _package(name: str) -> Iterator[tuple[str, str]]:
    for path, content in package_sources(name).items():
        yield path.removesuffix(".py").removesuffix("/__init__").replace("/", "."), content.decode()


def _uses(sources: dict[str, str], package: str) -> bool:
    return any(re.search(rf"^\s*(from|import) {package}\b", text, re.MULTILINE) for text in sources.values())


def _sources(activities: str) -> dict[str, str]:
    """Our modules that the runtime and `activities` import, and those that they import, by name."""
    waiting = [
        f"{_ROOT}.{name}"
        for name in ("artifact.flow", "durable.plain_schema", "modules", "spec.plain", "spec.whole_numbers")
    ]
    waiting += _imports(activities)
    found: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        text = _text_of(name)
        if text is None:
            continue  # a name out of a module
        found[name] = text
        waiting += _imports(text)
    return found


def _imports(text: str) -> list[str]:
    """Modules of ours that `text` may import, names that are none among them."""
    names: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in names if name.startswith(f"{_ROOT}.")]


def _text_of(name: str) -> str | None:
    *packages, last = name.split(".")
    folder = importlib.resources.files(_ROOT)
    for part in packages[1:]:
        folder = folder.joinpath(part)
    file, package = folder.joinpath(f"{last}.py"), folder.joinpath(last, "__init__.py")
    if file.is_file():
        return file.read_text("utf-8")
    return package.read_text("utf-8") if package.is_file() and last == "modules" else None


def _home(name: str) -> str:
    return name.replace(_ROOT, BUNDLE, 1)


def _rehomed(text: str) -> str:
    """`text` with our imports led to the bundle."""
    return _OURS.sub(rf"\1{BUNDLE}", text)


def _literal(text: str) -> str:
    """`text` as a raw literal that people can read, where it can be one."""
    if "'''" in text or text.endswith(("'", "\\")) or "\r" in text or "\0" in text:
        return repr(text)
    return f"r'''{text}'''"
