"""What decoders of the output gate read, and that none fails or takes long on any text."""

from __future__ import annotations

import base64
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.gates._canary_search import CanarySearch, _sum_steps
from compiled_ai.gates._output_json import read_json
from compiled_ai.gates._output_layers import _TAG, _replaced, decodings
from compiled_ai.gates._output_overlap import Benign, PromptOverlap
from compiled_ai.gates._output_readings import Lowered, letters_of, sparse_readings, steps_of, whole_readings

_TEMPTING = st.sampled_from(
    ["<b>", "<", ">", "&#107;", "&amp;", "\\n", "\\x6b", "\\", "%6B", "%", "=6B=6B", "0x6b ", "107 ", "0o153", "01101011", "1" * 60, "{", "}", '["k"]',
     "'", '"', "# ", "// ", "aGVsbG8gd29ybGQh", "68656c6c6f20776f726c64", "NBSWY3DPEB3W64TMMQ", "-.- ", "ay ", "x-ray ", "kilo ", "\n", " ", "word " * 40,
     "<~87cURD]i,\"Ebo80~>", "x" * 200, "eJxLSy", "H4sI"],
)  # fmt: skip
_TEXTS = st.lists(_TEMPTING | st.text(st.characters(max_codepoint=127), max_size=9), max_size=25).map("".join)


@settings(max_examples=300, deadline=None)
@given(_TEXTS)
def test_no_text_makes_a_decoder_fail(text: str) -> None:
    for name, found in decodings(text):
        assert name
        assert found.strip()
    read_json(text)
    read = Lowered(text.lower().encode())
    for _, letters in (*whole_readings(read), *sparse_readings(read)):
        assert letters == letters_of(letters)


@settings(max_examples=300, deadline=None)
@given(_TEXTS)
def test_what_stands_around_a_replaced_sign_is_read_with_it(text: str) -> None:
    text = text + " filler" * 3_000 + text
    near = _replaced(_TAG, lambda _: "", text)
    whole = _TAG.sub("", text)
    assert all(part in whole for part in near.split("\n"))
    for found in _TAG.finditer(text):
        assert (text[max(0, found.start() - 20) : found.start()].rpartition(">")[2].split("\n") or [""])[
            -1
        ] in near


@given(st.binary(max_size=60), st.text("abcdefghijklmnopqrstuvwxyz", max_size=60))
def test_steps_are_differences(data: bytes, letters: str) -> None:
    raw = letters.encode()
    assert steps_of(raw) == bytes((b - a) % 26 for a, b in pairwise(raw))
    assert _sum_steps(data) == bytes((b - a) % 256 for a, b in pairwise(data))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("escapes", "say \\x6b\\u0076\\164 \\n", "kvt"), ("url", "%6B%76", "kv"), ("quoted_printable", "=6B=76=74", "kvt"),
        ("html", "k<b>v</b>t", "kvt"), ("html", "&#107;&#x76;", "kv"), ("hex", "00000000: 68 65 6c 6c 6f 20 77 6f 72 6c 64", "hello world"),
        ("base64", base64.b64encode(b"hello world").decode(), "hello world"), ("numbers", "104,101,108,108,111,32,104,105", "hello hi"),
        ("binary", " ".join(f"{code:08b}" for code in b"hello you"), "hello you"), ("base32", "NBSWY3DPEB3W64TMMQ", "hello world"),
        ("base85", base64.b85encode(b"hello world and all!").decode(), "hello world and all!"), ("base58", "StV1DL6CwTryKyV", "hello world"),
    ],
)  # fmt: skip
def test_encoding_is_taken_off(name: str, text: str, said: str) -> None:
    assert said in "\n".join(found for kind, found in decodings(text) if kind == name)


def test_groups_of_regular_expressions_are_no_tags() -> None:
    assert [name for name, _ in decodings("(?P<year>[0-9]{4})")] == []


def test_code_in_a_field_is_read_as_code() -> None:
    found = dict(read_json('{"code": "a = \'kv\' + \'tm\'\\nb = a", "n": null}'))
    assert "kvtm" in found["constants"].split("\n")


@pytest.mark.parametrize("by", [0, 1, 13, 25])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("turn", [1, -1])
def test_prompt_and_canary_are_found_in_every_shifted_and_mirrored_alphabet(
    by: int, turn: int, *, mirrored: bool
) -> None:
    def moved(letters: bytes) -> bytes:
        places = [(code - 97) * (-1 if mirrored else 1) + by for code in letters]
        return bytes(97 + place % 26 for place in places)[::turn]

    prompt = letters_of(
        b"sort the parcels by their colour and put the blue ones on the highest shelf of the room"
    )
    found = PromptOverlap(prompt.decode()).in_letters(moved(prompt), steps_of(moved(prompt)), Benign())
    assert found is not None
    assert found.kind == "prompt_copy"
    canary = b"kvtmxwqhbrdnpfjc"
    text = moved(b"of" + canary + b"or")
    assert CanarySearch(canary.decode()).in_letters(text, steps=steps_of(text)) is not None


@pytest.mark.parametrize(
    "piece",
    ["a", "\\n" + "x" * 600, "<b>" + "x" * 600, "<b", "&#", "%6", "0x", "01", "'", "(?P<", "AAAA", "1 ", "=6", "{", "-", ". "],
)  # fmt: skip
def test_decoders_take_time_in_proportion(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    start = time.process_time()
    for _ in decodings(text):
        pass
    assert time.process_time() - start < 15
