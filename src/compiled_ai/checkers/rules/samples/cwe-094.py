import importlib
import sys

from flask import request

HANDLERS = {"a": print}


def run():
    exec(request.form["code"])  # found: code-injection
    exec("x = 1")  # fine
    name = request.args["module"]
    importlib.import_module(name)  # found: import-from-input
    importlib.import_module("json")  # fine
    HANDLERS[name]()  # fine
    globals()[name]()  # found: import-from-input
    if name in HANDLERS:
        importlib.import_module(name)  # fine


def by_argument(database, code):
    compile(sys.argv[1], "x", "exec")  # found: code-injection
    exec(code, {})  # found: exec-of-value
    exec(open("setup.py").read())  # found: exec-of-value
    database.exec(code)  # fine
    __import__(code)  # found: import-parameter
    return importlib.import_module("plugins." + code)  # found: import-parameter


def checked(name):
    if name not in HANDLERS:
        raise ValueError(name)
    return importlib.import_module(name)  # fine


def fixed():
    __import__("json")  # fine
    return compile("x = 1", "x", "exec")  # fine
