import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class CardVault:
    mode_factory = modes.GCM

    def __init__(self, key=None):
        self.key = key or os.urandom(32)

    def _cipher(self, nonce):
        return Cipher(algorithms.AES(self.key), self.mode_factory(nonce))

    def store(self, number: str) -> bytes:
        nonce = os.urandom(12)
        encryptor = self._cipher(nonce).encryptor()
        body = encryptor.update(number.encode()) + encryptor.finalize()
        return nonce + encryptor.tag + body
