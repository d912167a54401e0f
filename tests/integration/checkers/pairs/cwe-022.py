import os
import tarfile
import zipfile
from pathlib import Path

from aiohttp import web
from django.http import FileResponse, Http404
from flask import Flask, abort, request, send_file, send_from_directory

app = Flask(__name__)
MEDIA = "/srv/media"


@app.route("/download")
def vulnerable_download():
    filename = request.args.get("filename")
    return send_file(os.path.join(MEDIA, filename), as_attachment=True)


@app.route("/download2")
def fixed_download():
    filename = request.args.get("filename")
    return send_from_directory(MEDIA, filename, as_attachment=True)


def vulnerable_profile(username):
    path = "/srv/profiles/" + username
    with open(path) as handle:
        return handle.readlines()


def fixed_profile(username):
    if not username.isalnum():
        raise ValueError("bad user name")
    path = "/srv/profiles/" + username
    with open(path) as handle:
        return handle.readlines()


def vulnerable_unpack(archive, target):
    with tarfile.open(archive, "r:gz") as tar:
        tar.extractall(path=target)


def fixed_unpack(archive, target):
    def inside(directory, name):
        root = os.path.abspath(directory)
        return os.path.commonprefix([root, os.path.abspath(os.path.join(directory, name))]) == root

    with tarfile.open(archive, "r:gz") as tar:
        for member in tar.getmembers():
            if not inside(target, member.name):
                raise RuntimeError("member leaves the target folder")
        tar.extractall(path=target)


def vulnerable_unzip(archive, target):
    with zipfile.ZipFile(archive) as bundle:
        for info in bundle.infolist():
            destination = os.path.join(target, info.filename)
            with open(destination, "wb") as handle:
                handle.write(bundle.read(info))


def fixed_unzip(archive, target):
    root = os.path.realpath(target)
    with zipfile.ZipFile(archive) as bundle:
        for info in bundle.infolist():
            destination = os.path.realpath(os.path.join(root, info.filename))
            if os.path.commonpath([root, destination]) != root:
                raise RuntimeError(info.filename)
            with open(destination, "wb") as handle:
                handle.write(bundle.read(info))


class Store:
    root = Path("/srv/store")

    def vulnerable_read(self, key: str) -> bytes:
        return (self.root / key).read_bytes()

    def fixed_read(self, key: str) -> bytes:
        path = (self.root / key).resolve()
        if self.root.resolve() not in path.parents:
            raise KeyError(key)
        return path.read_bytes()


async def vulnerable_static(request):
    name = request.match_info["name"]
    return web.FileResponse(Path("static") / name)


async def fixed_static(request):
    name = request.match_info["name"]
    base = Path("static").resolve()
    path = (base / name).resolve()
    try:
        path.relative_to(base)
    except ValueError:
        raise web.HTTPForbidden() from None
    return web.FileResponse(path)


def vulnerable_django(request, document):
    return FileResponse(open(os.path.join(MEDIA, document), "rb"))


def fixed_django(request, document):
    path = os.path.normpath(os.path.join(MEDIA, document))
    if not path.startswith(MEDIA + os.sep):
        raise Http404
    return FileResponse(open(path, "rb"))


@app.route("/remove", methods=["POST"])
def vulnerable_remove():
    os.unlink(f"{MEDIA}/{request.form['name']}")
    return "gone"


@app.route("/remove2", methods=["POST"])
def fixed_remove():
    name = os.path.basename(request.form["name"])
    if name in ("", ".", ".."):
        abort(400)
    os.unlink(f"{MEDIA}/{name}")
    return "gone"
