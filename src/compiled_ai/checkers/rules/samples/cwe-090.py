import ldap
from flask import request
from ldap.filter import escape_filter_chars
from ldap3 import Connection

BASE = "dc=example,dc=org"


def search():
    name = request.args["name"]
    connection = ldap.initialize("ldaps://localhost")
    connection.search_s(BASE, ldap.SCOPE_SUBTREE, "(uid=%s)" % name)  # found: ldap-injection
    connection.search_s(f"cn={name}," + BASE, ldap.SCOPE_SUBTREE)  # found: ldap-injection
    name = escape_filter_chars(name)
    return connection.search_s(BASE, ldap.SCOPE_SUBTREE, "(uid=%s)" % name)  # fine


def find(conn: Connection, name: str):
    conn.search(BASE, f"(uid={name})")  # found: ldap-injection-parameter
    conn.search(BASE, "(uid=" + name + ")")  # found: ldap-injection-parameter
    conn.search(BASE, "(uid=*)", attributes=[name])  # fine
    return conn.search(BASE, "(uid=" + escape_filter_chars(name) + ")")  # fine


def ldap_name(login):
    return ",".join(["uid=" + login, "ou=members"])  # found: ldap-name-built


def ldap_name_formatted(login):
    return f"uid={login},ou=members"  # found: ldap-name-built


def ldap_name_escaped(login):
    return "uid=" + escape_rdn(login) + ",ou=members"  # fine
