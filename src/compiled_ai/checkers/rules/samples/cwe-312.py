from flask import request


def keep(file, response, password, name):
    file.write(password)  # found: secret-stored
    file.write(f"{name}:{password}")  # found: secret-stored
    file.write(name)  # fine
    response.set_cookie("name", password, secure=True, httponly=True)  # found: secret-stored
    response.set_cookie("name", name, secure=True, httponly=True)  # fine
    request.args.get("password")  # found: password-in-address
    request.args["api_key"]  # found: password-in-address
    request.args.get("page")  # fine
    return request.form["password"]  # fine
