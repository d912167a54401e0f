import re

ADDRESS = re.compile(r"^[a-zA-Z0-9._-]{1,64}@[a-zA-Z0-9.-]{1,190}$")


def clean_address(form: dict) -> str:
    address = form.get("email", "").strip()
    if len(address) > 254 or not ADDRESS.match(address):
        raise ValueError("please enter a mail address")
    return address.lower()
