from ldap3 import SUBTREE, Connection
from ldap3.utils.conv import escape_filter_chars

BASE = "ou=people,dc=example,dc=org"


def lookup_mail(connection: Connection, uid: str):
    uid = escape_filter_chars(uid)
    connection.search(
        search_base=BASE,
        search_filter=f"(&(objectClass=person)(uid={uid}))",
        search_scope=SUBTREE,
        attributes=["mail"],
    )
    return [str(entry.mail) for entry in connection.entries]
