from flask import request

TRUSTED = ["10.0.0.1"]


def allow():
    address = request.headers.get("X-Forwarded-For")
    if address == "127.0.0.1":  # found: forwarded-address-trusted
        return True
    if request.headers["X-Real-IP"] in TRUSTED:  # found: forwarded-address-trusted
        return True
    if request.remote_addr == "127.0.0.1":  # fine
        return True
    return request.remote_addr in TRUSTED  # fine
