"""``python -m compiled_ai``: the same as the command ``compiled-ai``."""

from compiled_ai.cli.main import main

main()
