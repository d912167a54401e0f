import json
from urllib.parse import quote
from urllib.request import urlopen

TEMPLATE = "https://{region}/v1/stock/{item}"
HOSTS = {"eu": "eu.stock.example.net", "us": "us.stock.example.net"}


def stock_url(params):
    region = HOSTS[params.get("region", "eu")]
    return TEMPLATE.format(region=region, item=quote(params["item"], safe=""))


def stock_view(params):
    address = stock_url(params)
    with urlopen(address, timeout=5) as reply:
        return json.load(reply)["count"]
