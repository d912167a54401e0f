import logging
import uuid

from flask import Flask, jsonify

app = Flask(__name__)
log = logging.getLogger("shop")


@app.errorhandler(Exception)
def on_error(exc):
    ticket = uuid.uuid4().hex
    log.error("unhandled error %s", ticket, exc_info=exc)
    return jsonify(error="internal error", ticket=ticket), 500
