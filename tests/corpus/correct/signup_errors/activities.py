import re
from typing import Final, Literal

Error = Literal[
    "username_length",
    "username_chars",
    "email_form",
    "age_low",
    "age_high",
    "password_weak",
    "password_name",
    "terms",
]
EMAIL: Final = re.compile(r"[^\s@]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
USERNAME: Final = re.compile(r"[A-Za-z0-9_]*")


def _weak(password: str) -> bool:
    """Whether the password is short or lacks a digit or a letter."""
    return (
        len(password) < 10
        or re.search(r"[0-9]", password) is None
        or re.search(r"[A-Za-z]", password) is None
    )


def signup_errors(data: SignupErrorsInput) -> SignupErrorsOutput:
    """Collect every error of the form, in a fixed order."""
    username, password, age = data["username"], data["password"], data["age"]
    named = username != "" and username.lower() in password.lower()
    checks: list[tuple[Error, bool]] = [
        ("username_length", not 3 <= len(username) <= 20),
        ("username_chars", USERNAME.fullmatch(username) is None),
        ("email_form", EMAIL.fullmatch(data["email"]) is None),
        ("age_low", age < 18),
        ("age_high", age > 120),
        ("password_weak", _weak(password)),
        ("password_name", named),
        ("terms", data.get("accepted_terms") is not True),
    ]
    errors = [code for code, wrong in checks if wrong]
    return {"valid": not errors, "errors": errors}
