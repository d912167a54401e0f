import os
import uuid
from pathlib import Path

from flask import request
from werkzeug.utils import secure_filename

FOLDER = "/srv/uploads"


def upload():
    file = request.files["file"]
    file.save(os.path.join(FOLDER, file.filename))  # found: upload-name
    with open(FOLDER + "/" + file.filename, "wb") as out:  # found: upload-name
        out.write(file.read())
    file.save(os.path.join(FOLDER, secure_filename(file.filename)))  # fine
    file.save(os.path.join(FOLDER, uuid.uuid4().hex + Path(file.filename).suffix))  # fine


SERVED = Path("static") / "uploads"


def keep_document(upload):
    name = secure_filename(upload.filename)
    upload.save(SERVED / name)  # found: upload-served


def keep_picture(picture):
    picture.save("public/pictures/" + secure_filename(picture.filename))  # found: upload-served


def keep_checked(upload):
    name = secure_filename(upload.filename)
    if Path(name).suffix not in {".png", ".jpg"}:
        raise ValueError(name)
    upload.save(SERVED / name)  # fine


def keep_private(upload):
    upload.save(Path("data") / secure_filename(upload.filename))  # fine
