import hmac
import json
import pickle
import sys

import jsonpickle
import numpy
import torch
import yaml
from flask import request

KEY = open("key", "rb").read()


def receive():
    pickle.loads(request.data)  # found: untrusted-object
    jsonpickle.decode(request.form["state"])  # found: untrusted-object
    json.loads(request.data)  # fine
    return yaml.safe_load(request.data)  # fine


def load(path, data):
    with open(path, "rb") as file:
        first = pickle.load(file)  # found: unpickled-value
    second = pickle.loads(data)  # found: unpickled-value
    third = pickle.loads(pickle.dumps(first))  # fine
    return first, second, third, json.loads(data)  # fine


def load_signed(data, signature):
    if not hmac.compare_digest(hmac.new(KEY, data, "sha256").digest(), signature):
        raise ValueError("forged")
    return pickle.loads(data)  # fine


class Restricted(pickle.Unpickler):
    def find_class(self, module, name):
        raise pickle.UnpicklingError(name)


def read_settings(text):
    yaml.load(text)  # found: yaml-objects
    yaml.load(text, Loader=yaml.Loader)  # found: yaml-objects
    yaml.load(text, yaml.UnsafeLoader)  # found: yaml-objects
    yaml.load(text, Loader=yaml.FullLoader)  # found: yaml-full-loader
    yaml.full_load(text)  # found: yaml-full-loader
    yaml.load(text, Loader=yaml.SafeLoader)  # fine
    yaml.load(text, yaml.CSafeLoader)  # fine
    return yaml.safe_load(text)  # fine


def read_model(path):
    torch.load(path)  # found: model-objects
    numpy.load(path, allow_pickle=True)  # found: model-objects
    torch.load(path, weights_only=True)  # fine
    return numpy.load(path)  # fine


def by_argument():
    return pickle.loads(open(sys.argv[1], "rb").read())  # found: untrusted-object
