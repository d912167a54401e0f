import ssl

from ldap3 import Connection, Server, Tls
from ldap3.core.exceptions import LDAPException


def member_dn(login):
    parts = ["uid=" + login, "ou=members", "dc=example", "dc=org"]
    return ",".join(parts)


def authenticate(login: str, password: str) -> bool:
    if not login or not password:
        return False
    tls = Tls(validate=ssl.CERT_REQUIRED)
    server = Server("ldaps://ldap.example.org", use_ssl=True, tls=tls)
    try:
        with Connection(server, member_dn(login), password, auto_bind=True) as link:
            return link.bound
    except LDAPException:
        return False
