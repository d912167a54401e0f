import secrets
from http.cookies import SimpleCookie


FLAGS = ("httponly",)


def session_headers(sessions, user_id):
    """Return WSGI headers that open a session."""
    session_id = secrets.token_hex(32)
    sessions[session_id] = user_id
    jar = SimpleCookie()
    jar["session"] = session_id
    jar["session"]["path"] = "/"
    for flag in FLAGS:
        jar["session"][flag] = True
    return [("Set-Cookie", morsel.OutputString()) for morsel in jar.values()]
