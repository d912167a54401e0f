import json
from urllib.request import urlopen

TEMPLATE = "http://{region}/v1/stock/{item}"


def stock_url(params):
    region = params.get("region", "eu.stock.example.net")
    return TEMPLATE.format(region=region, item=params["item"])


def stock_view(params):
    address = stock_url(params)
    with urlopen(address, timeout=5) as reply:
        return json.load(reply)["count"]
