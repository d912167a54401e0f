from flask import request


def show(user):
    pattern = request.args["pattern"]
    first = pattern.format(user=user)  # found: format-from-input
    second = ("Hello " + pattern).format(user=user)  # found: format-from-input
    third = "Hello {}".format(pattern)  # fine
    return first + second + third + "Hello {user.name}".format(user=user)  # fine
