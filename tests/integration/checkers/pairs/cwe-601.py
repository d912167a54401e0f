from urllib.parse import urlparse

from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from flask import Flask, redirect, request, url_for

app = Flask(__name__)


@app.route("/go")
def vulnerable_go():
    return redirect(request.args.get("url"))


@app.route("/go2")
def fixed_go():
    url = request.args.get("url", "")
    parts = urlparse(url)
    if parts.scheme or parts.netloc:
        return redirect(url_for("index"))
    return redirect(url)


def vulnerable_next(request):
    return HttpResponseRedirect(request.GET.get("next", "/"))


def fixed_next(request):
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    return HttpResponseRedirect(target)


@app.route("/exit")
def vulnerable_exit():
    target = request.args["target"]
    if target:
        return redirect(target)
    return redirect("/")


@app.route("/exit2")
def fixed_exit():
    target = request.args["target"]
    if target not in ALLOWED_TARGETS:
        return redirect("/")
    return redirect(target)
