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
