import re
from dataclasses import dataclass, field

RULES = {
    "slug": r"[a-z0-9-]{1,80}",
    "title": r"[\w\s]{1,120}[.!?]",
}


@dataclass
class Validator:
    kind: str
    rules: dict = field(default_factory=lambda: dict(RULES))

    def accepts(self, text):
        rule = self.rules[self.kind]
        return re.fullmatch(rule, text) is not None


def check_post(payload):
    checks = {"title": Validator("title"), "slug": Validator("slug")}
    return {name: check.accepts(payload[name]) for name, check in checks.items()}
