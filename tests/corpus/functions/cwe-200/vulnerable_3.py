import os
import platform

from flask import Flask, jsonify

app = Flask(__name__)


def runtime_facts():
    facts = dict(os.environ)
    facts["python"] = platform.python_version()
    return facts


@app.get("/status")
def status():
    facts = runtime_facts()
    return jsonify({"ok": True, "runtime": facts})
