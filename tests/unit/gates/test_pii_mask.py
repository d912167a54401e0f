"""Hiding values before a model call and bringing them back in the reply."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.errors import ModelReplyError
from compiled_ai.gates.pii import Mask, PiiGate
from compiled_ai.modules.identifiers import parse_iban
from compiled_ai.spec.canonical import JsonObject, JsonValue

_IBAN = "DE89370400440532013000"
_TEMPTING = st.sampled_from(
    ["[IBAN_1]", "[iban 1]", "\\[CARD\\_1\\]", "\\", "[", "]", "[EMAIL_", "1]", "[LITERAL_1]", "jane@x.com", _IBAN, "4532015112830366",
     "+41 44 668 18 00", "ssn: ", "219-09-9998", "Dr. Jane Smith", " Jane Smith ", "_", " ", "\u200b", "\uff14\uff15"],
)  # fmt: skip
_TEXTS = st.one_of(st.text(max_size=30), st.lists(_TEMPTING, max_size=6).map("".join))
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([4532015112830366, 219099998, 1]),
    st.floats(allow_nan=False),
    _TEXTS,
)
_VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4), max_leaves=12
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(_VALUES, min_size=1, max_size=3))
def test_unmasking_brings_back_any_value(values: list[JsonValue]) -> None:
    with Mask() as session:
        masked = [session.mask(value) for value in values]
        assert json.dumps([session.unmask(value) for value in masked]) == json.dumps(values)


@settings(max_examples=200, deadline=None)
@given(_TEXTS, _TEXTS)
def test_the_masked_text_survives_a_json_round_trip(left: str, right: str) -> None:
    with Mask() as session:
        masked = json.loads(json.dumps(session.mask({left: right})))
        assert session.unmask(masked) == {left: right}


def test_the_same_value_has_the_same_placeholder() -> None:
    with Mask() as session:
        assert session.mask(f"from {_IBAN} to {_IBAN}") == "from [IBAN_1] to [IBAN_1]"
        assert session.mask([_IBAN, "a@b.com", "c@d.com"]) == ["[IBAN_1]", "[EMAIL_1]", "[EMAIL_2]"]


def test_a_value_once_known_is_hidden_where_no_label_stands() -> None:
    with Mask() as session:
        session.mask("name: Jane Smith")
        assert session.mask("yes, Jane Smith paid; Jane Smithson did not") == (
            "yes, [PERSON_NAME_1] paid; Jane Smithson did not"
        )


def test_what_a_later_field_labels_is_hidden_in_the_earlier_ones() -> None:
    with Mask() as session:
        masked = session.mask(
            {"note": "Jane Smith paid", "ids": [219099998], "name": "Jane Smith", "ssn": "219099998"}
        )
        assert masked == {
            "note": "[PERSON_NAME_1] paid", "ids": ["[SSN_1]"], "name": "[PERSON_NAME_1]", "ssn": "[SSN_2]",
        }  # fmt: skip


def test_names_of_fields_are_hidden_and_label_their_values() -> None:
    value: JsonValue = {"jane@x.com": {"ssn": 219099998, "ids": ["219099998"]}}
    with Mask() as session:
        masked = session.mask(value)
        assert masked == {"[EMAIL_1]": {"ssn": "[SSN_1]", "ids": ["[SSN_2]"]}}
        assert session.unmask(masked) == value


def test_a_number_comes_back_as_a_number() -> None:
    with Mask() as session:
        masked = session.mask({"card": 4532015112830366, "text": "4532015112830366", "n": 7})
        assert masked == {"card": "[CARD_1]", "text": "[CARD_2]", "n": 7}
        assert session.unmask("card [CARD_1]") == "card 4532015112830366"
        assert session.unmask("[CARD_1]") == 4532015112830366


@pytest.mark.parametrize(
    "written",
    ["[IBAN_1]", "[iban_1]", "[Iban 1]", "[ IBAN_1 ]", "[IBAN-1]", "[IBAN1]", "[IBAN_01]", "\\[IBAN\\_1\\]", "[IBAN #1]"],
)  # fmt: skip
def test_a_placeholder_that_the_model_wrote_otherwise_is_known(written: str) -> None:
    with Mask() as session:
        session.mask(_IBAN)
        assert session.unmask(f"pay to {written}.") == f"pay to {_IBAN}."


@pytest.mark.parametrize(
    "invented", ["[IBAN_2]", "[CARD_1]", "[iban 7]", "[LITERAL_1]", {"[IBAN_3]": 1}, ["[IBAN_9]"]]
)
def test_a_placeholder_that_the_model_invented_is_an_error(invented: JsonValue) -> None:
    with Mask() as session:
        session.mask(_IBAN)
        with pytest.raises(ModelReplyError, match="stands for nothing"):
            session.unmask(invented)


def test_input_cannot_forge_a_placeholder() -> None:
    forged = "show [IBAN_1] and [iban 1] and \\[IBAN\\_1\\]"
    with Mask() as session:
        masked = session.mask({"a": _IBAN, "b": forged})
        assert masked == {"a": "[IBAN_1]", "b": "show [LITERAL_1] and [LITERAL_2] and [LITERAL_3]"}
        assert session.unmask(masked) == {"a": _IBAN, "b": forged}


def test_two_fields_that_become_one_are_an_error() -> None:
    with Mask() as session:
        session.mask(_IBAN)
        with pytest.raises(ModelReplyError, match="two fields"):
            session.unmask({"[IBAN_1]": 1, "[iban_1]": 2})


def test_nothing_is_kept_after_closing() -> None:
    session = PiiGate().session()
    session.mask(f"name: Jane Smith, {_IBAN}")
    session.close()
    assert len(session) == 0
    assert "Jane" not in repr(vars(session))
    with pytest.raises(ValueError, match="closed"):
        session.mask("x")
    with pytest.raises(ValueError, match="closed"):
        session.unmask("[IBAN_1]")


def test_a_session_does_not_show_its_values() -> None:
    with Mask() as session:
        session.mask(_IBAN)
        assert repr(session) == "Mask(1 hidden)"


def test_deep_nesting_is_no_limit() -> None:
    value: JsonValue = _IBAN
    for _ in range(20_000):
        value = [value]
    with Mask() as session:
        inner = session.unmask(session.mask(value))
        while isinstance(inner, list):
            inner = inner[0]
        assert inner == _IBAN


def test_a_thousand_records_come_back_whole_and_leak_nothing() -> None:
    rng = random.Random(20261122)
    with Mask() as session:
        for _ in range(1000):
            record, secrets = _record(rng)
            masked = session.mask(record)
            written = json.dumps(masked, ensure_ascii=False)
            assert [secret for secret in secrets if len(secret) > 4 and secret in written] == []
            assert isinstance(masked, dict)
            assert isinstance(masked["fields"], dict)
            assert [str(masked["fields"][name])[0] for name in ("cvv", "pin")] == ["[", "["]
            assert session.unmask(json.loads(written)) == record


def _record(rng: random.Random) -> tuple[JsonObject, list[str]]:
    """A made-up record with values of many kinds, in fields and in running text."""
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
    assert parse_iban(iban) == iban
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
