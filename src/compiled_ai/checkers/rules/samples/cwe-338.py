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
