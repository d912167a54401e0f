import re

ADDRESS = re.compile(r"^([a-zA-Z0-9]+[._-]?)+@([a-zA-Z0-9]+\.?)+[a-z]{2,}$")


def clean_address(form: dict) -> str:
    address = form.get("email", "").strip()
    if not ADDRESS.match(address):
        raise ValueError("please enter a mail address")
    return address.lower()
