import base64
import hmac
import json
import pickle

import torch
import yaml
from flask import Flask, request

app = Flask(__name__)


@app.route("/load", methods=["POST"])
def vulnerable_load():
    return str(pickle.loads(base64.b64decode(request.form["state"])))


@app.route("/load2", methods=["POST"])
def fixed_load():
    return str(json.loads(base64.b64decode(request.form["state"])))


def vulnerable_settings(path):
    with open(path) as handle:
        return yaml.load(handle, Loader=yaml.Loader)


def fixed_settings(path):
    with open(path) as handle:
        return yaml.safe_load(handle)


def vulnerable_cached(path):
    with open(path, "rb") as handle:
        return pickle.load(handle)


def fixed_cached(path):
    with open(path, "rb") as handle:
        return json.load(handle)


def vulnerable_cookie(raw, key):
    return pickle.loads(base64.b64decode(raw))


def fixed_cookie(raw, key):
    data, tag = raw.rsplit(b".", 1)
    if not hmac.compare_digest(hmac.new(key, data, "sha256").hexdigest().encode(), tag):
        raise ValueError("forged cookie")
    return pickle.loads(base64.b64decode(data))


def vulnerable_model(path):
    return torch.load(path)


def fixed_model(path):
    return torch.load(path, weights_only=True)
