"""What counts as a secret in code, and what must not. Every sample is put together here, so that no scanner takes this file for a leak."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiled_ai.checkers import secrets_tool
from compiled_ai.checkers.secrets_tool import (
    HARD_CODED,
    HIGH_ENTROPY,
    find_secrets,
    prove_secrets,
    secrets_version,
)
from compiled_ai.errors import MissingToolError

ALNUM = "q7Zt3Lw9Bv2Xk5Rn8Gy4Hd6Jf1Pc0Ms"
JWT = ".".join(("eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0In0", "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"))

FORMS = {
    "aws-access-key": "AKI" + "AQ7ZT3LW9BV2XK5RN",
    "github-token": "gh" + "p_" + ALNUM + "Aa1Bb2",
    "slack-token": "xox" + "b-123456789012-" + ALNUM[:24],
    "stripe-key": "sk_" + "live_" + ALNUM[:24],
    "json-web-token": JWT,
    "openai-key": "sk-" + "proj-" + ALNUM,
    "anthropic-key": "sk-" + "ant-api03-" + ALNUM,
    "google-api-key": "AI" + "za" + ALNUM + "abcd",
    "gitlab-token": "gl" + "pat-" + ALNUM[:20],
    "hugging-face-token": "hf" + "_" + ALNUM,
    "npm-token": "np" + "m_" + ALNUM + "Aa1Bb",
    "sendgrid-key": "S" + "G." + ALNUM[:22] + "." + ALNUM + "Aa1Bb2Cc3Dd4",
    "slack-webhook": "https://hooks.sl" + "ack.com/services/T0A1B2C3D/B0A1B2C3D/" + ALNUM[:24],
    "password-in-url": "postgres://admin:hunter2" + "@db.internal/orders",
    "private-key": "-----BEGIN RSA PRIV" + "ATE KEY-----\\nMIIEpAIBAAKCAQEAq7Zt3Lw9Bv2Xk5Rn8Gy4Hd6Jf",
}


def rules(source: str) -> list[tuple[int, str]]:
    return [(issue.line, issue.rule) for issue in find_secrets(source)]


@pytest.mark.parametrize("rule", FORMS)
def test_a_known_form_is_found_in_a_text_without_a_name(rule: str) -> None:
    assert (2, rule) in rules(f'import re\nf("{FORMS[rule]}")\n')


@pytest.mark.parametrize("rule", FORMS)
def test_a_known_form_is_found_in_a_comment(rule: str) -> None:
    assert (1, rule) in rules(f"# {FORMS[rule]}\n".replace("\\n", " "))


@pytest.mark.parametrize("comment", ["# pragma: allowlist secret", "# nosec", "# noqa", "# nosemgrep"])
def test_a_comment_that_asks_to_look_away_is_not_obeyed(comment: str) -> None:
    assert rules(f'KEY = "{FORMS["aws-access-key"]}"  {comment}\n') == [(1, "aws-access-key")]


@pytest.mark.parametrize(
    "source",
    [
        'key = "AKI" "AQ7ZT3LW9BV2XK5RN"',
        'key = "AKI" + "AQ7ZT3LW9BV2XK5RN"',
        'key = "AK" + "I" + "AQ7ZT3LW9BV2XK5RN"',
        'key = b"AKI" + b"AQ7ZT3LW9BV2XK5RN"',
        'key = f"AKI" f"AQ7ZT3LW9BV2XK5RN {x}"',
    ],
)
def test_a_text_in_pieces_is_put_together(source: str) -> None:
    assert rules(source) == [(1, "aws-access-key")]


def test_a_sum_of_hundreds_of_texts_is_read() -> None:
    pieces = [repr(character) for character in " " * 500 + FORMS["aws-access-key"]]
    assert rules(f"x = {' + '.join(pieces)}") == [(1, "aws-access-key")]


def test_a_key_in_the_middle_of_a_long_text_has_its_own_line() -> None:
    assert rules(f'DOC = """one\ntwo\n{FORMS["aws-access-key"]}\n"""\n') == [(3, "aws-access-key")]


@pytest.mark.parametrize(
    "source",
    [
        'password = "hunter2"',
        'DB_PASSWORD: str = "admin"',
        'self.password = "letmein"',
        'config["password"] = "letmein"',
        'connect(host="db", password="letmein")',
        'connect(password="password")',
        'def f(user, password="letmein"): ...',
        'def f(*, password="letmein"): ...',
        'if password == "letmein": pass',
        'if "letmein" == password: pass',
        'apiKey = "abc123def"',
        'SECRET_KEY = "dev-key-1"',
        'client_secret = b"abc123def"',
        'password = "letmein".encode()',
        'settings = {"password": "hunter2!"}',
        'passwords = 1\ndb_password = "a" if x else "hunter2!"',
        'token = "a8f5f167f44f4964e6c998dee827110c"',
        'password = os.environ.get("DB_PASSWORD", "hunter2!")',
        '# password = "hunter2"',
        '(password := "hunter2")',
    ],
)
def test_a_credential_by_name_is_found(source: str) -> None:
    assert HARD_CODED in {rule for _, rule in rules(source)}


@pytest.mark.parametrize(
    "source",
    [
        'password = ""',
        'password = "x"',
        'password = "********"',
        'password = "<password>"',
        'password = "${DB_PASSWORD}"',
        'PASSWORD_FIELD = "password"',
        'PASSWORD = "password"',
        'API_KEY = "OPENAI_API_KEY"',
        'api_key = os.environ["API_KEY"]',
        'password = "Enter your password"',
        'password = getpass.getpass("Password: ")',
        'password = password.encode("utf-8")',
        'PASSWORD = r"password:\\s*(\\S+)"',
        'INTENTS = {"password": "account_access", "refund": "billing"}',
        'INTENTS = {"password": "account", "api_key": "integrations"}',
        'KINDS = {"token": "identifier", "secret": "confidential"}',
        'token = "invoice_number_2"',
        'token = "ICD-10-CM"',
        'token_type = "bearer"',
        'secret = "confidential"',
        'if field == "password": pass',
        'auth = "basic"',
        'return_words = ["password", "token", "secret"]',
    ],
)
def test_a_name_alone_is_no_secret(source: str) -> None:
    assert rules(source) == []


def test_a_random_text_without_a_name_is_found() -> None:
    assert rules(f'f("{ALNUM}")') == [(1, HIGH_ENTROPY)]
    assert rules('f("a8f5f167f44f4964e6c998dee827110c")') == [(1, HIGH_ENTROPY)]


@pytest.mark.parametrize(
    "text",
    [
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        "0123456789abcdefghijklmnopqrstuvwxyz",
        "0123456789ABCDEF",
        r"^(?P<date>\d{4}-\d{2}-\d{2})T(?P<time>[0-9:]+)Z?$",
        r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}",
        "#1f6feb #0d1117 #f0883e #a371f7",
        "a1b2c3",
        "DE89370400440532013000",
        "GB29NWBK60161331926819",
        "MT84MALT011000012345MTLCAST001S",
        "E11.9 E11.65 Z79.4 I10 J45.909",
        "99213 99214 J3490 G0108 0001U",
        "550e8400-e29b-41d4-a716-446655440000",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "America/Argentina/ComodRivadavia",
        "/usr/lib/python3.11/site-packages/compiled_ai/checkers",
        "prior_authorization_v2_glp1_2024_form_b",
        "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz",
        "https://example.com/a/b?x=1&y=2",
        "postgres://user:password" + "@localhost/db",
        "postgres://{user}:{password}" + "@{host}/db",
        "-----BEGIN RSA PRIV" + "ATE KEY-----",
        "sk_live_" + "x" * 24,
        "00000000000000000000000000000000",
        "the quick brown fox jumps over the lazy dog 1234567890",
    ],
)
def test_codes_alphabets_patterns_and_words_are_no_secrets(text: str) -> None:
    assert rules(f"CODES = [{text!r}, {text!r}]\nf({text!r})\n# {text}\n") == []


@pytest.mark.parametrize("name", ["sha256", "expected_digest", "MD5_OF_TABLE", "commit", "etag"])
def test_a_digest_that_is_called_so_is_no_secret(name: str) -> None:
    assert rules(f'{name} = "a8f5f167f44f4964e6c998dee827110c"\n') == []
    assert rules(f'x = {{"{name}": "a8f5f167f44f4964e6c998dee827110c"}}\n') == []


def test_no_message_holds_the_secret() -> None:
    source = "\n".join(f'x = "{form}"' for form in FORMS.values()) + '\npassword = "hunter2"\n'
    issues = find_secrets(source)
    assert {issue.cwe for issue in issues} == {798}
    assert len(issues) > len(FORMS)
    assert not [
        issue for issue in issues if any(form in repr(issue) for form in [*FORMS.values(), "hunter2"])
    ]


def test_a_text_that_does_not_parse_is_refused() -> None:
    with pytest.raises(ValueError, match="does not parse"):
        find_secrets("def f(:\n")


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_constant_is_judged_without_an_error(text: str) -> None:
    assert all(issue.line == 1 for issue in find_secrets(f"password = {text!r}"))


def test_the_proof_passes_and_the_version_names_library_and_patterns() -> None:
    prove_secrets.__wrapped__()
    assert re.fullmatch(r"\d+\.\d+\.\d+ \(patterns \d+\)", secrets_version())


@pytest.mark.parametrize("blind", ["_known_forms", "_is_random", "is_hard_coded"])
def test_a_scan_that_finds_less_fails_the_proof(blind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets_tool, blind, lambda text: ())
    with pytest.raises(MissingToolError, match="silence proves nothing"):
        prove_secrets.__wrapped__()


def test_a_library_that_lacks_a_detector_says_how_to_mend_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(secrets_tool.LIBRARY, "json-web-token", ("jwt", "Gone"))
    secrets_tool._plugins.cache_clear()
    try:
        with pytest.raises(MissingToolError, match="--force-reinstall detect-secrets"):
            prove_secrets.__wrapped__()
    finally:
        secrets_tool._plugins.cache_clear()
