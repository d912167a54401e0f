import jwt


def read(token, key):
    jwt.decode(token, options={"verify_signature": False})  # found: token-unverified
    jwt.decode(token, key, verify=False)  # found: token-unverified
    jwt.decode(token, key, algorithms=["HS256", "none"])  # found: token-unverified
    jwt.encode({}, key, algorithm="none")  # found: token-unverified
    jwt.decode(token, key)  # found: token-peeked
    jwt.get_unverified_claims(token)  # found: token-peeked
    jwt.encode({}, key, algorithm="HS256")  # fine
    return jwt.decode(token, key, algorithms=["HS256"])  # fine


def peek_by_hand(token):
    header, body, signature = token.split(".")
    return json.loads(base64.urlsafe_b64decode(body + "=="))  # found: token-read-without-signature


def peek_by_index(token):
    middle = token.split(".")[1]
    raw = base64.b64decode(middle)
    return json.loads(raw)  # found: token-read-without-signature


def read_signed(token, key):
    body, signature = token.rsplit(".", 1)
    wanted = hmac.new(key, body.encode(), "sha256").hexdigest()
    if not hmac.compare_digest(wanted, signature):
        raise ValueError("forged")
    return json.loads(base64.urlsafe_b64decode(body))  # fine


def read_plain(text):
    return json.loads(base64.b64decode(text))  # fine
