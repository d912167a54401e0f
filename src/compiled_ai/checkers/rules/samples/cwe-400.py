import time
import urllib.request
import zlib

import requests
from flask import request


def call():
    requests.get("https://example.org")  # found: no-timeout
    urllib.request.urlopen("https://example.org")  # found: no-timeout
    requests.get("https://example.org", timeout=5)  # fine
    return urllib.request.urlopen("https://example.org", timeout=5)  # fine


def repeat():
    count = int(request.args["count"])
    time.sleep(count)  # found: size-from-input
    rows = [0] * count  # found: size-from-input
    zlib.decompress(request.data)  # found: size-from-input
    rows += [0] * min(count, 100)  # fine
    if count > 100:
        raise ValueError(count)
    return [row for row in range(count)] + rows  # fine
