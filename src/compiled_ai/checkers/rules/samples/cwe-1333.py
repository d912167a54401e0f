import re

from flask import request

re.compile(r"^(a+)+$")  # found: slow-pattern
re.compile(r"^(\w+\s?)*$")  # found: slow-pattern
re.compile(r"^([a-zA-Z0-9]+)*@")  # found: slow-pattern
re.compile(r"^(a|a)*$")  # found: slow-pattern
re.compile(r"^\w+@\w+\.com$")  # fine
re.compile(r"(\d{1,3}\.){3}\d{1,3}")  # fine
re.compile(r"^(a|b)+$")  # fine
re.compile(r"^(?:\w+,)*\w+$")  # found: slow-pattern-suspected
re.compile(r"^([a-z]+-)+$")  # found: slow-pattern-suspected
re.compile(r"^([^\"\\]+|\\.)*x")  # found: slow-pattern
re.compile(r"^(([a-z])+.)+[A-Z]([a-z])+$")  # found: slow-pattern
re.compile(r"^(?:[a-z]+\.)?[a-z]+$")  # fine
re.compile(r"\s*\s+#")  # found: slow-pattern-overlap
re.compile(r"(.*)(.*)x")  # found: slow-pattern-overlap
re.compile(r"\s+\S+\s*")  # fine


def find(text, word):
    re.search(request.args["q"], text)  # found: pattern-from-input
    re.findall(f"^{request.args['q']}$", text)  # found: pattern-from-input
    re.search(re.escape(request.args["q"]), text)  # fine
    re.search(r"\b" + word, text)  # found: pattern-parameter
    re.search(f"{word}s", text)  # found: pattern-parameter
    return re.search(r"\b" + re.escape(word), text)  # fine


SLOW_RULES = {"title": r"(\w+\s?)+[.!?]"}  # found: slow-pattern-in-table
SLOW_LIST = [("name", r"^([a-z]+)+$")]  # found: slow-pattern-in-table
QUICK_RULES = {"title": r"[\w\s]{1,80}[.!?]"}  # fine
QUICK_LIST = [("name", r"^[a-z]+$")]  # fine
