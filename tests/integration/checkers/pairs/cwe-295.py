import ssl

import aiohttp
import httpx
import paramiko
import requests


def vulnerable_get(path):
    return requests.get("https://api.example.org" + path, verify=False, timeout=3)


def fixed_get(path):
    return requests.get("https://api.example.org" + path, timeout=3)


def vulnerable_context():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def fixed_context():
    return ssl.create_default_context(cafile="/etc/ssl/own.pem")


async def vulnerable_fetch(path):
    async with aiohttp.ClientSession() as session:
        async with session.get("https://example.org/" + path, ssl=False) as answer:
            return await answer.text()


async def fixed_fetch(path):
    async with aiohttp.ClientSession() as session:
        async with session.get("https://example.org/" + path) as answer:
            return await answer.text()


def vulnerable_shell(host):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(host)
    return client


def fixed_shell(host):
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    client.connect(host)
    return client


def vulnerable_client():
    return httpx.Client(verify=False)


def fixed_client():
    return httpx.Client(verify="/etc/ssl/own.pem")
