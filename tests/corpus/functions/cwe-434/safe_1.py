import uuid
from pathlib import Path

from flask import Flask, abort, jsonify, request
from werkzeug.utils import secure_filename

app = Flask(__name__)
TARGET = Path("/srv/app-data/uploads")
KINDS = {".png", ".jpg", ".pdf"}


@app.post("/documents")
def add_document():
    upload = request.files.get("document")
    if upload is None or not upload.filename:
        abort(400)
    name = secure_filename(upload.filename)
    kind = Path(name).suffix.lower()
    if kind not in KINDS:
        abort(415)
    name = uuid.uuid4().hex + kind
    upload.save(TARGET / name)
    return jsonify(stored=name)
