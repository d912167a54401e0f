SESSION_COOKIE_SECURE = True  # fine
SESSION_COOKIE_HTTPONLY = False  # found: cookie-script-readable


def answer(response, app, value, options):
    response.set_cookie("session", value)  # found: cookie-not-secure, cookie-not-httponly
    response.set_cookie("session", value, httponly=True)  # found: cookie-not-secure
    response.set_cookie("session", value, secure=True)  # found: cookie-not-httponly
    response.set_cookie("session", value, secure=False, httponly=True)  # found: cookie-protection-off
    response.set_cookie("session", value, secure=True, httponly=False)  # found: cookie-script-readable
    response.set_cookie("session", value, secure=True, httponly=True, samesite="Lax")  # fine
    response.set_cookie("session", value, **options)  # fine
    app.config["SESSION_COOKIE_SECURE"] = False  # found: cookie-protection-off
    app.config["SESSION_COOKIE_SECURE"] = True  # fine
