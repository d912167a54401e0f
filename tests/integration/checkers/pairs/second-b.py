# Small programs on several frameworks, as a catalogue of weaknesses would show them.
import argparse
import hashlib
import http.server
import json
import os
import pickle
import random
import re
import secrets
import socket
import sqlite3
import ssl
import subprocess
import sys
import tarfile
import urllib.request
import xml.sax

import bottle
import tornado.web
import yaml
from aiohttp import web
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

api = FastAPI()


@api.get("/files/{name}")
def vulnerable_api_file(name: str):
    return FileResponse(f"/srv/files/{name}")


@api.get("/files2/{name}")
def fixed_api_file(name: str):
    path = (FILES / name).resolve()
    if not path.is_relative_to(FILES):
        raise HTTPException(404)
    return FileResponse(path)


@api.get("/users")
async def vulnerable_api_users(order: str, db=None):
    return await db.fetch("SELECT * FROM users ORDER BY " + order)


@api.get("/users2")
async def fixed_api_users(order: str, db=None):
    if order not in {"name", "age"}:
        raise HTTPException(400)
    return await db.fetch("SELECT * FROM users ORDER BY " + order)


@api.get("/hello", response_class=HTMLResponse)
async def vulnerable_api_hello(name: str):
    return HTMLResponse("<b>" + name + "</b>")


@api.get("/hello2", response_class=HTMLResponse)
async def fixed_api_hello(name: str):
    return HTMLResponse("<b>" + html.escape(name) + "</b>")


@api.get("/jump")
async def vulnerable_api_jump(to: str):
    return RedirectResponse(to)


@api.get("/jump2")
async def fixed_api_jump(page: int):
    return RedirectResponse(f"/pages/{page}")


class Search(tornado.web.RequestHandler):
    def vulnerable_get(self):
        self.write("<p>" + self.get_argument("q") + "</p>")

    def fixed_get(self):
        self.write("<p>" + tornado.escape.xhtml_escape(self.get_argument("q")) + "</p>")

    def vulnerable_post(self):
        os.system("echo " + self.get_body_argument("text") + " >> log.txt")

    def fixed_post(self):
        with open("log.txt", "a") as log:
            log.write(self.get_body_argument("text"))


@bottle.route("/image")
def vulnerable_bottle_image():
    return open("images/" + bottle.request.query.name, "rb").read()


@bottle.route("/image2")
def fixed_bottle_image():
    return bottle.static_file(bottle.request.query.name, root="images")


async def vulnerable_aiohttp_run(request):
    data = await request.post()
    out = subprocess.check_output("ping -c1 " + data["host"], shell=True)
    return web.Response(body=out)


async def fixed_aiohttp_run(request):
    data = await request.post()
    host = str(ipaddress.ip_address(data["host"]))
    out = subprocess.check_output(["ping", "-c1", host])
    return web.Response(text=out.decode(), content_type="text/plain")


class Handler(http.server.BaseHTTPRequestHandler):
    def vulnerable_do_GET(self):
        with open("www" + self.path, "rb") as page:
            self.wfile.write(page.read())

    def fixed_do_GET(self):
        page = PAGES.get(self.path, "404.html")
        with open("www/" + page, "rb") as handle:
            self.wfile.write(handle.read())


def vulnerable_cli():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    args = parser.parse_args()
    os.system("ls -la " + args.folder)


def fixed_cli():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    args = parser.parse_args()
    subprocess.run(["ls", "-la", args.folder], check=True)


def vulnerable_argument_sql():
    con = sqlite3.connect("x.db")
    con.execute("DELETE FROM user WHERE id = " + sys.argv[1])


def fixed_argument_sql():
    con = sqlite3.connect("x.db")
    con.execute("DELETE FROM user WHERE id = ?", (sys.argv[1],))


def vulnerable_socket():
    server = socket.create_server(("127.0.0.1", 9999))
    peer, _ = server.accept()
    return pickle.loads(peer.recv(4096))


def fixed_socket():
    server = socket.create_server(("127.0.0.1", 9999))
    peer, _ = server.accept()
    return json.loads(peer.recv(4096))


def vulnerable_tls(host):
    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
    return context.wrap_socket(socket.create_connection((host, 443)))


def fixed_tls(host):
    context = ssl.create_default_context()
    return context.wrap_socket(socket.create_connection((host, 443)), server_hostname=host)


def vulnerable_https(address):
    context = ssl._create_unverified_context()
    return urllib.request.urlopen("https://example.org/" + address, context=context)


def fixed_https(address):
    return urllib.request.urlopen("https://example.org/" + address, timeout=5)


def vulnerable_curve():
    return ec.generate_private_key(ec.SECP192R1())


def fixed_curve():
    return ec.generate_private_key(ec.SECP384R1())


def vulnerable_blowfish(key, iv):
    return Cipher(algorithms.Blowfish(key), modes.CBC(iv))


def fixed_blowfish(key, nonce):
    return Cipher(algorithms.AES(key), modes.GCM(nonce))


def vulnerable_sign(key, message):
    return key.sign(message, padding.PKCS1v15(), hashes.SHA1())


def fixed_sign(key, message):
    return key.sign(message, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())


def vulnerable_derive(password):
    return hashlib.pbkdf2_hmac("sha256", password, b"static-salt", 100)


def fixed_derive(password):
    return hashlib.pbkdf2_hmac("sha256", password, os.urandom(16), 600000)


def vulnerable_sax(stream, handler):
    parser = xml.sax.make_parser()
    parser.setFeature(xml.sax.handler.feature_external_ges, True)
    parser.setContentHandler(handler)
    parser.parse(stream)


def fixed_sax(stream, handler):
    parser = xml.sax.make_parser()
    parser.setFeature(xml.sax.handler.feature_external_ges, False)
    parser.setContentHandler(handler)
    parser.parse(stream)


def vulnerable_yaml_all(text):
    return list(yaml.load_all(text, Loader=yaml.UnsafeLoader))


def fixed_yaml_all(text):
    return list(yaml.safe_load_all(text))


def vulnerable_tar(upload):
    archive = tarfile.open(fileobj=upload)
    for entry in archive:
        archive.extract(entry, "out")


def fixed_tar(upload):
    archive = tarfile.open(fileobj=upload)
    for entry in archive:
        if os.path.isabs(entry.name) or ".." in entry.name.split("/"):
            continue
        archive.extract(entry, "out", filter="data")


def vulnerable_otp():
    otp = ""
    for _ in range(6):
        otp += str(random.randint(0, 9))
    return otp


def fixed_otp():
    return "".join(str(secrets.randbelow(10)) for _ in range(6))


def vulnerable_range(name):
    return re.match(r"^[A-z0-9]+$", name)


def fixed_range(name):
    return re.match(r"^[A-Za-z0-9]+$", name)


def vulnerable_host(url):
    if "example.com" in url:
        return urllib.request.urlopen(url)
    return None


def fixed_host(url):
    if urlparse(url).hostname == "example.com":
        return urllib.request.urlopen(url, timeout=5)
    return None


def vulnerable_listen():
    server = socket.socket()
    server.bind(("0.0.0.0", 31137))


def fixed_listen():
    server = socket.socket()
    server.bind(("127.0.0.1", 31137))


def vulnerable_umask():
    os.umask(0)


def fixed_umask():
    os.umask(0o077)


def vulnerable_swallow(path):
    try:
        os.remove(path)
    except Exception:
        pass


def fixed_swallow(path):
    try:
        os.remove(path)
    except FileNotFoundError:
        return False
    return True


def vulnerable_bind_directory(connection, name):
    connection.simple_bind_s(name, "")


def fixed_bind_directory(connection, name, password):
    connection.simple_bind_s(name, password)


def vulnerable_admin_key():
    return {"x-api-key": "9a8b7c6d5e4f3a2b1c0d"}


def fixed_admin_key():
    return {"x-api-key": os.environ["ADMIN_KEY"]}


def vulnerable_literal_login(conn):
    username = "service"
    password = "Winter2024!"
    return conn.login(username, password)


def fixed_literal_login(conn):
    username = os.environ["SERVICE_USER"]
    password = os.environ["SERVICE_PASSWORD"]
    return conn.login(username, password)


def vulnerable_format(template, user):
    return eval("f'''" + template + "'''")


def fixed_format(template, user):
    return string.Template(template).safe_substitute(name=user.name)
