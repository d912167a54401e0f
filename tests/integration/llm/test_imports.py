import subprocess
import sys


def test_importing_the_room_loads_no_client_library() -> None:
    code = (
        "import sys, compiled_ai.llm\n"
        "print([name for name in ('pydantic_ai', 'anthropic', 'openai', 'genai_prices', 'asyncio') "
        "if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_importing_the_room_reads_no_specs() -> None:
    """A policy of gates comes with every client; what reads one from a file is loaded when there is one."""
    code = (
        "import sys, compiled_ai.llm\n"
        "print([name for name in ('pydantic', 'yaml', 'compiled_ai.spec.load', 'compiled_ai.gates.linear') "
        "if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
