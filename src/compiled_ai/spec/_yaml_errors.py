"""PyYAML's complaints in words for the author of a spec, at the place where the mistake is rather than where the parser gave up."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from compiled_ai.errors import SpecProblem

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML 1.2 does not allow as a character of a file (section 5.1); lone surrogates are among them."""

_WORDS = (
    ("mapping values are not allowed", "a ':' where no key can stand; put a text that holds ': ' in quotes, or mend the indentation"),
    ("sequence entries are not allowed", "a list cannot begin here; put '- ' on a line of its own, or a text that begins with '- ' in quotes"),
    ("violates indentation", "a tab; indent with spaces"),
    ("but found another document", "a second document begins here; a spec is one document, so remove the '---'"),
    ("found undefined alias", "this alias names no anchor ('&name') above it; a text that begins with '*' belongs in quotes"),
    ("second occurrence", "this anchor is defined twice; give one of the two another name"),
    ("could not find expected ':'", "this line is neither 'key: value' nor a list item; a ':' or a quote is missing"),
    ("did not find expected key", "this does not fit the lines around it; check the indentation, and that every quote and bracket is closed"),
    ("'-' indicator", "a list item ('- ') should stand here; check the indentation"),
    ("found unknown escape character", r"this '\' is no escape that YAML knows; write '\\', or use single quotes"),
    ("invalid Unicode character escape", "this escape is no whole character; write a character beyond \\uFFFF as \\U and eight digits"),
    ("did not find expected node content", "a value should stand here"),
)  # fmt: skip
"""Part of libyaml's message, and ours. Anything else is passed on as it is."""


def forbidden_character(text: str, path: Path) -> SpecProblem | None:
    """The first character that no YAML file may hold, as a problem."""
    found = _FORBIDDEN.search(text)
    if found is None:
        return None
    line = text.count("\n", 0, found.start()) + 1
    column = found.start() - text.rfind("\n", 0, found.start())
    message = f"not YAML: the character U+{ord(found[0]):04X} cannot stand in a text file; remove it, or write it as an escape in double quotes"
    return SpecProblem(path=path, line=line, column=column, message=message)


def not_yaml(error: yaml.YAMLError, text: str, path: Path) -> SpecProblem:
    """`error`, raised while `text` was parsed, as a problem."""
    mark, message = None, str(error)
    if isinstance(error, yaml.MarkedYAMLError):
        mark, message = _explain(error, text)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return SpecProblem(path=path, line=line, column=column, message=f"not YAML: {message}")


def _explain(error: yaml.MarkedYAMLError, text: str) -> tuple[yaml.Mark | None, str]:
    problem, context, opened = str(error.problem), str(error.context), error.context_mark
    if opened and ("expected ',' or" in problem or "end of stream" in problem):
        return opened, _unclosed(problem)
    if "cannot start any token" in problem and error.problem_mark:
        return error.problem_mark, _bad_start(_character_at(text, error.problem_mark))
    for part, words in _WORDS:
        if part in problem:
            mark = opened if part == "could not find expected ':'" and opened else error.problem_mark
            return mark, words
    return error.problem_mark or opened, f"{context}, {problem}" if error.context else problem


def _unclosed(problem: str) -> str:
    if "end of stream" in problem:
        return "the quote that opens here is never closed"
    bracket = "]" if "']'" in problem else "}"
    return f"the bracket that opens here is not closed; a ',' or '{bracket}' is missing, or a text in it needs quotes"


def _bad_start(character: str) -> str:
    if character == "\t":
        return "a tab; indent with spaces"
    return f"a value cannot begin with '{character}'; put it in quotes"


def _character_at(text: str, mark: yaml.Mark) -> str:
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    return line[mark.column : mark.column + 1]
