import hashlib
import hmac
import os

import bcrypt


def store(password, user, data):
    hashlib.md5(password.encode()).hexdigest()  # found: weak-password-hash
    hashlib.sha256((password + "pepper").encode()).hexdigest()  # found: fast-password-hash
    hashlib.sha256(data).hexdigest()  # fine
    hashlib.pbkdf2_hmac("sha256", password.encode(), os.urandom(16), 600_000)  # fine
    hashlib.scrypt(password.encode(), salt=os.urandom(16), n=16384, r=8, p=1)  # fine
    bcrypt.hashpw(password.encode(), bcrypt.gensalt())  # fine
    bcrypt.gensalt(4)  # found: few-rounds
    hashlib.pbkdf2_hmac("sha256", password.encode(), os.urandom(16), 1000)  # found: few-rounds
    hashlib.pbkdf2_hmac("sha256", password.encode(), b"salt", 600_000)  # found: fixed-salt
    hashlib.scrypt(password.encode(), salt=b"salt", n=16384, r=8, p=1)  # found: fixed-salt


def digest(data, key):
    hashlib.md5(data).hexdigest()  # found: weak-hash
    hashlib.new("sha1", data)  # found: weak-hash
    hashlib.md5(data, usedforsecurity=False).hexdigest()  # fine
    hashlib.new("sha256", data)  # fine
    hmac.new(key, data, "md5")  # found: weak-signature
    hmac.new(key, data, hashlib.md5)  # found: weak-signature
    hmac.new(key, data, "sha256")  # fine
    return hmac.new(key, data, hashlib.sha256)  # fine


def fast(password, user):
    hashlib.sha256(password.encode()).hexdigest()  # found: fast-password-hash
    hashlib.sha512(user.password).hexdigest()  # found: fast-password-hash
    hashlib.sha1(user.password).hexdigest()  # found: weak-password-hash
    hashlib.sha512(user.name).hexdigest()  # fine
    return hashlib.sha3_256(user.name)  # fine
