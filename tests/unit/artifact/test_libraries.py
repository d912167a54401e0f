"""What compiled code stands on besides our own modules counts in what it is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import compiled_ai.modules
from compiled_ai.artifact import manifest
from compiled_ai.artifact.libraries import THIRD_PARTY, package_digest, package_folder, package_sources
from compiled_ai.artifact.manifest import modules_digest


def test_another_version_of_a_library_is_another_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    before = modules_digest()
    monkeypatch.setattr(manifest, "package_digest", lambda name: "0")
    modules_digest.cache_clear()
    try:
        assert modules_digest() != before
    finally:
        modules_digest.cache_clear()


def test_digest_is_of_the_file_that_holds_the_version() -> None:
    import phonenumbers

    folder = package_folder("phonenumbers")
    assert folder is not None
    assert f'__version__ = "{phonenumbers.__version__}"' in (folder / "__init__.py").read_text()
    assert len(package_digest("phonenumbers")) == 64


def test_a_library_that_is_missing_is_told_by_its_emptiness() -> None:
    assert package_folder("no_such_package") is None
    assert package_digest("no_such_package") == ""
    assert package_sources("no_such_package") == {}


def test_sources_are_all_python_files_by_path() -> None:
    sources = package_sources("phonenumbers")
    assert {"phonenumbers/__init__.py", "phonenumbers/data/region_CH.py"} <= sources.keys()
    assert all(path.endswith(".py") for path in sources)


def test_every_package_that_modules_import_is_listed() -> None:
    import sys

    imported = set()
    for path in Path(compiled_ai.modules.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.partition(".")[0])
    assert imported - sys.stdlib_module_names - {"compiled_ai"} == set(THIRD_PARTY)
