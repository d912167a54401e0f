"""One made-up secret of each kind that `secrets_tool` must find. A bar stands in each, so that no scanner takes this file for a leak."""

from __future__ import annotations

from typing import Final

_TWENTY: Final = "q7Zt3Lw9Bv2Xk5Rn8Gy4"
_FORTY: Final = _TWENTY + "Hd6Jf1Pc0MsAa1Bb2Cc3"

_BARRED: Final = {
    "anthropic-key": f"sk-|ant-api03-{_TWENTY}",
    "aws-access-key": "AKI|AQ7ZT3LW9BV2XK5RN",
    "azure-storage-key": f"Account|Key={_FORTY}{_FORTY}Dd4Ee5==",
    "discord-token": f"M|{_TWENTY}Dd4.Ee5Ff6.{_TWENTY}Gg7Hh8I",
    "github-token": f"gh|p_{_FORTY[:36]}",
    "gitlab-token": f"gl|pat-{_TWENTY}",
    "google-api-key": f"AI|za{_FORTY[:35]}",
    "hugging-face-token": f"hf|_{_FORTY[:34]}",
    "json-web-token": "ey|JhbGciOiJIUzI1NiJ9.ey|JzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "mailchimp-key": "a8f5f167f44f4964e6c998dee827110c|-us12",
    "npm-token": f"np|m_{_FORTY[:36]}",
    "openai-key": f"sk-|proj-{_TWENTY}",
    "password-in-url": "postgres://admin:hunter2|@db.internal/orders",
    "private-key": f"-----BEGIN PRIV|ATE KEY-----\\n{_FORTY}",
    "pypi-token": f"pypi-AgEI|cHlwaS5vcmc{_FORTY}{_FORTY}",
    "sendgrid-key": f"S|G.{_FORTY[:22]}.{_FORTY}Dd4",
    "slack-token": f"xox|b-123456789012-{_TWENTY}",
    "slack-webhook": f"https://hooks.sl|ack.com/services/T0A1B2C3D/B0A1B2C3D/{_TWENTY}",
    "square-secret": f"sq0|csp-{_FORTY}Dd4",
    "stripe-key": f"sk_|live_{_TWENTY}Dd4E",
    "telegram-token": f"123456789|:{_FORTY[:35]}",
    "twilio-key": "A|Ca8f5f167f44f4964e6c998dee827110c",
    "high-entropy-text": f"{_TWENTY}|Hd6Jf1Pc0Ms",
}


def known_bad() -> dict[str, str]:
    """A line of code for each kind of secret; each asks the scanner to look away."""
    lines = {rule: f'text = "{text.replace("|", "")}"' for rule, text in _BARRED.items()}
    lines["hard-coded-password"] = 'password = "hunter2"'
    return {rule: f"{line}  # pragma: allowlist secret" for rule, line in lines.items()}
