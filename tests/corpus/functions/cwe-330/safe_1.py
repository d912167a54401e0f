import secrets
import string

ALPHABET = string.ascii_letters + string.digits


def create_reset_link(user, store, base_url):
    token = "".join(secrets.choice(ALPHABET) for _ in range(32))
    store.save(user.id, token, ttl=3600)
    return f"{base_url}/reset/{token}"
