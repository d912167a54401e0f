import ast

from flask import request


def calculate():
    text = request.form["formula"]
    eval(text, {})  # found: eval-injection
    ast.literal_eval(text)  # fine
    return eval(input())  # found: eval-injection


def by_parameter(text, model):
    model.eval()  # fine
    eval("1 + 1")  # fine
    return eval(text) + eval(f"{text} + 1", {"__builtins__": {}})  # found: eval-parameter


class Cell:
    def value(self):
        return eval(self.formula)  # found: eval-parameter
