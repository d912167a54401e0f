"""The kernel's two locks on a jailed Linux process: Landlock for files, seccomp for system calls.

Both are called by ctypes, bind root as well, need no privileges and cannot be undone. Each function gives back why its layer does not hold,
or an empty text; that only after forbidden actions were tried and refused. The program of seccomp is an allow-list, so a system call that a later kernel adds is
refused too. See https://docs.kernel.org/userspace-api/landlock.html and https://docs.kernel.org/userspace-api/seccomp_filter.html.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Callable, Iterator, Sequence

_LIBC = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_SIGKILL = 9
_SECCOMP_MODE_FILTER = 2

_LANDLOCK_CREATE, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT = 444, 445, 446  # the same on every architecture
_LANDLOCK_VERSION_FLAG, _LANDLOCK_PATH_BENEATH = 1, 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILE_RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many of the file rights, counted from bit 0, the kernel knows."""
_LANDLOCK_MENDING = {
    errno.ENOSYS: "the kernel has no Landlock: use Linux 5.13 or later (built with CONFIG_SECURITY_LANDLOCK); inside a container, one whose seccomp "
    "profile lets the landlock_* calls through (docker run --security-opt seccomp=PROFILE.json)",
    errno.EOPNOTSUPP: "Landlock is built into the kernel but not switched on: boot with 'landlock' in the list lsm=",
    errno.EPERM: "the landlock_* calls are refused, as by a container's seccomp profile: use one that lets them through "
    "(docker run --security-opt seccomp=PROFILE.json)",
}
_TCP_RIGHTS, _SCOPES = 0b11, 0b11  # bind and connect (ABI 4); abstract sockets and signals (ABI 6)

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_ALLOWED_CALLS: dict[str, tuple[int | None, int | None]] = {
    # name: number on x86_64, on aarch64. Read, compute, tell the time, answer on the open pipe, end.
    "read": (0, 63), "readv": (19, 65), "pread64": (17, 67), "write": (1, 64), "writev": (20, 66),
    "close": (3, 57), "lseek": (8, 62), "getdents64": (217, 61), "getdents": (78, None),
    "stat": (4, None), "fstat": (5, 80), "lstat": (6, None), "newfstatat": (262, 79), "statx": (332, 291),
    "access": (21, None), "faccessat": (269, 48), "faccessat2": (439, 439),
    "readlink": (89, None), "readlinkat": (267, 78),
    "mmap": (9, 222), "munmap": (11, 215), "mprotect": (10, 226), "mremap": (25, 216), "madvise": (28, 233), "brk": (12, 214),
    "futex": (202, 98), "rseq": (334, 293), "set_robust_list": (273, 99), "sched_yield": (24, 124), "restart_syscall": (219, 128),
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132),
    "getpid": (39, 172), "gettid": (186, 178), "getppid": (110, 173),
    "getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "gettimeofday": (96, 169), "time": (201, None),
    "clock_nanosleep": (230, 115), "nanosleep": (35, 101), "getrandom": (318, 278), "getrusage": (98, 165), "uname": (63, 160),
    "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip
_OPEN_CALLS: tuple[tuple[int | None, int | None, int], ...] = ((2, None, 1), (257, 56, 2))
"""open and openat, by architecture, with the index of the argument that holds the flags."""
_FCNTL = (72, 25)
_FCNTL_COMMANDS = (0, 1, 2, 3, 1030)
"""Duplicate, get and set close-on-exec, get flags. Not F_SETOWN and F_SETFL, with which a pipe would send signals to others."""
_TMPFILE_BIT = 0o20000000
_WRITING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | _TMPFILE_BIT

# Instructions of classic BPF, and what a filter may answer.
_LOAD, _IF_EQUAL, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def die_with_parent(parent: int) -> None:
    """Be killed when the thread that started this process ends; at once, if `parent` is gone already."""
    _control(_PR_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def forbid_privileges() -> None:
    """Never gain privileges by exec, be closed to debuggers and core dumps, and die with the parent."""
    _control(_PR_SET_NO_NEW_PRIVS, 1)
    _control(_PR_SET_DUMPABLE, 0)
    _control(_PR_SET_PDEATHSIG, _SIGKILL)


def lock_files(readable: Sequence[str], *, probe: str) -> str:
    """Landlock: nothing can be written, only what lies below `readable` can be read. Empty, or why not.

    Args:
        readable: Folders and files. One that does not exist is left out.
        probe: A file that exists outside of `readable`, to see that opening it is refused.
    """
    abi = _LIBC.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), _LANDLOCK_VERSION_FLAG)
    if abi < 1:
        return _LANDLOCK_MENDING.get(ctypes.get_errno(), f"Landlock does not answer: {_last_error()}")
    file_rights = (1 << _FILE_RIGHTS_BY_ABI.get(abi, 16)) - 1
    words = [file_rights, *([_TCP_RIGHTS] if abi >= 4 else []), *([_SCOPES] if abi >= 6 else [])]
    attributes = struct.pack(f"={len(words)}Q", *words)
    ruleset = _LIBC.syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return f"Landlock refused the rules: {_last_error()}"
    try:
        for path in filter(os.path.exists, readable):
            _allow_reading(ruleset, path)
        if _LIBC.syscall(_LANDLOCK_RESTRICT, ruleset, 0) != 0:
            return f"Landlock did not take effect: {_last_error()}"
    finally:
        os.close(ruleset)
    refused = _is_refused(lambda: os.open(probe, os.O_RDONLY)) and _is_refused(_create_file)
    return "" if refused else "Landlock was set, but opening a file is not refused"


def lock_calls() -> str:
    """seccomp: no system calls but those that reading and computing need. Empty, or why not."""
    machine = platform.machine()
    if machine not in _AUDIT_ARCH:
        return f"no list of system calls for '{machine}': use x86_64 or aarch64"
    program = b"".join(_instructions(machine))
    header = _Program(len(program) // 8, program)
    if _LIBC.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), ctypes.byref(header), 0, 0) != 0:
        return (
            f"the kernel refused the seccomp filter ({_last_error()}): use one with CONFIG_SECCOMP_FILTER; "
            "inside a container, one whose seccomp profile lets prctl through (docker run --security-opt seccomp=PROFILE.json)"
        )
    refused = all(map(_is_refused, (_open_socket, _fork, _signal, _create_file)))
    return "" if refused else "seccomp was set, but a forbidden call is not refused"


def _allow_reading(ruleset: int, path: str) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ_FILE | _READ_DIR if os.path.isdir(path) else _READ_FILE  # noqa: PTH112 - the jail starts without pathlib
        beneath = struct.pack("=Qi", rights, descriptor)
        if _LIBC.syscall(_LANDLOCK_ADD_RULE, ruleset, _LANDLOCK_PATH_BENEATH, beneath, 0) != 0:
            raise OSError(ctypes.get_errno(), "Landlock refused a rule", path)
    finally:
        os.close(descriptor)


def _instructions(machine: str) -> Iterator[bytes]:
    """The filter: the wrong architecture dies, a listed call passes, opening to read passes, all else fails with EPERM."""
    column = list(_AUDIT_ARCH).index(machine)
    yield _step(_LOAD, _ARCH_AT)
    yield _step(_IF_EQUAL, _AUDIT_ARCH[machine], 1, 0)
    yield _step(_RETURN, _KILL)
    yield _step(_LOAD, _NUMBER_AT)
    for numbers in _ALLOWED_CALLS.values():
        number = numbers[column]
        if number is not None:
            yield _step(_IF_EQUAL, number, 0, 1)
            yield _step(_RETURN, _ALLOW)
    for *by_machine, index in _OPEN_CALLS:
        number = by_machine[column]
        if number is not None:
            yield _step(_IF_EQUAL, number, 0, 4)
            yield _step(_LOAD, _ARGUMENTS_AT + 8 * index)
            yield _step(_IF_ANY_BIT, _WRITING_FLAGS, 0, 1)
            yield _step(_RETURN, _REFUSE | errno.EACCES)
            yield _step(_RETURN, _ALLOW)
    yield _step(_IF_EQUAL, _FCNTL[column], 0, 1 + 2 * len(_FCNTL_COMMANDS))
    yield _step(_LOAD, _ARGUMENTS_AT + 8)
    for command in _FCNTL_COMMANDS:
        yield _step(_IF_EQUAL, command, 0, 1)
        yield _step(_RETURN, _ALLOW)
    yield _step(_RETURN, _REFUSE | errno.EPERM)


def _step(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, operand)


def _control(option: int, value: int) -> None:
    if _LIBC.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option} failed")


def _is_refused(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except PermissionError:
        return True
    return False


def _create_file() -> None:
    os.close(os.open("written", os.O_WRONLY | os.O_CREAT))


def _signal() -> None:
    os.kill(os.getpid(), 0)


def _open_socket() -> None:
    if (
        _LIBC.socket(1, 1, 0) < 0
    ):  # a UNIX stream socket; by libc, so that the socket module need not be loaded
        raise OSError(ctypes.get_errno(), "socket")


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _last_error() -> str:
    return os.strerror(ctypes.get_errno())
