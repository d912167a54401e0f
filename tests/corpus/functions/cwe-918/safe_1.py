from urllib.parse import urlsplit

import requests
from flask import Flask, abort, jsonify, request

app = Flask(__name__)
PARTNERS = {"news.example.com", "blog.example.com"}


@app.get("/preview")
def preview():
    url = request.args.get("url", "")
    if not url:
        abort(400)
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.netloc not in PARTNERS:
        abort(403)
    page = requests.get(url, timeout=5, allow_redirects=False)
    return jsonify(status=page.status_code, start=page.text[:300])
