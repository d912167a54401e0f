import ipaddress
import socket
import urllib.request
from urllib.parse import urlparse

import requests
from flask import Flask, abort, request

app = Flask(__name__)
ALLOWED_HOSTS = {"images.example.org"}


@app.route("/preview")
def vulnerable_preview():
    return requests.get(request.args["url"], timeout=3).text


@app.route("/preview2")
def fixed_preview():
    url = request.args["url"]
    if urlparse(url).hostname not in ALLOWED_HOSTS:
        abort(400)
    return requests.get(url, timeout=3).text


def vulnerable_webhook(url, payload):
    return requests.post(url, json=payload, timeout=3)


def fixed_webhook(url, payload):
    host = urlparse(url).hostname
    if ipaddress.ip_address(socket.gethostbyname(host)).is_private:
        raise ValueError("internal address")
    return requests.post(url, json=payload, timeout=3)


def vulnerable_image(image_url):
    with urllib.request.urlopen(image_url) as answer:
        return answer.read()


def fixed_image(image_url):
    if not is_allowed_url(image_url):
        raise ValueError(image_url)
    with urllib.request.urlopen(image_url, timeout=3) as answer:
        return answer.read()


@app.route("/status")
def vulnerable_status():
    host = request.args.get("host")
    return requests.get(f"http://{host}/status", timeout=3).text


@app.route("/status2")
def fixed_status():
    host = request.args.get("host")
    if host not in ALLOWED_HOSTS:
        abort(400)
    return requests.get(f"http://{host}/status", timeout=3).text
