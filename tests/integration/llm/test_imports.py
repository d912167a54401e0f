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
