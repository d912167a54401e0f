import hashlib
import secrets
import time


def _fresh_material(user_id):
    stamp = int(time.time())
    return f"{stamp}-{user_id}-{secrets.token_hex(32)}"


class SessionManager:
    def __init__(self):
        self._sessions = {}

    def open(self, user_id):
        material = _fresh_material(user_id)
        session_id = hashlib.sha256(material.encode()).hexdigest()
        self._sessions[session_id] = user_id
        return session_id
