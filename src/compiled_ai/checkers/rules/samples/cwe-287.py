import ldap
import psycopg2


def bind(name, password):
    connection = ldap.initialize("ldaps://example.org")
    connection.simple_bind_s(name, "")  # found: empty-password-bind
    connection.simple_bind_s()  # found: empty-password-bind
    connection.simple_bind_s("cn=reader", password)  # fine
    psycopg2.connect(user="root", password="")  # found: empty-database-password
    psycopg2.connect("db", user="root", password="")  # found: empty-database-password
    psycopg2.connect(user="root", password=password)  # fine
    return connection.bind_s("cn=reader", password)  # fine
