import os
import platform

from flask import Flask, jsonify

app = Flask(__name__)
SHOWN = ("APP_VERSION", "APP_REGION", "TZ")


def runtime_facts():
    facts = {name: os.environ.get(name, "") for name in SHOWN}
    facts["python"] = platform.python_version()
    return facts


@app.get("/status")
def status():
    facts = runtime_facts()
    return jsonify({"ok": True, "runtime": facts})
