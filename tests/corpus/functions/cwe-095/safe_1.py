import ast
import operator

from flask import Flask, jsonify, request

app = Flask(__name__)
OPS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}


def reckon(node):
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value
    if isinstance(node, ast.BinOp) and type(node.op) in OPS:
        return OPS[type(node.op)](reckon(node.left), reckon(node.right))
    raise ValueError("unsupported expression")


@app.get("/calc")
def calc():
    expression = request.args.get("e", "0")[:100]
    try:
        value = reckon(ast.parse(expression, mode="eval").body)
    except (SyntaxError, ValueError):
        return jsonify(error="cannot compute"), 400
    return jsonify(value=value)
