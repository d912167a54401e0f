from flask import Flask, jsonify


def create_app():
    app = Flask(__name__)

    @app.get("/ping")
    def ping():
        return jsonify(pong=True)

    return app


if __name__ == "__main__":
    create_app().run(host="127.0.0.1", port=8000, debug=False)
