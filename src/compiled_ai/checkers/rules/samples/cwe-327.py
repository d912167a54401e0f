import os
import ssl

from Crypto.Cipher import AES, ARC4, DES, PKCS1_OAEP, PKCS1_v1_5
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def encrypt(key, text):
    DES.new(key, DES.MODE_CBC, os.urandom(8))  # found: weak-cipher
    ARC4.new(key)  # found: weak-cipher
    Cipher(algorithms.TripleDES(key), modes.CBC(os.urandom(8)))  # found: weak-cipher
    Cipher(algorithms.AES(key), modes.CBC(os.urandom(16)))  # fine
    AES.new(key, AES.MODE_ECB)  # found: ecb-mode
    Cipher(algorithms.AES(key), modes.ECB())  # found: ecb-mode
    Cipher(algorithms.AES(key), modes.GCM(os.urandom(12)))  # fine
    AES.new(key, AES.MODE_CBC, b"0123456789abcdef")  # found: fixed-nonce
    AES.new(key, AES.MODE_CBC, b"\0" * 16)  # found: fixed-nonce
    AES.new(key, AES.MODE_CBC, iv=os.urandom(16))  # fine
    return AES.new(key, AES.MODE_GCM, nonce=os.urandom(12))  # fine


def suites():
    context = ssl.create_default_context()
    context.set_ciphers("RC4-SHA:AES")  # found: weak-tls-ciphers
    context.set_ciphers("ALL:NULL")  # found: weak-tls-ciphers
    context.set_ciphers("ECDHE+AESGCM:!aNULL")  # fine
    context.set_ciphers("DEFAULT:!RC4")  # fine
    return context


def pad(key, text):
    PKCS1_v1_5.new(key)  # found: old-padding
    key.encrypt(text, padding.PKCS1v15())  # found: old-padding
    PKCS1_OAEP.new(key)  # fine
    return key.sign(text, padding.PKCS1v15(), hashes.SHA256())  # fine
