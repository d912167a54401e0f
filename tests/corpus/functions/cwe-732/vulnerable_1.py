import os
from pathlib import Path

HOOK = """#!/bin/sh
exec /usr/local/bin/notify "$@"
"""


def install_hook(repo: str) -> Path:
    path = Path(repo) / "hooks" / "post-receive"
    path.write_text(HOOK)
    os.chmod(path, 0o777)
    return path
