from flask import Flask, jsonify, request

app = Flask(__name__)


def multiplication_table(size):
    return [[row * col for col in range(size)] for row in range(size)]


@app.get("/table")
def table():
    options = {"size": request.args.get("size", 10, type=int)}
    return jsonify(multiplication_table(**options))
