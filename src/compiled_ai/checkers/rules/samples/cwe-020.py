import re

from flask import request


def check(url, parts, text):
    if "example.com" in url:  # found: host-checked-loosely
        return True
    if url.startswith("https://example.com"):  # found: host-checked-loosely
        return True
    if url.startswith("https://example.com/"):  # fine
        return True
    if parts.hostname.endswith(".example.com"):  # fine
        return True
    if "example.com" in text:  # fine
        return True
    re.match(r"^https://www.example.com/", url)  # found: host-pattern-dot
    re.match(r"^(www|beta).example.com/", url)  # found: host-pattern-dot
    re.match(r"^https://www\.example\.com/", url)  # fine
    re.match(r"[A-z]+", text)  # found: letters-range
    re.match(r"^[0-9A-z_]+$", text)  # found: letters-range
    return re.match(r"[A-Za-z]+", text)  # fine


def remember(response):
    language = request.args["language"]
    response.set_cookie("language", language, secure=True, httponly=True)  # found: cookie-from-input
    response.set_cookie(language, "1", secure=True, httponly=True)  # found: cookie-from-input
    response.set_cookie("language", "en", secure=True, httponly=True)  # fine
    if language in {"en", "de"}:
        response.set_cookie("language", language, secure=True, httponly=True)  # fine
