import random
import secrets
import string
import time
import uuid

import numpy


def make_token(length):
    return "".join(random.choice(string.ascii_letters) for _ in range(length))  # found: guessable-secret


def make_safe_token(length):
    return secrets.token_urlsafe(length)  # fine


def password_of(length):
    source = random.SystemRandom()
    return "".join(source.choice(string.ascii_letters) for _ in range(length))  # fine


def roll():
    return random.randint(1, 6)  # fine


def enrol(user):
    user.reset_token = random.getrandbits(64)  # found: guessable-secret
    otp = str(random.randint(1000, 9999))  # found: guessable-secret
    delay = random.random()  # fine
    user.save(session_id=random.random(), age=3)  # found: guessable-secret
    key = uuid.uuid1()  # found: guessable-identity
    session = str(uuid.uuid1())  # found: guessable-identity
    name = uuid.uuid4()  # fine
    row = uuid.uuid1()  # fine
    return otp, delay, key, session, name, row


def generate_salt():
    return numpy.random.bytes(16)  # found: guessable-secret


def seeded_password():
    random.seed(4)  # found: fixed-seed
    random.seed(time.time())  # found: fixed-seed


def shuffled(items):
    random.seed(4)  # fine
    random.shuffle(items)  # fine


class Vouchers:
    def __init__(self):
        self._draws = random.Random()

    def issue(self, phone):
        code = f"{self._draws.randint(0, 999999):06d}"  # found: guessable-code
        return phone, code


def invite_by_seed(address):
    generator = random.Random(address)
    code = "%08x" % generator.getrandbits(32)  # found: guessable-code
    return {"address": address, "code": code}


def unlock_code(letters):
    return "".join(random.choice(letters) for _ in range(8))  # found: guessable-code


def invite_well():
    code = f"{secrets.randbelow(1000000):06d}"  # fine
    return code


def colour_of_the_day():
    shade = "#%06x" % random.getrandbits(24)  # fine
    status_code = str(random.choice([200, 404]))  # fine
    return shade, status_code
