from Crypto.Cipher import DES
from Crypto.Random import get_random_bytes
from Crypto.Util.Padding import pad


def seal_note(key: bytes, note: str) -> bytes:
    """Encrypt a note for storage."""
    iv = get_random_bytes(8)
    cipher = DES.new(key, DES.MODE_CBC, iv)
    return iv + cipher.encrypt(pad(note.encode(), 8))
