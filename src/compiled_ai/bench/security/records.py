"""Made-up records full of what identifies people and what pays, for the round trip of masking."""

from __future__ import annotations

import random
from collections.abc import Callable

from compiled_ai.spec.canonical import JsonObject


def made_record(rng: random.Random) -> tuple[JsonObject, list[str]]:
    """A made-up record with values of many kinds, in fields and in running text; and those values, which identify somebody or pay."""
    made = {kind: make(rng) for kind, make in _MAKERS.items()}
    fields: JsonObject = {**made, "quantity": rng.randrange(100)}
    said = "; ".join(f"{kind.replace('_', ' ')}: {value}" for kind, value in made.items())
    running = (
        f"My name is {made['full_name']}, born on {made['date_of_birth']}. Charge {made['card']} or pull it from {made['iban']}; my SSN "
        f"{made['ssn']}. Reach me under {made['email']} or {made['phone']} from {made['ip']}, {made['street_address']}."
    )
    secrets = [value.removeprefix("https://").removesuffix("@files.local/") for value in made.values()]
    return {"said": said, "running": running, "fields": fields, "list": [said, [made["email"]]]}, secrets


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _card(rng: random.Random) -> str:
    body = rng.choice(["4", "51", "55", "2231"]) + _digits(rng, 14)
    body = body[:15]
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in body[::-2])
    number = body + str(-(doubled + sum(map(int, body[-2::-2]))) % 10)
    sign = rng.choice(["", " ", "-"])
    return sign.join(number[place : place + 4] for place in range(0, 16, 4))


def _iban(rng: random.Random) -> str:
    country, length = rng.choice([("DE", 22), ("FR", 27), ("NL", 18), ("GB", 22), ("NO", 15)])
    body = ("ABNA" if country in ("NL", "GB") else "") + _digits(rng, 30)
    body = body[: length - 4]
    value = int("".join(str(int(sign, 36)) for sign in body + country + "00"))
    iban = f"{country}{98 - value % 97:02d}{body}"
    gap = rng.choice(["", " "])
    return gap.join(iban[place : place + 4] for place in range(0, length, 4))


def _ssn(rng: random.Random) -> str:
    sign = rng.choice(["-", " ", ""])
    return f"{rng.randint(100, 665)}{sign}{rng.randint(10, 99)}{sign}{rng.randint(1000, 9999)}"


def _email(rng: random.Random) -> str:
    return f"{rng.choice(['jane', 'li.wei', 'o_k+tag'])}{_digits(rng, 5)}@{rng.choice(['mail.example.co.uk', 'firma.de'])}"


def _phone(rng: random.Random) -> str:
    return rng.choice(
        [
            f"({rng.randint(201, 989)}) {rng.randint(200, 999)}-{rng.randint(1000, 9999)}",
            f"+44 20 7{_digits(rng, 3)} {_digits(rng, 4)}",
            f"+49 30 {rng.randint(1000000, 9999999)}",
        ]
    )


def _address_of_net(rng: random.Random) -> str:
    if rng.random() < 0.3:
        return (
            f"2001:db8::{rng.randrange(4096, 65536):x}:{rng.randrange(10, 99)}:{rng.randrange(4096, 65536):x}"
        )
    return ".".join(str(rng.randint(128, 223)) for _ in range(4))


def _name(rng: random.Random) -> str:
    given, family = (
        ("Zofia", "Anselm", "Ingrid", "Tariq"),
        ("Kowalska", "Müller", "Okonkwo", "O'Brien", "van Dijk"),
    )
    return f"{rng.choice(given)} {rng.choice(family)}"


def _born(rng: random.Random) -> str:
    year, month, day = rng.randint(1930, 2010), rng.randint(1, 12), rng.randint(1, 28)
    return rng.choice([f"{year}-{month:02d}-{day:02d}", f"{month:02d}/{day:02d}/{year}", f"{day} May {year}"])


def _record_number(rng: random.Random) -> str:
    return f"PT-{rng.randint(100000, 999999)}"


_LETTERS = "ABCDEFGHJKMNPRTVWXYZ"
_COINS = (
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
)
_MAKERS: dict[str, Callable[[random.Random], str]] = {
    "full_name": _name,
    "date_of_birth": _born,
    "card": _card,
    "iban": _iban,
    "ssn": _ssn,
    "email": _email,
    "phone": _phone,
    "ip": _address_of_net,
    "mrn": _record_number,
    "cvv": lambda rng: f"{rng.randint(100, 999)}",
    "pin": lambda rng: f"{rng.randint(1000, 9999)}",
    "card_stripe": lambda rng: f"%B{_card(rng).replace(' ', '').replace('-', '')}^ROE/PAT^2512101",
    "account_number": lambda rng: "7" + _digits(rng, 9),
    "routing_number": lambda rng: "0" + _digits(rng, 8),
    "wallet": lambda rng: rng.choice(_COINS),
    "itin": lambda rng: f"9{_digits(rng, 2)}-{rng.randint(70, 88)}-{_digits(rng, 4)}",
    "ein": lambda rng: f"12-{_digits(rng, 7)}",
    "national_id": lambda rng: f"AB{_digits(rng, 6)}C",
    "passport": lambda rng: f"X{_digits(rng, 8)}",
    "drivers_license": lambda rng: f"D{_digits(rng, 7)}",
    "member_id": lambda rng: f"XYZ{_digits(rng, 9)}",
    "license_plate": lambda rng: f"{''.join(rng.choice(_LETTERS) for _ in range(3))}-{_digits(rng, 4)}",
    "vin": lambda _: "1HGBH41JXMN109186",
    "mac": lambda rng: ":".join(f"{rng.randrange(256):02X}" for _ in range(6)),
    "home_page": lambda rng: f"https://bob:{_digits(rng, 9)}@files.local/",
    "api_key": lambda rng: f"AKIA{''.join(rng.choice(_LETTERS) for _ in range(16))}",
    "street_address": lambda rng: f"{rng.randint(10, 9999)} {rng.choice(['Main', 'Old Mill', 'Elm'])} Street",
}
