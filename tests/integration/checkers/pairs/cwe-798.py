import os

import boto3
import psycopg2
from flask import Flask


def vulnerable_connect():
    return psycopg2.connect(dbname="app", user="admin", password="Sup3rS3cret!", host="db")


def fixed_connect():
    return psycopg2.connect(dbname="app", user="admin", password=os.environ["DB_PASSWORD"], host="db")


def vulnerable_login(user, password):
    return user == "admin" and password == "admin123"


def fixed_login(user, password, store):
    return store.verify(user, password)


def vulnerable_app():
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "d3v-k3y-1234"
    return app


def fixed_app():
    app = Flask(__name__)
    app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
    return app


def vulnerable_bucket():
    return boto3.client("s3", aws_access_key_id="AKIAIOSFODNN7ABCDEFG", aws_secret_access_key="wJalrXUtnFEMIK7MDENGbPxRfiCYZZZZ")


def fixed_bucket():
    return boto3.client("s3")


def vulnerable_secret(app):
    app.secret_key = "not-so-hidden"
    return app


def fixed_secret(app):
    app.secret_key = os.urandom(32)
    return app
