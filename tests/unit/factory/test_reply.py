"""Finding the code in a reply."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.factory.code_text import code_of_reply

CODE = 'import re\n\n\ndef f(x: int) -> int:\n    """Add."""\n    return x + 1'
BLOCK = f"```python\n{CODE}\n```"

FOUND = {
    "a block": BLOCK,
    "prose around": f"Sure! Here it is:\n\n{BLOCK}\n\nIt adds `1`.",
    "short language": f"```py\n{CODE}\n```",
    "language in capitals": f"```Python\n{CODE}\n```",
    "language and title": f"```python title=f.py\n{CODE}\n```",
    "no language": f"```\n{CODE}\n```",
    "tildes": f"~~~python\n{CODE}\n~~~",
    "not closed": f"```python\n{CODE}",
    "no fence": CODE,
    "no fence, blank lines around": f"\n\n{CODE}\n\n",
    "windows line ends": BLOCK.replace("\n", "\r\n"),
    "indented": "\n".join(f"   {line}" for line in BLOCK.split("\n")),
    "fence after prose": f"The code: {BLOCK}",
    "json before": f'```json\n{{"n": 1}}\n```\nand then\n{BLOCK}',
    "text block after": f"{BLOCK}\n```text\nf(1) is 2\n```",
    "bare block after": f"{BLOCK}\nprints\n```\n2\n```",
    "shell before": f"```bash\npip install x\n```\n{BLOCK}",
    "inline code in prose": f"Call ```f``` like so:\n{BLOCK}",
    "a block opened twice": f"```python\n{BLOCK}",
}
NOT_FOUND = {
    "nothing": "",
    "blanks": "  \n ",
    "prose": "I cannot do that.",
    "one word": "Sorry",
    "prose with def": "I would def do it, but no.",
    "empty block": "```python\n```",
    "only another language": '```json\n{"n": 1}\n```',
    "an expression": "f(1)",
}


@pytest.mark.parametrize("reply", FOUND.values(), ids=FOUND)
def test_the_code_is_found_as_it_is(reply: str) -> None:
    assert code_of_reply(reply) == CODE


@pytest.mark.parametrize("reply", NOT_FOUND.values(), ids=NOT_FOUND)
def test_no_code_is_found_where_there_is_none(reply: str) -> None:
    assert code_of_reply(reply) == ""


def test_a_constant_alone_is_code() -> None:
    assert code_of_reply("_FACTOR = 2\n") == "_FACTOR = 2"


def test_several_blocks_are_put_together() -> None:
    reply = f"```python\n_ONE = 1\n```\nand\n```python\n{CODE}\n```"
    assert code_of_reply(reply) == f"_ONE = 1\n\n\n{CODE}"


def test_the_later_of_two_definitions_counts() -> None:
    draft = BLOCK.replace("x + 1", "x + 2")
    code = code_of_reply(f"{draft}\nNo, better:\n{BLOCK}")
    assert ast.dump(ast.parse(code)) == ast.dump(ast.parse(CODE))


def test_a_fence_inside_a_text_of_the_code_does_not_end_it() -> None:
    code = "_TEXT = '''\n```\n'''"
    assert code_of_reply(f"````python\n{code}\n````") == code


def test_a_text_that_names_a_fence_does_not_open_one() -> None:
    code = "_TEXT = 'write ```python'\n_ONE = 1"
    assert code_of_reply(f"```python\n{code}\n```") == code


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_reply_is_read(reply: str) -> None:
    assert isinstance(code_of_reply(reply), str)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["```", "```python", "```json", "~~~", "x = 1", "def f(): pass", "", "prose", "    y", "````"]
        )
    )
)
def test_any_order_of_fences_is_read(lines: list[str]) -> None:
    assert "```python" not in code_of_reply("\n".join(lines)).split("\n")
