import secrets

from flask import Flask, make_response, request

app = Flask(__name__)


@app.post("/signin")
def signin():
    user = app.users.verify(request.form["name"], request.form["password"])
    if user is None:
        return "denied", 401
    session_id = secrets.token_urlsafe(32)
    app.sessions[session_id] = user.id
    response = make_response("ok")
    response.set_cookie("sid", session_id, secure=True, httponly=True, samesite="Lax")
    return response
