from urllib.parse import urljoin, urlsplit

from flask import Flask, redirect, request, session

app = Flask(__name__)
app.config.from_prefixed_env()


@app.post("/login")
def login():
    account = app.accounts.verify(request.form["user"], request.form["password"])
    if account is None:
        return redirect("/login?failed=1")
    session["account"] = account.id
    target = urljoin(request.host_url, request.args.get("next", "/").replace("\\", "/"))
    parts = urlsplit(target)
    if parts.scheme not in ("http", "https") or parts.netloc != request.host:
        target = "/"
    return redirect(target)
