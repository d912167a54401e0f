from pathlib import Path

from flask import Flask, abort, jsonify, request
from werkzeug.utils import secure_filename

app = Flask(__name__)
TARGET = Path(app.root_path) / "static" / "uploads"


@app.post("/documents")
def add_document():
    upload = request.files.get("document")
    if upload is None or not upload.filename:
        abort(400)
    name = secure_filename(upload.filename)
    upload.save(TARGET / name)
    return jsonify(stored=name)
