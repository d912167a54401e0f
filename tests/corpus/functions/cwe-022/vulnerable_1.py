from pathlib import Path

from flask import Flask, abort, request, send_file

app = Flask(__name__)
REPORTS = Path("/srv/reports").resolve()


@app.get("/reports/download")
def download_report():
    name = request.args.get("name", "")
    target = REPORTS / name
    if not target.is_file():
        abort(404)
    handle = open(target, "rb")
    return send_file(handle, download_name=target.name)
