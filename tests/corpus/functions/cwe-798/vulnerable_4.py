from flask import Flask, abort, request, session

app = Flask(__name__)
app.config.from_prefixed_env()
PASSWORD_FIELD = "password"
PASSWORD_PROMPT = "Enter the maintenance password"


@app.route("/maintenance", methods=["GET", "POST"])
def maintenance():
    if request.method == "GET":
        return PASSWORD_PROMPT
    given = request.form.get(PASSWORD_FIELD, "")
    if given != "m4int3nance!Door":
        abort(403)
    session["maintenance"] = True
    return "granted"
