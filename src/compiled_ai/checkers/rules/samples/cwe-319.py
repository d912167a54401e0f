import ftplib
import os
import smtplib
import telnetlib

import requests


def copy():
    ftplib.FTP("example.org")  # found: cleartext-protocol
    telnetlib.Telnet("example.org")  # found: cleartext-protocol
    ftplib.FTP_TLS("example.org")  # fine
    word = os.environ["WORD"]
    requests.get("http://example.org/me", auth=("me", word), timeout=5)  # found: cleartext-secret
    requests.post("http://example.org/login", data={"password": word}, timeout=5)  # found: cleartext-secret
    requests.get("http://localhost:8000/me", auth=("me", word), timeout=5)  # fine
    requests.get("https://example.org/me", auth=("me", word), timeout=5)  # fine


def mail(word):
    server = smtplib.SMTP("example.org")  # found: mail-login-in-clear
    server.login("me", word)
    with smtplib.SMTP("example.org") as second:  # found: mail-login-in-clear
        second.login("me", word)


def mail_encrypted(word):
    server = smtplib.SMTP("example.org")  # fine
    server.starttls()
    server.login("me", word)
    with smtplib.SMTP_SSL("example.org") as second:  # fine
        second.login("me", word)
