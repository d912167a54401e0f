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
