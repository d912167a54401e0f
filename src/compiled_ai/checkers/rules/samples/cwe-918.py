import urllib.request
from urllib.parse import urlparse

import httpx
import requests
from flask import request

ALLOWED = {"example.org"}
BASE_URL = "https://api.example.org"


def proxy():
    url = request.args["url"]
    requests.get(url, timeout=5)  # found: request-forgery
    urllib.request.urlopen("http://" + url)  # found: request-forgery
    requests.get("https://example.org/items/" + url, timeout=5)  # fine
    requests.get(f"https://example.org/items/{url}", timeout=5)  # fine
    requests.get("https://example.org/items", params={"q": url}, timeout=5)  # fine
    requests.get(BASE_URL + url, timeout=5)  # fine
    httpx.get(f"https://{url}/items")  # found: request-forgery
    if urlparse(url).hostname not in ALLOWED:
        raise ValueError(url)
    return requests.get(url, timeout=5)  # fine


def fetch(url, name):
    requests.get(f"{BASE_URL}/items/{name}", timeout=5)  # fine
    httpx.get("https://" + url)  # found: request-forgery-parameter
    return requests.get(url, timeout=5).text  # found: request-forgery-parameter


def fetch_checked(url):
    validate_url(url)
    return requests.get(url, timeout=5).text  # fine


def convert():
    requests.get(int(request.args["url"]), timeout=5)  # fine
    number = int(request.args["url"])
    return requests.get("http://" + str(number), timeout=5)  # fine


REGION_ADDRESS = "https://{region}/v1/{item}"
ITEM_ADDRESS = "https://stock.example.org/v1/{item}"


def address_of_stock(params):
    region = params.get("region", "eu.example.org")
    return REGION_ADDRESS.format(region=region, item="all")  # found: host-from-data


def address_of_event(event):
    host = event["host"]
    return f"https://{host}/hook"  # found: host-from-data


def address_of_item(params):
    return ITEM_ADDRESS.format(item=params["item"])  # fine


def address_of_region(params):
    return f"https://{REGION_HOSTS.get(params['region'])}/v1"  # fine
