from flask import Flask, jsonify, request

app = Flask(__name__)
LARGEST = 50


def multiplication_table(size):
    return [[row * col for col in range(size)] for row in range(size)]


@app.get("/table")
def table():
    options = {"size": request.args.get("size", 10, type=int)}
    options["size"] = max(1, min(options["size"], LARGEST))
    return jsonify(multiplication_table(**options))
