import os
import tempfile
from pathlib import Path


def write(text, name):
    path = tempfile.mktemp()  # found: racy-temporary-name
    open(tempfile.mktemp(".txt"), "w")  # found: racy-temporary-name
    handle, path = tempfile.mkstemp()  # fine
    with open("/tmp/report.txt", "w") as file:  # found: predictable-temporary-name
        file.write(text)
    with open(f"/tmp/{os.getpid()}.txt", "w") as file:  # found: predictable-temporary-name
        file.write(text)
    Path("/tmp/report").write_text(text)  # found: predictable-temporary-name
    with tempfile.NamedTemporaryFile("w") as file:  # fine
        file.write(text)
    folder = tempfile.mkdtemp()
    with open(os.path.join(folder, "report.txt"), "w") as file:  # fine
        file.write(text)
    return open("/tmp/report.txt")  # fine
