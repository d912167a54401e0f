import random
import secrets
import string


def vulnerable_token():
    return "".join(random.choices(string.ascii_letters + string.digits, k=32))


def fixed_token():
    return secrets.token_hex(16)


def vulnerable_reset(user):
    code = random.randint(100000, 999999)
    user.reset_code = code
    user.save()


def fixed_reset(user):
    code = secrets.randbelow(900000) + 100000
    user.reset_code = code
    user.save()


def vulnerable_generate_password(length=12):
    alphabet = string.ascii_letters + string.digits
    return "".join(random.choice(alphabet) for _ in range(length))


def fixed_generate_password(length=12):
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(length))


def vulnerable_session():
    session_id = str(random.random())
    return {"sid": session_id}


def fixed_session():
    session_id = secrets.token_urlsafe(24)
    return {"sid": session_id}
