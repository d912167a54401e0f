"""``python -m compiled_ai.durable``: get a Temporal development server into the cache, and say where it is."""

from __future__ import annotations

import sys

from compiled_ai.durable.server_build import install_server
from compiled_ai.errors import MissingToolError


def main() -> int:
    """Exit code: 0 when the server is there."""
    try:
        program, new = install_server(quiet="--quiet" in sys.argv)
    except MissingToolError as error:
        sys.stderr.write(f"error: {error}\n")
        return 7
    sys.stdout.write(f"{program}{' (new)' if new else ''}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
