import ssl

import aiohttp
import asyncssh
import paramiko
import requests


ADDRESS = "https://example.org"


def call():
    requests.get(ADDRESS, verify=False, timeout=5)  # found: certificate-unchecked
    session = requests.Session()
    session.verify = False  # found: certificate-unchecked
    session.verify = "/etc/ca.pem"  # fine
    requests.get(ADDRESS, verify="/etc/ca.pem", timeout=5)  # fine
    requests.get(ADDRESS, verify=True, timeout=5)  # fine


def contexts(sock):
    context = ssl.create_default_context()  # fine
    context.check_hostname = False  # found: certificate-unchecked
    context.verify_mode = ssl.CERT_NONE  # found: certificate-unchecked
    context.verify_mode = ssl.CERT_REQUIRED  # fine
    ssl._create_unverified_context()  # found: certificate-unchecked
    aiohttp.TCPConnector(ssl=False)  # found: certificate-unchecked
    aiohttp.TCPConnector(ssl=context)  # fine
    ssl.SSLContext(ssl.PROTOCOL_TLS)  # found: certificate-unchecked-by-default
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # fine
    return ssl.wrap_socket(sock)  # found: certificate-unchecked-by-default


def shell(host):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # found: host-key-unchecked
    asyncssh.connect(host, known_hosts=None)  # found: host-key-unchecked
    client.load_system_host_keys()  # fine
    client.set_missing_host_key_policy(paramiko.RejectPolicy())  # fine


def options_for_clients(session, ldap3):
    settings = {"timeout": 20, "verify": False}  # found: certificate-unchecked-in-table
    pool = {"cert_reqs": "CERT_NONE"}  # found: certificate-unchecked-in-table
    setattr(session, "verify", False)  # found: certificate-unchecked-in-table
    tls = ldap3.Tls(validate=ssl.CERT_NONE)  # found: certificate-unchecked-in-table
    good = {"timeout": 20, "verify": "/etc/ssl/own-ca.pem"}  # fine
    setattr(session, "verify", True)  # fine
    return settings, pool, tls, good
