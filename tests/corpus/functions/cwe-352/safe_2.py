from flask import Flask, redirect, request, session
from flask_wtf.csrf import CSRFProtect

DEFAULTS = {
    "WTF_CSRF_ENABLED": True,
    "SESSION_COOKIE_SECURE": True,
}
csrf = CSRFProtect()


def create_app(store):
    app = Flask(__name__)
    app.config.from_prefixed_env()
    app.config.update(DEFAULTS)
    csrf.init_app(app)

    @app.post("/account/email")
    def change_email():
        store.set_email(session["account"], request.form["email"])
        return redirect("/account")

    return app
