import logging

from flask import Flask, abort, request

app = Flask(__name__)
log = logging.getLogger("auth")


def check_password(username, password):
    return app.config["DIRECTORY"].verify(username, password)


@app.post("/login")
def login():
    username = request.form["username"]
    if check_password(username, request.form["password"]):
        return "welcome"
    log.warning("login failed for " + username)
    abort(401)
