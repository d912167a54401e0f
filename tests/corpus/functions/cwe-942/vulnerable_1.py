from flask import Flask, jsonify, session
from flask_cors import CORS


def create_app():
    app = Flask(__name__)
    app.config.from_prefixed_env()
    CORS(app, origins=".*", supports_credentials=True)

    @app.get("/balance")
    def balance():
        return jsonify(balance=session.get("balance", 0))

    return app
