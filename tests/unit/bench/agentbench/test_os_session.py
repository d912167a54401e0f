"""The jail from inside: what is there, what is not, what lives on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiled_ai.bench.agentbench import os_session
from compiled_ai.bench.agentbench.os_session import JailSession
from compiled_ai.errors import MissingToolError


@pytest.fixture(scope="module")
def session() -> Iterator[JailSession]:
    try:
        made = JailSession()
    except MissingToolError as error:
        pytest.skip(str(error))
    yield made
    made.close()


@pytest.mark.parametrize(
    ("command", "output"),
    [
        pytest.param("id -u; pwd", "0\n/root\n", id="root in its home"),
        pytest.param("ls -A /root /home /tmp | wc -w", "3\n", id="empty folders"),
        pytest.param("echo x > /usr/bin/made; cat /usr/bin/made", "x\n", id="programs can be added"),
        pytest.param("python3 -c 'print(6 * 7)' | cat", "42\n", id="programs of the machine"),
        pytest.param("echo out; echo err >&2", "out\nerr\n", id="both outputs"),
        pytest.param("cat", "", id="no keyboard"),
        pytest.param("printf '\\xff'", "\N{REPLACEMENT CHARACTER}", id="what is no text"),
    ],
)
def test_a_command_runs(session: JailSession, command: str, output: str) -> None:
    assert session.run(command, seconds=10).output == output


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("mount -t tmpfs none /mnt", id="mount"),
        pytest.param("echo x > /proc/sys/kernel/core_pattern", id="settings of the kernel"),
        pytest.param("unshare -Ur true", id="further namespaces"),
        pytest.param(
            "python3 -c \"import socket; socket.create_connection(('192.0.2.1', 80), 2)\"", id="network"
        ),
        pytest.param("python3 -c \"open('/big', 'wb').write(bytes(100 * 2**20))\"", id="a large file"),
        pytest.param("rm /usr/lib/os-release /opt/.programs/bin/bash", id="files of the machine"),
        pytest.param("mknod /dev/disk b 8 0", id="devices"),
        pytest.param("ls /proc/1/root/", id="the first process"),
    ],
)
def test_what_reaches_outside_is_refused(session: JailSession, command: str) -> None:
    assert session.run(command, seconds=20).code not in (0, None)


def test_nothing_of_the_machine_is_seen(session: JailSession, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    assert session.run(f"ls {tmp_path} {Path.cwd()}", seconds=5).code == 2
    assert session.run("cat /etc/passwd | wc -l; cat /etc/hostname", seconds=5).output == "7\nmachine\n"


def test_the_shell_lives_on_from_command_to_command(session: JailSession) -> None:
    session.run("cd /var; export A=1; greet() { echo hi; }; alias there='echo you'", seconds=5)
    assert session.run("pwd; echo $A; greet; there", seconds=5).output == "/var\n1\nhi\nyou\n"
    assert session.run("cd /root; exit 3", seconds=5).code == 3
    assert session.run("pwd", seconds=5).output == "/root\n"


def test_a_command_that_does_not_end_is_killed_and_the_session_goes_on(session: JailSession) -> None:
    stopped = session.run("echo begun; sleep 60", seconds=0.5)
    assert (stopped.code, stopped.output) == (None, "begun\n")
    assert session.run("echo on", seconds=5).output == "on\n"


def test_a_program_in_the_background_goes_on(session: JailSession) -> None:
    session.run("(for i in $(seq 50); do echo x >> /root/ticks; sleep 0.02; done) &", seconds=5)
    assert session.run("sleep 0.5; test -s /root/ticks && echo yes", seconds=5).output == "yes\n"


def test_scripts_get_their_arguments(session: JailSession) -> None:
    assert session.run_script("bash", 'echo "$2"', "a", "b c", seconds=5).output == "b c\n"
    assert session.run_script("python", "import sys; sys.exit(len(sys.argv))", "a", seconds=5).code == 2


def test_much_output_is_bounded(session: JailSession) -> None:
    assert len(session.run("yes | head -c 3000000", seconds=10).output) == 200_000


def test_a_closed_session_answers_nothing_more() -> None:
    try:
        session = JailSession()
    except MissingToolError as error:
        pytest.skip(str(error))
    session.close()
    assert session.run("echo x", seconds=1).code is None
    session.close()


@pytest.mark.parametrize(
    ("program", "words"),
    [
        pytest.param('print(\'{"ready": false, "missing": "namespaces"}\')', "namespaces", id="refused"),
        pytest.param("print('hello')", "does not start", id="no JSON"),
        pytest.param("print('[]')", "does not start", id="another JSON"),
        pytest.param("raise SystemExit(1)", "does not start", id="ends at once"),
    ],
)
def test_a_machine_that_cannot_make_the_jail_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str, words: str
) -> None:
    (tmp_path / "jail.py").write_text(program)
    monkeypatch.setattr(os_session, "_PROGRAM", tmp_path / "jail.py")
    with pytest.raises(MissingToolError, match=words):
        JailSession()


def test_a_jail_that_falls_silent_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "jail.py").write_text("print('{\"ready\": true}', flush=True)\ninput()\ninput()\n")
    monkeypatch.setattr(os_session, "_PROGRAM", tmp_path / "jail.py")
    monkeypatch.setattr(os_session, "_GRACE_SECONDS", 0.2)
    session = JailSession()
    assert not session.has_users
    assert session.run("true", seconds=0.1).output == "the machine does not answer any more"
    assert session.run("true", seconds=0.1).output == "the machine is gone"


def test_other_systems_than_linux_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(MissingToolError, match="need Linux"):
        JailSession()
