import requests

DEFAULTS = {
    "timeout": 20,
    "tls": {"verify": "/etc/pki/tls/certs/ca-bundle.crt"},
}


class RegistryClient:
    def __init__(self, base_url, options=None):
        merged = {**DEFAULTS, **(options or {})}
        self.base_url = base_url.rstrip("/")
        self.timeout = merged["timeout"]
        self.session = requests.Session()
        for name, value in merged["tls"].items():
            setattr(self.session, name, value)

    def tags(self, image):
        url = f"{self.base_url}/v2/{image}/tags/list"
        return self.session.get(url, timeout=self.timeout).json()["tags"]
