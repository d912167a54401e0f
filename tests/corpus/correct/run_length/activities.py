from itertools import groupby
from string import digits

from compiled_ai.modules import abstain


def run_length(data: RunLengthInput) -> RunLengthOutput:
    """Write every run as its character and its length."""
    text = data["text"]
    if any(digit in text for digit in digits):
        abstain("the text holds digits")
    runs = [(char, len(list(group))) for char, group in groupby(text)]
    encoded = "".join(char if length == 1 else f"{char}{length}" for char, length in runs)
    longest, length = max(runs, key=lambda run: run[1]) if runs else (None, 0)
    return {
        "encoded": encoded,
        "longest": longest,
        "longest_length": length,
        "saved": len(text) - len(encoded),
        "decodable": True,
    }
