from flask import Flask, jsonify, request
from itsdangerous import BadSignature, URLSafeSerializer

app = Flask(__name__)
app.config.from_prefixed_env()


@app.get("/basket")
def basket():
    raw = request.cookies.get("basket", "")
    if not raw:
        return jsonify(items=[])
    try:
        items = URLSafeSerializer(app.config["SECRET_KEY"]).loads(raw)
    except BadSignature:
        return jsonify(items=[])
    return jsonify(items=items)
