from ldap3 import SUBTREE, Connection

BASE = "ou=people,dc=example,dc=org"


def lookup_mail(connection: Connection, uid: str):
    connection.search(
        search_base=BASE,
        search_filter=f"(&(objectClass=person)(uid={uid}))",
        search_scope=SUBTREE,
        attributes=["mail"],
    )
    return [str(entry.mail) for entry in connection.entries]
