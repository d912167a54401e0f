from Crypto.Cipher import AES
from Crypto.Random import get_random_bytes


def seal_note(key: bytes, note: str) -> bytes:
    """Encrypt a note for storage."""
    nonce = get_random_bytes(12)
    cipher = AES.new(key, AES.MODE_GCM, nonce=nonce)
    body, tag = cipher.encrypt_and_digest(note.encode())
    return nonce + tag + body
