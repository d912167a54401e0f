import requests

FEEDS = {
    "acme": "https://acme.example/products.xml",
    "globex": "https://globex.example/export/feed.xml",
}


def fetch_feed(subscription):
    """Download the partner feed that the member subscribed to."""
    url = FEEDS[subscription.partner]
    response = requests.get(url)
    response.raise_for_status()
    subscription.body = response.content
    subscription.save()
    return len(subscription.body)
