import requests
from flask import Flask, abort, jsonify, request

app = Flask(__name__)


@app.get("/preview")
def preview():
    url = request.args.get("url", "")
    if not url:
        abort(400)
    page = requests.get(url, timeout=5)
    return jsonify(status=page.status_code, start=page.text[:300])
