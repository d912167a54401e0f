import base64
import pickle

from flask import Flask, jsonify, request

app = Flask(__name__)


@app.get("/basket")
def basket():
    raw = request.cookies.get("basket", "")
    if not raw:
        return jsonify(items=[])
    items = pickle.loads(base64.urlsafe_b64decode(raw))
    return jsonify(items=items)
