import os

import jwt

SETTINGS = {
    "signing_key": os.environ.get("SIGNING_KEY", "orchard-blue-kettle-2041-signing"),
    "algorithm": "HS256",
}


def issue_ticket(user_id: int, roles: list) -> str:
    claims = {"sub": str(user_id), "roles": roles}
    return jwt.encode(claims, SETTINGS["signing_key"], SETTINGS["algorithm"])
