import json
import os

FILE_MODE = 0o600


def save_credentials(profile, token, home=None):
    folder = os.path.join(home or os.path.expanduser("~"), ".acme")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    path = os.path.join(folder, "credentials.json")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    os.fchmod(descriptor, FILE_MODE)
    with os.fdopen(descriptor, "w") as out:
        json.dump({"profile": profile, "token": token}, out)
    return path
