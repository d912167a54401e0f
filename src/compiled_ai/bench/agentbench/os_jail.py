"""The jail of AgentBench's operating system tasks: a private root, no network, nobody's rights on the machine.

Runs as a program of its own (``python -I -S -B os_jail.py``), of the standard library only. It makes new namespaces for users, mounts, processes, network, IPC and
host name, builds a root folder in memory with the machine's programs in it, makes that the only root there is, and then, as process 1 of the jail,
runs commands that come as lines of JSON. First it says on a line ``{"ready": true, ...}``, or what is missing.

Root inside is nobody outside: its user ids are mapped to a range that no user of the machine has when root starts it, and to the caller's own otherwise.
See https://man7.org/linux/man-pages/man7/user_namespaces.7.html and https://man7.org/linux/man-pages/man2/pivot_root.2.html.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import platform
import resource
import shutil
import signal
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

_LIBC = ctypes.CDLL(None, use_errno=True)
_NEW_MOUNTS, _NEW_UTS, _NEW_IPC, _NEW_USER, _NEW_PID, _NEW_NET = (
    0x20000,
    0x4000000,
    0x8000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
_READ_ONLY, _NO_SUID, _NO_DEV, _NO_EXEC, _REMOUNT, _BIND = 1, 2, 4, 8, 32, 4096
_RECURSIVE, _PRIVATE = 16384, 1 << 18
_DETACH = 2
_MOUNT_SETATTR, _AT_RECURSIVE, _SET_READ_ONLY, _SET_NO_SUID = 442, 0x8000, 1, 2
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_PDEATHSIG, _DUMPABLE, _DROP_CAPABILITY, _NO_NEW_PRIVS = 1, 4, 24, 38
_DROPPED = (12, 13, 16, 17, 19, 20, 21, 22, 24, 25, 26, 27, 30, 32, 33, 34, 35, 37, 38, 39, 40)
"""Capabilities that no command has, though it is root: among them network, raw sockets, modules, ptrace, mounts (21), reboot, devices, clocks, BPF."""
_OUTER_BASE, _IDS = 2_000_000_000, 65_536
_ROOT = Path("/tmp")  # noqa: S108 - a mount point in a mount namespace of our own; nothing of the machine's folder is seen or left there
_SIZE = "size=192m,nr_inodes=60000,mode=755"
_LIMITS = {
    "AS": 2 * 2**30,
    "CPU": 300,
    "FSIZE": 64 * 2**20,
    "NOFILE": 512,
    "NPROC": 200,
    "CORE": 0,
}
_PROGRAMS = "opt/.programs"
_OWN_FOLDERS = frozenset(("bin", "sbin", "local", "tmp", "src", "games"))
"""Of ``/usr``: those that the jail has as its own, and those that nobody needs."""
_MOST_OUTPUT = 200_000
_FOLDERS = "root home tmp run run/shell proc sys dev dev/shm etc etc/default etc/skel var var/log var/tmp var/lib var/mail var/spool mnt opt srv media boot usr"
_USERS = (
    ("root", 0, "/root", "/bin/bash"),
    ("daemon", 1, "/usr/sbin", "/usr/sbin/nologin"),
    ("bin", 2, "/bin", "/usr/sbin/nologin"),
    ("sys", 3, "/dev", "/usr/sbin/nologin"),
    ("mail", 8, "/var/mail", "/usr/sbin/nologin"),
    ("www-data", 33, "/var/www", "/usr/sbin/nologin"),
    ("nobody", 65534, "/nonexistent", "/usr/sbin/nologin"),
)
_GROUPS = (
    ("root", 0),
    ("daemon", 1),
    ("bin", 2),
    ("sys", 3),
    ("adm", 4),
    ("tty", 5),
    ("disk", 6),
    ("mail", 8),
    ("sudo", 27),
    ("www-data", 33),
    ("shadow", 42),
    ("staff", 50),
    ("users", 100),
    ("nogroup", 65534),
)
_COPIED = ("ld.so.cache", "ld.so.conf", "nsswitch.conf", "login.defs", "default/useradd", "adduser.conf")
_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "USER": "root",
    "LOGNAME": "root",
    "SHELL": "/bin/bash",
    "TERM": "dumb",
    "LANG": "C.UTF-8",
}
_SHELL = """shopt -s expand_aliases
cd "$(cat /run/shell/folder 2>/dev/null || echo /root)" 2>/dev/null || cd /root
[ -f /run/shell/state ] && . /run/shell/state 2>/dev/null
trap 'pwd > /run/shell/folder; { export -p; declare -f; alias -p; } > /run/shell/state' EXIT
eval "$1"
"""
"""One command of the session. Folder, exported variables, functions and aliases live on from one to the next."""


class _MissingError(Exception):
    """Something that the jail needs is not to be had on this machine."""


def _check(result: int, what: str) -> None:
    if result != 0:
        raise _MissingError(f"{what} is refused: {os.strerror(ctypes.get_errno())}")


def _mount(source: str, target: Path, kind: str | None, flags: int, data: str | None = None) -> None:
    done = _LIBC.mount(
        source.encode(),
        str(target).encode(),
        kind.encode() if kind else None,
        ctypes.c_ulong(flags),
        data.encode() if data else None,
    )
    _check(done, f"mounting {str(target).removeprefix(str(_ROOT)) or '/'}")


def _bind(source: Path, target: Path, *, writable: bool = False) -> None:
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.touch()
    _mount(str(source), target, None, _BIND | _RECURSIVE)
    if writable:
        return
    # Read-only with all mounts below it, where the kernel can (5.12 on), else the top one alone; files of the machine's root are out of reach anyway.
    attributes = struct.pack("=4Q", _SET_READ_ONLY | _SET_NO_SUID, 0, 0, 0)
    done = _LIBC.syscall(
        _MOUNT_SETATTR, -100, str(target).encode(), _AT_RECURSIVE, attributes, len(attributes)
    )
    if done != 0:
        # A user namespace may not drop what the mount was locked with, so these flags are kept.
        kept = os.statvfs(target).f_flag & (_NO_SUID | _NO_DEV | _NO_EXEC)
        _mount(str(source), target, None, _BIND | _REMOUNT | _READ_ONLY | kept)


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    path.write_text(text)
    path.chmod(mode)


def _enter_namespaces() -> int:
    """Make new namespaces with a mapping of users in which root is somebody without rights outside; how many users there can be."""
    privileged = os.geteuid() == 0
    user, group = os.geteuid(), os.getegid()
    reader, writer = os.pipe()
    back_reader, back_writer = os.pipe()
    mapper = os.fork()
    if mapper == 0:  # stays outside, where it may write the maps of more than one id
        os.close(writer)
        code = 0
        try:
            os.read(reader, 1)
            if privileged:
                for name in ("uid_map", "gid_map"):
                    _write_map(os.getppid(), name, f"0 {_OUTER_BASE} {_IDS}")
        except OSError:
            code = 1
        os.write(back_writer, b"x" if code == 0 else b"!")
        os._exit(code)
    kinds = _NEW_USER | _NEW_MOUNTS | _NEW_PID | _NEW_NET | _NEW_IPC | _NEW_UTS
    try:
        _check(
            _LIBC.unshare(kinds),
            "making user and mount namespaces (kernel.unprivileged_userns_clone, a container's seccomp profile or AppArmor)",
        )
        if not privileged:
            with contextlib.suppress(OSError):
                _write_map(os.getpid(), "setgroups", "deny")
            _write_map(os.getpid(), "uid_map", f"0 {user} 1")
            _write_map(os.getpid(), "gid_map", f"0 {group} 1")
    finally:
        os.write(writer, b"x")
        answer = os.read(back_reader, 1)
        os.waitpid(mapper, 0)
    if answer != b"x":
        raise _MissingError(
            "mapping users is refused: start it without rights, or as root of the machine itself"
        )
    if privileged:
        os.setgroups([])
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    return _IDS if privileged else 1


def _write_map(process: int, name: str, text: str) -> None:
    Path(f"/proc/{process}/{name}").write_text(text)


def _build_root() -> None:
    """All that there will be, below `_ROOT`."""
    _mount("none", Path("/"), None, _RECURSIVE | _PRIVATE)
    _mount("none", _ROOT, "tmpfs", _NO_SUID | _NO_DEV, _SIZE)
    os.umask(0o022)
    for folder in _FOLDERS.split():
        (_ROOT / folder).mkdir()
    (_ROOT / "root").chmod(0o700)
    for folder in ("tmp", "var/tmp", "dev/shm"):
        (_ROOT / folder).chmod(0o1777)
    _place_libraries()
    _place_programs()
    _place_settings()
    for name in ("null", "zero", "full", "random", "urandom"):
        if Path("/dev", name).exists():
            _bind(Path("/dev", name), _ROOT / "dev" / name, writable=True)
    for name, target in (("fd", "fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        (_ROOT / "dev" / name).symlink_to(f"/proc/self/{target}")
    _mount("proc", _ROOT / "proc", "proc", _NO_SUID | _NO_DEV | _NO_EXEC)


def _place_libraries() -> None:
    """The machine's libraries and what else programs read, read-only."""
    for source in sorted(Path("/usr").iterdir()):
        if source.is_dir() and not source.is_symlink() and source.name not in _OWN_FOLDERS:
            _bind(source, _ROOT / "usr" / source.name)
    for name in ("bin", "sbin", "lib", "share", "etc"):
        (_ROOT / "usr/local" / name).mkdir(parents=True)
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        source = Path("/", name)
        if source.is_symlink():
            (_ROOT / name).symlink_to(source.readlink())
        elif source.is_dir():
            _bind(source, _ROOT / name)


def _place_programs() -> None:
    """Folders of programs that can be written to, as on a machine of one's own: links to the machine's, which are read-only."""
    (_ROOT / _PROGRAMS).mkdir(parents=True)
    for name in ("bin", "sbin"):
        folder = Path("/usr", name)
        if folder.is_symlink() or not folder.is_dir():
            continue
        _bind(folder, _ROOT / _PROGRAMS / name)
        (_ROOT / "usr" / name).mkdir()
        for program in folder.iterdir():
            leads_to = (
                program.readlink() if program.is_symlink() else Path("/", _PROGRAMS, name, program.name)
            )
            (_ROOT / "usr" / name / program.name).symlink_to(leads_to)


def _place_settings() -> None:
    """A small ``/etc`` with users and groups of its own; nothing of the machine's users gets in."""
    etc = _ROOT / "etc"
    for name in _COPIED:
        if Path("/etc", name).is_file():
            with contextlib.suppress(OSError):
                (etc / name).write_bytes(Path("/etc", name).read_bytes())
    for folder in ("alternatives", "pam.d", "security"):
        if Path("/etc", folder).is_dir():
            with contextlib.suppress(_MissingError):
                _bind(Path("/etc", folder), etc / folder)
    users = [f"{name}:x:{number}:{number}::{home}:{shell}\n" for name, number, home, shell in _USERS]
    _write(etc / "passwd", "".join(users))
    _write(etc / "shadow", "".join(f"{name}:*:19000:0:99999:7:::\n" for name, *_ in _USERS), 0o640)
    _write(etc / "group", "".join(f"{name}:x:{number}:\n" for name, number in _GROUPS))
    _write(etc / "gshadow", "".join(f"{name}:*::\n" for name, _ in _GROUPS), 0o640)
    _write(etc / "hosts", "127.0.0.1 localhost\n")
    _write(etc / "hostname", "machine\n")
    _write(etc / "profile", "")
    _write(etc / "os-release", 'NAME="Linux"\nID=linux\n')


def _lock_in() -> None:
    """Make the new root the only one, give up what gives rights, set the limits."""
    old = _ROOT / ".old"
    old.mkdir()
    number = _PIVOT_ROOT.get(platform.machine())
    if number is None:
        raise _MissingError(f"no number of pivot_root for '{platform.machine()}': use x86_64 or aarch64")
    _check(_LIBC.syscall(number, str(_ROOT).encode(), str(old).encode()), "changing the root")
    os.chdir("/")
    _check(_LIBC.umount2(b"/.old", _DETACH), "leaving the old root")
    Path("/.old").rmdir()
    if Path("/").stat().st_dev != Path("/root").stat().st_dev or list(Path("/root").iterdir()):
        raise _MissingError("the private root is not the root")
    with contextlib.suppress(OSError):
        _LIBC.sethostname(b"machine", 7)
    with contextlib.suppress(OSError):  # no further namespaces, which is where kernels had their holes
        Path("/proc/sys/user/max_user_namespaces").write_text("0")
    for capability in _DROPPED:
        _LIBC.prctl(_DROP_CAPABILITY, ctypes.c_ulong(capability), 0, 0, 0)
    _LIBC.prctl(_NO_NEW_PRIVS, ctypes.c_ulong(1), 0, 0, 0)
    _LIBC.prctl(_DUMPABLE, ctypes.c_ulong(0), 0, 0, 0)


def _limit_command() -> None:
    """Bind what is started from here; this process is bound by nothing but its namespaces."""
    for name, value in _LIMITS.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, bound))


def _run(order: dict[str, Any]) -> dict[str, Any]:
    """How one command ended, with its output of both kinds."""
    argv = ["bash", "-c", _SHELL, "bash", order["command"]] if "command" in order else list(order["argv"])
    out = os.open("/run", os.O_TMPFILE | os.O_RDWR, 0o600)
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=_ENVIRONMENT,
            cwd="/root",
            start_new_session=True,
            preexec_fn=_limit_command,  # noqa: PLW1509 - there is no other thread
        )
        try:
            code: int | None = process.wait(timeout=float(order["seconds"]))
        except subprocess.TimeoutExpired:
            code = None
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        size = os.fstat(out).st_size
        output = os.pread(out, _MOST_OUTPUT, 0)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return {"code": 127, "output": str(error), "size": 0}
    finally:
        os.close(out)
    return {"code": code, "output": output.decode("utf-8", "replace"), "size": size}


def _serve(users: int) -> None:
    _say({"ready": True, "users": users})
    for line in sys.stdin:
        answer = _run(json.loads(line))
        _reap()
        _say(answer)


def _reap() -> None:
    """Collect children that were left to process 1."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Build the jail and serve; 1 when something is missing."""
    _LIBC.prctl(_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL), 0, 0, 0)
    try:
        if shutil.which("bash") is None:
            raise _MissingError("there is no bash on this machine")
        users = _enter_namespaces()
    except (_MissingError, OSError) as error:
        _say({"ready": False, "missing": str(error)})
        return 1
    _LIBC.prctl(_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL), 0, 0, 0)  # a change of user took it away
    init = os.fork()
    if init:
        return os.waitstatus_to_exitcode(os.waitpid(init, 0)[1])
    _LIBC.prctl(_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL), 0, 0, 0)
    # Before the root changes: what is loaded on first use could not be found after.
    "x".encode("utf-8", "replace").decode("utf-8", "replace")
    try:
        _build_root()
        _lock_in()
    except (_MissingError, OSError) as error:
        _say({"ready": False, "missing": str(error)})
        return 1
    _serve(users)
    return 0


if __name__ == "__main__":
    sys.exit(main())
