import ftplib
import ldap
import logging
import os
import tempfile
import traceback
import uuid

import jwt
from django.views.decorators.csrf import csrf_exempt
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from flask import Flask, jsonify, make_response, request
from ldap.filter import escape_filter_chars
from lxml import etree
from werkzeug.utils import secure_filename

app = Flask(__name__)


def vulnerable_ldap(connection, user):
    return connection.search_s("dc=org", ldap.SCOPE_SUBTREE, f"(uid={user})")


def fixed_ldap(connection, user):
    return connection.search_s("dc=org", ldap.SCOPE_SUBTREE, f"(uid={escape_filter_chars(user)})")


def vulnerable_xpath(tree, name):
    return tree.xpath("//user[name/text()='" + name + "']")


def fixed_xpath(tree, name):
    return tree.xpath("//user[name/text()=$name]", name=name)


@app.route("/error")
def vulnerable_error():
    try:
        return work()
    except Exception as error:
        return jsonify({"error": str(error), "trace": traceback.format_exc()}), 500


@app.route("/error2")
def fixed_error():
    try:
        return work()
    except Exception:
        logging.exception("work failed")
        return jsonify({"error": "internal error"}), 500


def vulnerable_log(user, password):
    logging.info("login %s %s", user, password)


def fixed_log(user, password):
    logging.info("login %s", user)


def vulnerable_ftp(host, user):
    return ftplib.FTP(host, user)


def fixed_ftp(host, user):
    return ftplib.FTP_TLS(host, user)


def vulnerable_jwt(token):
    return jwt.decode(token, options={"verify_signature": False})


def fixed_jwt(token, key):
    return jwt.decode(token, key, algorithms=["HS256"])


def vulnerable_temporary(text):
    name = tempfile.mktemp()
    with open(name, "w") as handle:
        handle.write(text)


def fixed_temporary(text):
    with tempfile.NamedTemporaryFile("w", delete=False) as handle:
        handle.write(text)


def vulnerable_shared(text):
    with open("/tmp/app-state.json", "w") as handle:
        handle.write(text)


def fixed_shared(text):
    with open(os.path.join(tempfile.mkdtemp(), "app-state.json"), "w") as handle:
        handle.write(text)


@app.route("/upload", methods=["POST"])
def vulnerable_upload():
    upload = request.files["file"]
    upload.save(os.path.join("/srv/uploads", upload.filename))
    return "ok"


@app.route("/upload2", methods=["POST"])
def fixed_upload():
    upload = request.files["file"]
    name = secure_filename(upload.filename)
    if not name.endswith(".png"):
        return "no", 400
    upload.save(os.path.join("/srv/uploads", name))
    return "ok"


def vulnerable_debug():
    app.run(debug=True)


def fixed_debug():
    app.run(debug=False)


def vulnerable_cookie(value):
    response = make_response("ok")
    response.set_cookie("session", value)
    return response


def fixed_cookie(value):
    response = make_response("ok")
    response.set_cookie("session", value, secure=True, httponly=True, samesite="Lax")
    return response


def vulnerable_mode(path):
    os.chmod(path, 0o777)


def fixed_mode(path):
    os.chmod(path, 0o600)


def vulnerable_cors():
    api = FastAPI()
    api.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
    return api


def fixed_cors():
    api = FastAPI()
    api.add_middleware(CORSMiddleware, allow_origins=["https://example.org"], allow_credentials=True)
    return api


@csrf_exempt
def vulnerable_transfer(request):
    return transfer(request.POST["amount"])


def fixed_transfer(request):
    return transfer(request.POST["amount"])


@app.route("/mongo", methods=["POST"])
def vulnerable_mongo():
    data = request.get_json()
    return jsonify(db.users.find_one({"name": data["name"], "word": data["word"]}))


@app.route("/mongo2", methods=["POST"])
def fixed_mongo():
    data = request.get_json()
    return jsonify(db.users.find_one({"name": str(data["name"]), "word": str(data["word"])}))


def vulnerable_guard(user, record):
    assert user.is_admin, "admins only"
    record.delete()


def fixed_guard(user, record):
    if not user.is_admin:
        raise PermissionError("admins only")
    record.delete()


def vulnerable_order(name):
    return etree.fromstring("<order><name>" + name + "</name></order>")


def fixed_order(name):
    order = etree.Element("order")
    etree.SubElement(order, "name").text = name
    return order


@app.route("/header")
def vulnerable_header():
    response = make_response("ok")
    response.headers["X-Language"] = request.args["language"]
    return response


@app.route("/header2")
def fixed_header():
    response = make_response("ok")
    language = request.args["language"]
    response.headers["X-Language"] = language if language in {"en", "de"} else "en"
    return response


def vulnerable_reset_key(user):
    user.reset_key = uuid.uuid1().hex


def fixed_reset_key(user):
    user.reset_key = uuid.uuid4().hex
