import hashlib
import hmac
import os

import bcrypt
from Crypto.Cipher import AES, DES
from Crypto.PublicKey import RSA
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def vulnerable_des(key, text):
    return DES.new(key, DES.MODE_ECB).encrypt(text)


def fixed_des(key, text):
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, text, None)


def vulnerable_ecb(key, text):
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(text) + encryptor.finalize()


def fixed_ecb(key, text):
    nonce = os.urandom(12)
    encryptor = Cipher(algorithms.AES(key), modes.GCM(nonce)).encryptor()
    return nonce + encryptor.update(text) + encryptor.finalize() + encryptor.tag


def vulnerable_key():
    return RSA.generate(1024)


def fixed_key():
    return RSA.generate(3072)


def vulnerable_private():
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)


def fixed_private():
    return rsa.generate_private_key(public_exponent=65537, key_size=4096)


def vulnerable_password(password):
    return hashlib.md5(password.encode("utf-8")).hexdigest()


def fixed_password(password):
    return bcrypt.hashpw(password.encode("utf-8"), bcrypt.gensalt(12))


def vulnerable_checksum(data):
    return hashlib.sha1(data).hexdigest()


def fixed_checksum(data):
    return hashlib.sha256(data).hexdigest()


def vulnerable_cache_key(data):
    return hashlib.md5(data).hexdigest()


def fixed_cache_key(data):
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def vulnerable_iv(key, text):
    return AES.new(key, AES.MODE_CBC, b"0000000000000000").encrypt(text)


def fixed_iv(key, text):
    iv = os.urandom(16)
    return iv + AES.new(key, AES.MODE_CBC, iv).encrypt(text)


def vulnerable_signature(key, body, signature):
    expected = hmac.new(key, body, hashlib.sha256).hexdigest()
    return signature == expected


def fixed_signature(key, body, signature):
    expected = hmac.new(key, body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(signature, expected)
