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
