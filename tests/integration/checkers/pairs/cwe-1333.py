import re

from flask import Flask, request

app = Flask(__name__)


def vulnerable_mail(text):
    return re.match(r"^([a-zA-Z0-9]+)*@example\.org$", text)


def fixed_mail(text):
    return re.match(r"^[a-zA-Z0-9]{1,64}@example\.org$", text)


def vulnerable_words(text):
    return re.compile(r"^(\w+\s?)+$").match(text)


def fixed_words(text):
    return re.compile(r"^\w+(?:\s\w+)*$").match(text)


@app.route("/grep")
def vulnerable_grep():
    return str(re.findall(request.args["pattern"], open("log.txt").read()))


@app.route("/grep2")
def fixed_grep():
    return str(re.findall(re.escape(request.args["pattern"]), open("log.txt").read()))


def vulnerable_strip(text):
    return re.sub(r"\s*\s+$", "", text)


def fixed_strip(text):
    return text.rstrip()


def vulnerable_choice(text):
    return re.fullmatch(r"(a|aa)+", text)


def fixed_choice(text):
    return re.fullmatch(r"a+", text)
