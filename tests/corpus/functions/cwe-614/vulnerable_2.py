from flask import Flask
from flask_login import LoginManager

COOKIE_POLICY = {
    "SESSION_COOKIE_HTTPONLY": True,
    "REMEMBER_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SECURE": False,
    "REMEMBER_COOKIE_SECURE": False,
}


def create_app():
    app = Flask(__name__)
    app.config.from_prefixed_env()
    app.config.update(COOKIE_POLICY)
    LoginManager().init_app(app)
    return app
