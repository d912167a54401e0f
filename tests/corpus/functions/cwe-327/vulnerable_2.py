import os

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class CardVault:
    mode_factory = modes.ECB

    def __init__(self, key=None):
        self.key = key or os.urandom(32)

    def _cipher(self):
        return Cipher(algorithms.AES(self.key), self.mode_factory())

    def store(self, number: str) -> bytes:
        padder = padding.PKCS7(128).padder()
        block = padder.update(number.encode()) + padder.finalize()
        encryptor = self._cipher().encryptor()
        return encryptor.update(block) + encryptor.finalize()
