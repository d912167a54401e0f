import os

import jwt
import psycopg2

PASSWORD = "hunter22"  # found: hard-coded-secret
API_KEY = "9f8c7a6b5d4e"  # found: hard-coded-secret
API_KEY_HEADER = "X-Api-Key"  # fine
PASSWORD_FIELD = "password"  # fine
SECRET_KEY = os.environ["SECRET_KEY"]  # fine
password_label = "Your password"  # fine
password = ""  # fine
token_url = "https://example.org/token"  # fine
ACCESS = "AKIAABCDEFGHIJKLMNOP"  # found: published-key
DATABASE = "postgresql://admin:s3cret99@db.local/main"  # found: published-key
OTHER = "postgresql://admin@db.local/main"  # fine
HOME = "https://example.org/a:b"  # fine


def connect(app, password="letmein9", timeout="10"):  # found: secret-default
    app.config["SECRET_KEY"] = "a81bc81b"  # found: hard-coded-secret
    psycopg2.connect(host="db", user="root", password="toor99")  # found: hard-coded-password-argument
    jwt.encode({"a": 1}, "signing-text", algorithm="HS256")  # found: hard-coded-password-argument
    os.environ.get("DB_PASSWORD", "letmein9")  # found: secret-default
    os.environ.get("DB_HOST", "localhost")  # fine
    jwt.encode({"a": 1}, SECRET_KEY, algorithm="HS256")  # fine
    return psycopg2.connect(host="db", user="root", password=os.environ["DB_PASSWORD"])  # fine


def check(user, password, password_type):
    if password == "LetMeIn1":  # found: secret-compared
        return True
    if user.password != "s3cret":  # found: secret-compared
        return False
    if password == "":  # fine
        return False
    return password_type == "bcrypt"  # fine


def open_account(password=None):  # fine
    return password


def headers(key):
    first = {"x-api-key": "9a8b7c6d5e4f"}  # found: secret-in-table
    second = {"Authorization": "Bearer abcdef123456"}  # found: secret-in-table
    third = {"x-api-key": key, "password": "Password"}  # fine
    return first, second, third, {"Authorization": "Bearer " + key}  # fine


def keys_with_defaults():
    signing = os.environ.get("SIGNING_KEY", "orange-boat-9981-sign")  # found: secret-default
    either = os.getenv("HMAC_KEY") or "blue-horse-77-run"  # found: secret-default
    strict = os.environ["SIGNING_KEY"]  # fine
    return signing, either, strict
