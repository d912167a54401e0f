"""Where semgrep is found, and how it gets there. Installing is shown with a small wheel made here: tests have no network."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from compiled_ai.checkers import tool_home
from compiled_ai.checkers.tool_home import (
    REQUIREMENTS,
    SEMGREP_VARIABLE,
    SEMGREP_VERSION,
    find_semgrep,
    install_semgrep,
    is_intact,
    prefix_home,
    program_in,
    user_home,
)
from compiled_ai.errors import MissingToolError
from compiled_ai.files import partial_path

PROGRAM = b"#!/bin/sh\necho semgrep\n"


def fill(home: Path, *, program: bytes = PROGRAM, recorded: bytes = PROGRAM) -> None:
    """What pip makes of the wheel, in the folder `home`."""
    path = program_in(home)
    path.parent.mkdir(parents=True)
    path.write_bytes(program)
    path.chmod(0o755)
    digest = base64.urlsafe_b64encode(hashlib.sha256(recorded).digest()).decode().rstrip("=")
    info = home / f"semgrep-{SEMGREP_VERSION}.dist-info"
    info.mkdir()
    name = path.relative_to(home).as_posix()
    (info / "RECORD").write_text(f"semgrep/__init__.py,,\n{name},sha256={digest},{len(recorded)}\n")


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without semgrep."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("sys.prefix", str(tmp_path / "venv"))
    return tmp_path


class Pip:
    """Stands in for pip: fills the target, or fails."""

    def __init__(self, *, code: int = 0, program: bytes = PROGRAM, error: Exception | None = None) -> None:
        self.commands: list[list[str]] = []
        self._code, self._program, self._error = code, program, error

    def __call__(self, command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        self.commands.append(command)
        if self._error is not None:
            raise self._error
        if self._code == 0:
            fill(Path(command[command.index("--target") + 1]), program=self._program)
        return subprocess.CompletedProcess(command, self._code, b"", b"ERROR: no route\n to the index")


def pip(monkeypatch: pytest.MonkeyPatch, **options: object) -> Pip:
    fake = Pip(**options)  # type: ignore[arg-type]  # options of Pip, passed through
    monkeypatch.setattr("compiled_ai.wheels.subprocess.run", fake)
    return fake


def test_the_user_folder_comes_before_the_environment_and_the_path(empty: Path) -> None:
    places = [user_home(), prefix_home(empty / "venv"), empty / "tool/lib/python3.12/site-packages"]
    (empty / "bin").mkdir()
    (empty / "tool/bin").mkdir(parents=True)
    (empty / "tool/bin/semgrep").write_bytes(PROGRAM)
    (empty / "tool/bin/semgrep").chmod(0o755)
    (empty / "bin/semgrep").symlink_to(empty / "tool/bin/semgrep")
    for place in reversed(places):
        fill(place)
        assert find_semgrep() == program_in(place)


def test_a_semgrep_of_another_version_on_the_path_is_passed_over(empty: Path) -> None:
    packages = empty / "lib/python3.12/site-packages"
    fill(packages)
    (empty / "bin").mkdir()
    (empty / "bin/semgrep").write_bytes(PROGRAM)
    (empty / "bin/semgrep").chmod(0o755)
    assert find_semgrep() == program_in(packages)
    info = packages / f"semgrep-{SEMGREP_VERSION}.dist-info"
    info.rename(info.with_name("semgrep-1.0.0.dist-info"))
    with pytest.raises(MissingToolError, match="not installed"):
        find_semgrep()


def test_the_variable_comes_first(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(user_home())
    fill(empty / "mine")
    monkeypatch.setenv(SEMGREP_VARIABLE, str(program_in(empty / "mine")))
    assert find_semgrep() == program_in(empty / "mine")


def test_installing_twice_fetches_once(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = pip(monkeypatch)
    assert [install_semgrep(user_home()), install_semgrep(user_home())] == [True, False]
    assert len(fake.commands) == 1
    assert set(fake.commands[0]) >= {
        "--require-hashes",
        "--no-deps",
        "--only-binary=:all:",
        str(REQUIREMENTS),
    }
    assert find_semgrep() == program_in(user_home())
    assert [path.name for path in user_home().parent.iterdir()] == [user_home().name]


def test_force_fetches_again(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = pip(monkeypatch)
    install_semgrep(user_home())
    assert (install_semgrep(user_home(), force=True), len(fake.commands)) == (True, 2)
    assert [path.name for path in user_home().parent.iterdir()] == [user_home().name]


@pytest.mark.parametrize("harm", ["changed", "not executable", "program gone", "record gone", "empty"])
def test_a_harmed_installation_is_put_right(harm: str, empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = user_home()
    fill(home)
    program = program_in(home)
    match harm:
        case "changed":
            program.write_bytes(PROGRAM + b"# more\n")
        case "not executable":
            program.chmod(0o644)
        case "program gone":
            program.unlink()
        case "record gone":
            (home / f"semgrep-{SEMGREP_VERSION}.dist-info" / "RECORD").unlink()
        case "empty":
            program.write_bytes(b"")
    assert not is_intact(home)
    pip(monkeypatch)
    assert install_semgrep(home)
    assert is_intact(home)


def test_a_failed_fetch_says_why_and_leaves_nothing(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for fake in ({"code": 1}, {"error": OSError("no pip")}, {"error": subprocess.TimeoutExpired("pip", 1)}):
        pip(monkeypatch, **fake)
        with pytest.raises(MissingToolError, match=r"cannot be fetched.*compiled-ai tools install.*glibc"):
            install_semgrep(user_home())
        assert list(user_home().parent.iterdir()) == []


def test_what_pip_said_is_told(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip(monkeypatch, code=1)
    with pytest.raises(MissingToolError, match="ERROR: no route to the index"):
        install_semgrep(user_home())


def test_a_fetch_that_brings_something_else_is_refused(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip(monkeypatch, program=b"other")
    with pytest.raises(MissingToolError, match="not what its own record says"):
        install_semgrep(user_home())
    assert list(user_home().parent.iterdir()) == []


def test_a_folder_that_cannot_be_written_says_so(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip(monkeypatch)
    (empty / "file").write_text("")
    with pytest.raises(MissingToolError, match="can be written with --prefix"):
        install_semgrep(prefix_home(empty / "file"))


def test_leftovers_of_a_killed_installation_are_removed(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip(monkeypatch)
    left = partial_path(user_home())
    left = left.with_name(re.sub(r"-\d+-", "-99999999-", left.name))
    left.mkdir(parents=True)
    install_semgrep(user_home())
    assert [path.name for path in user_home().parent.iterdir()] == [user_home().name]


def test_without_pip_uv_is_used_and_without_both_the_way_is_told(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("sys.executable", str(empty / "bin" / "python"))
    fake = pip(monkeypatch)
    with pytest.raises(MissingToolError, match="ensurepip"):
        install_semgrep(user_home())
    (empty / "bin").mkdir()
    (empty / "bin" / "uv").write_text("")
    install_semgrep(user_home())
    assert fake.commands[0][:3] == [str(empty / "bin" / "uv"), "pip", "install"]
    assert fake.commands[0][4] == sys.executable


def test_a_wheel_with_another_hash_is_refused_by_the_real_pip(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requirements = empty / "requirements.txt"
    requirements.write_text("./semgrep-1.182.0-py3-none-any.whl --hash=sha256:" + "0" * 64 + "\n")
    (empty / "semgrep-1.182.0-py3-none-any.whl").write_bytes(b"PK")
    monkeypatch.setattr(tool_home, "REQUIREMENTS", requirements)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.chdir(empty)
    with pytest.raises(MissingToolError, match=r"cannot be fetched: .*(HASH|hash)"):
        install_semgrep(user_home())


def test_requirements_name_the_version_and_a_hash_for_each_system() -> None:
    text = REQUIREMENTS.read_text(encoding="utf-8")
    assert f"semgrep=={SEMGREP_VERSION} " in text
    assert len(set(re.findall(r"--hash=sha256:([0-9a-f]{64})", text))) == 7


def test_the_installed_semgrep_is_what_its_wheel_brought() -> None:
    program = find_semgrep()
    assert is_intact(program.parent.parent.parent)
