import hashlib
import secrets


class MemberStore:
    scheme = "sha1"

    def __init__(self):
        self.members = {}

    def _digest(self, salt, password):
        engine = hashlib.new(self.scheme)
        engine.update(salt + password.encode("utf-8"))
        return engine.digest()

    def enroll(self, name, password):
        salt = secrets.token_bytes(16)
        self.members[name] = (salt, self._digest(salt, password))

    def login(self, name, password):
        salt, expected = self.members[name]
        return secrets.compare_digest(expected, self._digest(salt, password))
