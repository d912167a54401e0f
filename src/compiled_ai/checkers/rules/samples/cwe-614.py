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


def jar_without_secure(number):
    jar = http.cookies.SimpleCookie()
    jar["session"] = number  # found: cookie-jar-not-secure
    jar["session"]["httponly"] = True
    return jar


def second_jar(number):
    cookie = SimpleCookie()
    cookie["sid"] = number  # found: cookie-jar-not-secure
    return cookie.output()


def jar_with_secure(number):
    jar = http.cookies.SimpleCookie()
    jar["session"] = number  # fine
    jar["session"]["secure"] = True
    return jar


def header_by_hand(self, response, number):
    self.send_header("Set-Cookie", f"sid={number}; HttpOnly")  # found: cookie-header-not-secure
    response.headers["Set-Cookie"] = "sid=" "1; Path=/"  # found: cookie-header-not-secure
    self.send_header("Set-Cookie", f"sid={number}; HttpOnly; Secure")  # fine
