import logging
import traceback

from flask import Flask, jsonify

app = Flask(__name__)


@app.route("/a")
def first():
    try:
        return work()  # fine
    except Exception as error:
        return jsonify({"error": str(error)}), 500  # found: error-in-response


@app.route("/b")
def second():
    try:
        return work()  # fine
    except Exception:
        return traceback.format_exc()  # found: stack-trace-in-response


@app.route("/c")
def third():
    try:
        return work()  # fine
    except ValueError as error:
        logging.error("failed: %s", error)  # fine
        logging.error(traceback.format_exc())  # fine
        return jsonify({"error": "bad input"}), 400  # fine


@app.errorhandler(500)
def fourth(error):
    return jsonify(trace=traceback.format_exc()), 500  # found: stack-trace-in-response


@app.route("/d")
def fifth():
    try:
        return work()
    except (KeyError, ValueError) as error:
        return f"failed: {error}"  # found: error-in-response
