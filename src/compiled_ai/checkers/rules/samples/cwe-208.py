import hmac


def check(body, key, signature, user, given):
    expected = hmac.new(key, body, "sha256").hexdigest()
    if signature == expected:  # found: secret-timing
        return True
    if user.api_key != given:  # found: secret-timing
        return False
    if hmac.new(key, body, "sha256").hexdigest() == given:  # found: secret-timing
        return True
    if signature == "":  # fine
        return False
    if user.name == given:  # fine
        return False
    return hmac.compare_digest(signature, expected)  # fine


def package_is_whole(data, manifest):
    return hashlib.sha256(data).hexdigest() == manifest["sha256"]  # fine
