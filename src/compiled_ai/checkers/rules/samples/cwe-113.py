from urllib.parse import quote

from flask import make_response, request


def answer():
    response = make_response("ok")
    name = request.args["name"]
    response.headers["X-Name"] = name  # found: header-injection
    response.headers.add("X-Name", name)  # found: header-injection
    response.headers["X-Name"] = quote(name)  # fine
    response.headers["X-Count"] = int(name)  # fine
    response.headers["X-Name"] = name.replace("\n", "")  # fine
    return response
