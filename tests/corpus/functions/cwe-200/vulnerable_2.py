import logging

import requests

log = logging.getLogger(__name__)


class PartnerClient:
    def __init__(self, base_url, token):
        self.base_url = base_url
        self.token = token

    def fetch(self, path):
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        log.info("GET %s headers=%s", path, headers)
        reply = requests.get(self.base_url + path, headers=headers, timeout=10)
        reply.raise_for_status()
        return reply.json()
