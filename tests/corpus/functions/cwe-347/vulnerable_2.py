import jwt


class TokenReader:
    def __init__(self, keys):
        self.keys = keys

    def _policy(self, token):
        header = jwt.get_unverified_header(token)
        key = self.keys.get(header.get("kid"), self.keys["default"])
        return {"key": key, "algorithms": [header["alg"]]}

    def read(self, token):
        policy = self._policy(token)
        if policy["algorithms"] == ["none"]:
            policy["options"] = {"verify_signature": False}
        return jwt.decode(token, **policy)


def tenant_of(token, keys):
    return TokenReader(keys).read(token)["tenant"]
