from flask import Flask, jsonify, request

app = Flask(__name__)


@app.get("/calc")
def calc():
    expression = request.args.get("e", "0")[:100]
    try:
        value = eval(expression)
    except (SyntaxError, ValueError):
        return jsonify(error="cannot compute"), 400
    return jsonify(value=value)
