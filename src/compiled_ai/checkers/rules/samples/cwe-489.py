import os
import pdb

from flask import Flask

app = Flask(__name__)
DEBUG = True  # found: debug-setting
DEBUG = os.environ.get("DEBUG") == "1"  # fine
TEMPLATE_DEBUG = True  # found: debug-setting
TEMPLATE_DEBUG = False  # fine


def main():
    pdb.set_trace()  # found: debugger-left
    breakpoint()  # found: debugger-left
    app.config["DEBUG"] = True  # found: debug-server
    app.config["DEBUG"] = False  # fine
    app.run(debug=True)  # found: debug-server
    app.run(debug=DEBUG)  # fine
    app.run()  # fine


def layers_of_server():
    debugger = {"evalex": True, "pin_security": False}  # found: debug-in-table
    settings = {"DEBUG": True, "NAME": "shop"}  # found: debug-in-table
    quiet = {"DEBUG": False, "NAME": "shop"}  # fine
    return debugger, settings, quiet


def serve_simple(app):
    run_simple("localhost", 8000, app, use_debugger=True)  # found: debug-in-table
    run_simple("localhost", 8000, app, use_debugger=False)  # fine
