from urllib.parse import urlparse

from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from flask import redirect, request, url_for


def login():
    target = request.args.get("next")
    if not target:
        return redirect(url_for("index"))  # fine
    return redirect(target)  # found: open-redirect


def logout(request):
    target = request.GET["next"]
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        return HttpResponseRedirect(target)  # fine
    return HttpResponseRedirect("/")  # fine


def leave(request):
    return HttpResponseRedirect(request.GET["next"])  # found: open-redirect


def relative():
    target = request.args.get("next")
    if urlparse(target).netloc:
        return redirect("/")  # fine
    return redirect(target)  # fine


def send(next_url, name):
    if not name:
        return redirect(f"/users/{name}")  # fine
    if name == "x":
        return redirect(next_url, code=302)  # found: open-redirect-parameter
    return HttpResponseRedirect(next_url)  # found: open-redirect-parameter
