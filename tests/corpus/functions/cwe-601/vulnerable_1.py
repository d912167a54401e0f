from flask import Flask, redirect, request, session

app = Flask(__name__)
app.config.from_prefixed_env()


@app.post("/login")
def login():
    account = app.accounts.verify(request.form["user"], request.form["password"])
    if account is None:
        return redirect("/login?failed=1")
    session["account"] = account.id
    return redirect(request.args.get("next", "/"))
