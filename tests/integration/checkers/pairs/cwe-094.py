import ast
import importlib
import json
import operator

from flask import Flask, abort, request

app = Flask(__name__)
OPERATIONS = {"+": operator.add, "-": operator.sub}
PLUGINS = {"csv": "plugins.csv"}


@app.route("/calc")
def vulnerable_calc():
    return str(eval(request.args["formula"]))


@app.route("/calc2")
def fixed_calc():
    left, sign, right = request.args["formula"].split()
    return str(OPERATIONS[sign](float(left), float(right)))


def vulnerable_parse(text):
    return eval(text)


def fixed_parse(text):
    return ast.literal_eval(text)


def vulnerable_script(source, names):
    exec(source, names)


def fixed_script(source, names):
    names.update(json.loads(source))


@app.route("/plugin")
def vulnerable_plugin():
    module = importlib.import_module(request.args["plugin"])
    return module.run()


@app.route("/plugin2")
def fixed_plugin():
    name = PLUGINS.get(request.args["plugin"])
    if name is None:
        abort(404)
    return importlib.import_module(name).run()


def vulnerable_prompt():
    return compile(input("expression: "), "<in>", "eval")


def fixed_prompt():
    return ast.literal_eval(input("expression: "))
