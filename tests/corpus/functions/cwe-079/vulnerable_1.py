from flask import Flask, request

app = Flask(__name__)


@app.route("/search")
def search():
    term = request.args.get("q", "")
    if len(term) > 80:
        return "<p>Query too long</p>", 400
    return f"<h1>Results for {term}</h1><p>Nothing found.</p>"
