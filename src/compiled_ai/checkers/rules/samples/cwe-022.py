import os
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path

from flask import Flask, request, send_file
from werkzeug.utils import safe_join, secure_filename

app = Flask(__name__)
BASE = "/srv/files"


@app.route("/file/<name>")
def by_route(name):
    return open("/srv/files/" + name).read()  # found: path-traversal


@app.route("/file")
def by_request():
    name = request.args.get("name")
    path = os.path.join(BASE, name)
    os.remove(path)  # found: path-traversal
    return send_file(path)  # found: path-traversal


@app.route("/safe")
def by_safe_join():
    name = request.args["name"]
    with open(safe_join(BASE, name)) as file:  # fine
        first = file.read()
    return first + Path(BASE, secure_filename(name)).read_text()  # fine


@app.route("/resolved")
def resolved():
    path = os.path.realpath(os.path.join(BASE, request.args["name"]))
    if not path.startswith(BASE + os.sep):
        raise ValueError(path)
    return open(path).read()  # fine


@app.route("/prefix")
def prefix_only():
    path = request.args["name"]
    if not path.startswith(BASE):
        raise ValueError(path)
    return open(path).read()  # found: path-traversal


def common(base, name):
    path = os.path.abspath(os.path.join(base, name))
    if os.path.commonpath([base, path]) != base:
        raise ValueError(path)
    return open(path).read()  # fine


def relative(base: Path, name: str):
    path = (base / name).resolve()
    if not path.is_relative_to(base):
        raise ValueError(path)
    return path.read_text()  # fine


def parents(base: Path, name: str):
    path = (base / name).resolve()
    if base not in path.parents:
        raise ValueError(path)
    return path.read_text()  # fine


def joined(name):
    path = os.path.join(BASE, name)
    with open(path) as file:  # found: path-traversal-parameter
        return file.read()


def divided(name: str):
    (Path(BASE) / name).unlink()  # found: path-traversal-parameter
    return open(f"/srv/files/{name}.txt").read()  # found: path-traversal-parameter


def below(folder):
    for root, _, names in os.walk(folder):
        for name in names:
            yield open(os.path.join(root, name)).read()  # fine
    yield open(os.path.join(folder, "index.txt")).read()  # fine
    yield open(folder).read()  # fine


def by_argument():
    return open(os.path.join(BASE, sys.argv[1])).read()  # found: path-traversal-parameter


def unpack(path, folder):
    with tarfile.open(path) as tar:
        tar.extractall(folder)  # found: tar-extract
    archive = tarfile.open(path)
    archive.extractall(folder, filter="data")  # fine
    for member in archive.getmembers():
        archive.extract(member, folder)  # found: tar-extract
    shutil.unpack_archive(path, folder)  # found: archive-unpack
    shutil.unpack_archive(path)  # found: archive-unpack
    shutil.unpack_archive(path, folder, filter="data")  # fine
    shutil.make_archive(path, "zip")  # fine


def unpack_checked(path, folder):
    with tarfile.open(path) as tar:
        for member in tar.getmembers():
            target = os.path.realpath(os.path.join(folder, member.name))
            if not target.startswith(os.path.realpath(folder) + os.sep):
                raise ValueError(member.name)
        tar.extractall(folder)  # fine


def unpack_members(path, folder):
    with tarfile.open(path) as tar:
        tar.extractall(folder, members=safe_members(tar))  # fine
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)  # fine
        for name in archive.namelist():
            with open(os.path.join(folder, name), "wb") as file:  # found: archive-member-path
                file.write(archive.read(name))
            target = os.path.realpath(os.path.join(folder, name))
            os.makedirs(os.path.dirname(target))  # found: archive-member-path
            if not target.startswith(folder):
                continue
            with open(target, "wb") as file:  # fine
                file.write(archive.read(name))
        for name in archive.namelist():
            with open(os.path.join(folder, os.path.basename(name)), "wb") as file:  # fine
                file.write(archive.read(name))


def extract(tar, folder):
    tar.extractall(folder)  # found: tar-extract
    tar.extractall(folder, filter="data")  # fine


def path_of(folder, name):
    return os.path.join(folder, name)  # found: path-returned


def path_below(folder: Path, name):
    return folder / name  # found: path-returned


def path_checked(folder: Path, name):
    if not is_inside(folder, name):
        raise ValueError(name)
    return folder / name  # fine


def path_named(folder):
    return os.path.join(folder, "index.html")  # fine
