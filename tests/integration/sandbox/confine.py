"""Takes system calls away from a program, as a container or an old kernel does, and runs it.

Run as a script: ``confine.py landlock=ENOSYS,seccomp=EINVAL -- ARGUMENTS OF PYTHON``. The filter outlives the exec, and all that the program starts has it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterator

NUMBERS = {
    # name: (call on x86_64, on aarch64, first argument or None)
    "landlock": (444, 444, None),
    "seccomp": (157, 167, 22),
    "setrlimit": (160, 164, None),
    "prlimit": (302, 261, None),
    "pidfd_open": (434, 434, None),
    "memfd_create": (319, 279, None),
}
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _FILTER_MODE = 22, 38, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def refuse(rules: dict[str, int]) -> None:
    """Let the calls named in `rules` fail with the error number given, in this process and all that it starts."""
    libc = ctypes.CDLL(None, use_errno=True)
    program = b"".join(_instructions(rules))
    header = _Program(len(program) // 8, program)
    for arguments in (
        (_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), 0, 0, 0),
        (_PR_SET_SECCOMP, ctypes.c_ulong(_FILTER_MODE), ctypes.byref(header), 0, 0),
    ):
        if libc.prctl(*arguments) != 0:
            raise OSError(ctypes.get_errno(), "prctl")


def _instructions(rules: dict[str, int]) -> Iterator[bytes]:
    for name, number in rules.items():
        *calls, argument = NUMBERS[name]
        call = calls[platform.machine() == "aarch64"]
        assert call is not None
        yield _step(_LOAD, 0)
        if argument is None:
            yield _step(_IF_EQUAL, call, 0, 1)
        else:
            yield _step(_IF_EQUAL, call, 0, 3)
            yield _step(_LOAD, 16)
            yield _step(_IF_EQUAL, argument, 0, 1)
        yield _step(_RETURN, _ERROR | number)
    yield _step(_RETURN, _ALLOW)


def _step(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, operand)


if __name__ == "__main__":
    refuse(
        {
            name: getattr(errno, kind)
            for name, _, kind in (rule.partition("=") for rule in sys.argv[1].split(","))
        }
    )
    os.execv(sys.executable, [sys.executable, *sys.argv[3:]])
