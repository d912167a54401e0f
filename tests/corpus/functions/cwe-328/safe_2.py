import hashlib
import secrets


class MemberStore:
    scheme = "sha256"
    rounds = 600_000

    def __init__(self):
        self.members = {}

    def _digest(self, salt, password):
        return hashlib.pbkdf2_hmac(
            self.scheme, password.encode("utf-8"), salt, self.rounds
        )

    def enroll(self, name, password):
        salt = secrets.token_bytes(16)
        self.members[name] = (salt, self._digest(salt, password))

    def login(self, name, password):
        salt, expected = self.members[name]
        return secrets.compare_digest(expected, self._digest(salt, password))
