"""What a user's ``template.yaml`` may say. The registry's docs list the keys from here."""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject

_TEXT: JsonObject = {"type": "string", "minLength": 1, "maxLength": 500, "pattern": r"\S"}
_TEXTS: JsonObject = {"type": "array", "items": _TEXT, "maxItems": 60}
_FIELDS: JsonObject = {"type": "object", "minProperties": 1}

KEYS: dict[str, tuple[JsonObject, str]] = {
    "name": (
        {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,62}$"},
        "lower-case letters, digits and `_`; also the name of its folder and of its function",
    ),
    "version": ({"type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$"}, "`major.minor.patch`"),
    "purpose": (_TEXT, "what it does, in a few words"),
    "description": ({**_TEXT, "maxLength": 2_000}, "what it does and how it decides"),
    "use_when": (_TEXTS, "situations in which it fits"),
    "avoid_when": (_TEXTS, "situations in which another fits better"),
    "tags": (_TEXTS, "words that people would search for"),
    "input": (_FIELDS, "input fields, in the shorthand of specs or as JSON Schema"),
    "output": (_FIELDS, "output fields, likewise"),
    "parameters": (
        {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z][a-z0-9_]{0,62}$"},
            "additionalProperties": {"type": "object"},
            "maxProperties": 40,
        },
        "JSON Schema by parameter; one with a `default` may be left out",
    ),
    "functions": (
        {"type": "array", "items": {"type": "string", "pattern": r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"}},
        "functions of our modules that the coder is shown, such as `text.fold`",
    ),
    "guidance": (_TEXTS, "lines for the coder"),
    "examples_needed": (
        {"type": "integer", "minimum": 0, "maximum": 1_000},
        "cases that somebody should have seen; 3",
    ),
    "example": ({"type": "object"}, "parameters for which it renders; needed if a parameter has no default"),
    "trials": (
        {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["input"],
                "properties": {
                    "input": {"type": "object"},
                    "output": {"type": "object"},
                    "abstain": {"const": True},
                },
            },
        },
        "what the example answers: `input` with `output`, or with `abstain: true`",
    ),
}
"""By key its schema, and what it is."""
REQUIRED = ("name", "version", "purpose", "description", "input", "output")

TEMPLATE_SCHEMA: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "required": [*REQUIRED],
    "properties": {key: schema for key, (schema, _) in KEYS.items()},
}
